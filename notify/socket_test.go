package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/store"
)

var ana, boris = slackfake.User{ID: "U0ANA00001", Name: "ana"}, slackfake.User{ID: "U0BORIS001", Name: "boris"}

// inOffice runs a test in a world whose bot has a socket.
func inOffice(t *testing.T, s SocketSettings, test func(w *world, s *Socket)) {
	t.Helper()
	inWorld(t, slackfake.Settings{AppToken: appToken, Groups: map[string][]string{"S0ONCALL01": {ana.ID}}}, func(w *world) {
		if s.AppToken == "" {
			s.AppToken = appToken
		}
		w.hears(s, func(socket *Socket) { test(w, socket) })
	})
}

// hears runs the notifier and a socket while test does.
func (w *world) hears(s SocketSettings, test func(*Socket)) {
	socket := NewSocket(w.notifier, s)
	w.run()
	ctx, cancel := context.WithCancel(w.t.Context())
	var hearing sync.WaitGroup
	hearing.Go(func() {
		if err := socket.Run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	w.deafen = func() { cancel(); hearing.Wait() }
	defer func() { w.deafen() }()
	w.pass(time.Second)
	test(socket)
}

// press presses a button of m, as it reads now or as given, and lets 2 s pass.
func (w *world) press(u slackfake.User, m slackfake.Message, action Button, choice string) string {
	w.t.Helper()
	id, err := w.fake.Press(u, m, string(action), choice)
	if err != nil {
		w.t.Fatal(err)
	}
	w.pass(2 * time.Second)
	return id
}

// wantAnswer fails the test unless the last answer went to u and says so.
func (w *world) wantAnswer(u slackfake.User, says string) {
	w.t.Helper()
	all := w.fake.Answers()
	if len(all) == 0 {
		w.t.Fatalf("nobody was answered, want %q", says)
	}
	if a := all[len(all)-1]; a.To != u || !strings.Contains(a.Text, says) {
		w.t.Errorf("%s was told %q, want %s to be told %q", a.To.Name, a.Text, u.Name, says)
	}
}

func (w *world) acts(n int64) []alert.Act {
	w.t.Helper()
	acts, err := w.db.Acts(w.t.Context(), n)
	if err != nil {
		w.t.Fatal(err)
	}
	return acts
}

func TestAClickBecomesAnEditWithinASecond(t *testing.T) {
	inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
		w.happens(key(1), goesSoon, alert.WentSoon)
		w.pass(2 * time.Second)
		m := w.wantTop("Soon: ")[0]
		pressed := time.Now()
		w.press(ana, m, Acknowledge, "")

		e := w.fake.Envelopes()[0]
		if took := e.Acked.Sub(pressed); e.Acked.IsZero() || took > 100*time.Millisecond {
			t.Errorf("the envelope was acknowledged after %v", took)
		}
		updates := w.fake.Requests("chat.update")
		if len(updates) != 1 || updates[0].At.Sub(pressed) > time.Second {
			t.Errorf("%d edits, want one within a second of the click", len(updates))
		}
		w.wantAnswer(ana, "ana has inc-1 now.")
		m = w.wantTop("Acknowledged by ana: ")[0]
		if strings.Contains(string(m.Blocks), `"acknowledge"`) || !strings.Contains(string(m.Blocks), `"snooze"`) {
			t.Errorf("its buttons are %s", m.Blocks)
		}
		acts := w.acts(1)
		if len(acts) != 1 || acts[0].ByID != ana.ID || acts[0].By != "ana" || acts[0].Via != "slack" {
			t.Errorf("kept %+v", acts)
		}
	})
}

