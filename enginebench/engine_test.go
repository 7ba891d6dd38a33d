package enginebench

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// load is what is watched: so many journeys of so many steps.
type load struct {
	journeys, steps int
	every           time.Duration
	timeout         time.Duration // 0: every
	delay           time.Duration // of the target
	limits          bool          // one latency limit each
	secure          bool
}

// world is the target and the folder of one benchmark.
type world struct {
	testing.TB
	dir     string
	program string // "": this test binary
	target  *process
	plain   string // URLs of the target
	secure  string
}

func newWorld(b testing.TB, program string, delay time.Duration) *world {
	b.Helper()
	w := &world{TB: b, dir: b.TempDir(), program: program}
	cmd := self("target", "-delay", delay.String(), "-authority", w.authority())
	r, out := must2(os.Pipe())
	defer r.Close()
	cmd.Stdout = out
	w.target = start(b, cmd)
	check(out.Close())
	var plain, secure string
	must(fmt.Fscan(r, &plain, &secure))
	w.plain, w.secure = "http://"+plain, "https://"+secure
	return w
}

func must2[A, B any](a A, b B, err error) (A, B) {
	check(err)
	return a, b
}

func (w *world) authority() string { return filepath.Join(w.dir, "authority.pem") }

func (w *world) base(l load) string {
	if l.secure {
		return w.secure
	}
	return w.plain
}

func (w *world) diary() (d diary) {
	w.Helper()
	response, err := http.Get(w.plain + "/diary")
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	if err := gob.NewDecoder(response.Body).Decode(&d); err != nil {
		w.Fatal(err)
	}
	return d
}

// engine is the program, watching the target.
type engine struct {
	*process
	w       *world
	load    load
	began   time.Time
	address string
	file    string // database
}

func (w *world) engine(l load) *engine {
	w.Helper()
	dir := w.TempDir()
	e := &engine{w: w, load: l, address: free(w), file: filepath.Join(dir, "forewarn.db")}
	config := filepath.Join(dir, "forewarn.toml")
	if err := os.WriteFile(config, e.config(), 0o600); err != nil {
		w.Fatal(err)
	}
	var cmd *exec.Cmd
	if w.program == "" {
		cmd = self("forewarn", "run", "-c", config)
		cmd.Env = append(cmd.Env, profileKey+"="+*profile)
	} else {
		cmd = exec.Command(w.program, "run", "-c", config)
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+w.authority())
	cmd.Stdout = io.Discard
	e.began = time.Now()
	e.process = start(w, cmd)
	return e
}

// config is the file that watches all of the load.
func (e *engine) config() []byte {
	var b bytes.Buffer
	timeout := e.load.timeout
	if timeout == 0 {
		timeout = e.load.every
	}
	fmt.Fprintf(&b, "[agent]\nlisten = %q\ntimezone = \"UTC\"\ncanary = []\n", e.address)
	for i := range e.load.journeys {
		fmt.Fprintf(&b, "[[journey]]\nname = %q\nbase_url = %q\nevery = \"%v\"\ntimeout = \"%v\"\n",
			name(i), e.w.base(e.load), e.load.every, timeout)
		for s := range e.load.steps {
			fmt.Fprintf(&b, "[[journey.step]]\nname = \"step %d\"\nget = %q\n", s, path(i))
		}
		if e.load.limits {
			fmt.Fprint(&b, "[[journey.limit]]\nsignal = \"latency\"\nabove = \"400ms\"\n")
		}
	}
	return b.Bytes()
}

func name(i int) string { return "journey " + strconv.Itoa(i) }
func path(i int) string { return "/" + strconv.Itoa(i) }

// runs are the scheduled runs of each journey that are stored, oldest first.
// The engine has ended.
func (e *engine) runs() [][]probes.Result {
	e.w.Helper()
	db, err := store.Attach(e.w.Context(), e.file)
	if err != nil {
		e.w.Fatal(err)
	}
	defer db.Close()
	all := make([][]probes.Result, e.load.journeys)
	for i := range all {
		err := db.Results(e.w.Context(), name(i), e.began, time.Now().Add(time.Minute), func(r probes.Result) error {
			if !r.Confirm {
				all[i] = append(all[i], r)
			}
			return nil
		})
		if err != nil {
			e.w.Fatal(err)
		}
	}
	return all
}

// counted are the runs and the missed slots of each journey as /metrics tells
// them.
func (e *engine) counted() (runs, missed map[string]int) {
	e.w.Helper()
	response, err := http.Get("http://" + e.address + "/metrics")
	if err != nil {
		e.w.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		e.w.Fatal(err)
	}
	runs, missed = map[string]int{}, map[string]int{}
	for line := range strings.Lines(string(text)) {
		into := map[string]map[string]int{"forewarn_runs_total": runs, "forewarn_missed_slots_total": missed}
		metric, rest, _ := strings.Cut(strings.TrimSpace(line), "{")
		if of := into[metric]; of != nil {
			_, journey, _ := strings.Cut(rest, `journey="`)
			journey, _, _ = strings.Cut(journey, `"`)
			of[journey] += int(must(strconv.ParseFloat(rest[strings.LastIndexByte(rest, ' ')+1:], 64)))
		}
	}
	return runs, missed
}

// end stops the program. If it is profiled, it leaves its heap before.
func (e *engine) end() {
	e.w.Helper()
	if e.w.program == "" && *profile != "" {
		check(e.cmd.Process.Signal(syscall.SIGUSR1))
		time.Sleep(time.Second)
	}
	e.stop(e.w)
}

// free is an address that nobody listens at.
func free(b testing.TB) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
