package cli

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/probes"
)

func journeysOf(names ...string) config.Config {
	var c config.Config
	for _, name := range names {
		name, tags, _ := strings.Cut(name, ":")
		j := config.Journey{Journey: probes.Journey{Name: name}}
		if tags != "" {
			j.Tags = strings.Split(tags, ",")
		}
		c.Journeys = append(c.Journeys, j)
	}
	return c
}

func TestJourneysAreChosenByNameAndTag(t *testing.T) {
	c := journeysOf("shop/buy:shop,slow", "shop/look:shop", "wiki [kyiv]:wiki", "wiki [lviv]:wiki,slow", "status")
	for _, one := range []struct {
		names, tags []string
		want        string // names, or a part of the error
	}{
		{nil, nil, "shop/buy shop/look wiki [kyiv] wiki [lviv] status"},
		{[]string{"status", "shop/buy"}, nil, "shop/buy status"},
		{[]string{"shop*"}, nil, "shop/buy shop/look"},
		{[]string{"*look", "wiki [????]"}, nil, "shop/look wiki [kyiv] wiki [lviv]"},
		{[]string{"wiki [kyiv]"}, nil, "wiki [kyiv]"},
		{[]string{"statsu"}, nil, `there is no journey "statsu": did you mean status?`},
		{[]string{"wiki [k]*"}, nil, `there is no journey "wiki [k]*"`},
		{[]string{"status", "s.*"}, nil, `there is no journey "s.*": the configuration has shop/buy, `},
		{nil, []string{"shop"}, "shop/buy shop/look"},
		{nil, []string{"shop,slow"}, "shop/buy"},
		{nil, []string{"shop,!slow"}, "shop/look"},
		{nil, []string{"shop,slow", "wiki"}, "shop/buy wiki [kyiv] wiki [lviv]"},
		{nil, []string{"!slow"}, "shop/look wiki [kyiv] status"},
		{[]string{"wiki*"}, []string{"slow"}, "wiki [lviv]"},
		{nil, []string{"shpo"}, `no journey has the tag "shpo": there are shop, slow, wiki`},
		{nil, []string{"shop,wiki"}, "no journey has the tags that were asked for (--tag shop,wiki)"},
	} {
		o := &once{names: one.names, tags: one.tags}
		picked, err := o.choose(c)
		var got []string
		for _, j := range picked {
			got = append(got, j.Name)
		}
		if text := strings.Join(got, " "); err == nil && text != one.want || err != nil && !strings.Contains(err.Error(), one.want) {
			t.Errorf("%q --tag %q: %s, %v, want %s", one.names, one.tags, text, err, one.want)
		}
	}
	if _, err := (&once{tags: []string{"x"}}).choose(journeysOf("a")); err == nil || !strings.Contains(err.Error(), "nor any other") {
		t.Error(err)
	}
}

func TestAJobThatReportsByItselfIsReplayedButNotWalked(t *testing.T) {
	c := journeysOf("backup", "shop", "restore")
	c.Journeys[0].Heartbeat, c.Journeys[2].Heartbeat = &probes.Heartbeat{}, &probes.Heartbeat{}
	for pattern, want := range map[string]string{
		"*": "shop", "backup": "backup is a heartbeat", "b*": "backup is a heartbeat", "*[pr]*": "there is no journey",
	} {
		picked, err := (&once{names: []string{pattern}}).choose(c)
		if err == nil && (len(picked) != 1 || picked[0].Name != want) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want %s", pattern, picked, err, want)
		}
	}
	if _, err := (&once{names: []string{"b*", "r*"}}).choose(c); err == nil || !strings.Contains(err.Error(), "only heartbeats") {
		t.Errorf("two heartbeats are walked: %v", err)
	}
	if all, err := pick(c, nil); err != nil || len(all) != 3 {
		t.Errorf("%d of three journeys can be replayed, %v", len(all), err)
	}
}

func TestAJourneyIsNeverHalfMovedToStaging(t *testing.T) {
	journey := func(stepURL string) []probes.Journey {
		return []probes.Journey{{Name: "buy", BaseURL: "https://shop.example/", Vars: map[string]string{"sku": "tea"},
			Secrets: map[string]string{"password": "x"}, Steps: []probes.Step{{Name: "pay", URL: stepURL}}}}
	}
	for _, one := range []struct {
		o        once
		url, err string
		warning  string
	}{
		{once{baseURL: "https://staging.example"}, "/pay", "", ""},
		{once{baseURL: "https://staging.example"}, "https://SHOP.example/pay", `the step "pay" of buy would still go to SHOP.example`, ""},
		{once{baseURL: "https://staging.example"}, "https://bank.example/pay", "", `does not move the step "pay" of buy: it goes to bank.example`},
		{once{baseURL: "staging.example"}, "/pay", "write a whole URL", ""},
		{once{baseURL: "https://ann:pass-word-1@staging?x=1"}, "/pay", "https://ann:•••@staging?x=1", ""},
		{once{vars: []string{"sku=espresso=2"}}, "/pay", "", ""},
		{once{vars: []string{"sku"}}, "/pay", "--var sku: write name=value", ""},
		{once{vars: []string{"qty=2"}}, "/pay", "none of the journeys has a var of this name: there are sku", ""},
		{once{vars: []string{"sku2=tea"}}, "/pay", "none of the journeys has a var of this name: did you mean sku?", ""},
		{once{vars: []string{"password=y"}}, "/pay", "it is a secret of buy", ""},
	} {
		var told strings.Builder
		one.o.errOut = &told
		journeys := journey(one.url)
		err := one.o.aim(journeys)
		if (err == nil) != (one.err == "") || err != nil && !strings.Contains(err.Error(), one.err) || !strings.Contains(told.String(), one.warning) {
			t.Errorf("%+v: %v, %q", one.o, err, told.String())
		}
		if j := journeys[0]; err == nil && (one.o.baseURL != "" && j.BaseURL != one.o.baseURL || one.o.vars != nil && j.Vars["sku"] != "espresso=2") {
			t.Errorf("%+v: %+v", one.o, j)
		}
	}
	o := once{baseURL: "https://staging.example", errOut: io.Discard}
	if err := o.aim([]probes.Journey{{Name: "dns"}}); err == nil || !strings.Contains(err.Error(), "dns has no base_url") {
		t.Error(err)
	}
}