func TestEveryButtonDoesWhatItSays(t *testing.T) {
	inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
		w.happens(key(1), func(in *alert.Incident) {
			goesSoon(in)
			in.Pending = []alert.Promise{*in.Promise}
		}, alert.WentSoon)
		w.pass(2 * time.Second)
		m := w.wantTop("Soon: ")[0]

		w.press(ana, m, ShowForecast, "")
		w.wantAnswer(ana, "Soon: Buy a coffee will cross 1.5 s")
		if a := w.fake.Answers()[0]; !strings.Contains(string(a.Blocks), "How sure") || strings.Contains(string(a.Blocks), `"actions"`) {
			t.Errorf("the forecast is %s", a.Blocks)
		}
		w.press(ana, m, Useful, "")
		w.wantAnswer(ana, "was useful. If it does not come, it counts as averted.")
		w.press(ana, m, NotUseful, "")
		w.wantAnswer(ana, "was not useful")
		before := time.Now()
		w.press(ana, m, Snooze, "30m")
		w.wantAnswer(ana, "inc-1 is snoozed until ")
		in, err := w.db.IncidentByNumber(w.t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if !in.Pending[0].Helped || in.SnoozedUntil.Sub(before) < 30*time.Minute || in.SnoozedUntil.Sub(before) > 31*time.Minute {
			t.Errorf("helped %t, snoozed until %v", in.Pending[0].Helped, in.SnoozedUntil)
		}
		w.wantTop("Snoozed by ana until ")
		w.press(ana, m, Snooze, "09:00")
		if in, _ := w.db.IncidentByNumber(w.t.Context(), 1); in.SnoozedUntil.UTC().Format("15:04") != "09:00" {
			t.Errorf("snoozed until %v", in.SnoozedUntil)
		}
		var kinds []string
		for _, a := range w.acts(1) {
			kinds = append(kinds, string(a.Kind))
		}
		if got := strings.Join(kinds, ", "); got != "useful, not useful, snooze, snooze" {
			t.Errorf("kept %s", got)
		}
	})
}

func TestAStaleClickChangesNothingAndSaysSo(t *testing.T) {
	inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		first := w.wantTop("Burning: ")[0]
		w.press(ana, first, Acknowledge, "")
		w.press(boris, first, Acknowledge, "")
		w.wantAnswer(boris, "Nothing changed: ana has inc-1 since ")
		w.press(ana, first, Acknowledge, "")
		w.wantAnswer(ana, "Nothing changed: ana has inc-1 since ")

		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.pass(2 * time.Second)
		w.press(boris, first, Snooze, "2h")
		w.wantAnswer(boris, "Nothing changed: inc-1 is resolved since ")

		w.happens(key(1), func(in *alert.Incident) {
			goesBurning(in)
			in.AckBy, in.AckAt = "", time.Time{}
		}, alert.WentBurning)
		w.pass(2 * time.Second)
		w.press(boris, first, Acknowledge, "") // of inc-1, while inc-2 burns
		w.wantAnswer(boris, "Nothing changed: inc-1 is resolved since ")
		w.wantTop("Resolved: ", "Burning: ")
		if in, _ := w.db.IncidentByNumber(w.t.Context(), 2); !in.AckAt.IsZero() {
			t.Errorf("%s has the newer incident", in.AckBy)
		}
		if acts := w.acts(1); len(acts) != 1 {
			t.Errorf("kept %+v", acts)
		}
	})
}

func TestAClickThatIsToldTwiceIsOneClick(t *testing.T) {
	inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		id := w.press(ana, w.fake.Top()[0], Acknowledge, "")
		w.fake.Repeat(id)
		w.pass(time.Second)
		if n := len(w.fake.Answers()); n != 1 {
			t.Errorf("answered %d times: %+v", n, w.fake.Answers())
		}
		if acts := w.acts(1); len(acts) != 1 {
			t.Errorf("done %d times: %+v", len(acts), acts)
		}
		if e := w.fake.Envelopes()[0]; len(e.Sent) != 2 || e.Acked.IsZero() {
			t.Errorf("the envelope: %+v", e)
		}
	})
}

func TestAButtonThatIsNotOursChangesNothing(t *testing.T) {
	inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		with := func(value string) slackfake.Message {
			m := w.fake.Top()[0]
			m.Blocks = fmt.Appendf(nil, `[{"type":"actions","elements":[{"type":"button","action_id":"acknowledge","value":%q}]}]`, value)
			return m
		}
		w.press(ana, with(""), Acknowledge, "") // a link
		if n := len(w.fake.Answers()); n != 0 {
			t.Errorf("a link was answered: %+v", w.fake.Answers())
		}
		for _, value := range []string{"42", "inc-", "inc-x", "inc--1", "inc-99999999999999999999", "INC-1"} {
			w.press(ana, with(value), Acknowledge, "")
			w.wantAnswer(ana, "of another version of forewarn")
		}
		w.press(ana, with("inc-7"), Acknowledge, "")
		w.wantAnswer(ana, "there is no incident inc-7")
		w.wantTop("Burning: ")
	})
}

