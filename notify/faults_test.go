package notify

import (
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/store"
)

func TestALostReplyIsNoReasonToSayItTwice(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.fake.Inject(slackfake.Fault{Method: "chat.postMessage", Lose: true, Times: 3, Skip: 1})
		w.fake.Inject(slackfake.Fault{Method: "chat.update", Lose: true, Times: 2})
		w.run()
		for i, change := range []func(*alert.Incident){goesSoon, goesBurning, acknowledged, goesQuiet} {
			w.happens(key(1), change, []alert.EventKind{alert.WentSoon, alert.WentBurning, alert.Acknowledged, alert.WentResolved}[i])
			w.pass(time.Minute)
		}
		top := w.wantTop("Soon: ", "Resolved: ")
		if n := len(w.fake.Replies(top[1])); n != 1 {
			t.Errorf("%d replies, want 1", n)
		}
	})
}

// Each fault that passes strikes a post, an edit and a reply once: what is seen
// afterwards is what would have been seen without it.
func TestAFaultThatPassesChangesNothingOfWhatIsSeen(t *testing.T) {
	for name, f := range failures() {
		if f.class != Ambiguous && f.class != Rate {
			continue
		}
		for what, method := range map[string]string{"post": "chat.postMessage", "edit": "chat.update", "reply": "chat.postMessage"} {
			t.Run(name+", "+what, func(t *testing.T) {
				inWorld(t, slackfake.Settings{}, func(w *world) {
					strike := f.fault
					strike.Method, strike.Times = method, 1
					if what == "reply" {
						strike.Skip = 1 // the post that it belongs to
					}
					w.fake.Inject(strike)
					w.run()
					w.happens(key(1), goesBurning, alert.WentBurning)
					w.pass(2 * time.Minute)
					w.happens(key(1), acknowledged, alert.Acknowledged)
					w.pass(2 * time.Minute)
					w.happens(key(1), goesQuiet, alert.WentResolved)
					w.pass(2 * time.Minute)
					top := w.wantTop("Resolved: ")
					if n := len(w.fake.Replies(top[0])); n != 1 {
						t.Errorf("%d replies, want 1", n)
					}
					w.wantState("inc-1/burning/1/slack", store.Sent)
					w.wantState("inc-1/acknowledged/2/slack", store.Sent)
					w.wantState("inc-1/resolved/3/slack", store.Sent)
				})
			})
		}
	}
}

func TestWithoutTheHistoryEverythingIsSaidAtLeastOnce(t *testing.T) {
	inWorld(t, slackfake.Settings{Scopes: []string{"chat:write"}}, func(w *world) {
		w.fake.Inject(slackfake.Fault{Method: "chat.postMessage", Lose: true, Times: 1})
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(time.Minute)
		top := w.wantTop("Burning: ", "Burning: ")
		for i, want := range []bool{false, true} {
			if got := strings.Contains(top[i].Reads(), "may be a repeat"); got != want {
				t.Errorf("message %d says that it may be a repeat: %t", i, got)
			}
		}
	})
}

func TestAKillAtAnyStepLosesNothingAndRepeatsNothing(t *testing.T) {
	const id = "inc-1/burning/1/slack"
	sending := func(w *world) {
		if err := w.db.Sending(w.t.Context(), id, time.Now()); err != nil {
			w.t.Fatal(err)
		}
	}
	for name, before := range map[string]func(*world){
		"before it is marked":      func(*world) {},
		"before the request":       sending,
		"after Slack has taken it": func(w *world) { sending(w); w.postByHand(id) },
		"during the request": func(w *world) {
			w.fake.Inject(slackfake.Fault{Method: "chat.postMessage", HangAfter: true, Times: 1})
			w.run()
			w.pass(time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, slackfake.Settings{}, func(w *world) {
				w.happens(key(1), goesBurning, alert.WentBurning)
				before(w)
				w.restart()
				w.pass(time.Minute)
				w.wantTop("Burning: ")
				w.wantState(id, store.Sent)
			})
		})
	}
}

