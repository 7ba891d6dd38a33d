package importer

import (
	"slices"
	"strings"
)

// bearer is the token of an Authorization header, nil if it is none that is
// known only when it is sent.
func (t text) bearer() text {
	t = t.joined()
	if len(t) == 2 && strings.EqualFold(t[0].literal, "Bearer ") && t[1].name != "" {
		return t[1:]
	}
	return nil
}

// share moves a token that most requests to the journey's host show to the
// journey. One that a response gave is not known there.
func (j *journey) share() {
	uses := map[string]int{}
	most, home := "", 0
	for i := range j.steps {
		s := &j.steps[i]
		if !s.home() {
			continue
		}
		home++
		if len(s.bearer) != 1 || !slices.ContainsFunc(j.secrets, func(one secret) bool { return one.name == s.bearer[0].name }) {
			continue
		}
		name := s.bearer[0].name
		if uses[name]++; uses[name] > uses[most] {
			most = name
		}
	}
	if uses[most] < 2 || 2*uses[most] <= home {
		return
	}
	j.bearer = placeholder(most)
	for i := range j.steps {
		switch s := &j.steps[i]; {
		case !s.home():
		case len(s.bearer) == 1 && s.bearer[0].name == most:
			s.bearer = nil
		case s.bearer.empty() && s.user.empty() && !s.has("Authorization"):
			s.nobody = true
		}
	}
}

// home reports whether the step goes to the journey's host.
func (s *step) home() bool { return strings.HasPrefix(s.url.plain(), "/") }
