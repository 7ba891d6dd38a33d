package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const smallest = `[[journey]]
name = "home"
secrets = { password = "hunter2" }
[[journey.step]]
name = "open"
get = "https://shop.example/"
`

func write(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "forewarn.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWarnsOfSecretsInClearThatEverybodyMayRead(t *testing.T) {
	outside := strings.Replace(smallest, "hunter2", "${PASSWORD}", 1)
	for _, c := range []struct {
		name, text string
		mode       os.FileMode
		warns      bool
	}{
		{"in clear, world readable", smallest, 0o644, true},
		{"in clear, group readable", smallest, 0o640, false},
		{"in clear, private", smallest, 0o600, false},
		{"from the environment, world readable", outside, 0o644, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.text, c.mode)
			config, err := Load(path, environment{"PASSWORD": "hunter2"}.lookup)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(config.Warnings) == 1; got != c.warns {
				t.Fatalf("warnings: %v", config.Warnings)
			}
			if c.warns && (config.Warnings[0].Line != 3 || strings.Contains(config.Warnings[0].String(), "hunter2")) {
				t.Error(config.Warnings[0])
			}
		})
	}
}

func TestRelativePathsBeginAtTheFile(t *testing.T) {
	path := write(t, strings.Replace(smallest, "hunter2", "${file:token}", 1), 0o644)
	dir := filepath.Dir(path)
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte("from the file\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	c, err := Load("forewarn.toml", environment{}.lookup)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Journeys[0].Secrets["password"]; got != "from the file" {
		t.Errorf("the secret is %q", got)
	}
	if c.Agent.Database != filepath.Join(dir, "forewarn.db") || c.File != "forewarn.toml" {
		t.Errorf("database %s of %s", c.Agent.Database, c.File)
	}
}

func TestAFileThatCannotBeReadIsNoProblemOfItsText(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "none.toml"), t.TempDir()} {
		_, err := Load(path, environment{}.lookup)
		var problems Problems
		if err == nil || errors.As(err, &problems) || strings.Count(err.Error(), path) != 1 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFindsTheNamedFileThenTheEnvironmentsThenTheUsualPlaces(t *testing.T) {
	t.Chdir(t.TempDir())
	home := t.TempDir()
	env := environment{"HOME": home}
	find := func(named, want string) {
		t.Helper()
		got, err := Find(named, env.lookup)
		if want == "" && !errors.Is(err, ErrNotFound) || got != want {
			t.Errorf("found %q, %v; want %q", got, err, want)
		}
	}
	make := func(path string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat("/etc/forewarn/config.toml"); err == nil {
		t.Skip("this machine has a configuration of its own")
	}
	find("", "")
	inHome := filepath.Join(home, ".config/forewarn/config.toml")
	make(inHome)
	find("", inHome)
	xdg := filepath.Join(home, "xdg")
	env["XDG_CONFIG_HOME"] = xdg
	find("", "")
	make(filepath.Join(xdg, "forewarn/config.toml"))
	find("", filepath.Join(xdg, "forewarn/config.toml"))
	make("forewarn.toml")
	find("", "forewarn.toml")
	env["FOREWARN_CONFIG"] = "/elsewhere/not-there.toml"
	find("", "/elsewhere/not-there.toml")
	find("named.toml", "named.toml")
}

func TestNotFoundSaysWhereItLookedAndWhatToDo(t *testing.T) {
	got := places(environment{"HOME": "/home/me", "XDG_CONFIG_HOME": "relative"}.lookup)
	if diff := cmp.Diff([]string{"forewarn.toml", "/etc/forewarn/config.toml"}, got); diff != "" {
		t.Error(diff)
	}
	t.Chdir(t.TempDir())
	if _, err := Find("", environment{}.lookup); err != nil {
		for _, part := range []string{"forewarn.toml", "/etc/forewarn/config.toml", "forewarn init URL"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%v does not name %s", err, part)
			}
		}
	}
}

// What has no size has no end: neither memory nor patience is lost to it.
func TestAFileWithoutASizeIsReadUpToItsBound(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("no /dev/zero here")
	}
	done := make(chan error, 1)
	go func() {
		_, err := Load("/dev/zero", os.LookupEnv)
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "more than 64 MB is no configuration") {
			t.Errorf("%.200v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it is read on and on")
	}
}

// An engineer's shell at night has not the service's secrets.
func TestABareFileSaysWhatIsWatchedWithoutItsSecrets(t *testing.T) {
	const text = `
[agent]
heartbeat_url = "https://${HEART}/x"
[slack]
channel   = "#a"
bot_token = "${SLACK_BOT_TOKEN}"
[[route]]
name        = "ops"
webhook_url = "${file:/nowhere/hook}"
[[journey]]
name     = "home"
base_url = "${SHOP}"
secrets  = { password = "${PASSWORD}", pin = "${file:nowhere}" }
basic    = { user = "ann", password = "${PASSWORD}" }
  [[journey.step]]
  name = "open"
  get  = "/"
  query = { p = "{{password}}" }
  [[journey.limit]]
  signal = "latency"
  above  = "1s"
[[journey]]
name     = "api"
base_url = "https://${HOST}/v1"
  [[journey.step]]
  name    = "open"
  get     = "/"
  bearer  = "${TOKEN}"
`
	path := write(t, text, 0o600)
	if _, err := Load(path, environment{}.lookup); err == nil {
		t.Error("an agent would start without its secrets")
	}
	c, err := LoadBare(path, environment{}.lookup)
	if err != nil {
		t.Fatal(err)
	}
	if c.Slack.Channel != "#a" || len(c.Journeys) != 2 || c.Journeys[0].Name != "home" || len(c.Journeys[0].Limits) != 2 || len(c.Journeys[0].Steps) != 1 {
		t.Errorf("it says %+v", c)
	}
	for _, needed := range []string{"database = \"${DB}\"", "timezone = \"${ZONE}\""} {
		if _, err := LoadBare(write(t, "[agent]\n"+needed+"\n"+smallest, 0o600), environment{}.lookup); err == nil {
			t.Errorf("%s is guessed", needed)
		}
	}
}
