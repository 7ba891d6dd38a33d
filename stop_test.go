package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// TestAProgramThatIsToldToStopTellsWhatItDecidedBefore sends SIGTERM to the
// real program, as systemd and containers do, while Slack takes its time with
// the first of three outages and the others wait in the outbox. All are told
// before it ends, in order, with exit code 0.
func TestAProgramThatIsToldToStopTellsWhatItDecidedBefore(t *testing.T) {
	const outages = 3
	w := newRealWorld(t, 200*time.Millisecond)
	w.each(outages)
	asked, answer := make(chan struct{}), make(chan struct{})
	w.slack.Inject(slackfake.Fault{Method: "chat.postMessage", Times: 1, Then: func() { close(asked); <-answer }})
	p := w.start()
	p.waitFor(t, "verdict=passed")
	w.failing.Store(true)
	burning := func() (n int) {
		for _, d := range w.deliveries(store.Pending, store.Sending) {
			if d.Event.Kind == alert.WentBurning {
				n++
			}
		}
		return n
	}
	until(t, func() bool { return closed(asked) && burning() == outages }, func() string { return p.log.String() })
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	close(answer)
	if err := <-p.ended; err != nil {
		t.Fatalf("%v\n%s", err, p.log.String())
	}
	if n := w.count("Burning"); n != outages {
		t.Errorf("%d outages were told, want %d\n%s", n, outages, p.log.String())
	}
	if left := w.deliveries(store.Pending, store.Sending, store.Unsure, store.Dead); len(left) > 0 {
		t.Errorf("in the outbox is left %+v\n%s", left, p.log.String())
	}
}

// TestAStepThatAStopInterruptsAccusesNobody sends SIGTERM to the real program
// while the product takes its time with an answer: the program ends in order,
// what it cut off is unknown, and the next start goes on as if nothing was.
func TestAStepThatAStopInterruptsAccusesNobody(t *testing.T) {
	w := newRealWorld(t, 200*time.Millisecond)
	first := w.start()
	first.waitFor(t, "verdict=passed")
	asked := make(chan struct{})
	w.held.Store(&asked)
	until(t, func() bool { return closed(asked) }, first.log.String)
	if err := first.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-first.ended; err != nil {
		t.Fatalf("%v\n%s", err, first.log.String())
	}
	if log := first.log.String(); strings.Contains(log, "verdict=failed") || strings.Contains(log, "did not end in time") || !strings.Contains(log, "msg=stopped") {
		t.Errorf("the log says\n%s", log)
	}
	second := w.start()
	second.waitFor(t, "verdict=passed")
	second.stop(t)
	db, err := store.Attach(t.Context(), filepath.Join(w.dir, "forewarn.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	count := map[probes.Verdict]int{}
	err = db.Results(t.Context(), "home", time.Time{}, time.Now().Add(time.Hour), func(r probes.Result) error {
		count[r.Verdict]++
		return nil
	})
	if err != nil || count[probes.Unknown] != 1 || count[probes.Failed] > 0 || count[probes.Passed] < 2 {
		t.Errorf("the runs are %v (%v)", count, err)
	}
	in, err := db.Incident(t.Context(), alert.Key{Journey: "home", Limit: "availability"})
	if err != nil || in.Open() || len(w.slack.Messages()) > 0 {
		t.Errorf("the incident is %v (%v), and Slack reads %v", in.State, err, w.slack.Messages())
	}
}

// each makes n journeys of the one that there is, whose messages are apart.
func (w *realWorld) each(n int) {
	w.t.Helper()
	file := filepath.Join(w.dir, "forewarn.toml")
	text, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	head, journey, _ := strings.Cut(string(text), "[[journey]]")
	all := head + "[noise]\ngroup_within = \"0s\"\n"
	for i := range n {
		all += "[[journey]]" + strings.Replace(journey, `"home"`, fmt.Sprintf(`"home %d"`, i+1), 1)
	}
	if err := os.WriteFile(file, []byte(all), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// deliveries are those of the program's database in one of states.
func (w *realWorld) deliveries(states ...store.DeliveryState) []store.Delivery {
	w.t.Helper()
	db, err := store.Attach(w.t.Context(), filepath.Join(w.dir, "forewarn.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	all, err := db.Deliveries(w.t.Context(), states...)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}
