package main_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/forewarn/forewarn/cli"
	"github.com/forewarn/forewarn/demo"
	"github.com/forewarn/forewarn/notify/slackfake"
)

// TestMain makes this test binary the program itself when it is called
// `forewarn`, for the scripts and for the tests that kill it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"forewarn": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"fetch":    func() { os.Exit(fetchMain(os.Args[1:])) },
	})
}

// TestScripts runs testdata/script: the command line, as its users see it.
// Each script has a shop of its own ($SHOP) and a Slack ($SLACK_API,
// $SLACK_WEBHOOK) that knows the token $SLACK_TOKEN.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"eventually": eventually},
		Setup: func(env *testscript.Env) error {
			free, release, err := reserve()
			if err != nil {
				return err
			}
			env.Defer(func() { _ = release.Close() })
			shop := httptest.NewServer(demo.NewShop(demo.Story{Base: 0}))
			slack := slackfake.New(slackfake.Settings{})
			workspace := http.NewServeMux()
			workspace.Handle("/", slack)
			workspace.HandleFunc("/told", func(w http.ResponseWriter, _ *http.Request) {
				for _, m := range slack.Messages() {
					fmt.Fprintln(w, m.Text)
				}
			})
			server := httptest.NewServer(workspace)
			env.Defer(shop.Close)
			env.Defer(server.Close)
			env.Setenv("SHOP", shop.URL)
			env.Setenv("SLACK_API", server.URL+"/api/")
			env.Setenv("SLACK_WEBHOOK", server.URL+slackfake.WebhookPath)
			env.Setenv("SLACK_TOLD", server.URL+"/told") // all messages, as they read now
			env.Setenv("SLACK_TOKEN", "xoxb-fake")
			env.Setenv("BACKUP_PING", "5f0e6d8ad6a84bb1b2c9e0c7c2f5a111")
			env.Setenv("LISTEN", free)
			env.Setenv("HOME", env.WorkDir)
			moodyServer(env)
			return errors.Join(mailServer(env), postOffices(env))
		},
	})
}

// fetchMain prints what an address answers: fetch [-X METHOD] URL. It fails
// unless the status is 200.
func fetchMain(args []string) int {
	method := http.MethodGet
	if len(args) == 3 && args[0] == "-X" {
		method, args = args[1], args[2:]
	}
	request, err := http.NewRequest(method, args[0], nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer response.Body.Close()
	if _, err := io.Copy(os.Stdout, response.Body); err != nil || response.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}

// eventually runs a command again and again until it prints what the pattern
// says, for at most half a minute: eventually PATTERN COMMAND ARGS...
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually PATTERN COMMAND ARGS...")
	}
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-again.C {
		if err := ts.Exec(args[1], args[2:]...); err == nil && pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
	}
	ts.Fatalf("%v never printed %s", args[1:], args[0])
}
