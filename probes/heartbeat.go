package probes

import (
	"fmt"
	"strings"
	"time"
)

// Heartbeat is a job that reports by itself, such as a nightly backup, and is
// missed when it does not. Its journey has one step, which nobody takes: what
// its pings say makes the runs. The journey's Every is the time from one
// beginning of the job to the next, its Timeout the longest it may take.
type Heartbeat struct {
	ID    string        // part of its address, by which it is told from all others; a secret
	Grace time.Duration // that a ping may come late
}

// Ping is one report of a job.
type Ping struct {
	Begins bool   // the job begins; else it is over
	Status int    // its exit status; 0 is success, from 1 to 255, or [SaidFailed]
	Body   string // what it wrote; a transcript keeps its beginning
}

// SaidFailed is the Status of a job that said that it failed, without a number.
const SaidFailed = -1

// Hear makes a run of the report, at the time at, that a job is over. began is
// when the job said that it begins, zero if it did not: then nothing is known
// of its duration, nor if it lies after at, because the clock was set back.
func (r Runner) Hear(j Journey, p Ping, began, at time.Time) (Result, Transcript) {
	run := r.reported(j, at)
	if !began.IsZero() && !began.After(at) {
		run.lasted(began, at.Sub(began))
	}
	for line := range strings.Lines(p.Body) {
		run.records[0].note("<", strings.TrimRight(line, "\r\n"))
	}
	var failure *Failure
	switch {
	case p.Status == SaidFailed:
		failure = run.failure(FailExpect, "", "the job said that it failed", "")
	case p.Status != 0:
		failure = run.failure(FailExpect, "", fmt.Sprintf("the job ended with exit status %d", p.Status), "")
	}
	return run.judged(failure)
}

// Loss is a ping that did not come.
type Loss struct {
	Began time.Time     // of the job that did not end; zero if none was under way
	Last  time.Time     // ping from which it was expected; zero if there was never one
	Due   time.Time     // when it should have come
	Deaf  time.Duration // we could not hear for that long: it may have come
}

// Miss makes a run, at the time at, of a report that did not come: of the end
// of a job that began, or of one that was due. It is unknown if we were deaf.
func (r Runner) Miss(j Journey, l Loss, at time.Time) (Result, Transcript) {
	run := r.reported(j, at)
	if !l.Began.IsZero() && l.Deaf == 0 {
		run.lasted(l.Began, j.Timeout)
		run.result.TimedOut = true
		return run.judged(run.failure(FailTimeout, "", fmt.Sprintf("the job began %s ago and has not said that it ended", span(j.Timeout)), ""))
	}
	run.result.Due = l.Due
	kind, what := FailTimeout, "no ping has ever come: does the job know its address?"
	switch {
	case l.Deaf > 0:
		kind, what = FailSelf, fmt.Sprintf("forewarn did not run for %s, when a ping may have come", span(l.Deaf))
	case !l.Last.IsZero():
		what = fmt.Sprintf("no ping for %s: one is due every %s, with %s of grace", span(at.Sub(l.Last)), span(j.Every), span(j.Heartbeat.Grace))
	}
	return run.judged(run.failure(kind, "", what, ""))
}

// reported is a run that a report, or its absence, makes.
func (r Runner) reported(j Journey, at time.Time) *run {
	run := newRun(&r, &j, time.Time{})
	run.result.Start = at
	run.records[0].result = StepResult{Name: j.Steps[0].Name}
	return run
}

// lasted writes down how long the job took. All of it is a wait to us.
func (r *run) lasted(began time.Time, took time.Duration) {
	r.result.Duration = took
	s := &r.records[0].result
	s.Start, s.Duration, s.Phases = began, took, Phases{Wait: took}
}

// judged sums the run up.
func (r *run) judged(failure *Failure) (Result, Transcript) {
	rec := &r.records[0]
	rec.result.settle(failure)
	rec.result.TimedOut = r.result.TimedOut
	if failure != nil {
		r.broken = rec
	}
	r.sumUp()
	return r.result, r.transcript()
}

// span is a duration to the second, as in "1 h 30 min".
func span(d time.Duration) string {
	d = d.Round(time.Second)
	var parts []string
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / unit.of; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, unit.name))
			d %= unit.of
		}
	}
	if parts == nil {
		return "0 s"
	}
	return strings.Join(parts, " ")
}
