package main_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/notify/slackfake"
)

const (
	wikiPassword  = `s3cret "pass&word"/ü`
	wrongPassword = `wr0ng <pass+word>%2F`
)

// TestTheDokuWikiJourneyPassesAndFailsForTheRightReason walks through a web
// application that nobody here wrote.
func TestTheDokuWikiJourneyPassesAndFailsForTheRightReason(t *testing.T) {
	address := startDokuWiki(t)
	config, err := filepath.Abs("examples/dokuwiki/forewarn.toml")
	if err != nil {
		t.Fatal(err)
	}
	once := func(password string, args ...string) (string, int) {
		cmd := program(t.Context(), t.TempDir(), append([]string{"once", "-c", config}, args...)...)
		cmd.Env = append(cmd.Env, "WIKI_URL="+address, "WIKI_PASSWORD="+password)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}

	for range 2 { // the second time the page exists
		if out, code := once(wikiPassword, "-v"); code != 0 {
			t.Fatalf("exit code %d:\n%s", code, out)
		} else {
			checkNoSecret(t, "the transcript", out, wikiPassword)
		}
	}
	for _, args := range [][]string{{"-v"}, {"--json"}} {
		out, code := once(wrongPassword, args...)
		if code != 4 || !strings.Contains(out, "Sorry, username or password was wrong.") || !strings.Contains(out, "log in") {
			t.Errorf("a wrong password: exit code %d, want 4 and the reason at the step log in:\n%s", code, out)
		}
		checkNoSecret(t, "the output", out, wrongPassword)
	}
}

// TestThePasswordAppearsNowhere lets the agent fail with a wrong password for
// some runs, and looks for it in the log, the database, Slack and the metrics.
func TestThePasswordAppearsNowhere(t *testing.T) {
	address := startDokuWiki(t)
	text, err := os.ReadFile("examples/dokuwiki/forewarn.toml")
	if err != nil {
		t.Fatal(err)
	}
	slack := slackfake.New(slackfake.Settings{})
	server := httptest.NewServer(slack)
	defer server.Close()
	dir := t.TempDir()
	listen := freeAddress(t)
	changed := strings.NewReplacer(`every    = "5m"`, `every = "1s"`, `timeout  = "30s"`, `timeout = "900ms"`,
		"[agent]", fmt.Sprintf("[slack]\nchannel = \"#alerts\"\nbot_token = \"${TEST_SLACK_TOKEN}\"\napi_url = %q\n[agent]\nlisten = %q", server.URL+"/api/", listen),
		`above  = "5s"`, `above = "850ms"`).Replace(string(text))
	if err := os.WriteFile(filepath.Join(dir, "forewarn.toml"), []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: program(t.Context(), dir, "run", "-v"), ended: make(chan error, 1)}
	p.cmd.Env = append(p.cmd.Env, "WIKI_URL="+address, "WIKI_PASSWORD="+wrongPassword)
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	until(t, func() bool { return len(slack.Top()) > 0 }, p.log.String)
	metrics := fetch(t, "http://"+listen+"/metrics")
	health := fetch(t, "http://"+listen+"/healthz")
	p.stop(t)

	if !strings.Contains(metrics, `probe_success{journey="wiki"`) {
		t.Errorf("no metrics of the journey:\n%s", metrics)
	}
	checkNoSecret(t, "the log", p.log.String(), wrongPassword)
	checkNoSecret(t, "the metrics", metrics+health, wrongPassword)
	for _, m := range slack.Messages() {
		checkNoSecret(t, "Slack", m.Text+string(m.Blocks)+string(m.Metadata), wrongPassword)
	}
	files, err := filepath.Glob(filepath.Join(dir, "forewarn.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no database: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		checkNoSecret(t, filepath.Base(file), string(content), wrongPassword)
		checkNoSecret(t, filepath.Base(file), string(content), "xoxb-fake")
	}
}

// checkNoSecret looks for secret in text, as it is and in every usual dress.
func checkNoSecret(t *testing.T, where, text, secret string) {
	t.Helper()
	for dress, s := range map[string]string{
		"verbatim":        secret,
		"as a query":      url.QueryEscape(secret),
		"as a path":       url.PathEscape(secret),
		"in base64":       base64.StdEncoding.EncodeToString([]byte(secret)),
		"in URL base64":   base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"in hexadecimals": hex.EncodeToString([]byte(secret)),
		"in a Go string":  strings.Trim(fmt.Sprintf("%q", secret), `"`),
	} {
		if strings.Contains(text, s) {
			t.Errorf("the secret stands in %s, %s", where, dress)
		}
	}
}

// startDokuWiki serves Debian's DokuWiki on loopback. Where it is not
// installed the test says so loudly: on a machine that installs what .ci/run
// lists it must be there.
func startDokuWiki(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("/usr/share/dokuwiki/doku.php"); err != nil {
		missing(t, "dokuwiki")
	}
	if _, err := exec.LookPath("php"); err != nil {
		missing(t, "php-cli")
	}
	_, port, err := net.SplitHostPort(freeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	var log lockedBuffer
	cmd := exec.CommandContext(t.Context(), "examples/dokuwiki/serve", filepath.Join(t.TempDir(), "wiki"), port, wikiPassword)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	until(t, func() bool { return strings.Contains(log.String(), "started") }, log.String)
	return "http://127.0.0.1:" + port
}

func missing(t *testing.T, pkg string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed: apt-get install dokuwiki php-cli php-xml php-mbstring", pkg)
	}
	banner := strings.Repeat("!", 70)
	fmt.Fprintf(os.Stderr, "%s\n%s: SKIPPED, %s is not installed:\n  apt-get install dokuwiki php-cli php-xml php-mbstring\n%s\n", banner, t.Name(), pkg, banner)
	t.Skip(pkg + " is not installed")
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil {
		t.Fatal(err)
	}
	return body.String()
}