// postByHand is a request whose process does not live to see the answer.
func (w *world) postByHand(id string) {
	w.t.Helper()
	m := message(w.t, "burning")
	m.ID = id
	deliver(w.t, w.bot(), m)
}

func TestLanesKeepTheirOrderWhateverFails(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		for range 5 {
			w.fake.Inject(slackfake.Fault{Method: "chat.postMessage", Status: 500, Times: 1, Skip: 1})
			w.fake.Inject(slackfake.Fault{Method: "chat.postMessage", Drop: true, Times: 1, Skip: 1})
			w.fake.Inject(slackfake.Fault{Method: "chat.update", Lose: true, Times: 1})
		}
		w.run()
		for i := range 4 {
			w.happens(key(i), goesSoon, alert.WentSoon)
		}
		w.pass(5 * time.Minute)
		for i := range 4 {
			w.happens(key(i), goesBurning, alert.WentBurning)
			w.happens(key(i), goesQuiet, alert.WentResolved)
		}
		w.pass(20 * time.Minute)
		seen := map[string][]string{}
		for _, m := range w.fake.Messages() {
			lane, rest, _ := strings.Cut(m.DeliveryID(), "/")
			seen[lane] = append(seen[lane], rest)
		}
		for lane, order := range seen {
			got := strings.TrimPrefix(strings.Join(order, " "), "soon/1/slack ") // which may be stale by then
			if got != "resolved/3/slack/edit resolved/3/slack" {
				t.Errorf("%s: %s", lane, got)
			}
		}
		if len(seen) != 4 {
			t.Errorf("%d lanes, want 4", len(seen))
		}
	})
}

func TestRetryAfterHoldsTheWholeChannel(t *testing.T) {
	for name, c := range map[string]struct {
		fault slackfake.Fault
		wait  time.Duration
	}{
		"told":     {slackfake.Fault{Status: 429, RetryAfter: 47 * time.Second}, 47 * time.Second},
		"not told": {slackfake.Fault{Status: 429}, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, slackfake.Settings{}, func(w *world) {
				c.fault.Method, c.fault.Times = "chat.postMessage", 1
				w.fake.Inject(c.fault)
				w.run()
				w.happens(key(1), goesBurning, alert.WentBurning)
				w.pass(time.Second)
				if left := time.Until(w.notifier.Health()[0].Held); left > c.wait || left < c.wait-2*time.Second {
					t.Errorf("held for %v yet, want %v", left, c.wait)
				}
				w.happens(key(2), goesBurning, alert.WentBurning)
				w.pass(2 * time.Minute)
				if h := w.notifier.Health()[0]; h.Paced.Round(100*time.Millisecond) != time.Second || !h.Held.IsZero() {
					t.Errorf("paced for %v, held until %v, want one second between two messages, and no more", h.Paced, h.Held)
				}
				w.wantTop("Burning: ", "Burning: ")
				asked := w.fake.Requests("chat.postMessage")
				if gap := asked[1].At.Sub(asked[0].At); gap < c.wait || gap > c.wait+time.Second {
					t.Errorf("asked again after %v, want %v", gap, c.wait)
				}
				if n := w.state("inc-1/burning/1/slack").Attempts; n != 1 {
					t.Errorf("%d attempts, want 1: too fast is none", n)
				}
			})
		})
	}
}

func TestWhileSlackIsDownItIsAskedLessAndLess(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.fake.Inject(slackfake.Fault{Status: 503})
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.happens(key(2), goesBurning, alert.WentBurning)
		w.pass(10 * time.Minute)
		tries := len(w.fake.Requests(""))
		if tries < 5 || tries > 60 {
			t.Errorf("asked %d times in 10 min", tries)
		}
		if h := w.notifier.Health()[0]; h.OK() || h.Failure == "" || !h.LastSent.IsZero() {
			t.Errorf("health is %+v", h)
		}
		w.happens(key(1), acknowledged, alert.Acknowledged)
		w.fake.Heal()
		w.pass(6 * time.Minute)
		top := w.wantTop("Acknowledged by Ana: ", "Burning: ")
		if reads := top[1].Reads(); !strings.Contains(reads, "min late") {
			t.Errorf("does not say that it was told late: %s", reads)
		}
		if h := w.notifier.Health()[0]; !h.OK() || h.LastSent.IsZero() {
			t.Errorf("health is %+v", h)
		}
	})
}