func TestEachWayToSaveAFileIsSeenAndNothingElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.toml")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(file, "one")
	then := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	_ = os.Chtimes(file, then, then)
	for name, save := range map[string]func(){
		"written over":                          func() { write(file, "two") },
		"renamed into place":                    func() { write(file+".new", "three"); _ = os.Rename(file+".new", file) },
		"saved as it was":                       func() { _ = os.Chtimes(file, time.Now(), time.Now()) },
		"saved within the grain of the clock":   func() { write(file, "for"); _ = os.Chtimes(file, then, then) },
		"taken away, which is shown as a fault": func() { _ = os.Remove(file) },
	} {
		write(file, "one")
		_ = os.Chtimes(file, then, then)
		synctest.Test(t, func(t *testing.T) {
			files := newSightings([]string{file, file + ".missing"})
			seen := files.fingerprint(time.Now())
			limited, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if saved(limited, files, seen) {
				t.Errorf("%s: seen before it happened", name)
			}
			save()
			if began := time.Now(); !saved(t.Context(), files, seen) || time.Since(began) != 2*looking {
				t.Errorf("%s: seen after %v", name, time.Since(began))
			}
		})
	}
}

func TestTheTerminalShowsWhatIsUnderWay(t *testing.T) {
	step := func(names ...string) (steps []probes.Step) {
		for _, name := range names {
			steps = append(steps, probes.Step{Name: name})
		}
		return steps
	}
	buy := probes.Journey{Name: "buy", Steps: step("open", "log in", "pay with a card of the bank")}
	look := probes.Journey{Name: "look", Steps: step("open")}
	p := newProgress(io.Discard, []probes.Journey{buy, look, {Name: "later"}}, false)
	defer p.stop()
	if p.panel(80) != "" {
		t.Error("a panel of nothing")
	}
	p.begin(buy)
	p.begin(look)
	p.stepped("buy", "open")
	p.stepped("buy", "log in")
	if got, want := p.panel(24), "⠹ buy  2/3  pay with a…\n⠹ look  0/1  open\n  1 more"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.end(buy)
	p.stepped("look", "open")
	if got, want := p.panel(80), "⠸ look  1/1\n  1 more"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAnInterruptedRoundStillReportsAndSaysSo(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		interrupt()
		<-r.Context().Done()
	}))
	defer server.Close()
	c := journeysOf("first", "second")
	for i := range c.Journeys {
		c.Journeys[i].Steps = []probes.Step{{Name: "open", URL: server.URL}}
	}
	report := filepath.Join(t.TempDir(), "run.tap")
	o := &once{jobs: 1, format: "text", out: io.Discard, errOut: io.Discard, reports: map[string]*string{}}
	for _, f := range formats() {
		o.reports[f.name] = new(string)
	}
	o.reports["tap"] = &report
	var coded exitError
	if err := o.round(ctx, c); !errors.As(err, &coded) || coded.code != exitInterrupted {
		t.Errorf("%v", err)
	}
	text, err := os.ReadFile(report)
	if err != nil || strings.Count(string(text), "verdict: unknown") != 2 || !strings.Contains(string(text), "not begun, because forewarn was interrupted") {
		t.Errorf("%v\n%s", err, text)
	}
}

// A pattern is of nobody's own language: what it means is compared with what
// the simplest reading of it gives.
func FuzzAPatternMatchesWhatItSays(f *testing.F) {
	for _, c := range [][2]string{{"look*", "look at tea"}, {"*", ""}, {"?", "é"}, {"a*b*c", "aXbXbc"}, {"[kyiv]", "[kyiv]"}, {"\xff*", "\xffa"}, {"**?", "ab"}} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if len(pattern) > 20 || len(name) > 20 { // the simple reading takes 2^n steps
			t.Skip()
		}
		if got, want := matches(pattern, name), simply([]rune(pattern), []rune(name)); got != want {
			t.Errorf("%q matches %q: %t, want %t", pattern, name, got, want)
		}
		if !matches(name, name) || !matches("*", name) || !matches(name+"*", name) || matches(name+"x", name) && !strings.Contains(name, "*") {
			t.Errorf("%q does not match itself as it should", name)
		}
		_ = hasTags(probes.Journey{Tags: []string{name}}, pattern)
	})
}

func simply(pattern, name []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(name) == 0
	case pattern[0] == '*':
		return simply(pattern[1:], name) || len(name) > 0 && simply(pattern, name[1:])
	case len(name) == 0:
		return false
	}
	return (pattern[0] == '?' || pattern[0] == name[0]) && simply(pattern[1:], name[1:])
}
