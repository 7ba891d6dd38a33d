package agent

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/store"
)

// The agent runs from 2000-01-01 00:00 UTC with restarts, and is off on the
// third day from 08:00 until 14:00.
func TestTheDigestIsToldOnceADayOverRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, steady)
		defer w.close()
		hourly := watch("checkout")
		hourly.Journey.Every = time.Hour
		settings := Settings{Watches: []Watch{hourly}, Daily: alert.Daily{Told: true, At: alert.Clock(9 * time.Hour)}}
		run := func(d time.Duration) {
			t.Helper()
			a := w.agent()
			if err := w.db.SetRoutes(t.Context(), []store.Route{{Name: "slack", Digest: true}}); err != nil {
				t.Fatal(err)
			}
			w.runAgent(a, d, settings)
			w.reopen()
		}
		run(9*time.Hour + 30*time.Second) // ended half a minute after it was due
		for range 24 {
			run(time.Hour)
		}
		run(time.Until(begun.Add(56 * time.Hour)))
		time.Sleep(6 * time.Hour)
		run(3 * time.Hour)
		queued, err := w.db.Deliveries(t.Context(), store.Pending, store.Dead)
		if err != nil {
			t.Fatal(err)
		}
		var told []time.Duration
		for _, d := range queued {
			if d.Event.Kind == alert.Digest {
				told = append(told, d.Event.At.Sub(begun).Truncate(2*time.Minute))
			}
		}
		want := []time.Duration{9 * time.Hour, 33 * time.Hour, 62 * time.Hour}
		if len(told) != len(want) {
			t.Fatalf("told at %v, want about %v", told, want)
		}
		for i := range want {
			if off := told[i] - want[i]; off < 0 || off > 2*time.Minute {
				t.Errorf("told at %v, want about %v", told[i], want[i])
			}
		}
	})
}
