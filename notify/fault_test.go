package notify

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/store"
)

const faultyID = "inc-1/burning/1/slack"

// fragile is a channel that panics at messages of incident 1, before or after
// they have arrived.
type fragile struct {
	Channel
	after bool
}

func (f fragile) Deliver(ctx context.Context, m Message) (Receipt, error) {
	if m.Incident != 1 {
		return f.Channel.Deliver(ctx, m)
	}
	if f.after {
		if _, err := f.Channel.Deliver(ctx, m); err != nil {
			return Receipt{}, err
		}
	}
	panic("a client says: " + token)
}

func (fragile) Check(context.Context) []Problem { panic("nothing to check") }

func TestAPanicCostsOneMessageAndNotTheOthers(t *testing.T) {
	words := map[string]string{
		"of the description": "panic: runtime error: invalid memory address",
		"of the channel":     "panic: string", // which holds a token: the world looks for it in the log
	}
	for name, breaks := range map[string]func(*world){
		"of the description": func(w *world) {
			w.describe = func(k alert.Key) Subject {
				if k == key(1) {
					var none *Subject
					return *none
				}
				return Subject{Title: "Buy a coffee"}
			}
		},
		"of the channel": func(w *world) { w.channels = []Channel{fragile{Channel: w.bot()}} },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, slackfake.Settings{}, func(w *world) {
				w.close()
				breaks(w)
				w.open()
				w.run()
				w.happens(key(1), goesBurning, alert.WentBurning)
				w.happens(key(2), goesBurning, alert.WentBurning)
				w.pass(3 * time.Second)
				w.wantTop("Burning: ")
				w.pass(time.Minute)
				w.wantGivenUp(words[name])
				if log := w.log.String(); strings.Count(log, "goroutine ") > 2 || !strings.Contains(log, "fault_test.go") {
					t.Errorf("want one stack for the message: %s", log)
				}
				w.restart()
				w.happens(key(3), goesBurning, alert.WentBurning)
				w.pass(3 * time.Second)
				w.wantTop("Burning: ", "Burning: ")
			})
		})
	}
}

func TestAPanicAfterTheMessageHasArrivedRepeatsNothing(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.close()
		w.channels = []Channel{fragile{w.bot(), true}}
		w.open()
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(5 * time.Second)
		w.wantState(faultyID, store.Unsure)
		w.pass(5 * time.Minute)
		w.wantGivenUp("panic: ")
		w.wantTop("Burning: ")
	})
}

func TestWhatCannotBeMadeAMessageHoldsNothingUpAndIsGivenUp(t *testing.T) {
	for name, damage := range map[string]string{
		"an event that cannot be read":    "UPDATE outbox SET event = '{' WHERE id = '" + faultyID + "'",
		"an incident that is missing":     "DELETE FROM incident WHERE number = 1",
		"an incident that cannot be read": "UPDATE incident SET body = '[]' WHERE number = 1",
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, slackfake.Settings{}, func(w *world) {
				w.happens(key(1), goesBurning, alert.WentBurning)
				w.happens(key(2), goesBurning, alert.WentBurning)
				w.damage(damage)
				w.run()
				w.pass(3 * time.Second)
				w.wantTop("Burning: ")
				if d := w.state(faultyID); d.State != store.Pending {
					t.Errorf("given up at once: %+v", d)
				}
				w.pass(time.Minute)
				w.wantGivenUp("")
				if n := strings.Count(w.log.String(), "cannot be told"); n != 1 {
					t.Errorf("said %d times: %s", n, w.log.String())
				}
				w.happens(key(2), goesQuiet, alert.WentResolved)
				w.pass(5 * time.Second)
				w.wantTop("Resolved: ")
				if h := w.notifier.Health()[0]; !h.OK() {
					t.Errorf("afterwards: %+v", h)
				}
			})
		})
	}
}

func TestADatabaseThatCannotBeReadForAWhileLosesNothing(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.happens(key(1), goesBurning, alert.WentBurning)
		worker := w.notifier.workers[0]
		for range 3 * tries {
			err := worker.unmade(w.t.Context(), w.state(faultyID), fmt.Errorf("read: %w", context.DeadlineExceeded))
			if err != nil {
				t.Fatal(err)
			}
			w.wantState(faultyID, store.Pending)
			w.pass(2 * time.Second)
		}
		w.run()
		w.pass(3 * time.Second)
		w.wantTop("Burning: ")
	})
}

// wantGivenUp fails the test unless the faulty delivery is dead, for that reason.
func (w *world) wantGivenUp(why string) {
	w.t.Helper()
	if d := w.state(faultyID); d.State != store.Dead || d.Error == "" || !strings.Contains(d.Error, why) {
		w.t.Errorf("%s is %s (%s), want it given up (%s)", d.ID, d.State, d.Error, why)
	}
}

// damage does to the database what forewarn never would.
func (w *world) damage(statement string) {
	w.t.Helper()
	w.close()
	db, err := sql.Open("sqlite3", w.path)
	if err == nil {
		_, err = db.Exec(statement)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
}