func TestAClickInOneChannelIsSeenInAllThatWereTold(t *testing.T) {
	channels := []slackfake.Channel{{ID: "C0FAKE00001", Name: "alerts", Member: true}, {ID: "C0FAKE00002", Name: "shop", Member: true}}
	inWorld(t, slackfake.Settings{AppToken: appToken, Channels: channels}, func(w *world) {
		w.close()
		w.channels = []Channel{w.bot(), NewSlack(SlackSettings{Name: "shop", Token: token, Channel: "#shop", APIURL: "http://slack.test/api/", Dial: w.dial})}
		w.open()
		w.hears(SocketSettings{AppToken: appToken}, func(*Socket) {
			w.happens(key(1), goesBurning, alert.WentBurning)
			w.pass(2 * time.Second)
			both := w.wantTop("Burning: ", "Burning: ")
			if both[0].Channel == both[1].Channel {
				t.Fatalf("both messages are in %s", both[0].Channel)
			}
			w.press(boris, both[1], Acknowledge, "")
			w.wantAnswer(boris, "boris has inc-1 now.")
			w.wantTop("Acknowledged by boris: ", "Acknowledged by boris: ")
			w.press(ana, both[0], Acknowledge, "") // as her screen still shows it
			w.wantAnswer(ana, "Nothing changed: boris has inc-1 since ")
			w.happens(key(1), goesQuiet, alert.WentResolved)
			w.pass(2 * time.Second)
			for _, m := range w.wantTop("Resolved: ", "Resolved: ") {
				if replies := w.fake.Replies(m); len(replies) != 1 || replies[0].Channel != m.Channel {
					t.Errorf("in the thread of %s stand %v", m.Channel, replies)
				}
			}
		})
	})
}

// Whatever happens to the connection, a click is done, once.
func TestAClickOutlivesItsConnection(t *testing.T) {
	for name, harm := range map[string]func(f *slackfake.Server){
		"cut before it is acknowledged": (*slackfake.Server).CutNext,
		"cut a moment before":           (*slackfake.Server).Cut,
		"no ping, and nothing else":     (*slackfake.Server).Mute,
		"a warning":                     func(f *slackfake.Server) { f.Disconnect("warning") },
		"a refresh":                     func(f *slackfake.Server) { f.Disconnect("refresh_requested") },
		"cut, and no new one at first": func(f *slackfake.Server) {
			f.Inject(slackfake.Fault{Method: "apps.connections.open", Times: 2, Status: 503})
			f.Inject(slackfake.Fault{Method: "socket", Times: 1, Status: 500})
			f.CutNext()
		},
	} {
		t.Run(name, func(t *testing.T) {
			inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
				w.happens(key(1), goesBurning, alert.WentBurning)
				w.pass(2 * time.Second)
				harm(w.fake)
				w.press(ana, w.fake.Top()[0], Acknowledge, "")
				w.pass(time.Minute)
				w.wantTop("Acknowledged by ana: ")
				if e := w.fake.Envelopes()[0]; e.Acked.IsZero() {
					t.Errorf("never acknowledged: %+v", e)
				}
				if n, acts := len(w.fake.Answers()), w.acts(1); n != 1 || len(acts) != 1 {
					t.Errorf("answered %d times, done %d times", n, len(acts))
				}
				now, times := s.Linked()
				if h := s.Health(); h.Failure != "" || w.fake.Sockets() != 1 || !now || times != 2 {
					t.Errorf("afterwards %+v, %d sockets, connected %t, %d times", h, w.fake.Sockets(), now, times)
				}
			})
		})
	}
}

// A run burns what somebody is just snoozing: burning always speaks, and the
// click says what became of it.
func TestAClickRacesTheRunThatBurns(t *testing.T) {
	for round := range 50 {
		inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
			w.happens(key(1), goesSoon, alert.WentSoon)
			w.pass(2 * time.Second)
			m := w.fake.Top()[0]
			var both sync.WaitGroup
			both.Go(func() {
				if _, err := w.fake.Press(ana, m, string(Snooze), "2h"); err != nil {
					t.Error(err)
				}
			})
			both.Go(func() { w.happens(key(1), goesBurning, alert.WentBurning) })
			both.Wait()
			w.pass(5 * time.Second)
			in, err := w.db.Incident(w.t.Context(), key(1))
			if err != nil || in.State != alert.Burning || in.SnoozedUntil.IsZero() || len(w.acts(1)) != 1 {
				t.Fatalf("round %d: %+v, %v", round, in, err)
			}
			top := w.fake.Top()
			if len(top) != 2 || len(w.fake.Answers()) != 1 {
				t.Errorf("round %d: %d messages, %d answers", round, len(top), len(w.fake.Answers()))
			}
		})
	}
}

