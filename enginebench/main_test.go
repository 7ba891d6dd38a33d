// Package enginebench measures the whole program from outside: the forewarn
// that is shipped, as a process of its own, with its scheduler, its sockets
// and its database, against a server in another process. Beside it, in the
// same call and against the same server, runs a bare net/http loop: what Go
// itself costs on this machine at this moment. So figures can be compared
// across machines, and on a busy one.
//
// It has no code but tests and lies beside the rooms because it is part of
// none: it knows the program by its configuration file, its metrics and its
// database. docs/engine.md tells how to run it and what came out.
package enginebench

import (
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"syscall"
	"testing"
	"time"

	"github.com/forewarn/forewarn/cli"
)

var (
	window  = flag.Duration("window", 20*time.Second, "how long each rate is measured")
	memory  = flag.Duration("memory", 3*time.Minute, "how long memory is watched")
	shipped = flag.String("program", "", "measure this binary: one is built if there is none")
	profile = flag.String("profile", "", "measure this test binary as the program, and write its profiles into this folder")
)

// What this test binary is when it calls itself.
const (
	roleKey    = "ENGINEBENCH_ROLE"
	profileKey = "ENGINEBENCH_PROFILE"
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleKey) {
	case "target":
		targetMain(os.Args[1:])
	case "bare":
		bareMain(os.Args[1:])
	case "burner":
		burnerMain()
	case "forewarn":
		os.Exit(programMain(os.Getenv(profileKey)))
	default:
		os.Exit(m.Run())
	}
}

// self is this test binary in a role.
func self(role string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleKey+"="+role)
	return cmd
}

// programMain is forewarn itself. If dir is not "" it leaves profiles there:
// of the processor at its end, of the heap at each SIGUSR1.
func programMain(dir string) int {
	if dir != "" {
		cpu := must(os.Create(filepath.Join(dir, "cpu.pprof")))
		check(pprof.StartCPUProfile(cpu))
		defer pprof.StopCPUProfile()
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGUSR1)
		go func() {
			for range asked {
				runtime.GC()
				heap := must(os.Create(filepath.Join(dir, "heap.pprof")))
				check(pprof.Lookup("heap").WriteTo(heap, 0))
				check(heap.Close())
			}
		}()
	}
	return cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// burnerMain keeps all processors busy until it is killed.
func burnerMain() {
	for range runtime.NumCPU() {
		go func() {
			for spun := 0; ; spun++ {
			}
		}()
	}
	select {}
}

// check ends a process of the benchmark that cannot do its part.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](v T, err error) T {
	check(err)
	return v
}
