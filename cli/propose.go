package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/probes"
)

// looks is how many runs a proposal rests on.
const looks = 10

// proposal is a configuration for one page, found by looking at it.
type proposal struct {
	page    *url.URL
	results []probes.Result // looks of them, all passed
	webhook string          // "" is none
	made    time.Time
}

// propose looks at the page at address. It fails if the page does not answer
// well: limits found from failures would be worth nothing.
func propose(ctx context.Context, address, webhook string, tell func(string)) (proposal, error) {
	page, err := url.Parse(address)
	if err != nil || page.Host == "" || page.Scheme != "http" && page.Scheme != "https" {
		return proposal{}, fmt.Errorf("%q is not a web address: write it as https://shop.example/", address)
	}
	if page.User != nil {
		return proposal{}, errors.New("the address holds a password: write a forewarn.toml with a header and a secret instead")
	}
	p := proposal{page: page, webhook: webhook, made: time.Now()}
	journey := probes.Journey{
		Name: page.Hostname(), Title: page.Hostname(), Feature: page.Hostname(),
		Every: time.Minute, Timeout: 20 * time.Second, BaseURL: page.Scheme + "://" + page.Host,
		Steps: []probes.Step{{Name: "open", Method: "GET", URL: page.RequestURI(), Redirects: 10, MaxBody: 1 << 20}},
	}
	runner := probes.Runner{Version: programVersion()}
	for range looks {
		result, transcript := runner.Run(ctx, journey, time.Time{})
		if result.Verdict != probes.Passed {
			return proposal{}, exitError{exitCode(result), fmt.Errorf("%s did not answer well, so no limit can be found:\n%s", address, transcript)}
		}
		tell(fmt.Sprintf("%s  %d  %s\n", address, result.Steps[0].Status, short(result.Duration)))
		p.results = append(p.results, result)
	}
	return p, nil
}

// TOML is the configuration, at most 20 lines, with the reason of each limit.
func (p proposal) TOML() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# forewarn init %s, %s. Every key: docs/config.md", p.page, p.made.Format(time.DateOnly))
	if p.webhook != "" {
		line("[slack]\nwebhook_url = %s\n", strconv.Quote(p.webhook))
	}
	line("[[journey]]\nname     = %s\nevery    = \"1m\"\nbase_url = %s\n",
		strconv.Quote(p.page.Hostname()), strconv.Quote(p.page.Scheme+"://"+p.page.Host))
	line("  [[journey.step]]\n  name   = \"open\"\n  get    = %s\n  expect = [\"status == %d\"]\n",
		strconv.Quote(p.page.RequestURI()), p.results[0].Steps[0].Status)
	limit, why := p.latency()
	line("  [[journey.limit]]\n  signal = \"latency\"\n  above  = %q   # %s", limitText(limit), why)
	if end := p.results[0].Steps[0].CertEnd; !end.IsZero() {
		line("\n  [[journey.limit]]\n  signal = \"cert\"\n  below  = \"14d\"   # it ends on %s", end.Format(time.DateOnly))
	}
	return b.String()
}

// latency is the limit found: three times the median, and never under one and
// a half times the slowest look, rounded up to a plain number.
func (p proposal) latency() (limit time.Duration, why string) {
	var took []time.Duration
	for _, r := range p.results {
		took = append(took, r.Duration)
	}
	slices.Sort(took)
	median, slowest := took[(len(took)-1)/2], took[len(took)-1]
	limit = plainNumber(max(3*median, slowest*3/2, 200*time.Millisecond))
	return limit, fmt.Sprintf("%d looks: median %s, slowest %s", len(took), short(median), short(slowest))
}

// plainNumber is the first of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 ... that is not below d.
func plainNumber(d time.Duration) time.Duration {
	for unit := time.Millisecond; ; unit *= 10 {
		for _, tenths := range []time.Duration{10, 15, 20, 30, 40, 50, 60, 80} {
			if n := unit * tenths / 10; n >= d {
				return n
			}
		}
	}
}

func limitText(d time.Duration) string { return fmt.Sprintf("%dms", d.Milliseconds()) }

// proposeConfig is `run URL`: the proposal in force without being written.
func proposeConfig(cmd *cobra.Command, address string) (config.Config, error) {
	p, err := propose(cmd.Context(), address, "", func(line string) { fmt.Fprint(cmd.ErrOrStderr(), line) })
	if err != nil {
		return config.Config{}, err
	}
	fmt.Fprint(cmd.ErrOrStderr(), "\n"+indent(p.TOML(), "  ")+"\n\n")
	dir, err := os.Getwd()
	if err != nil {
		return config.Config{}, fmt.Errorf("find the present folder: %w", err)
	}
	return config.Parse("proposal", []byte(p.TOML()), dir, os.LookupEnv)
}
