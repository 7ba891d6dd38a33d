package notify

import (
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
)

// Of each nine runs three fail, one a minute, for a day, with a restart at
// noon.
func TestADayOfFlappingIsTwoMessages(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		limit := alert.Limit{Key: key(1), Signal: alert.Availability, Every: time.Minute}
		for minute := range 24 * 60 {
			ev := alert.Evidence{At: time.Now(), Run: alert.RunUnder, Passed: true}
			if minute > 10 && minute%9 < 3 {
				ev.Run, ev.Passed, ev.Why = alert.RunOver, false, "status == 200, but it was 502"
			}
			_, _, err := w.db.Decide(w.t.Context(), key(1), ev.At, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
				return alert.Decide(in, ev, limit)
			})
			if err != nil {
				t.Fatal(err)
			}
			w.notifier.Wake()
			w.pass(time.Minute)
			if minute == 12*60 {
				w.restart()
			}
		}
		top := w.wantTop("Resolved: ", "Burning")
		incidents, err := w.db.LastIncidents(w.t.Context(), 10)
		if err != nil || len(incidents) != 2 {
			t.Fatalf("%d incidents, error %v", len(incidents), err)
		}
		if n := len(w.fake.Replies(top[1])); n != 0 {
			t.Errorf("%d replies under the incident that flaps, want edits only", n)
		}
		t.Logf("%d times: %s", incidents[0].Turns, top[1].Reads())
	})
}
