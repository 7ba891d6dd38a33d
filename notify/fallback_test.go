package notify

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/store"
)

// pager is a server that takes JSON and keeps it.
type pager struct {
	mu     sync.Mutex
	status int // that it answers; 0 is 200
	took   []call
}

type call struct {
	at   time.Time
	id   string
	body string
}

func (p *pager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var body json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if p.status != 0 {
		w.WriteHeader(p.status)
		return
	}
	p.took = append(p.took, call{time.Now(), r.Header.Get("Idempotency-Key"), string(body)})
}

// calls are what the pager took, with the text of each.
func (p *pager) calls() []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]call(nil), p.took...)
}

// withPager gives the bot of w a JSON webhook for a fallback.
func (w *world) withPager() *pager {
	p := &pager{}
	server, line := httptest.NewUnstartedServer(p), newPipe()
	server.Listener.Close()
	server.Listener = line
	server.Start()
	w.t.Cleanup(server.Close)
	w.close()
	w.channels = []Channel{w.bot(), NewJSONHook(HookSettings{Name: "pager", URL: "http://pager.test/hook", Dial: line.dial})}
	w.routes = []store.Route{{Name: "slack", Fallback: "pager"}, {Name: "pager", Spare: true}}
	w.open()
	return p
}

func (w *world) wantCalls(p *pager, events ...string) []call {
	w.t.Helper()
	all := p.calls()
	for i, c := range all {
		if i < len(events) && strings.Contains(c.body, `"event":"`+events[i]+`"`) {
			continue
		}
		w.t.Errorf("call %d is %s", i, c.body)
	}
	if len(all) != len(events) {
		w.t.Fatalf("%d calls, want %q", len(all), events)
	}
	return all
}

// However Slack is down, for ten minutes: what burns reaches somebody within
// one, and of the forecast whose time passed meanwhile nothing is ever said.
func TestWhileSlackIsDownTheFallbackTellsWithinAMinuteAndNothingStaleFollows(t *testing.T) {
	for name, fault := range map[string]slackfake.Fault{
		"refuses": {Status: 503}, "hangs": {Hang: true}, "cuts connections": {Drop: true}, "is in a hurry": {Status: 429, RetryAfter: 10 * time.Minute},
		"loses answers": {Method: "chat.postMessage", Lose: true}, "hangs after it": {Method: "chat.postMessage", HangAfter: true},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, slackfake.Settings{Scopes: []string{"chat:write", "channels:read"}}, func(w *world) {
				p := w.withPager()
				w.run()
				w.pass(time.Second)
				w.fake.Inject(fault)
				w.happens(key(1), soonIn(5*time.Minute), alert.WentSoon)
				w.pass(time.Minute)
				w.wantCalls(p)
				decided := time.Now()
				w.happens(key(2), goesBurning, alert.WentBurning)
				w.pass(time.Minute)
				told := w.wantCalls(p, "burning")[0]
				if took := told.at.Sub(decided); took > time.Minute {
					t.Errorf("the fallback told after %v", took)
				}
				w.pass(8 * time.Minute)
				w.fake.Heal()
				w.pass(15 * time.Minute)
				w.wantCalls(p, "burning")
				for _, m := range w.fake.Top() {
					if late := m.At.Sub(decided) > 5*time.Minute; late && strings.HasPrefix(m.Text, "Soon") {
						t.Errorf("a forecast was told %v after the crossing", m.At.Sub(decided))
					}
				}
			})
		})
	}
}

// soonIn opens an incident whose crossing is expected after d.
func soonIn(d time.Duration) func(*alert.Incident) {
	return func(in *alert.Incident) {
		goesSoon(in)
		p := *in.Promise
		now := float64(time.Now().Unix())
		p.Crossing.Earliest, p.Crossing.Expected, p.Crossing.Latest = now+d.Seconds()/2, now+d.Seconds(), now+2*d.Seconds()
		p.First, in.Promise = p.Crossing, &p
	}
}

