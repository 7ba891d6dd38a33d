package main_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/store"
)

// TestAKillAtEachPointOfADeliveryRepeatsNothingThatCanBeLookedUp kills the
// real program at each of the four points that a request to Slack passes, and
// starts it again. What was to be told is told, in order; once, where the
// channel's history can be read; where not, a repeat says what it may be.
func TestAKillAtEachPointOfADeliveryRepeatsNothingThatCanBeLookedUp(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: 20 kills with a look into Slack's history after each take half a minute")
	}
	var all sync.WaitGroup
	for _, what := range []string{"post", "update", "reply"} {
		for _, point := range []string{"before the mark", "after the mark", "accepted, not answered", "answered, not noted"} {
			for _, history := range []bool{true, false} {
				if what == "update" && !history {
					continue // an update needs no look: twice is once
				}
				name := fmt.Sprintf("%s, %s, history %t", what, point, history)
				all.Go(func() { t.Run(name, func(t *testing.T) { newKill(t, what, point, history).play() }) })
			}
		}
	}
	all.Wait()
}

// kill is one story: the product fails, and for an update or a reply works
// again; at one point of the delivery that tells it the program dies.
type kill struct {
	*realWorld
	what, point string
	history     bool
	first       *process
	earlier     string        // the method of the request that holds the delivery back
	reached     chan struct{} // closed at the point
	dead        chan struct{} // closed once the program is
	writer      *sql.Tx       // keeps the program from writing
}

func newKill(t *testing.T, what, point string, history bool) *kill {
	k := &kill{realWorld: newRealWorld(t, time.Second), what: what, point: point, history: history,
		reached: make(chan struct{}), dead: make(chan struct{})}
	if !history {
		k.slack.Change(func(s *slackfake.Settings) { s.Scopes = []string{"chat:write", "channels:read"} })
	}
	return k
}

// play tells the story and looks at what people see.
func (k *kill) play() {
	told := alert.WentBurning
	if k.what == "post" {
		k.arm("chat.postMessage", slackfake.Fault{Method: "auth.test", Hang: true})
	}
	k.first = k.start()
	k.first.waitFor(k.t, "verdict=passed")
	k.failing.Store(true)
	if k.what != "post" {
		told = alert.WentResolved
		k.waitForDelivery(alert.WentBurning, store.Sent)
		method := map[string]string{"update": "chat.update", "reply": "chat.postMessage"}[k.what]
		k.arm(method, slackfake.Fault{Method: "chat.update", Status: http.StatusTooManyRequests, RetryAfter: 5 * time.Second})
		k.failing.Store(false)
	}
	k.dies(told)
	k.slack.Heal()
	second := k.start()
	k.waitForDelivery(told, store.Sent)
	second.stop(k.t)
	k.checkSlack(told)
}

// arm sets the trap: method is that of the request which is to be the
// program's last, before what holds the delivery back until it is marked.
func (k *kill) arm(method string, before slackfake.Fault) {
	die := func() { close(k.reached); <-k.dead }
	switch k.point {
	case "before the mark":
		k.earlier = before.Method
		k.slack.Inject(before)
	case "after the mark":
		k.slack.Inject(slackfake.Fault{Method: method, Times: 1, Drop: true, Then: die})
	case "accepted, not answered":
		k.slack.Inject(slackfake.Fault{Method: method, Times: 1, Lose: true, Then: die})
	case "answered, not noted":
		k.slack.Inject(slackfake.Fault{Method: method, Times: 1, Then: func() { k.lock(); close(k.reached) }})
	}
}

// lock keeps the program from writing into its database.
func (k *kill) lock() {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(k.dir, "forewarn.db")+"?_txlock=immediate&_busy_timeout=5000")
	if err == nil {
		k.t.Cleanup(func() { db.Close() })
		k.writer, err = db.Begin()
	}
	if err != nil {
		k.t.Error(err)
	}
}

// dies kills the program at its point, and holds what it left behind against
// that point.
func (k *kill) dies(kind alert.EventKind) {
	k.t.Helper()
	left := store.Sending
	switch k.point {
	case "before the mark":
		left = store.Pending
		until(k.t, func() bool { return len(k.slack.Requests(k.earlier)) > 0 && k.delivery(kind).State == left }, k.state)
	default:
		until(k.t, func() bool { return closed(k.reached) }, k.state)
	}
	if k.writer != nil {
		k.first.waitFor(k.t, "write down what was delivered") // and cannot
	}
	k.first.kill(k.t)
	close(k.dead)
	if k.writer != nil {
		_ = k.writer.Rollback() // nothing was written
	}
	if got := k.delivery(kind); got.State != left {
		k.t.Fatalf("the program left the delivery %q, want %q\n%s", got.State, left, k.state())
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// delivery is the newest one of a kind; the zero Delivery if there is none.
func (k *kill) delivery(kind alert.EventKind) (newest store.Delivery) {
	k.t.Helper()
	for _, d := range k.deliveries(store.Pending, store.Sending, store.Unsure, store.Sent, store.Dead, store.Superseded) {
		if d.Event.Kind == kind {
			newest = d
		}
	}
	return newest
}

func (k *kill) waitForDelivery(kind alert.EventKind, state store.DeliveryState) {
	k.t.Helper()
	until(k.t, func() bool { return k.delivery(kind).State == state }, k.state)
}

// state is what there is, for a test that gives up.
func (k *kill) state() string {
	var said []string
	for _, m := range k.slack.Messages() {
		said = append(said, m.Text)
	}
	return strings.Join(append(said, k.first.log.String()), "\n")
}

// checkSlack is what people see in the end.
func (k *kill) checkSlack(told alert.EventKind) {
	k.t.Helper()
	top := k.slack.Top()
	if len(top) == 0 {
		k.t.Fatal("nothing was told")
	}
	first, word := top[0], map[alert.EventKind]string{alert.WentBurning: "Burning", alert.WentResolved: "Resolved"}[told]
	copies := top
	if k.what != "post" {
		if len(top) != 1 {
			k.t.Errorf("%d messages at the top of the channel, want 1: %v", len(top), top)
		}
		copies = k.slack.Replies(first)
	}
	copies = slices.DeleteFunc(slices.Clone(copies), func(m slackfake.Message) bool { // a busy machine cannot see for a while, and says so
		return strings.HasPrefix(m.Text, "Cannot see") || strings.HasPrefix(m.Text, "Sees again")
	})
	for i, m := range copies {
		if repeat := "may be a repeat"; !strings.Contains(m.Text+m.Reads(), repeat) && i > 0 {
			k.t.Errorf("copy %d does not say %q: %s", i+1, repeat, m.Text)
		}
	}
	accepted := strings.HasPrefix(k.point, "accepted") || strings.HasPrefix(k.point, "answered")
	if most := map[bool]int{true: 2, false: 1}[!k.history && accepted]; len(copies) < 1 || len(copies) > most {
		k.t.Errorf("told %d times, want at least once and at most %d times: %v", len(copies), most, copies)
	}
	if !strings.HasPrefix(copies[0].Text, word) && !strings.HasPrefix(first.Text, word) {
		k.t.Errorf("the message says %q, want %s", first.Text, word)
	}
	if d := k.delivery(alert.WentBurning); d.TS != first.TS && len(top) == 1 {
		k.t.Errorf("the database has %s for the message %s", d.TS, first.TS)
	}
}