func TestOnlyThoseWhoMayActDo(t *testing.T) {
	for name, c := range map[string]struct {
		may  []string
		says string
	}{
		"everybody":            {nil, "boris has inc-1 now."},
		"somebody else":        {[]string{ana.ID}, "you are not among those who may act"},
		"by name":              {[]string{ana.ID, boris.ID}, "boris has inc-1 now."},
		"a group of others":    {[]string{"S0ONCALL01"}, "you are not among those who may act"},
		"a group nobody knows": {[]string{"S0NOBODY01"}, "whether you may is unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			inOffice(t, SocketSettings{MayAct: c.may}, func(w *world, s *Socket) {
				w.happens(key(1), goesBurning, alert.WentBurning)
				w.pass(2 * time.Second)
				w.press(boris, w.fake.Top()[0], Acknowledge, "")
				w.wantAnswer(boris, c.says)
				if did, want := len(w.acts(1)) == 1, strings.HasSuffix(c.says, "now."); did != want {
					t.Errorf("acted: %t", did)
				}
				if name == "a group of others" {
					w.press(ana, w.fake.Top()[0], Acknowledge, "")
					w.wantAnswer(ana, "ana has inc-1 now.")
				}
			})
		})
	}
}

func TestATokenThatIsRefusedTakesTheButtonsAway(t *testing.T) {
	for code, says := range map[string]string{
		"invalid_auth": "App-Level Tokens", "missing_scope": "connections:write", "not_allowed_token_type": "xapp-", "token_revoked": "xapp-",
	} {
		t.Run(code, func(t *testing.T) {
			inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
				w.fake.Inject(slackfake.Fault{Method: "apps.connections.open", Code: code})
				w.fake.Cut()
				w.pass(10 * time.Second)
				if why := s.Health().Failure; !strings.HasPrefix(why, "slack.app_token: "+code) || !strings.Contains(why, says) {
					t.Errorf("health says %q", why)
				}
				if now, times := s.Linked(); now || times != 1 {
					t.Errorf("connected %t, %d times", now, times)
				}
				w.happens(key(1), goesBurning, alert.WentBurning)
				w.pass(2 * time.Second)
				if m := w.wantTop("Burning: ")[0]; strings.Contains(string(m.Blocks), `"actions"`) {
					t.Errorf("dead buttons: %s", m.Blocks)
				}
				w.fake.Heal()
				w.pass(11 * time.Minute)
				if h := s.Health(); h.Failure != "" {
					t.Errorf("after the token works again: %+v", h)
				}
				w.happens(key(2), goesBurning, alert.WentBurning)
				w.pass(2 * time.Second)
				if m := w.fake.Top()[1]; !strings.Contains(string(m.Blocks), `"actions"`) {
					t.Errorf("no buttons: %s", m.Blocks)
				}
			})
		})
	}
}

func TestWithoutASocketThereAreNoButtons(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		m := w.wantTop("Burning: ")[0]
		if _, err := w.fake.Press(ana, m, string(Acknowledge), ""); err == nil {
			t.Errorf("a dead button in %s", m.Blocks)
		}
	})
}

func TestTheSlashCommandDoesWhatTheButtonsDo(t *testing.T) {
	inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
		say := func(text, want string) {
			t.Helper()
			w.fake.Type(ana, text)
			w.pass(2 * time.Second)
			w.wantAnswer(ana, want)
		}
		say("", "/forewarn status: what is open")
		say("status", "Nothing is open: 0 limits are watched.")
		w.happens(key(1), goesSoon, alert.WentSoon)
		w.happens(key(2), goesBurning, alert.WentBurning)
		say("status", "inc-2 Burning: Buy a coffee takes 1.84 s, limit 1.5 s. No trend led to it. Nobody has it yet.\ninc-1 Soon: ")
		say("ack 2", "ana has inc-2 now.")
		say("ack inc-2", "Nothing changed: ana has inc-2 since ")
		say("snooze #1 2h", "inc-1 is snoozed until ")
		say("snooze 1 tomorrow", "write how long, as 30m or 2h")
		say("ack 7", "there is no incident inc-7")
		say("status", "ana has it.")
		for _, nonsense := range []string{"help", "ack", "ack x", "ack 2 3", "snooze 2", "acknowledge 2", "status now", "ack -1", strings.Repeat("x ", 1000)} {
			say(nonsense, "/forewarn ack 42: you have incident 42")
		}
	})
}

func TestManyOpenIncidentsStillFitIntoAnAnswer(t *testing.T) {
	inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
		w.describe = nil
		for i := range 40 {
			w.happens(alert.Key{Journey: fmt.Sprint(i) + strings.Repeat("<!channel>", 9), Limit: "latency"}, goesBurning, alert.WentBurning)
		}
		w.fake.Type(ana, "status")
		w.pass(2 * time.Second)
		w.wantAnswer(ana, "… and 25 more")
		a := w.fake.Answers()[0]
		if pings := (slackfake.Message{Text: a.Text, Blocks: a.Blocks}).Pings(); len(pings) > 0 {
			t.Errorf("pings %q", pings)
		}
	})
}

