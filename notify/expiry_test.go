package notify

import (
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
)

// However long Slack was away, no message says for ever that something burns
// which is over.
func TestAfterDaysWithoutSlackAMessageStillComesTrue(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.runs(1, "", goesBurning, alert.WentBurning)
		w.runs(2, "shop.example", goesBurning, alert.WentBurning)
		w.runs(3, "shop.example", goesBurning, alert.WentBurning)
		w.pass(10 * time.Second)
		w.wantTop("Burning: ", "Burning: ")
		w.fake.Inject(slackfake.Fault{Status: 503})
		w.pass(time.Hour)
		for n := range 3 {
			w.runs(n+1, "", goesQuiet, alert.WentResolved)
		}
		w.runs(4, "other.example", goesBurning, alert.WentBurning) // of which nobody ever hears
		w.pass(time.Hour)
		w.runs(4, "", goesQuiet, alert.WentResolved)
		w.pass(49 * time.Hour)
		w.fake.Heal()
		w.pass(30 * time.Minute)
		if n := len(w.fake.Top()); n != 2 {
			t.Errorf("%d messages, want the two that were there", n)
		}
		for _, m := range w.fake.Top() {
			if !strings.HasPrefix(m.Text, "Resolved: ") {
				t.Errorf("two days after its end a message says %q", m.Text)
			}
		}
	})
}
