package agent

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// pulse says when the ping of a heartbeat is missed. It reads no clock, and
// goes by the wall's.
type pulse struct {
	store.Pulse
	every, grace, longest time.Duration // longest is what the job may take

	awake     time.Time // when we last could hear
	deafFrom  time.Time // when we last could not, until deafUntil
	deafUntil time.Time
}

// recall is the pulse of w as it is kept; of a new one, a ping is expected
// from now on.
func recall(ctx context.Context, db *store.DB, j probes.Journey, now time.Time) (pulse, error) {
	p := pulse{every: j.Every, grace: j.Heartbeat.Grace, longest: j.Timeout}
	kept, found, err := db.Pulse(ctx, j.Name)
	if err == nil && !found {
		kept.Anchor = now
	}
	p.Pulse = kept
	return p, err
}

// due is when the next ping is due.
func (p pulse) due() time.Time { return p.Anchor.Add(p.every) }

// listening notes that we can hear at now, and that we could not if our last
// look was longer ago than it should be. If it lies ahead, the clock was set
// back: then nothing that we know of lies ahead either.
func (p *pulse) listening(now time.Time, usual time.Duration) {
	switch {
	case p.awake.IsZero():
	case now.Sub(p.awake) > 2*usual+spare:
		p.deafFrom, p.deafUntil = p.awake, now
	case now.Before(p.awake):
		for _, known := range []*time.Time{&p.Anchor, &p.Began, &p.Heard} {
			if known.After(now) {
				*known = now
			}
		}
	}
	p.awake = now
}

// bridged is how long we may be deaf without a ping getting lost: a job tries
// again for longer, as docs/looks.md tells it to. It is more than the minute
// between two signs of life and a restart.
const bridged = 2 * time.Minute

// deaf is how long we were deaf of late, if that was between from and to and
// longer than jobs try.
func (p pulse) deaf(from, to time.Time) time.Duration {
	if p.deafUntil.IsZero() || p.deafUntil.Before(from) || p.deafFrom.After(to) {
		return 0
	}
	if long := p.deafUntil.Sub(p.deafFrom); long > bridged {
		return long
	}
	return 0
}

// lost tells which ping is missed by now, and expects the next one. Of several
// it is the last: those before it are as missed, and nobody could act on them.
//
// A ping is expected as long after the one before as the job's interval, give
// or take the grace: that is when being deaf matters. A job that began is not
// missed before it must have ended.
func (p *pulse) lost(now time.Time) (l probes.Loss, missed bool) {
	if !p.Began.IsZero() {
		l = probes.Loss{Began: p.Began, Due: p.Began.Add(p.longest)}
		if now.Before(l.Due) {
			return l, false
		}
		l.Deaf = p.deaf(p.Began, l.Due)
		p.Anchor, p.Began = p.Began, time.Time{}
		return l, true
	}
	late := now.Sub(p.due().Add(p.grace))
	if late < 0 {
		return l, false
	}
	l = probes.Loss{Last: p.Heard, Due: p.due().Add(late / p.every * p.every)}
	l.Deaf = p.deaf(l.Due.Add(-p.grace), l.Due.Add(p.grace))
	p.Anchor = l.Due
	return l, true
}

// heard notes a ping at now. It tells since when the job was under way; zero
// if it had not said so.
func (p *pulse) heard(begins bool, now time.Time) (began time.Time) {
	p.Heard = now
	if begins {
		p.Began = now
		return time.Time{}
	}
	began, p.Began = p.Began, time.Time{}
	if p.Anchor = began; began.IsZero() {
		p.Anchor = now
	}
	return began
}
