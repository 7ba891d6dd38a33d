package importer

import (
	"net/url"
	"slices"
	"strings"
)

// shortestCopy is the length in bytes from which a copy of a secret is looked
// for within other texts: shorter ones are in every word.
const shortestCopy = 6

// conceal takes every copy of a secret's value out of what will be written,
// also where it is part of something else.
func (j *journey) conceal() {
	for _, value := range j.recorded {
		if unguessable(value) && j.holds(value) {
			j.hide("recorded_cookie", value, "the value of a cookie of the recording: is there another way to get it?")
		}
	}
	secrets := slices.Clone(j.secrets)
	slices.SortFunc(secrets, func(a, b secret) int { return len(b.value) - len(a.value) })
	for _, s := range secrets {
		if len(s.value) < shortestCopy {
			continue
		}
		for _, spelled := range spellings(s.value) {
			j.replace(spelled, s.name)
		}
	}
	var taken []string
	for i := range j.steps {
		j.steps[i].name = unique(j.steps[i].name, " ", taken)
		taken = append(taken, j.steps[i].name)
	}
}

// holds reports whether some request sends the value.
func (j *journey) holds(value string) bool {
	return slices.ContainsFunc(j.texts(), func(t *text) bool { return strings.Contains(t.joined().plain(), value) })
}

// texts are all texts of all requests.
func (j *journey) texts() []*text {
	all := []*text{&j.base, &j.bearer}
	for i := range j.steps {
		s := &j.steps[i]
		all = append(all, &s.url, &s.body, &s.user, &s.password, &s.bearer)
		for _, fields := range [][]field{s.headers, s.form} {
			for f := range fields {
				all = append(all, &fields[f].value)
			}
		}
		if s.json != nil {
			s.json.walk("", "", func(v *value, _, _ string) { all = append(all, &v.text) })
		}
	}
	return all
}

// spellings are the ways in which a value stands in requests and pages.
func spellings(value string) []string {
	all := []string{value, url.QueryEscape(value), url.PathEscape(value)}
	quoted := string(encode(value))
	all = append(all, quoted[1:len(quoted)-1])
	slices.Sort(all)
	return slices.Compact(all)
}

func (j *journey) replace(copied, name string) {
	const mask = "***"
	masked := func(s string) string { return strings.ReplaceAll(s, copied, mask) }
	j.from, j.name = masked(j.from), masked(j.name)
	for _, notes := range [][]string{j.notes, j.warns} {
		for i := range notes {
			notes[i] = masked(notes[i])
		}
	}
	for _, t := range j.texts() {
		*t = t.replace(copied, name)
	}
	for i := range j.steps {
		s := &j.steps[i]
		s.name = masked(s.name)
		for n := range s.notes {
			s.notes[n] = masked(s.notes[n])
		}
		s.expect = slices.DeleteFunc(s.expect, func(g guess) bool { return strings.Contains(g.expression+g.why, copied) })
		for c := range s.capture {
			s.capture[c].why = masked(s.capture[c].why)
		}
	}
}
