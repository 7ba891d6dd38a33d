package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

func TestADatabaseThatIsTakenLosesNoRunAndNoAlert(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, func(_ string, at time.Time) (time.Duration, int) {
			if at.Sub(begun) > 2*time.Minute {
				return 300 * time.Millisecond, 500
			}
			return 300 * time.Millisecond, 200
		})
		a := w.agent()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, Settings{Watches: []Watch{watch("checkout")}}) }()
		grid := newGrid("checkout", time.Minute)
		time.Sleep(time.Until(grid.after(begun.Add(3 * time.Minute)).Add(30 * time.Second))) // two runs failed
		release := w.takeDatabase()
		time.Sleep(time.Minute) // the third one, by which it burns
		if h := a.Health(); h.Storing == nil {
			t.Error("healthy, although a run could not be kept")
		}
		release()
		time.Sleep(time.Minute)
		if h := a.Health(); h.Storing != nil {
			t.Errorf("after the database was given back: %v", h.Storing)
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		kept := 0
		err := w.db.Results(t.Context(), "checkout", begun, time.Now(), func(probes.Result) error { kept++; return nil })
		if seen := len(w.seen["checkout"]); err != nil || kept != seen || kept < 6 {
			t.Errorf("%d runs were kept (%v), %d were shown", kept, err, seen)
		}
		burning := w.events()["checkout"]
		if len(burning) != 1 || burning[0].Kind != alert.WentBurning || !grid.at(burning[0].At).Before(grid.at(time.Now())) {
			t.Errorf("told %v, want that it burns since the run that waited", burning)
		}
		w.close()
	})
}

// A full disk often is that of the log, too.
func TestADatabaseThatTakesNothingIsLoggedOnceAndItsReturnOnce(t *testing.T) {
	var log strings.Builder
	a := &Agent{Log: slog.New(slog.NewTextHandler(&log, nil))}
	one, other := newPatrol(a, watch("checkout"), nil), newPatrol(a, watch("search"), nil)
	a.health.expect(map[string]*patrol{"checkout": one, "search": other})
	full, own := fmt.Errorf("commit: %w", context.DeadlineExceeded), errors.New("this run's own")
	for _, now := range []struct {
		of   *patrol
		err  error
		says string // "": nothing
	}{
		{one, nil, ""}, {one, full, "DeadlineExceeded"}, {one, full, ""}, {other, full, ""}, {other, own, "own"}, {other, full, ""},
		{one, nil, ""}, {one, full, ""}, {other, nil, ""}, {one, nil, "all runs are kept again"}, {other, nil, ""}, {other, full, "DeadlineExceeded"},
	} {
		log.Reset()
		now.of.stored(now.err)
		want := strings.ReplaceAll(now.says, "DeadlineExceeded", context.DeadlineExceeded.Error())
		if !strings.Contains(log.String(), want) || want == "" && log.Len() > 0 {
			t.Errorf("%s: %v is logged as %q, want %q", now.of.watch.Journey.Name, now.err, log.String(), want)
		}
	}
}

// takeDatabase keeps everybody else from writing until it is released.
func (w *world) takeDatabase() (release func()) {
	w.t.Helper()
	other, err := store.Attach(w.t.Context(), w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	taken, enough, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		_, _, err := other.Decide(w.t.Context(), alert.Key{Journey: "another"}, time.Now(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			close(taken)
			<-enough
			return in, nil, ""
		})
		if err != nil {
			w.t.Error(err)
		}
	}()
	<-taken
	return func() {
		close(enough)
		<-ended
		if err := other.Close(); err != nil {
			w.t.Error(err)
		}
	}
}

func TestRunsThatWaitForTheDatabaseAreBoundedAndTheOldestGoFirst(t *testing.T) {
	var log strings.Builder
	p := newPatrol(&Agent{Log: slog.New(slog.NewTextHandler(&log, nil))}, watch("checkout"), nil)
	for i := range mostUnkept + 50 {
		p.file(finding{run: store.Run{Result: probes.Result{Start: time.Unix(int64(i), 0)}, Transcript: strings.Repeat("x", 1<<10)}})
	}
	transcripts := 0
	for _, f := range p.unkept {
		transcripts += len(f.run.Transcript)
	}
	if len(p.unkept) != mostUnkept || p.unkept[0].run.Result.Start.Unix() != 50 || transcripts != 1<<10 {
		t.Errorf("%d runs wait, the oldest of %v, with %d bytes of transcripts", len(p.unkept), p.unkept[0].run.Result.Start, transcripts)
	}
	if strings.Count(log.String(), "runs are lost") != 50 {
		t.Errorf("the log says:\n%s", log.String())
	}
}