func TestTheSameSeedWaitsTheSame(t *testing.T) {
	times := func() (all []time.Duration) {
		inWorld(t, slackfake.Settings{}, func(w *world) {
			w.fake.Inject(slackfake.Fault{Status: 500})
			w.run()
			begin := time.Now()
			w.happens(key(1), goesBurning, alert.WentBurning)
			w.pass(10 * time.Minute)
			for _, r := range w.fake.Requests("") {
				all = append(all, r.At.Sub(begin).Round(time.Millisecond))
			}
		})
		return all
	}
	a, b := times(), times()
	if len(a) != len(b) || len(a) < 5 {
		t.Fatalf("%d and %d requests", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Errorf("request %d at %v and at %v", i, a[i], b[i])
		}
	}
}

func TestAWrongTokenIsSaidAndHeals(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.fake.Change(func(s *slackfake.Settings) { s.Token = "xoxb-another" })
		w.run()
		w.pass(time.Second)
		h := w.notifier.Health()[0]
		if h.OK() || len(h.Problems) != 1 || !strings.Contains(h.Problems[0].String(), "slack.bot_token") {
			t.Errorf("before anything is sent: %+v", h)
		}
		if log := w.log.String(); !strings.Contains(log, "slack.bot_token: invalid_auth") || !strings.Contains(log, "put the app's bot token") {
			t.Errorf("the log does not say so: %s", log)
		}
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(time.Hour)
		if n := len(w.fake.Requests("chat.postMessage")); n < 10 || n > 13 {
			t.Errorf("posted %d times in an hour with a token that does not work", n)
		}
		w.fake.Change(func(s *slackfake.Settings) { s.Token = token })
		w.pass(5 * time.Minute)
		w.wantTop("Burning: ")
		w.pass(5 * time.Minute)
		if h := w.notifier.Health()[0]; !h.OK() || len(h.Problems) != 0 {
			t.Errorf("afterwards: %+v", h)
		}
	})
}

func TestAnArchivedChannelHoldsAndHeals(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.fake.Change(func(s *slackfake.Settings) { s.Channels[0].Archived = true })
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(time.Minute)
		if h := w.notifier.Health()[0]; h.OK() || h.Class != Destination || !strings.Contains(h.Failure, "unarchive") {
			t.Errorf("health is %+v", h)
		}
		w.fake.Change(func(s *slackfake.Settings) { s.Channels[0].Archived = false })
		w.pass(5 * time.Minute)
		w.wantTop("Burning: ")
	})
}

func TestAMessageThatSlackRefusesInAnyFormHoldsNothingUp(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.fake.Inject(slackfake.Fault{Method: "chat.postMessage", Code: "msg_too_long", Times: 3})
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(10 * time.Second)
		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.pass(10 * time.Second)
		w.wantState("inc-1/burning/1/slack", store.Dead)
		w.wantTop("Resolved: ") // its parent is dead: it stands alone
	})
}

func TestADeletedMessageIsSaidAnew(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		w.fake.Delete(w.wantTop("Burning: ")[0])
		w.happens(key(1), acknowledged, alert.Acknowledged)
		w.pass(2 * time.Second)
		w.wantTop("Acknowledged by Ana: ")
		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.pass(3 * time.Second)
		if top := w.wantTop("Resolved: "); len(w.fake.Replies(top[0])) != 1 {
			t.Error("the new message is not the incident's thread")
		}
	})
}
