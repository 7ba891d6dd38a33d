package store

import (
	"context"
	"slices"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// Summary is what a stretch of runs of one journey adds up to.
type Summary struct {
	Passed, Failed, Unknown int           // scheduled runs outside maintenance
	Retried                 int           // of the passed ones: passed on retry
	LeftOut                 int           // confirming runs, and runs in maintenance
	P50, P95                time.Duration // nearest-rank, of the passed runs; 0 if none passed
	Phases                  probes.Phases // mean per passed run, summed over the steps that its duration is of; they add up
	First, Last             time.Time     // starts of the first and the last run; zero if there was none
}

// Summarize adds up the runs of journey that started in [since, until).
func (db *DB) Summarize(ctx context.Context, journey string, since, until time.Time) (Summary, error) {
	var s summarizer
	err := db.Results(ctx, journey, since, until, func(r probes.Result) error {
		s.add(r)
		return nil
	})
	return s.summary(), err
}

type summarizer struct {
	Summary
	durations []time.Duration
}

func (s *summarizer) add(r probes.Result) {
	if s.First.IsZero() {
		s.First = r.Start
	}
	s.Last = r.Start
	switch {
	case r.Confirm || r.Maintenance:
		s.LeftOut++
	case r.Verdict == probes.Failed:
		s.Failed++
	case r.Verdict.Good():
		s.Passed++
		if r.Verdict == probes.PassedOnRetry {
			s.Retried++
		}
		s.time(r)
	default:
		s.Unknown++
	}
}

// time adds the durations of a run that passed, unless nothing timed it.
func (s *summarizer) time(r probes.Result) {
	took, _, timed := r.Latency("")
	if !timed {
		return
	}
	s.durations = append(s.durations, took)
	for _, step := range r.Steps {
		if !step.Always && !step.Optional {
			s.Phases = sum(s.Phases, step.Spent())
		}
	}
}

func (s *summarizer) summary() Summary {
	slices.Sort(s.durations)
	s.P50, s.P95 = nearestRank(s.durations, 50), nearestRank(s.durations, 95)
	if n := time.Duration(len(s.durations)); n > 0 {
		p := &s.Phases
		p.Resolve, p.Connect, p.TLS, p.Wait, p.Transfer = p.Resolve/n, p.Connect/n, p.TLS/n, p.Wait/n, p.Transfer/n
	}
	return s.Summary
}

// nearestRank is the smallest of sorted that at least percent of them do not
// exceed; 0 if there are none.
func nearestRank(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*percent + 99) / 100
	return sorted[max(rank, 1)-1]
}

func sum(a, b probes.Phases) probes.Phases {
	return probes.Phases{
		Resolve:  a.Resolve + b.Resolve,
		Connect:  a.Connect + b.Connect,
		TLS:      a.TLS + b.TLS,
		Wait:     a.Wait + b.Wait,
		Transfer: a.Transfer + b.Transfer,
	}
}
