package enginebench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is one of those that are measured.
type process struct {
	cmd      *exec.Cmd
	out, err bytes.Buffer
}

func start(b testing.TB, cmd *exec.Cmd) *process {
	b.Helper()
	p := &process{cmd: cmd}
	if cmd.Stdout == nil {
		cmd.Stdout = &p.out
	}
	cmd.Stderr = &p.err
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.kill)
	return p
}

func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

// stop ends the process in order.
func (p *process) stop(b testing.TB) {
	b.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		b.Fatalf("%v\n%s", err, lastLines(p.err.String()))
	}
}

func lastLines(text string) string { return text[max(0, len(text)-2000):] }

// cpu is what the process has used so far, to 10 ms.
func (p *process) cpu(b testing.TB) time.Duration {
	b.Helper()
	stat := p.proc(b, "stat")
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')'):])
	const utime, stime, tick = 12, 13, 10 * time.Millisecond // proc_pid_stat(5); USER_HZ is 100
	return time.Duration(whole(b, fields[utime])+whole(b, fields[stime])) * tick
}

// resident is the memory that the process holds, in MB; most is what it ever
// held.
func (p *process) resident(b testing.TB) (now, most float64) {
	b.Helper()
	status := p.proc(b, "status")
	of := func(field string) float64 {
		_, after, _ := strings.Cut(status, field)
		return float64(whole(b, strings.Fields(after)[0])) * 1024 / 1e6
	}
	return of("VmRSS:"), of("VmHWM:")
}

func (p *process) proc(b testing.TB, file string) string {
	b.Helper()
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), file))
	if err != nil {
		b.Fatalf("%v\n%s", err, lastLines(p.err.String()))
	}
	return string(text)
}

func whole(b testing.TB, text string) int {
	b.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// build makes the binary as it is shipped.
func build(b testing.TB) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "forewarn")
	cmd := exec.Command("go", "build", "-tags", "nethttpomithttp2", "-trimpath", "-ldflags", "-s -w", "-o", file, "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatal(fmt.Errorf("%w\n%s", err, out))
	}
	return file
}
