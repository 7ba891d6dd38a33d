package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// flow reads how a step stands in its journey: whether, when and how often its
// request is sent.
func (r *reader) flow(t *stepTable, step *probes.Step, j *journeyTable, s *scope) {
	s.spare = t.Optional.value || t.Always.value || t.If.given()
	step.Optional, step.Pause = t.Optional.value, t.Pause.value
	if t.If.given() {
		step.If = r.choice(t.If, s)
	}
	most, whose := j.Timeout.value, "the journey's timeout"
	if s.pauses += step.Pause; s.pauses >= most && step.Pause > 0 && most > 0 {
		r.wrong(t.Pause.at(), "the pauses until here take "+brief(s.pauses)+", the journey has "+brief(most), "write shorter pauses, or a longer timeout")
	}
	if t.Timeout.given() && step.Timeout > 0 {
		most, whose = step.Timeout, "the step's timeout"
	}
	if t.Retry.given() {
		step.Retry = r.retry(&t.Retry, most, whose)
	}
	if t.Poll.given() {
		step.Poll = r.poll(&t.Poll, most, whose)
	}
	if t.Retry.given() && t.Poll.given() {
		r.wrong(t.Poll.node.key, "poll stands beside retry", "keep poll to wait for a state, retry to forgive a failure")
	}
	r.twice(t)
}

func (r *reader) retry(t *retryTable, most time.Duration, whose string) probes.Retry {
	again := probes.Retry{Times: int(t.Times.value), Backoff: t.Backoff.value, Timeout: t.Timeout.value}
	if !t.Times.given() {
		r.absent(t.at(), "retry without times", "write retry = { times = 2 }")
	}
	share, ok := parsePercent(t.Jitter.value)
	if again.Jitter = share; !ok || share > 1 {
		r.wrong(t.Jitter.at(), "jitter is a share of the wait, up to 100%", `write jitter = "20%"`)
	}
	if again.Timeout > most && most > 0 {
		r.wrong(t.Timeout.at(), "timeout of an attempt is longer than "+whose, "at most "+brief(most))
	}
	if waits := again.Backoff * (1<<again.Times - 1); waits >= most && most > 0 {
		r.wrong(t.at(), fmt.Sprintf("the waits between the attempts take %s, %s is %s: the last would never be made", brief(waits), whose, brief(most)),
			"write a shorter backoff, or fewer times")
	}
	return again
}

func (r *reader) poll(t *pollTable, most time.Duration, whose string) probes.Poll {
	p := probes.Poll{Every: t.Every.value, Within: t.Within.value}
	switch {
	case !t.Within.given():
		r.absent(t.at(), "poll without within", `write poll = { every = "1s", within = "10s" }`)
	case p.Within > most && most > 0:
		r.wrong(t.Within.at(), "within is longer than "+whose, "at most "+brief(most))
	case p.Every > 0 && p.Within > probes.MostAttempts*p.Every:
		r.wrong(t.Within.at(), fmt.Sprintf("that is up to %d requests, at most %d", (p.Within+p.Every-1)/p.Every, probes.MostAttempts),
			fmt.Sprintf("write every = %q", brief(p.Within/(probes.MostAttempts/2))))
	}
	return p
}

// twice warns of a request that may do twice what it does.
func (r *reader) twice(t *stepTable) {
	again := t.Retry.place
	if t.Poll.given() {
		again = t.Poll.place
	}
	given := t.urls()
	if !again.given() || t.Again.value || len(given) == 0 {
		return
	}
	method := given[0].method
	if slices.Contains([]string{"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}, method) { // RFC 9110, 9.2.2
		return
	}
	r.odd(again.node.key, again.node.name+" of a "+strings.ToLower(method)+": if its answer was lost, it is done twice",
		"if doing it twice does no harm, write idempotent = true")
}

// unsure notes whether what a step captures may be missing although all is
// well: nobody else has captured it for sure.
func (s *scope) unsure(t *stepTable) {
	why := ""
	switch {
	case t.Optional.value:
		why = "is optional"
	case t.If.given():
		why = "has an if"
	}
	for _, c := range t.Capture {
		if why == "" {
			delete(s.maybe, c.name)
		} else if !s.known[c.name] {
			s.maybe[c.name] = fmt.Sprintf("step %s, which captures it, %s", quote(t.Name.value), why)
		}
	}
}

// lacks warns of a step that must be taken and needs what may be missing.
func (r *reader) lacks(p placed, s *scope) {
	if why := s.maybe[p.name]; why != "" && !s.spare {
		r.odd(p.at, p.name+" may be missing: "+why+"; then this step fails the run", "give it the same if, or make it optional, too")
	}
}
