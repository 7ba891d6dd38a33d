package notify

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
)

// pushing gives w no channel but that of Alertmanager, and returns who answers
// it.
func pushing(w *world) (p *pager, stop func()) {
	p = &pager{}
	server, line := httptest.NewUnstartedServer(p), newPipe()
	server.Listener.Close()
	server.Listener = line
	server.Start()
	w.close()
	w.channels = []Channel{NewAlerts(HookSettings{Name: "alerts", URL: "http://am.test/", Dial: line.dial})}
	w.open()
	return p, server.Close
}

// What is open is pushed every minute, also by the next process, and what is
// over never again.
func TestWhatIsOpenIsPushedUntilItIsOver(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		p, stop := pushing(w)
		defer stop()
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.happens(key(2), goesBurning) // decided, and told to nobody
		w.pass(3*time.Minute + time.Second)
		w.restart()
		w.pass(2*time.Minute + time.Second)
		calls := p.calls()
		if len(calls) != 1+3+2 {
			t.Fatalf("%d pushes in 5 min, want one at once and one each minute: %v", len(calls), calls)
		}
		for i, c := range calls {
			a := readPushed(t, c.body)
			if len(a) != 1 || a[0].Labels["journey"] != "checkout-1" || !a[0].StartsAt.Equal(readPushed(t, calls[0].body)[0].StartsAt) {
				t.Errorf("push %d is %s", i, c.body)
			} else if left := a[0].EndsAt.Sub(c.at).Round(time.Second); left != 4*time.Minute {
				t.Errorf("push %d ends after %v", i, left)
			}
		}
		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.pass(5 * time.Minute)
		calls = p.calls()
		last := readPushed(t, calls[len(calls)-1].body)[0]
		if len(calls) != 7 || last.EndsAt.After(calls[6].at) || last.EndsAt.Before(last.StartsAt) {
			t.Errorf("%d pushes, the last is %+v", len(calls), last)
		}
	})
}

// Each alert of a storm goes out once as it is told, and then all of them
// together once a minute: what is sent grows with their number, not with its
// square.
func TestAStormIsPushedOnceAndThenOnceAMinute(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		const many, minutes = 120, 5
		p, stop := pushing(w)
		defer stop()
		w.run()
		for n := range many {
			w.happens(key(n), goesBurning, alert.WentBurning)
		}
		w.pass(minutes*time.Minute + time.Second)
		single, together := 0, 0
		for _, c := range p.calls() {
			switch n := len(readPushed(t, c.body)); {
			case !strings.Contains(c.id, "open-") && n == 1:
				single++
			case strings.Contains(c.id, "open-") && n == many:
				together++
			default:
				t.Errorf("%s has %d alerts", c.id, n)
			}
		}
		if single != many || together != minutes {
			t.Errorf("%d alerts in %d min: %d went out alone and %d times all together", many, minutes, single, together)
		}
	})
}

func readPushed(t *testing.T, body string) (all []pushed) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return all
}

// The judge is Prometheus's own Alertmanager: it takes every kind of message,
// knows what burns also after it lost its memory, and tells its receiver when
// it is over.
func TestAnAlertmanagerKnowsWhatBurnsUntilItIsOver(t *testing.T) {
	program, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		t.Skip("SKIPPED: prometheus-alertmanager is not installed (apt-get install prometheus-alertmanager); no alert was pushed into a real one")
	}
	receiver := &pager{}
	team := httptest.NewServer(receiver)
	defer team.Close()
	var target atomic.Pointer[url.URL]
	door := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target.Load()) }})
	defer door.Close()
	stop := startAlertmanager(t, program, team.URL, &target)

	channel := NewAlerts(HookSettings{Name: "alerts", URL: door.URL})
	channel.every = time.Second
	for name, x := range tellings() { // as long ago as they are, they are taken
		m := x.message(t)
		m.ID = name
		deliver(t, channel, m)
	}
	w := &world{t: t, path: filepath.Join(t.TempDir(), "forewarn.db"), channels: []Channel{channel}}
	w.open()
	defer w.close()
	w.run()
	w.happens(key(1), goesBurning, alert.WentBurning)
	eventually(t, "it burns", func() bool { return active(t, door.URL) == "active" })
	stop()
	stop = startAlertmanager(t, program, team.URL, &target)
	defer func() { stop() }()
	eventually(t, "it burns, after a start from nothing", func() bool { return active(t, door.URL) == "active" })
	w.happens(key(1), goesQuiet, alert.WentResolved)
	eventually(t, "it is over", func() bool { return active(t, door.URL) == "" })
	eventually(t, "the receiver heard that it is over", func() bool {
		for _, c := range receiver.calls() {
			if strings.Contains(c.body, `"status":"resolved"`) && strings.Contains(c.body, "checkout-1") {
				return true
			}
		}
		return false
	})
}

// startAlertmanager starts one that knows nothing, and kills it.
func startAlertmanager(t *testing.T, program, receiver string, target *atomic.Pointer[url.URL]) (stop func()) {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "alertmanager.yml")
	text := "route: {receiver: team, group_by: ['...'], group_wait: 100ms, group_interval: 1s}\n" +
		"receivers: [{name: team, webhook_configs: [{url: '" + receiver + "'}]}]\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "--config.file="+config, "--storage.path="+dir,
		"--web.listen-address=127.0.0.1:0", "--cluster.listen-address=")
	log, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines, said := bufio.NewScanner(log), ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if m := regexp.MustCompile(`msg="Listening on" address=(\S+)`).FindStringSubmatch(lines.Text()); m != nil {
			target.Store(&url.URL{Scheme: "http", Host: m[1]})
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
		}
	}
	t.Fatalf("Alertmanager did not start:\n%s", said)
	return nil
}

// active is the state of the alert of checkout-1; "" if there is none.
func active(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address + "/api/v2/alerts?" + url.Values{"filter": {`journey="checkout-1"`}}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var all []struct {
		Status struct{ State string }
	}
	if err := json.NewDecoder(response.Body).Decode(&all); err != nil || len(all) == 0 {
		return ""
	}
	return all[0].Status.State
}

// eventually waits for what another process is to do, at most a minute.
func eventually(t *testing.T, what string, met func() bool) {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(time.Minute); !met(); <-again.C {
		if time.Now().After(deadline) {
			t.Fatalf("it never came about that %s", what)
		}
	}
}
