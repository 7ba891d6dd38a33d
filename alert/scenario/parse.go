package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse reads the scenarios of one file; name is what errors call it. The
// error joins one *SyntaxError for each line that cannot be understood.
func Parse(name string, text []byte) ([]Scenario, error) {
	p := parser{defaults: fresh(name)}
	p.now = &p.defaults
	var problems []error
	for i, line := range strings.Split(string(text), "\n") {
		p.line = i + 1
		if err := p.read(line); err != nil {
			problems = append(problems, &SyntaxError{File: name, Line: p.line, Source: strings.TrimSpace(line), Message: err.Error()})
		}
	}
	if len(problems) == 0 && len(p.all) == 0 {
		problems = []error{&SyntaxError{File: name, Line: 1, Message: "the file holds no scenario; begin one with: scenario what must happen"}}
	}
	var all []Scenario
	for _, s := range p.all {
		all = append(all, *s)
	}
	return all, errors.Join(problems...)
}

// parser is a Parse under way.
type parser struct {
	line     int
	defaults Scenario
	all      []*Scenario
	now      *Scenario // what the line is about
}

func (p *parser) read(line string) error {
	w, err := split(line)
	if err != nil || w.empty() {
		return err
	}
	if w.skip("scenario") {
		return p.begin(w.rest())
	}
	word := w.next()
	statement := p.statement(word)
	switch {
	case statement == nil:
		return fmt.Errorf("%q begins no line; write scenario, limit, runs:, when, at, says or a setting", word)
	case p.now == &p.defaults && !isSetting(word):
		return fmt.Errorf("%q stands before the first scenario; begin one with: scenario what must happen", word)
	}
	if err := statement(&w); err != nil {
		return err
	}
	return w.end()
}

// isSetting reports whether lines that begin with word may stand before the
// first scenario, and then hold for all.
func isSetting(word string) bool {
	return slices.Contains([]string{"journey", "limit", "every", "timeout", "timezone", "start", "seed", "record"}, word)
}

func (p *parser) begin(name string) error {
	if name == "" {
		return errors.New("a scenario needs a name; say in a sentence what must happen")
	}
	s := p.defaults.named(name, p.line)
	p.all = append(p.all, &s)
	p.now = &s
	return nil
}

// statement is how a line that begins with word is read; nil if none does.
func (p *parser) statement(word string) func(*words) error {
	switch word {
	case "journey":
		return p.journey
	case "limit":
		return p.limit
	case "every":
		return func(w *words) error { return positive(w, &p.now.Every) }
	case "timeout":
		return func(w *words) error { return positive(w, &p.now.Timeout) }
	case "timezone":
		return p.timezone
	case "start":
		return p.start
	case "seed":
		return p.seed
	case "record":
		return p.record
	case "runs", "cert", "step":
		return func(w *words) error { return p.series(word, w) }
	case "when":
		return p.when
	case "at":
		return p.expect
	case "says":
		return p.says
	}
	return nil
}

func (p *parser) journey(w *words) error {
	if p.now.Journey = w.next(); p.now.Journey == "" {
		return errors.New("which journey? write its name as in the configuration")
	}
	return nil
}

func positive(w *words, to *time.Duration) (err error) {
	if *to, err = w.duration(); err == nil && *to < time.Millisecond {
		err = errors.New("that time is too short; write 1ms or more")
	}
	return err
}

func (p *parser) timezone(w *words) error {
	zone, err := time.LoadLocation(w.peek())
	if w.next() == "" || err != nil {
		return errors.New("no such time zone; write one like Europe/Kyiv")
	}
	p.now.Zone = zone
	p.now.Start = inZone(p.now.Start, zone)
	return nil
}

func (p *parser) start(w *words) error {
	start, err := time.Parse("2006-01-02T15:04", w.next())
	if err != nil {
		return errors.New("no such time; write 2026-03-29T00:00")
	}
	p.now.Start = start
	if p.now.Zone != nil {
		p.now.Start = inZone(start, p.now.Zone)
	}
	return nil
}

// inZone is what a clock in zone shows as t.
func inZone(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, zone)
}

func (p *parser) seed(w *words) (err error) {
	if p.now.Seed, err = strconv.ParseUint(w.next(), 10, 64); err != nil {
		return errors.New("a seed is a whole number; write seed 7")
	}
	return nil
}

// series reads the rest of "runs:", "cert:" or "step NAME:".
func (p *parser) series(what string, w *words) error {
	step := ""
	if what == "step" {
		step = w.next()
	}
	if !w.skip(":") {
		return fmt.Errorf("a colon is missing; write %s: 200msx60", strings.TrimSpace(what+" "+step))
	}
	if w.empty() {
		return errors.New("no runs; write 200msx60")
	}
	items := p.now.ofSeries(what, step)
	for !w.empty() {
		var err error
		if items, err = series(items, w.next(), what == "cert"); err != nil {
			return err
		}
	}
	p.now.keepSeries(what, step, items)
	return nil
}

func (s *Scenario) ofSeries(what, step string) []item {
	switch what {
	case "runs":
		return s.runs
	case "cert":
		return s.cert
	}
	return s.steps[step]
}

func (s *Scenario) keepSeries(what, step string, items []item) {
	switch what {
	case "runs":
		s.runs = items
	case "cert":
		s.cert = items
	default:
		if s.steps == nil {
			s.steps = map[string][]item{}
		}
		s.steps[step] = items
	}
}

func (p *parser) says(w *words) error {
	if !w.skip("nothing", "else") && !w.skip("nothing") {
		return errors.New("says what? write: says nothing else")
	}
	p.now.only = true
	return nil
}
