package probes

import (
	"context"
	"fmt"
	"time"
)

// exchange sends a step's request, answers a challenge and follows redirects.
// Every hop is kept, the one that failed included; a nil Failure means that the
// last one has its whole answer.
func (r *run) exchange(ctx context.Context, s *Step, m message) ([]hop, *Failure) {
	var hops []hop
	for redirects, again := 0, false; ; {
		hops = append(hops, hop{})
		h := &hops[len(hops)-1]
		if lost := r.send(ctx, r.proved(m), s, h); lost != nil {
			return hops, r.blame(ctx, lost)
		}
		h.asks, h.why = r.challenged(m, h, again)
		if wrong := r.wrongAnswer(h); wrong != nil {
			return hops, wrong
		}
		if again = h.asks; again {
			continue
		}
		if s.Redirects == 0 || !isRedirect(h.Status, h.answer.header) {
			return hops, nil
		}
		next, err := m.redirected(&h.answer, r.redact)
		if err != nil {
			return hops, r.failure(FailRedirect, "", err.Error(), "")
		}
		if redirects++; redirects > s.Redirects {
			return hops, r.failure(FailRedirect, "", fmt.Sprintf("more than %s, the last to %s",
				count(s.Redirects, "redirect"), next.url.Redacted()), "")
		}
		m = next
	}
}

// measured copies what the hops measured into a step's result.
func (s *StepResult) measured(hops []hop) {
	s.Reused = true
	for _, h := range hops {
		s.Reused = s.Reused && h.Reused
		s.Hops = append(s.Hops, h.Hop)
		s.Phases.add(h.Phases)
		s.CertEnd = earlier(s.CertEnd, h.answer.certEnd)
	}
	last := hops[len(hops)-1]
	s.Duration = s.Phases.Sum()
	s.Status, s.Proto = last.Status, last.answer.proto
	s.Bytes, s.Cut = int64(len(last.answer.body)), last.answer.cut
}

func (p *Phases) add(q Phases) {
	p.Resolve += q.Resolve
	p.Connect += q.Connect
	p.TLS += q.TLS
	p.Wait += q.Wait
	p.Transfer += q.Transfer
}

// earlier is the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
