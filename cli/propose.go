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
	page, err := pageOf(address)
	if err != nil {
		return proposal{}, err
	}
	if err := checkWebhook(webhook); err != nil {
		return proposal{}, err
	}
	p := proposal{page: page, webhook: webhook, made: time.Now()}
	runner := probes.Runner{Version: programVersion()}
	tell(fmt.Sprintf("looking at %s %d times\n", page, looks))
	for range looks {
		result, _ := runner.Run(ctx, p.journey(), time.Time{})
		if !result.Verdict.Good() {
			return proposal{}, exitError{exitCode(result), p.refusal(result)}
		}
		tell(fmt.Sprintf("  %d  %s%s\n", result.Steps[0].Status, short(result.Duration), p.elsewhere("  from ", result)))
		p.results = append(p.results, result)
	}
	return p, nil
}

// pageOf reads an address as a person types it. A fragment stays in a browser.
func pageOf(address string) (*url.URL, error) {
	page, err := url.Parse(address)
	if err != nil || page.Host == "" || page.Scheme != "http" && page.Scheme != "https" {
		wanted := "https://shop.example/"
		if whole, err := url.Parse("https://" + address); err == nil && !strings.Contains(address, "/") {
			wanted = whole.String() + "/"
		}
		return nil, fmt.Errorf("%q is not a web address: write it as %s", address, wanted)
	}
	if page.User != nil {
		return nil, errors.New("the address holds a password: write a forewarn.toml with a header and a secret instead")
	}
	page.Fragment, page.RawFragment = "", ""
	return page, nil
}

// checkWebhook refuses what the configuration would refuse, before the looks.
// A placeholder is as good as an address. The address itself is a secret.
func checkWebhook(webhook string) error {
	if webhook == "" || strings.HasPrefix(webhook, "${") {
		return nil
	}
	if u, err := url.Parse(webhook); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("--slack-webhook is not a web address: copy it from Slack, it begins with https://hooks.slack.com/services/")
	}
	return nil
}

// journey is one look at the page.
func (p proposal) journey() probes.Journey {
	name := p.page.Hostname()
	return probes.Journey{
		Name: name, Title: name, Feature: name,
		Every: time.Minute, Timeout: 20 * time.Second, BaseURL: p.base(),
		Steps: []probes.Step{{Name: "open", Method: "GET", URL: p.path(), Redirects: 10, MaxBody: 1 << 20}},
	}
}

func (p proposal) base() string { return p.page.Scheme + "://" + p.page.Host }

// path is path and query of the page, written so that nothing in them is a
// placeholder or leaves ASCII.
func (p proposal) path() string {
	var b strings.Builder
	for _, c := range []byte(p.page.RequestURI()) {
		if c <= ' ' || c > '~' || strings.IndexByte("{}\"<>`\\^|", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// elsewhere is the address that answered in the end, after prefix, if the
// page sends its visitors on.
func (p proposal) elsewhere(prefix string, r probes.Result) string {
	hops := r.Steps[0].Hops
	if len(hops) < 2 {
		return ""
	}
	return prefix + hops[len(hops)-1].URL
}

// TOML is the configuration, at most 20 lines, with the reason of each limit.
func (p proposal) TOML() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# forewarn init %s, %s. Every key: docs/config.md", p.base()+p.path(), p.made.Format(time.DateOnly))
	if p.webhook != "" {
		line("[slack]\nwebhook_url = %s\n", strconv.Quote(p.webhook))
	}
	line("[[journey]]\nname     = %s\nevery    = \"1m\"\nbase_url = %s\n",
		strconv.Quote(p.page.Hostname()), strconv.Quote(p.base()))
	line("  [[journey.step]]\n  name   = \"open\"\n  get    = %s%s\n  expect = [\"status == %d\"]\n",
		strconv.Quote(p.path()), p.elsewhere("   # leads to ", p.results[0]), p.results[0].Steps[0].Status)
	limit, why := p.latency()
	line("  [[journey.limit]]\n  signal = \"latency\"\n  above  = %q   # %s", limitText(limit), why)
	if end := p.results[0].Steps[0].CertEnd; !end.IsZero() {
		line("  [[journey.limit]]\n  signal = \"cert\"\n  below  = \"14d\"   # it ends on %s", end.Format(time.DateOnly))
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

// limitText is a round duration as people write it in the configuration.
func limitText(d time.Duration) string {
	for _, unit := range []time.Duration{time.Hour, time.Minute, time.Second} {
		if d%unit == 0 {
			return fmt.Sprintf("%d%c", d/unit, unit.String()[1]) // of "1h0m0s"
		}
	}
	return fmt.Sprintf("%dms", d.Milliseconds())
}

// proposeConfig is the proposal in force without being written. Nothing
// listens: a second agent on this machine must not stand in its way.
func proposeConfig(cmd *cobra.Command, address string) (config.Config, error) {
	errOut := cmd.ErrOrStderr()
	p, err := propose(cmd.Context(), address, "", func(line string) { fmt.Fprint(errOut, line) })
	if err != nil {
		return config.Config{}, err
	}
	fmt.Fprintf(errOut, "\n%s\n\nNothing is kept. To keep it: forewarn init %s\n\n", indent(p.TOML(), "  "), p.page)
	c, err := config.Parse("proposal", []byte(p.TOML()), "", os.LookupEnv)
	c.Agent.Listen = ""
	return c, err
}