// The database may be taken for longer than Slack waits for an answer.
func TestTheEnvelopeIsAcknowledgedWhileTheDatabaseIsTaken(t *testing.T) {
	inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		m, began := w.fake.Top()[0], time.Now()
		other, err := store.Attach(w.t.Context(), w.path)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = other.Decide(w.t.Context(), key(2), time.Now(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			w.press(ana, m, Acknowledge, "") // two seconds pass
			if e := w.fake.Envelopes()[0]; e.Acked.IsZero() || e.Acked.Sub(began) > 100*time.Millisecond {
				t.Errorf("it was acknowledged %v after the click", e.Acked.Sub(began))
			}
			w.wantAnswer(ana, "That could not be kept: ") // which takes as long as the store waits
			return in, nil, ""
		})
		if err := errors.Join(err, other.Close()); err != nil {
			t.Error(err)
		}
		w.press(ana, m, Acknowledge, "")
		w.wantAnswer(ana, "ana has inc-1 now.")
	})
}

// What was acknowledged to Slack is not told again: it is done, also when the
// program is told to stop before.
func TestAClickThatWasAcknowledgedIsKeptWhileTheProgramStops(t *testing.T) {
	inOffice(t, SocketSettings{MayAct: []string{"S0ONCALL01"}}, func(w *world, _ *Socket) {
		for n := 1; n <= 3; n++ {
			w.happens(key(n), goesBurning, alert.WentBurning)
			w.pass(time.Hour) // each has a message of its own
		}
		w.fake.Inject(slackfake.Fault{Method: "usergroups.users.list", Then: func() { time.Sleep(500 * time.Millisecond) }})
		for _, m := range w.fake.Top() {
			if _, err := w.fake.Press(ana, m, string(Acknowledge), ""); err != nil {
				t.Fatal(err)
			}
		}
		w.pass(100 * time.Millisecond)
		for _, e := range w.fake.Envelopes() {
			if e.Acked.IsZero() {
				t.Fatalf("not acknowledged: %+v", e)
			}
		}
		stopped := time.Now()
		w.deafen()
		if took := time.Since(stopped); took > 3*time.Second {
			t.Errorf("stopping took %v", took)
		}
		for n := int64(1); n <= 3; n++ {
			if acts := w.acts(n); len(acts) != 1 {
				t.Errorf("of inc-%d is kept %+v", n, acts)
			}
		}
		if n := len(w.fake.Answers()); n != 3 {
			t.Errorf("answered %d times", n)
		}
	})
}

// Slack that hangs does not hold the end up: who may act stays unknown.
func TestAClickThatHangsDoesNotHoldUpTheEnd(t *testing.T) {
	inOffice(t, SocketSettings{MayAct: []string{"S0ONCALL01"}}, func(w *world, _ *Socket) {
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		w.fake.Inject(slackfake.Fault{Hang: true})
		for range 20 {
			if _, err := w.fake.Press(ana, w.fake.Top()[0], string(Acknowledge), ""); err != nil {
				t.Fatal(err)
			}
		}
		w.pass(100 * time.Millisecond)
		stopped := time.Now()
		w.deafen()
		if took := time.Since(stopped); took > 3*time.Second {
			t.Errorf("stopping took %v", took)
		}
		if acts := w.acts(1); len(acts) != 0 {
			t.Errorf("kept %+v of somebody who may not be allowed to", acts)
		}
	})
}

// Slack may answer late, too.
func TestTheEnvelopeIsAcknowledgedBeforeTheWork(t *testing.T) {
	inOffice(t, SocketSettings{}, func(w *world, s *Socket) {
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(2 * time.Second)
		m := w.fake.Top()[0]
		w.fake.Inject(slackfake.Fault{Method: "respond", Hang: true})
		began := time.Now()
		for range 30 {
			if _, err := w.fake.Press(ana, m, string(Acknowledge), ""); err != nil {
				t.Fatal(err)
			}
		}
		w.pass(10 * time.Second)
		for _, e := range w.fake.Envelopes() {
			if e.Acked.IsZero() || e.Acked.Sub(began) > 100*time.Millisecond {
				t.Errorf("%s was acknowledged %v after the click", e.ID, e.Acked.Sub(began))
			}
		}
		w.wantTop("Acknowledged by ana: ")
		if log := w.log.String(); !strings.Contains(log, "not answered") || strings.Contains(log, "r3sp0ns3") {
			t.Errorf("the log says %s", log)
		}
		w.wantState("inc-1/acknowledged/2/slack", store.Sent)
	})
}
