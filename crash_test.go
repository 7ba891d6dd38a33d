package main_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// TestAKillAtAnyMomentLosesNeitherResultsNorTheAlert starts the real program
// against a product that begins to fail, kills it at a random moment, starts
// it again, and looks at Slack and into the database. Twenty times.
func TestAKillAtAnyMomentLosesNeitherResultsNorTheAlert(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for round := range uint64(20) {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, round))
			w := newRealWorld(t, 200*time.Millisecond)
			first := w.start()
			first.waitFor(t, "verdict=passed")
			w.failing.Store(true)
			kill := time.NewTimer(time.Duration(r.IntN(2500)) * time.Millisecond)
			<-kill.C
			first.kill(t)

			second := w.start()
			second.waitFor(t, "msg=run ")
			w.waitForSlack(t, "Burning")
			second.stop(t)
			w.checkNothingIsLost(t, first, second)
		})
	}
}

// TestABackupIsRestoredAsItsHelpSaysAlsoAfterACrash follows what the program
// says of a backup. A copy alone would be undone by what the crash left.
func TestABackupIsRestoredAsItsHelpSaysAlsoAfterACrash(t *testing.T) {
	w := newRealWorld(t, 200*time.Millisecond)
	p := w.start()
	p.waitFor(t, "verdict=passed")
	if out, err := program(t.Context(), w.dir, "backup", "FILE").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.failing.Store(true)
	w.waitForSlack(t, "Burning")
	p.kill(t)

	help, err := program(t.Context(), w.dir, "backup", "--help").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	recipe := regexp.MustCompile(`(?m)^  (rm .*)$`).FindSubmatch(help)
	if recipe == nil {
		t.Fatalf("the help says not how to restore:\n%s", help)
	}
	restore := exec.CommandContext(t.Context(), "sh", "-ec", string(recipe[1]))
	restore.Dir = w.dir
	if out, err := restore.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	db, err := store.Attach(t.Context(), filepath.Join(w.dir, "forewarn.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	in, err := db.Incident(t.Context(), alert.Key{Journey: "home", Limit: "availability"})
	if err != nil || in.State == alert.Burning {
		t.Errorf("the incident is %v (%v), want it as before the crash", in.State, err)
	}
}

// realWorld is a product, a Slack and a configuration for the real program.
type realWorld struct {
	t       *testing.T
	dir     string
	slack   *slackfake.Server
	failing atomic.Bool
	held    atomic.Pointer[chan struct{}] // not nil: answers wait, and who asks closes it
}

// newRealWorld has one journey that is due so often. What must not be spoiled
// by a busy machine is due seldom: twenty programs at once keep it busy.
func newRealWorld(t *testing.T, every time.Duration) *realWorld {
	w := &realWorld{t: t, dir: t.TempDir(), slack: slackfake.New(slackfake.Settings{})}
	product := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if asked := w.held.Swap(nil); asked != nil {
			close(*asked)
			<-r.Context().Done()
		}
		if w.failing.Load() {
			http.Error(rw, "broken", http.StatusInternalServerError)
		}
	}))
	t.Cleanup(product.Close)
	slack := httptest.NewServer(w.slack)
	t.Cleanup(slack.Close)
	text := fmt.Sprintf(`
[agent]
listen   = ""
timezone = "UTC"
[slack]
channel   = "#alerts"
bot_token = "${TEST_SLACK_TOKEN}"
api_url   = "%s/api/"
[[journey]]
name     = "home"
every    = "%v"
base_url = "%s"
  [[journey.step]]
  name = "open"
  get  = "/"
`, slack.URL, every, product.URL)
	if err := os.WriteFile(filepath.Join(w.dir, "forewarn.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// process is the real program, running.
type process struct {
	cmd   *exec.Cmd
	log   lockedBuffer
	ended chan error
}

// lockedBuffer is written by a process while a test reads it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// program is a command line of forewarn: this test binary under its name.
func program(ctx context.Context, dir string, args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Args = append([]string{"forewarn"}, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TEST_SLACK_TOKEN=xoxb-fake")
	return cmd
}

func (w *realWorld) start() *process {
	w.t.Helper()
	p := &process{cmd: program(w.t.Context(), w.dir, "run", "-v"), ended: make(chan error, 1)}
	p.cmd.Stderr, p.cmd.Stdout = &p.log, io.Discard
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	return p
}

func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-p.ended
}

// stop ends the program in order, which must not take longer than ten seconds.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-p.ended:
		if err != nil {
			t.Fatalf("%v\n%s", err, p.log.String())
		}
	case <-time.After(15 * time.Second):
		t.Fatalf("did not end in time\n%s", p.log.String())
	}
}

func (p *process) waitFor(t *testing.T, text string) {
	t.Helper()
	until(t, func() bool { return strings.Contains(p.log.String(), text) }, func() string { return p.log.String() })
}

func (w *realWorld) waitForSlack(t *testing.T, text string) {
	t.Helper()
	until(t, func() bool { return w.count(text) > 0 }, func() string { return fmt.Sprint(w.slack.Messages()) })
}

// count is how many messages at the top of the channel begin with text.
func (w *realWorld) count(text string) int {
	n := 0
	for _, m := range w.slack.Top() {
		if strings.HasPrefix(m.Text, text) {
			n++
		}
	}
	return n
}

// until waits for a condition of another process, at most two minutes: a busy
// machine starves them all.
func until(t *testing.T, met func() bool, state func() string) {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(2 * time.Minute); !met(); <-again.C {
		if time.Now().After(deadline) {
			t.Fatalf("it never came about:\n%s", state())
		}
	}
}

// checkNothingIsLost holds what the program logged, which it did only after
// it was told that a result is durable, against what the database has.
func (w *realWorld) checkNothingIsLost(t *testing.T, processes ...*process) {
	t.Helper()
	db, err := store.Attach(t.Context(), filepath.Join(w.dir, "forewarn.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	kept := map[string]bool{}
	err = db.Results(t.Context(), "home", time.Time{}, time.Now().Add(time.Hour), func(r probes.Result) error {
		kept[fmt.Sprint(r.Start.UnixMilli())] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	logged := 0
	for _, p := range processes {
		for _, m := range regexp.MustCompile(`msg=run .*start_ms=(\d+)`).FindAllStringSubmatch(p.log.String(), -1) {
			logged++
			if !kept[m[1]] {
				t.Errorf("the result of %s was acknowledged and is gone", m[1])
			}
		}
	}
	if logged < 2 {
		t.Errorf("only %d results were logged", logged)
	}
	in, err := db.Incident(t.Context(), alert.Key{Journey: "home", Limit: "availability"})
	if err != nil || in.State != alert.Burning || in.Number != 1 {
		t.Errorf("the incident is #%d, %v (error %v), want #1, burning", in.Number, in.State, err)
	}
	if n := w.count("Burning"); n != 1 {
		t.Errorf("%d messages say that it burns, want 1: Slack's history can be read", n)
	}
}
