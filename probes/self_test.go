package probes_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// Environment variables that make a copy of the test binary do one of the
// children instead, and tell it of a site in the parent.
const childKey, siteKey = "FOREWARN_TEST_CHILD", "FOREWARN_TEST_SITE"

// inChild runs this test binary again, to do what would harm other tests, and
// gives what that said of the first step of each run.
func inChild(t *testing.T, name string, prepare func(*exec.Cmd)) []probes.StepResult {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childKey+"="+name)
	cmd.Stderr = os.Stderr
	prepare(cmd)
	out, err := cmd.Output()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.EINVAL) {
		t.Skip("this machine does not allow it: ", err)
	}
	if err != nil {
		t.Fatalf("child: %v\n%s", err, out)
	}
	text, _, _ := strings.Cut(string(out), "\n")
	var steps []probes.StepResult
	if err := json.Unmarshal([]byte(text), &steps); err != nil {
		t.Fatalf("child: %v\n%s", err, out)
	}
	return steps
}

// TestChild is what children do; in the test itself it does nothing.
func TestChild(t *testing.T) {
	child := map[string]func(*testing.T) []probes.StepResult{
		"descriptors": withoutDescriptors, "route": withoutRoute, "roots": withoutRoots,
		"stopped": standingStill,
	}[os.Getenv(childKey)]
	if child != nil {
		json.NewEncoder(os.Stdout).Encode(child(t))
	}
}

func firstStep(t *testing.T, url string) probes.StepResult {
	result, _ := take(t, probes.Journey{Timeout: 5 * time.Second, Steps: []probes.Step{{Name: url, URL: url}}})
	return result.Steps[0]
}

// withoutDescriptors uses up all file descriptors and gives them back one by
// one.
func withoutDescriptors(t *testing.T) (steps []probes.StepResult) {
	url := os.Getenv(siteKey)
	firstStep(t, url)
	limit := syscall.Rlimit{Cur: 100, Max: 100}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	var files []*os.File
	for {
		file, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		files = append(files, file)
	}
	for range 6 {
		for _, url := range []string{url, another(url), "http://shop.invalid"} {
			steps = append(steps, firstStep(t, url))
		}
		files[0].Close()
		files = files[1:]
	}
	return steps
}

func TestRunningOutOfDescriptorsAccusesNobody(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": answer(200, "ok")})
	steps := inChild(t, "descriptors", func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, siteKey+"="+shop.URL) })
	unknown := 0
	for i, s := range steps {
		if s.Verdict == probes.Unknown {
			unknown++
		}
		if i < 3 && (s.Verdict != probes.Unknown || !strings.Contains(s.Failure.Message, "too many open files")) {
			t.Errorf("%s with no descriptor: %v: %+v", s.Name, s.Verdict, s.Failure)
		}
		if s.Verdict == probes.Failed && !strings.Contains(s.Name, "invalid") {
			t.Errorf("%s with %d descriptors: %+v", s.Name, i/3, s.Failure)
		}
	}
	if last := steps[len(steps)-3]; last.Verdict != probes.Passed {
		t.Errorf("with 5 descriptors: %v, %+v", last.Verdict, last.Failure)
	}
}

func withoutRoute(t *testing.T) []probes.StepResult {
	return []probes.StepResult{firstStep(t, "http://192.0.2.1"), firstStep(t, "http://[2001:db8::1]")}
}

func TestHavingNoRouteAccusesNobody(t *testing.T) {
	steps := inChild(t, "route", func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET}
	})
	for _, s := range steps {
		if s.Verdict != probes.Unknown {
			t.Errorf("%s: %v, %+v", s.Name, s.Verdict, s.Failure)
		}
		wantFailure(t, s.Failure, probes.FailSelf, "connect")
	}
}

func withoutRoots(t *testing.T) []probes.StepResult {
	server := httptest.NewUnstartedServer(answer(200, "ok"))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	return []probes.StepResult{firstStep(t, server.URL)}
}

func TestHavingNoRootCertificatesAccusesNobody(t *testing.T) {
	for name, want := range map[string]probes.FailureKind{os.DevNull: probes.FailSelf, caFile(t): probes.FailTLS} {
		s := inChild(t, "roots", func(cmd *exec.Cmd) {
			cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+name, "SSL_CERT_DIR="+t.TempDir())
		})[0]
		if s.Failure == nil || s.Failure.Kind != want {
			t.Errorf("with the authorities of %s: %+v, want %s", name, s.Failure, want)
		} else if told := strings.Contains(s.Failure.Message, "install ca-certificates"); told != (want == probes.FailSelf) {
			t.Error(s.Failure.Message)
		}
	}
}

