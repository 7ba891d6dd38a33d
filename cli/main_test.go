package cli

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/probes"
)

func TestProblemsOfAFileBeginWithTheirPlace(t *testing.T) {
	problem := config.Problem{File: "shop.toml", Line: 2, Column: 1, Message: "unknown key"}
	for want, err := range map[string]error{
		"forewarn: no way":  errors.New("no way"),
		"shop.toml:2:1: un": exitError{exitConfig, config.Problems{problem}},
	} {
		var out bytes.Buffer
		if report(&out, err); !strings.HasPrefix(out.String(), want) {
			t.Errorf("%q, want %q", out.String(), want)
		}
	}
	var out bytes.Buffer
	report(&out, config.Problems{problem, problem})
	if !strings.HasSuffix(out.String(), "\n2 errors in shop.toml\n") {
		t.Errorf("%q", out.String())
	}
	out.Reset()
	if report(&out, exitError{code: exitExpect}); out.Len() > 0 {
		t.Errorf("a command that has said everything says %q", out.String())
	}
}

func TestAWrongCommandLineSaysWhatToDo(t *testing.T) {
	for line, want := range map[string]string{
		"statsu":              `there is no command "statsu": did you mean status?`,
		"frobnicate":          `there is no command "frobnicate": see forewarn --help`,
		"help frobnicate":     `there is no command "frobnicate": see forewarn --help`,
		"incident akc 1":      `there is no command "incident akc": did you mean ack?`,
		"slack frobnicate":    `there is no command "slack frobnicate": see forewarn slack --help`,
		"once --bad":          "forewarn once has no --bad: see forewarn once --help",
		"once --tga smoke":    "forewarn once has no --tga, did you mean --tag?: see forewarn once --help",
		"once --report-xml a": "forewarn once has no --report-xml, did you mean --report-har or --report-json or --report-junit or --report-tap?",
		"once --report-jnit":  "forewarn once has no --report-jnit, did you mean --report-junit?",
		"once --repor-har":    "forewarn once has no --repor-har, did you mean --report-har?",
		"once --base-ulr":     "forewarn once has no --base-ulr, did you mean --base-url?",
		"once -z":             "forewarn once has no -z: see forewarn once --help",
		"once --jobs x":       "--jobs x: write a whole number: see forewarn once --help",
		"once --timeout 5":    "--timeout 5: write a number and a unit, such as 90s or 2m: see forewarn once --help",
		"once --json=perhaps": "--json perhaps: write true or false, or nothing: see forewarn once --help",
		"mark":                "TEXT is missing: usage: forewarn mark TEXT",
		"init":                "URL is missing: usage: forewarn init URL",
		"run a b":             `"b" is one argument too many: usage: forewarn run [URL]`,
		"check all":           `"all" is one argument too many: usage: forewarn check`,
		"version 2":           `"2" is one argument too many: usage: forewarn version`,
		"import curl":         "'COMMAND' is missing: usage: forewarn import curl 'COMMAND' | -",
		"outbox drop":         "ID is missing: usage: forewarn outbox drop ID...",
		"incident snooze 4":   "2h|09:00 is missing: usage: forewarn incident snooze NUMBER 2h|09:00",
		"status --since":      "--since needs a value: how far back rate, errors and duration look: 30m, 12h, 7d: see forewarn status --help",
		"status --since 5":    `--since 5: a number and a unit are needed, such as "12h", "30d" or "2w": see forewarn status --help`,
		"status --since NaNd": `--since NaNd: a number and a unit are needed, such as "12h", "30d" or "2w": see forewarn status --help`,
	} {
		var out, errOut bytes.Buffer
		code := Main(strings.Fields(line), nil, &out, &errOut)
		if code != exitOptions || !strings.HasPrefix(errOut.String(), "forewarn: "+want) || out.Len() > 0 {
			t.Errorf("forewarn %s: exit %d, %q, want %q", line, code, errOut.String(), want)
		}
	}
}

func TestTheExitCodeTellsABrokenProductFromOneThatCannotBeSeen(t *testing.T) {
	result := func(v probes.Verdict, k probes.FailureKind) probes.Result {
		r := probes.Result{Verdict: v}
		if k != "" {
			r.Failure = &probes.Failure{Kind: k}
		}
		return r
	}
	passed, unknown := result(probes.Passed, ""), result(probes.Unknown, probes.FailSelf)
	wrong, refused := result(probes.Failed, probes.FailExpect), result(probes.Failed, probes.FailConnect)
	for _, c := range []struct {
		want    int
		results []probes.Result
	}{
		{exitOK, nil},
		{exitOK, []probes.Result{passed, passed}},
		{exitExpect, []probes.Result{passed, wrong}},
		{exitExpect, []probes.Result{result(probes.Failed, probes.FailCapture)}},
		{exitExpect, []probes.Result{result(probes.Failed, probes.FailRedirect)}},
		{exitProbe, []probes.Result{result(probes.Failed, probes.FailTimeout)}},
		{exitProbe, []probes.Result{result(probes.Failed, probes.FailTLS)}},
		{exitProbe, []probes.Result{result(probes.Failed, "")}},
		{exitProbe, []probes.Result{unknown}},
		{exitProbe, []probes.Result{wrong, refused, passed}},
		{exitExpect, []probes.Result{wrong, result(probes.Skipped, probes.FailMissing)}},
		{exitOK, []probes.Result{result(probes.PassedOnRetry, "")}},
	} {
		var runs []walked
		for _, r := range c.results {
			runs = append(runs, walked{result: r})
		}
		if got := exitCodeOf(runs); got != c.want {
			t.Errorf("%+v: exit %d, want %d", c.results, got, c.want)
		}
	}
}
