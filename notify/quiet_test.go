package notify

import (
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
)

// tellsAtNight opens a soon that is not to be told for an hour.
func (w *world) tellsAtNight(until time.Time) {
	w.t.Helper()
	now := time.Now()
	_, _, err := w.db.Decide(w.t.Context(), key(1), now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		in.Limit = latency()
		in.Limit.Key = key(1)
		goesSoon(&in)
		in.Promise.Crossing.Expected += 7200
		in.Promise.Crossing.Latest += 9000
		in.Revision++
		return in, []alert.Event{{Kind: alert.WentSoon, At: now, Revision: in.Revision, Promise: in.Promise, Waits: until}}, "because"
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.notifier.Wake()
}

func TestAWarningInQuietHoursIsPostedInTheMorning(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.tellsAtNight(time.Now().Add(time.Hour))
		w.happens(key(1), acknowledged, alert.Acknowledged) // no reason to wake the others
		w.pass(59 * time.Minute)
		w.wantTop()
		w.restart()
		w.pass(2 * time.Minute)
		w.wantTop("Acknowledged by Ana: ")
	})
}

func TestWhatBurnsDoesNotWaitBehindAWarningInQuietHours(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.tellsAtNight(time.Now().Add(time.Hour))
		w.pass(20 * time.Minute)
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		w.wantTop("Burning: ")
	})
}

func TestAWarningThatRecededInQuietHoursIsNeverTold(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.tellsAtNight(time.Now().Add(time.Hour))
		w.pass(20 * time.Minute)
		w.happens(key(1), goesQuiet, alert.Receded)
		w.pass(3 * time.Hour)
		w.wantTop()
	})
}
