package notify

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/store"
)

func TestAnIncidentIsToldFromSoonToResolved(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.happens(key(1), goesSoon, alert.WentSoon)
		w.pass(2 * time.Second)
		w.wantTop("Soon: Buy a coffee will cross 1.5 s in ~42 min (80 %: 28–65 min), now 1.01 s. Not broken yet.")

		w.pass(39 * time.Minute)
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		top := w.wantTop("Soon: ", "Burning: Buy a coffee takes 1.84 s, limit 1.5 s. Forewarned 39 min before the crossing, off by 3 min.")
		if took := top[1].At.Sub(w.state("inc-1/burning/2/slack").Decided); took > time.Second {
			t.Errorf("burning was told after %v", took)
		}

		w.happens(key(1), acknowledged, alert.Acknowledged)
		w.pass(2 * time.Second)
		w.wantTop("Soon: ", "Acknowledged by Ana: ")

		w.pass(31 * time.Minute)
		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.pass(4 * time.Second)
		top = w.wantTop("Soon: ", "Resolved: Buy a coffee is back to 640 ms after 31 min over 1.5 s.")
		if n := len(w.fake.Replies(top[1])); n != 1 {
			t.Errorf("%d replies in the thread, want 1", n)
		}
		if n := len(w.fake.Requests("chat.postMessage")); n != 3 {
			t.Errorf("%d posts, want 3", n)
		}
	})
}

func TestSendingIsOnDiskBeforeTheRequestAndSentOnlyAfterIt(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		const id = "inc-1/burning/1/slack"
		asked := false
		w.fake.Inject(slackfake.Fault{Method: "chat.postMessage", Times: 1, Lose: true, Then: func() {
			asked = true
			w.wantState(id, store.Sending)
		}})
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(time.Second)
		if !asked {
			t.Fatal("nothing was sent")
		}
		w.wantState(id, store.Unsure)
		w.pass(time.Minute)
		w.wantState(id, store.Sent)
		w.wantTop("Burning: ")
	})
}

// A process can be killed between any two steps of a delivery. What the next
// one finds is either nothing, or "sending" with the message there or not.
func TestNoMoreThanOneMessageASecond(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.pass(time.Second)
		begin := time.Now()
		for i := range 30 {
			w.happens(key(i), goesSoon, alert.WentSoon)
		}
		w.happens(key(30), goesBurning, alert.WentBurning)
		w.pass(time.Minute)
		all := w.fake.Top()
		if len(all) != 31 {
			t.Fatalf("%d messages, want 31", len(all))
		}
		for i := 1; i < len(all); i++ {
			if gap := all[i].At.Sub(all[i-1].At); gap < time.Second {
				t.Errorf("message %d came %v after the one before", i, gap)
			}
		}
		for i, m := range all {
			if strings.HasPrefix(m.Text, "Burning: ") && m.At.Sub(begin) > 2*time.Second {
				t.Errorf("what burns was told as number %d, after %v", i, m.At.Sub(begin))
			}
		}
	})
}

func TestAForecastNeverLeavesAfterItsCrossing(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.fake.Inject(slackfake.Fault{Status: 503})
		w.run()
		w.happens(key(1), goesSoon, alert.WentSoon)
		w.happens(key(2), goesSoon, alert.WentSoon)
		w.pass(43 * time.Minute)
		w.happens(key(2), goesBurning, alert.WentBurning)
		w.fake.Heal()
		w.pass(10 * time.Minute)
		w.wantTop("Burning: ")
		w.wantState("inc-1/soon/1/slack", store.Superseded)
		w.wantState("inc-2/soon/1/slack", store.Superseded)
	})
}

func TestWhatIsOverMeanwhileIsToldAsOver(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.fake.Inject(slackfake.Fault{Drop: true})
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(20 * time.Minute)
		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.fake.Heal()
		w.pass(10 * time.Minute)
		top := w.wantTop("Resolved: ")
		if reads := top[0].Reads(); !strings.Contains(reads, "20 min") {
			t.Errorf("got %s", reads)
		}
	})
}

func TestAWebhookTellsWhatMattersAndNothingTwice(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.close()
		w.channels = []Channel{w.hook()}
		w.open()
		w.run()
		w.happens(key(1), goesSoon, alert.WentSoon)
		w.pass(2 * time.Second)
		w.happens(key(1), func(*alert.Incident) {}, alert.Sooner)
		w.happens(key(1), acknowledged, alert.Acknowledged)
		w.pass(2 * time.Second)
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.pass(2 * time.Second)
		w.wantTop("Soon: ", "Burning: ", "Resolved: ")
	})
}

func TestEveryChannelIsToldByItself(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.close()
		var screen buffer
		w.channels = []Channel{w.bot(), &Terminal{W: &screen}}
		w.open()
		w.fake.Inject(slackfake.Fault{Hang: true})
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(100 * time.Millisecond)
		if !strings.HasPrefix(screen.String(), "Burning: Buy a coffee") {
			t.Errorf("a Slack that hangs keeps the terminal waiting: %q", screen.String())
		}
	})
}

func TestAStopIsOrderlyAndBounded(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.pass(time.Second)
		w.fake.Inject(slackfake.Fault{Method: "chat.postMessage", Hang: true})
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(time.Second)
		begin := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := w.notifier.Flush(ctx); err == nil {
			t.Error("flushed what hangs")
		}
		w.stop()
		w.stop = func() {}
		if took := time.Since(begin); took > 9*time.Second {
			t.Errorf("took %v", took)
		}
		w.wantState("inc-1/burning/1/slack", store.Unsure)
	})
}

func TestAFlushTellsWhatIsDue(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.happens(key(2), goesBurning, alert.WentBurning)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := w.notifier.Flush(ctx); err != nil {
			t.Error(err)
		}
		w.wantTop("Burning: ", "Burning: ")
	})
}

func TestASettledForecastLinksToWhatCame(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.happens(key(1), goesSoon, alert.WentSoon)
		w.pass(39 * time.Minute)
		w.happens(key(1), func(in *alert.Incident) {
			goesBurning(in)
			p := *in.Promise
			p.Crossed = time.Now()
			in.Promise = &p
		}, alert.WentBurning, alert.Settled)
		w.pass(10 * time.Second)
		top := w.wantTop("Soon, it came: Buy a coffee crossed 1.5 s, 39 min after the warning, off by 3 min.", "Burning: ")
		if !strings.Contains(top[0].Reads(), "/p"+strings.Replace(top[1].TS, ".", "", 1)) {
			t.Errorf("no link to what came: %s", top[0].Reads())
		}
		w.happens(key(1), acknowledged, alert.Acknowledged)
		w.pass(10 * time.Second)
		w.wantTop("Soon, it came: ", "Acknowledged by Ana: ")
	})
}
