package main_test

import (
	"net/http/httptest"
	"os"
	"testing"

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
	})
}

// TestScripts runs testdata/script: the command line, as its users see it.
// Each script has a shop of its own ($SHOP) and a Slack ($SLACK_API,
// $SLACK_WEBHOOK) that knows the token $SLACK_TOKEN.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			shop := httptest.NewServer(demo.NewShop(demo.Story{Base: 0}))
			server := httptest.NewServer(slackfake.New(slackfake.Settings{}))
			env.Defer(shop.Close)
			env.Defer(server.Close)
			env.Setenv("SHOP", shop.URL)
			env.Setenv("SLACK_API", server.URL+"/api/")
			env.Setenv("SLACK_WEBHOOK", server.URL+slackfake.WebhookPath)
			env.Setenv("SLACK_TOKEN", "xoxb-fake")
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
	})
}
