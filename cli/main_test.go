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
		"statsu":         "did you mean status?",
		"frobnicate":     "see forewarn help",
		"once --bad":     "see forewarn once --help",
		"mark":           "usage: forewarn mark TEXT",
		"init":           "usage: forewarn init URL",
		"import curl":    "usage: forewarn import curl 'COMMAND' | -",
		"status --since": "see forewarn status --help",
	} {
		var out, errOut bytes.Buffer
		code := Main(strings.Fields(line), nil, &out, &errOut)
		if code != exitOptions || !strings.Contains(errOut.String(), want) || out.Len() > 0 {
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
