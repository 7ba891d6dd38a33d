package config

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/forewarn/forewarn/probes"
)

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// journeys are those of the file, and the looks and heartbeats, which are
// journeys of one step. Their names are unique among all of them.
func (r *reader) journeys(file *fileTable) []Journey {
	fragments := r.fragments(file.Fragment)
	seen := names{}
	var all []Journey
	for i := range file.Journey {
		t := &file.Journey[i]
		r.unique(t.Name, "journey", seen)
		t.Step = r.bring(t.Step, fragments)
		all = append(all, r.each(r.journey(t), t, seen)...)
	}
	r.unused(file.Fragment, fragments)
	all = append(all, r.looks(file, seen)...)
	all = append(all, r.heartbeats(file, seen)...)
	if all == nil && len(r.errors) == 0 { // else they may be what is wrong
		r.absent(span{}, "nothing is watched", "add [[journey]]")
	}
	return all
}

func (r *reader) journey(t *journeyTable) Journey {
	j := r.frame(t)
	j.BaseURL = t.BaseURL.value
	s := r.scope(t, &j)
	r.base(t, s)
	j.Auth = r.journeyAuth(t, s)
	j.Network, j.Trace = r.network(t), t.Trace.value
	j.Steps = make([]probes.Step, len(t.Step)) // they stay as long as the program
	for i := range t.Step {
		j.Steps[i] = r.step(&t.Step[i], t, s)
	}
	r.stepNames(t)
	r.limits(t, &j)
	j.Business = r.business(t, &j)
	return j
}

// frame is what every journey has, whatever its steps do.
func (r *reader) frame(t *journeyTable) Journey {
	j := Journey{Journey: probes.Journey{
		Name: t.Name.value, Title: or(t.Title.value, t.Name.value), Feature: or(t.Feature.value, t.Name.value),
		Lock: t.Lock.value, Runbook: t.Runbook.value, Every: t.Every.value,
	}, Of: t.Name.value}
	seen := names{}
	for _, tag := range t.Tags {
		r.unique(tag, "tag", seen)
		j.Tags = append(j.Tags, tag.value)
	}
	if t.Every.given() && j.Every > 0 && j.Every < time.Second {
		r.odd(t.Every.at(), "every "+brief(j.Every)+" is more than one run a second", "is the product's team ready for that?")
	}
	j.ConfirmRuns = ConfirmRuns{int(t.Again.Times.value), t.Again.After.value}
	j.Timeout = r.timeout(t)
	t.Timeout.value = j.Timeout
	return j
}

func (r *reader) timeout(t *journeyTable) time.Duration {
	if !t.Timeout.given() || t.Timeout.value == 0 {
		return min(30*time.Second, t.Every.value/2)
	}
	if t.Every.value > 0 && t.Timeout.value > t.Every.value {
		r.wrong(t.Timeout.at(), "timeout is longer than every, so that runs would overlap",
			fmt.Sprintf("at most %s, or a longer every", brief(t.Every.value)))
	}
	return t.Timeout.value
}

// plainWord may stand in a name or a page by chance.
var plainWord = regexp.MustCompile(`^[a-z]{4,10}$`)

// scope is what is known before the first step, and who captures the rest.
func (r *reader) scope(t *journeyTable, j *Journey) *scope {
	s := &scope{known: map[string]bool{}, later: map[string]string{}, maybe: map[string]string{}}
	r.matrix(t, s)
	j.Vars = r.values(t.Vars, "var", s)
	j.Secrets = r.values(t.Secrets, "secret", s)
	for i := range t.Secrets {
		switch one := &t.Secrets[i]; {
		case one.value.good && one.value.value == "":
			r.absent(one.value.at(), "the secret "+one.name+" is empty", "")
		case one.value.good && !r.hidable(one.value.at(), "the secret "+one.name, one.value.value, ", or put it into vars if all may see it"):
		case one.value.good && plainWord.MatchString(one.value.value):
			r.odd(one.value.at(), "the secret "+one.name+" is a plain word: names and pages that hold the word lose it, and so give it away",
				"use one with digits or capital letters")
		}
	}
	for i := range t.Step {
		for _, c := range t.Step[i].Capture {
			if s.known[c.name] {
				r.wrong(c.key, "the capture "+c.name+" has the name of a var or secret", "give it another name")
			}
			if s.later[c.name] == "" {
				s.later[c.name] = t.Step[i].Name.value
			}
		}
	}
	return s
}

func (r *reader) values(table []namedText, what string, s *scope) map[string]string {
	values := map[string]string{}
	for _, one := range table {
		if !identifier.MatchString(one.name) {
			r.wrong(one.key, "not a name for a "+what, "letters, digits and _ only, beginning with a letter, at most 64")
		}
		if s.known[one.name] {
			r.wrong(one.key, one.name+" is in two of matrix, vars and secrets", "keep one of them")
		}
		s.learn(one.name)
		values[one.name] = one.value.value
	}
	return values
}

// base checks base_url, which may hold vars and secrets.
func (r *reader) base(t *journeyTable, s *scope) {
	if !t.BaseURL.given() || t.BaseURL.value == "" {
		return
	}
	r.use(t.BaseURL.names, s)
	filled := fill(t.BaseURL.value)
	if !r.whole(t.BaseURL.node, &Key{Path: "base_url"}, t.BaseURL.value, filled) {
		return
	}
	base, err := url.Parse(filled)
	if err == nil && (base.RawQuery != "" || base.Fragment != "") {
		r.wrong(t.BaseURL.at(), "base_url has a query or fragment", "put it in the steps")
	}
	if err == nil && strings.Trim(base.Path, "/") != "" && r.rooted(t) {
		r.odd(t.BaseURL.at(), "the path of base_url is lost: a step's URL that begins with / begins at the host",
			`end base_url with a / and write the steps' URLs without one, as in get = "login"`)
	}
}

func (r *reader) rooted(t *journeyTable) bool {
	for i := range t.Step {
		for _, u := range t.Step[i].urls() {
			if strings.HasPrefix(u.template.value, "/") {
				return true
			}
		}
	}
	return false
}

// fill puts something harmless in the place of each placeholder: a digit, which
// may stand in a port too.
func fill(text string) string { return braces.ReplaceAllString(text, "1") }

var braces = regexp.MustCompile(`\{\{.*?\}\}`)

// names maps a name to where it was first given.
type names map[string]span

// unique reports a name that was given before.
func (r *reader) unique(l label, what string, seen names) {
	if l.value == "" || !l.given() {
		return
	}
	if first, twice := seen[l.value]; twice {
		line, _ := r.doc.position(first.from)
		r.wrong(l.at(), fmt.Sprintf("two %ss have this name", what), fmt.Sprintf("the first is on line %d: rename one", line))
		return
	}
	seen[l.value] = l.at()
}

// or is the first value, or the other if that is the zero value.
func or[T comparable](value, other T) T {
	var zero T
	if value == zero {
		return other
	}
	return value
}