// roundTrip is a transport of one function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func through(f roundTrip) probes.Runner {
	return probes.Runner{Transport: func() http.RoundTripper { return f }}
}

func TestUnreachableFromAfarIsTheProductsFailure(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}}
	for _, errno := range []syscall.Errno{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ECONNREFUSED} {
		dial.Err = os.NewSyscallError("connect", errno)
		s := fails(t, through(func(*http.Request) (*http.Response, error) { return nil, dial }), "http://shop.example")
		wantFailure(t, s.Failure, probes.FailConnect, "connect")
	}
}

func TestFaultsOfThisMachineAccuseNobody(t *testing.T) {
	for _, err := range []error{
		&net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)},
		&net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.ENFILE)},
		&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)},
		&net.OpError{Op: "write", Err: os.NewSyscallError("write", syscall.ENOBUFS)},
		&net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.ENOMEM)},
		&net.OpError{Op: "dial", Err: &net.DNSError{Err: "dial udp 192.0.2.53:53: socket: too many open files", Name: "shop"}},
		&net.OpError{Op: "dial", Err: &net.DNSError{Err: "read udp 127.0.0.1:5->127.0.0.1:53: read: connection refused", Name: "shop"}},
	} {
		result, _ := through(func(*http.Request) (*http.Response, error) { return nil, err }).Run(t.Context(),
			probes.Journey{Steps: []probes.Step{{Name: "a", URL: "http://shop.example"}}}, time.Time{})
		if result.Verdict != probes.Unknown || result.Failure.Kind != probes.FailSelf || result.Failure.Message == "" {
			t.Errorf("%v: %v %+v", err, result.Verdict, result.Failure)
		}
	}
}

func TestAPanicIsUnknownAndTheCleanupStillRuns(t *testing.T) {
	cleaned := false
	runner := through(func(r *http.Request) (*http.Response, error) {
		if r.Method == "DELETE" {
			cleaned = true
			return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
		}
		panic(fmt.Sprint("no such luck with hunter22", r.Header))
	})
	result, transcript := runner.Run(t.Context(), probes.Journey{Secrets: map[string]string{"p": "hunter22"}, Steps: []probes.Step{
		{Name: "a", URL: "http://shop.example", Headers: []probes.Field{{Name: "X", Value: "{{p}}"}}},
		{Name: "b", URL: "http://shop.example"},
		{Name: "c", Method: "DELETE", URL: "http://shop.example", Always: true},
	}}, time.Time{})
	wantFailure(t, result.Failure, probes.FailSelf, "")
	if result.Verdict != probes.Unknown || result.Step != "a" || !cleaned || stepOf(t, result, "b").Verdict != probes.Skipped {
		t.Errorf("%v at %q, cleaned up %v", result.Verdict, result.Step, cleaned)
	}
	if !strings.Contains(result.Failure.Message, "forewarn panicked: no such luck") || !strings.Contains(result.Failure.Evidence, "self_test.go") {
		t.Errorf("%+v", result.Failure)
	}
	if strings.Contains(fmt.Sprint(result.Failure, transcript), "hunter22") {
		t.Error("the secret is in the text of the panic")
	}
}

func TestAPanicOutsideOfAnyStepIsUnknownToo(t *testing.T) {
	runner := probes.Runner{Transport: func() http.RoundTripper { panic("no transport") }}
	result, transcript := runner.Run(t.Context(), probes.Journey{Name: "j", Steps: []probes.Step{{Name: "a", URL: "http://x"}}}, time.Time{})
	wantFailure(t, result.Failure, probes.FailSelf, "")
	if result.Verdict != probes.Unknown || len(result.Steps) != 1 || result.Steps[0].Verdict != probes.Skipped {
		t.Errorf("%+v", result)
	}
	if !strings.Contains(transcript.String(), "no transport") {
		t.Error(transcript)
	}
}

func TestAJourneyWithoutStepsSaysNothing(t *testing.T) {
	if result, _ := take(t, probes.Journey{}); result.Verdict != probes.Unknown || result.Failure == nil {
		t.Errorf("%+v", result)
	}
}