func TestBackInSlackAMessageSaysByWhichWayTheTeamWasTold(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		p := w.withPager()
		w.run()
		w.pass(time.Second)
		w.fake.Inject(slackfake.Fault{Status: 503})
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(10 * time.Minute)
		told := w.wantCalls(p, "burning")[0]
		if !strings.Contains(told.body, "told here because slack did not take it") {
			t.Errorf("the fallback does not say why it tells: %s", told.body)
		}
		if told.id != `"inc-1/burning/1/pager"` {
			t.Errorf("its key is %s", told.id)
		}
		w.fake.Heal()
		w.pass(6 * time.Minute)
		want := "the team was told by pager at <!date^" // and the moment
		if reads := w.wantTop("Burning: ")[0].Reads(); !strings.Contains(reads, want) {
			t.Errorf("Slack does not say who told: %s", reads)
		}
		w.happens(key(1), acknowledged, alert.Acknowledged)
		w.pass(10 * time.Second)
		if reads := w.wantTop("Acknowledged by Ana: ")[0].Reads(); !strings.Contains(reads, want) {
			t.Errorf("an edit forgets who told: %s", reads)
		}
		w.wantCalls(p, "burning") // nobody is woken to hear that somebody is on it
		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.pass(10 * time.Second)
		w.wantCalls(p, "burning", "resolved")
		w.wantTop("Resolved: ")
	})
}

func TestARevokedTokenSendsWhatBurnsByTheFallbackAtOnce(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		p := w.withPager()
		w.run()
		w.pass(time.Second)
		w.fake.Revoke()
		for n := range 2 { // the second while nobody has asked Slack again
			decided := time.Now()
			w.happens(key(n), goesBurning, alert.WentBurning)
			w.pass(20 * time.Second)
			all := p.calls()
			if len(all) != n+1 || all[n].at.Sub(decided) > 10*time.Second {
				t.Errorf("%d calls after incident %d: %v", len(all), n+1, all)
			}
		}
	})
}

func TestWhatIsOverBeforeTheFallbackIsAskedIsNotToldThere(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		p := w.withPager()
		p.status = 503
		w.run()
		w.pass(time.Second)
		w.fake.Inject(slackfake.Fault{Status: 503})
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.happens(key(2), goesBurning, alert.WentBurning)
		w.pass(2 * time.Minute)
		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.fake.Heal()
		w.pass(6 * time.Minute)
		p.mu.Lock()
		p.status = 0
		p.mu.Unlock()
		w.pass(10 * time.Minute)
		// 503 of a server that may have taken it: the end is told there too
		for _, c := range p.calls() {
			if strings.Contains(c.body, `"event":"burning"`) {
				t.Errorf("told though it is over or got through: %s", c.body)
			}
		}
		w.wantState("inc-1/burning/1/pager", store.Superseded)
		w.wantState("inc-2/burning/1/pager", store.Superseded)
	})
}

// told are the events that the pager took, with their incidents, in order.
func (p *pager) told() (said []string) {
	for _, c := range p.calls() {
		var body struct {
			Event    string
			Incident int64
		}
		_ = json.Unmarshal([]byte(c.body), &body)
		said = append(said, fmt.Sprintf("%s %d", body.Event, body.Incident))
	}
	return said
}

func (w *world) wantTold(p *pager, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, p.told(), cmpopts.EquateEmpty()); diff != "" {
		w.t.Errorf("the fallback was told (-want +got):\n%s", diff)
	}
}

// A server that pages people knows of no shared messages: each that burns is
// one there, and each has its end.
func TestEachThatBurnsInAMessageIsToldByTheFallbackAndEndsThere(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		p := w.withPager()
		w.run()
		w.pass(time.Second)
		w.fake.Inject(slackfake.Fault{Status: 503})
		for n := range 3 {
			w.runs(n+1, "shop.example", goesBurning, alert.WentBurning)
			w.pass(10 * time.Second)
		}
		w.runs(4, "shop.example", goesSoon, alert.WentSoon)
		w.pass(2 * time.Minute)
		w.wantTold(p, "burning 1", "burning 2", "burning 3")
		w.fake.Heal()
		w.pass(6 * time.Minute)
		w.wantTop("Burning: ")
		w.runs(1, "", goesQuiet, alert.WentResolved)
		w.runs(4, "", goesQuiet, alert.Receded)
		w.pass(time.Minute)
		w.runs(3, "", goesQuiet, alert.WentResolved)
		w.pass(time.Minute)
		w.runs(2, "", goesQuiet, alert.WentResolved)
		w.pass(time.Minute)
		w.wantTold(p, "burning 1", "burning 2", "burning 3", "resolved 1", "resolved 3", "resolved 2")
		w.wantTop("Resolved: ")
	})
}

