package probes

import (
	"context"
	"crypto/tls"
	"fmt"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/net/publicsuffix"
)

// Runner takes journeys. Its zero value works. It holds no state of a run and
// may be used by many goroutines.
type Runner struct {
	Location string      // this vantage point, named in every Result
	Version  string      // of forewarn, told to every server in User-Agent; "" is dev
	TLS      *tls.Config // for all connections; nil trusts the system's authorities

	// Tokens keeps OAuth2 tokens for the next run; nil: each run gets its own.
	Tokens *Tokens

	// Turns makes runs wait for each other; nil: each waits for nobody else's.
	Turns *Turns

	// Stepped is told of each step of a run once it is over, or nobody if nil.
	Stepped func(journey, step string)

	// Transport gives each run a RoundTripper of its own in place of
	// forewarn's: for tests, which join client and server in memory. TLS, the
	// journey's Network and the limit on response headers are then its
	// business.
	Transport func() http.RoundTripper
}

// Run takes the journey once. It never fails: what the product did wrong is
// data, and so is what we did wrong, a panic included.
//
// The run ends with its deadline, Timeout after its start, [Result.Waited] not
// counted; one that ctx brings along counts as the journey's if it is earlier.
// Only Always steps may take longer, all together by half the timeout and at
// most 5 seconds, and as long after ctx is cancelled, so that an order can
// still be taken back.
//
// due is the slot on the journey's grid, zero for a run outside the schedule.
// A run that has to wait for its turn until its slot is over is unknown.
func (r Runner) Run(ctx context.Context, j Journey, due time.Time) (Result, Transcript) {
	run, meter := newRun(&r, &j, due), startLagMeter()
	failure := run.guarded(func() { run.walk(ctx, &r) })
	run.result.Lag = meter.end()
	if failure != nil {
		run.result.Verdict, run.result.Failure = Unknown, failure
	}
	return run.result, run.transcript()
}

// run is one run under way.
type run struct {
	journey    Journey
	agent      string // User-Agent
	redact     *Redactor
	values     map[string]string // vars, secrets and captures
	jar        http.CookieJar
	transport  http.RoundTripper
	connect    func(Network) http.RoundTripper // a transport without connections
	tokens     *Tokens
	challenges map[string]*challenge
	tls        *tls.Config  // of the Runner: the journey's own settings come on top
	unshown    *atomic.Bool // a server asked for a certificate since the last request was begun, and there is none
	turns      *Turns
	patience   *patience
	roots      bool          // certificates are held against the system's authorities
	records    []record      // one per step
	broken     *record       // the first step that did not go well; nil as long as all did
	aside      time.Duration // of the time until now, what is in no latency: waits of ours, steps that do not count
	result     Result
}

func newRun(r *Runner, j *Journey, due time.Time) *run {
	version := r.Version
	if version == "" {
		version = "dev"
	}
	return &run{
		journey:  *j,
		agent:    "forewarn/" + version + " (+synthetic)",
		redact:   j.Redactor(),
		records:  make([]record, len(j.Steps)),
		turns:    r.turns(),
		patience: newPatience(j, due),
		unshown:  new(atomic.Bool),
		result:   Result{Journey: j.Name, Location: r.Location, Due: due, Start: time.Now()},
	}
}

func (r Runner) turns() *Turns {
	if r.Turns == nil {
		return new(Turns)
	}
	return r.Turns
}

// open gives the run what it must not share with another: values, cookies and
// connections.
func (r *run) open(from *Runner) {
	r.values = maps.Clone(r.journey.Vars)
	if r.values == nil {
		r.values = map[string]string{}
	}
	maps.Copy(r.values, r.journey.Secrets)
	if r.tokens = from.Tokens; r.tokens == nil {
		r.tokens = new(Tokens)
	}
	r.jar = newJar()
	r.tls = from.TLS
	network := r.journey.Network
	r.roots = from.Transport == nil && (from.TLS == nil || from.TLS.RootCAs == nil) && network.TLS.Authorities == nil
	r.connect = func(n Network) http.RoundTripper {
		if from.Transport != nil {
			return from.Transport()
		}
		return coldTransport(func() *tls.Config {
			config := n.TLS.apply(from.TLS)
			heed(config, r.unshown)
			return config
		}, n)
	}
	r.transport = r.connect(network)
}

func newJar() http.CookieJar {
	jar, _ := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List}) // never fails
	return jar
}

// hide makes a value a secret of the whole run: what was told before it was
// known is redacted when it is shown.
func (r *run) hide(value string) { r.redact = r.redact.with(value) }

// hideLogin hides a value that gives access, if it can be hidden. Of those that
// cannot none is taken as a secret: such a one stands in vars, which all may see.
func (r *run) hideLogin(value string) {
	if Unhidable(value) == "" {
		r.hide(value)
	}
}

func (r *run) close() {
	if idle, ok := r.transport.(interface{ CloseIdleConnections() }); ok {
		idle.CloseIdleConnections()
	}
}

// guarded runs do and turns a panic into a failure of ours.
func (r *run) guarded(do func()) (failure *Failure) {
	defer func() {
		if p := recover(); p != nil {
			failure = r.failure(FailSelf, "", fmt.Sprintf("forewarn panicked: %v", p), string(debug.Stack()))
		}
	}()
	do()
	return nil
}

// failure is a Failure whose text may leave the package.
func (r *run) failure(kind FailureKind, phase, message, evidence string) *Failure {
	return &Failure{
		Kind:     kind,
		Phase:    phase,
		Message:  clip(oneLine(printable(r.redact.String(message))), maxMessage),
		Evidence: clip(printable(r.redact.String(evidence)), maxEvidence),
	}
}
