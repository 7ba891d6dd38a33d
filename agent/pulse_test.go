package agent

import (
	"testing"
	"time"

	"github.com/forewarn/forewarn/store"
)

func TestAPingIsMissedAfterItsIntervalAndGrace(t *testing.T) {
	night := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	at := func(h float64) time.Time { return night.Add(time.Duration(h * float64(time.Hour))) }
	for _, c := range []struct {
		name     string
		began    float64 // hours after the last ping; 0 is none
		deaf     [2]float64
		now      float64
		missed   bool
		unheard  bool // not known to be missed
		nextDue  float64
		timedOut bool
	}{
		{name: "in time", now: 23, nextDue: 24},
		{name: "due", now: 24, nextDue: 24},
		{name: "within its grace", now: 24.9, nextDue: 24},
		{name: "missed", now: 25, missed: true, nextDue: 48},
		{name: "missed twice, while nobody looked", now: 50, missed: true, nextDue: 72},
		{name: "deaf when it was due", deaf: [2]float64{23.5, 24.5}, now: 25, missed: true, unheard: true, nextDue: 48},
		{name: "deaf from before until after", deaf: [2]float64{1, 26}, now: 26, missed: true, unheard: true, nextDue: 48},
		{name: "deaf hours before", deaf: [2]float64{10, 12}, now: 25, missed: true, nextDue: 48},
		{name: "deaf for days", deaf: [2]float64{1, 100}, now: 100, missed: true, unheard: true, nextDue: 120},
		{name: "under way when it would be missed", began: 23.5, now: 26, nextDue: 24},
		{name: "under way for too long", began: 23.5, now: 28, missed: true, timedOut: true, nextDue: 47.5},
		{name: "deaf when it should have ended", began: 23.5, deaf: [2]float64{27, 27.1}, now: 28, missed: true, unheard: true, timedOut: true, nextDue: 47.5},
	} {
		p := pulse{every: 24 * time.Hour, grace: time.Hour, longest: 4 * time.Hour, Pulse: store.Pulse{Anchor: night, Heard: night}}
		if c.began != 0 {
			p.Began = at(c.began)
		}
		if c.deaf != [2]float64{} {
			p.deafFrom, p.deafUntil = at(c.deaf[0]), at(c.deaf[1])
		}
		l, missed := p.lost(at(c.now))
		if missed != c.missed || (l.Deaf > 0) != c.unheard || !l.Began.IsZero() != (c.began != 0) {
			t.Errorf("%s: missed %v, %+v", c.name, missed, l)
		}
		if !p.due().Equal(at(c.nextDue)) {
			t.Errorf("%s: the next is due at %v, want %v", c.name, p.due(), at(c.nextDue))
		}
	}
}

func TestAPauseOfOursIsToldFromAJobs(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var p pulse
	for minute := range 10 {
		p.listening(noon.Add(time.Duration(minute)*time.Minute), time.Minute)
	}
	if !p.deafUntil.IsZero() {
		t.Errorf("deaf until %v", p.deafUntil)
	}
	p.listening(noon.Add(40*time.Minute), time.Minute)
	if got := p.deaf(noon.Add(20*time.Minute), noon.Add(30*time.Minute)); got != 31*time.Minute {
		t.Errorf("asleep for %v", got)
	}
}

func TestAHeartbeatGoesByAClockThatDoesNotSleep(t *testing.T) {
	p := newPatrol(&Agent{}, backup(), time.UTC)
	p.pulse = pulse{every: time.Hour, Pulse: store.Pulse{Anchor: wall()}}
	p.listen(t.Context())
	if awake := p.pulse.awake; awake.IsZero() || awake != awake.Round(0) {
		t.Errorf("%v stands still while this machine sleeps", awake)
	}
}

func TestNothingLiesAheadAfterTheClockWasSetBack(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := pulse{every: time.Hour, grace: 5 * time.Minute, Pulse: store.Pulse{Anchor: noon, Heard: noon}}
	p.listening(noon.Add(time.Minute), time.Minute)
	p.listening(noon.Add(-24*time.Hour), time.Minute)
	if _, missed := p.lost(noon.Add(-23 * time.Hour)); missed {
		t.Error("missed before its grace is over")
	}
	l, missed := p.lost(noon.Add(-23*time.Hour + 5*time.Minute))
	if !missed || l.Deaf > 0 {
		t.Errorf("a day would pass before a ping is missed: %v, %+v", missed, l)
	}
}
