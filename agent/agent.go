package agent

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// Watch is one journey and the limits it is held to. The availability limit
// must be among them; it comes first in every evaluation.
type Watch struct {
	Journey     probes.Journey
	Limits      []alert.Limit
	ConfirmRuns ConfirmRuns
	Maintenance []alert.Window // runs inside are kept and marked, and open nothing
	DependsOn   []alert.Key    // availability of journeys: while one of them burns this one opens nothing; the nearest first
}

// Settings is what an agent watches. It is replaced as a whole by Reload.
type Settings struct {
	Zone         *time.Location // of daily profiles; nil is UTC
	Watches      []Watch
	Quiet        alert.Hours    // in which warnings wait; the zero Hours are none
	Urging       alert.Urging   // what burns while nobody has it
	Crowd        alert.Crowding // which incidents share one message
	Daily        alert.Daily    // the digest
	HeartbeatURL string         // fetched each minute while all works; "" is off
	Canaries     []string       // URLs that tell a broken way out from a broken product; none is off
}

// Observation is one evaluated run, for whoever shows it: pages, metrics, a
// terminal. It must not be changed.
type Observation struct {
	Watch  *Watch
	Result probes.Result
	Limits []Verdict // one per limit, availability first
	Missed int       // slots since the last run that no run took
	Late   time.Duration
	Own    Own // what of ours made it unknown
}

// Verdict is what a run led to for one limit.
type Verdict struct {
	Incident alert.Incident
	Value    float64 // the run's own value; NaN if it says nothing of this limit
	Forecast predict.Forecast
	Demoted  bool // its forecasts are kept and settled, not told
	Reason   alert.Reason
	Events   []alert.Event // as alert.Decide gave them: the store numbers them
}

// Agent runs journeys on their grid and evaluates each result.
type Agent struct {
	DB       *store.DB
	Notifier *notify.Notifier
	Log      *slog.Logger
	Runner   probes.Runner
	Client   *http.Client      // for the heartbeat and the canaries; nil is the network's own
	Observe  func(Observation) // called after each evaluation, from the journey's goroutine; may be nil
	Began    func()            // called by Run once the first settings are in force; may be nil

	record     recordBook
	marks      markBook
	reload     chan reloadRequest
	rebuilding chan struct{}          // holds a token for each series that is being rebuilt
	confirming chan struct{}          // holds a token for each journey that is being confirmed
	canary     atomic.Pointer[canary] // nil: there is none
	quiet      atomic.Pointer[alert.Hours]
	crowd      atomic.Pointer[alert.Crowding]
	refused    atomic.Pointer[refusal] // nil: the last configuration was taken
	health     healthBoard
	ears       ears
	lastSign   time.Time // of life before this start; zero once the first settings are in force
	once       sync.Once
}

type reloadRequest struct {
	settings Settings
	done     chan error
}

// prepare makes what the zero Agent lacks.
func (a *Agent) prepare() {
	a.once.Do(func() {
		a.reload = make(chan reloadRequest)
		a.rebuilding = make(chan struct{}, rebuilders())
		a.confirming = make(chan struct{}, mostConfirmed)
	})
}

// Run watches until ctx is done, then waits for running journeys, which obey
// ctx, and returns nil. It returns an error if it could not begin.
func (a *Agent) Run(ctx context.Context, s Settings) error {
	a.prepare()
	plan, err := a.newPlan(ctx)
	if err != nil {
		return err
	}
	defer a.breathe(context.WithoutCancel(ctx))
	defer plan.stop()
	if a.lastSign, err = a.DB.LastSign(ctx); err != nil && ctx.Err() == nil {
		a.Log.Error("read when forewarn ran last", "error", err)
	}
	if err := plan.apply(ctx, s); err != nil {
		return err
	}
	a.lastSign = time.Time{}
	if a.Began != nil {
		a.Began()
	}
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	last := time.Now()
	errands := newErrands(a)
	defer errands.wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case request := <-a.reload:
			request.done <- plan.apply(ctx, request.settings)
		case <-minute.C:
			now := time.Now()
			if moved := jump(last, now); moved.Abs() > time.Second {
				logJump(a.Log, moved, now)
				plan.reschedule(ctx)
			}
			last = now
			plan.catchUp(ctx)
			plan.urge(ctx, now)
			plan.digest(ctx, now)
			errands.run(ctx, plan.settings.HeartbeatURL)
		}
	}
}

// Reload replaces the settings of a running agent. Journeys that did not
// change keep their slots and their series; limits that are gone are closed.
// If ctx ends before the agent takes the settings, the error is that of ctx
// and nothing has changed. After any other error they are in force but for
// what the error names.
func (a *Agent) Reload(ctx context.Context, s Settings) error {
	a.prepare()
	request := reloadRequest{s, make(chan error, 1)}
	select {
	case a.reload <- request:
	case <-ctx.Done():
		return fmt.Errorf("reload: %w", ctx.Err())
	}
	return <-request.done // whoever gave up by now would not know which settings are in force
}