func TestWhatJoinsAMessageWhileItCannotBeEditedIsToldByTheFallback(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		p := w.withPager()
		w.run()
		w.pass(time.Second)
		w.runs(1, "shop.example", goesBurning, alert.WentBurning)
		w.pass(10 * time.Second)
		w.runs(2, "shop.example", goesBurning, alert.WentBurning)
		w.pass(10 * time.Second)
		w.fake.Inject(slackfake.Fault{Status: 503})
		w.runs(3, "shop.example", goesBurning, alert.WentBurning)
		w.pass(2 * time.Minute)
		w.wantTold(p, "burning 3") // of the others Slack has told
		w.runs(2, "", goesQuiet, alert.WentResolved)
		w.pass(2 * time.Minute)
		w.wantTold(p, "burning 3")
		w.runs(3, "", goesQuiet, alert.WentResolved)
		w.pass(10 * time.Second)
		w.wantTold(p, "burning 3", "resolved 3")
		w.fake.Heal()
		w.pass(6 * time.Minute)
		w.wantTold(p, "burning 3", "resolved 3")
	})
}

func TestWhatAnEditToldInTimeIsNotToldByTheFallback(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		p := w.withPager()
		w.run()
		w.pass(time.Second)
		for n := range 3 {
			w.runs(n+1, "shop.example", goesBurning, alert.WentBurning)
		}
		w.pass(time.Minute)
		w.fake.Inject(slackfake.Fault{Status: 503})
		w.runs(1, "", goesQuiet, alert.WentResolved)
		w.happens(key(2), acknowledged, alert.Acknowledged)
		w.pass(5 * time.Minute)
		w.wantTold(p)
	})
}

// Where people read, a storm is told by the fallback as on a channel of its
// own: in a few messages, the last of which says that all are over.
func TestAStormThatAWebhookTellsInSlacksPlaceEndsThere(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.close()
		w.channels = []Channel{w.bot(), w.hook()}
		w.routes = []store.Route{{Name: "slack", Fallback: "webhook"}, {Name: "webhook", Spare: true}}
		w.describe = byName
		w.open()
		w.run()
		w.pass(time.Second)
		for _, method := range []string{"chat.postMessage", "chat.update"} {
			w.fake.Inject(slackfake.Fault{Method: method, Status: 503})
		}
		for i := range 40 {
			w.runs(i, fmt.Sprint("host-", i), goesBurning, alert.WentBurning)
			w.pass(time.Second)
			if i == 29 {
				w.pass(3 * time.Minute) // the fallback has told of these; ten follow
			}
		}
		w.pass(15 * time.Minute)
		top := w.fake.Top()
		if n := len(top); n < 11 || n > 14 {
			t.Errorf("%d messages, want the first ten, the storm and at most three that gather the rest", n)
		}
		if last := top[len(top)-1]; !strings.HasPrefix(last.Text, "Burning: 40 incidents since ") {
			t.Errorf("the last is %q", last.Text)
		}
		w.runs(10, "", goesQuiet, alert.WentResolved) // which tells of the storm
		w.pass(10 * time.Minute)
		for i := range 40 {
			if i != 10 {
				w.runs(i, "", goesQuiet, alert.WentResolved)
				w.pass(time.Second)
			}
		}
		w.pass(15 * time.Minute)
		if all := w.fake.Top(); len(all) > len(top)+12 || !strings.HasPrefix(all[len(all)-1].Text, "Resolved: 40 incidents since ") {
			t.Errorf("%d messages when it is over, the last %q", len(all)-len(top), all[len(all)-1].Text)
		}
	})
}
