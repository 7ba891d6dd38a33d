package probes_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/forewarn/forewarn/probes"
)

// standingStill asks a site that stops this process before it answers, and
// gives the lag in the place of a duration.
func standingStill(t *testing.T) []probes.StepResult {
	result, _ := take(t, probes.Journey{BaseURL: os.Getenv(siteKey), Steps: []probes.Step{
		{Name: "stopped", URL: fmt.Sprintf("/?pid=%d", os.Getpid())}}})
	return []probes.StepResult{{Name: "lag", Verdict: result.Verdict, Duration: result.Lag}, result.Steps[0]}
}

// A machine that stood still makes every answer look slow. The run knows it,
// so that nobody has to believe it.
func TestAMachineThatStoodStillKnowsIt(t *testing.T) {
	const still = 400 * time.Millisecond
	shop := site(t, map[string]http.HandlerFunc{"/": func(_ http.ResponseWriter, r *http.Request) {
		pid, err := strconv.Atoi(r.URL.Query().Get("pid"))
		if err != nil || syscall.Kill(pid, syscall.SIGSTOP) != nil {
			t.Error("the prober cannot be stopped: ", err)
			return
		}
		for { // it stops once one of its threads has a processor to take the signal on
			if err = unix.Waitid(unix.P_PID, pid, nil, unix.WSTOPPED|unix.WNOWAIT, nil); err != unix.EINTR {
				break
			}
		}
		if err != nil {
			t.Error("the prober did not stop: ", err)
		}
		<-time.After(still)
		if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
			t.Error(err)
		}
	}})
	steps := inChild(t, "stopped", func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, siteKey+"="+shop.URL) })
	// A timer of the meter was due at most 20 ms after the stop.
	if lag := steps[0].Duration; lag < still-50*time.Millisecond || lag > steps[1].Duration {
		t.Errorf("a process that stood still for %v saw a lag of %v in a step of %v", still, lag, steps[1].Duration)
	}
}
