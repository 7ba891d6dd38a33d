package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/guptarohit/asciigraph"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/demo"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/probes"
)

// teller follows the demo's story from one run to the next.
type teller struct {
	app   *app
	s     *screen
	shop  *demo.Shop
	story demo.Story

	limit  alert.Limit
	took   []float64 // milliseconds of the checkouts that passed
	marked bool
	said   time.Duration // when a plain line was last written
	number int64         // of the incident of the checkout's latency that was foreseen
}

func newTeller(a *app, s *screen, shop *demo.Shop, story demo.Story) *teller {
	return &teller{app: a, s: s, shop: shop, story: story}
}

// patience is how long after its repair the shop may take to be told well.
const patience = 30 * time.Second

// observe takes one run in and reports whether the story is over.
func (t *teller) observe(ctx context.Context, o agent.Observation) bool {
	since := t.shop.Elapsed()
	if !t.marked && since > t.story.Begins {
		t.marked = true
		if err := t.app.db.Mark(ctx, time.Now(), "deploy payments v812"); err != nil {
			return true
		}
	}
	if o.Watch.Journey.Name != "checkout" {
		return since > t.story.Repaired+patience
	}
	latency := o.Limits[1]
	t.limit = latency.Incident.Limit
	if latency.Incident.State == alert.Soon {
		t.number = latency.Incident.Number
	}
	t.draw(o, latency, since)
	over := since > t.story.Repaired && t.number > 0
	for _, l := range o.Limits {
		over = over && l.Incident.State == alert.Quiet
	}
	return over || since > t.story.Repaired+patience
}

// draw shows the run: a chart on a terminal, a line every five seconds
// elsewhere.
func (t *teller) draw(o agent.Observation, latency agent.Verdict, since time.Duration) {
	if o.Result.Verdict == probes.Passed {
		t.took = append(t.took, float64(o.Result.Duration.Milliseconds()))
	}
	line := fmt.Sprintf("%s  checkout %s %-7s  %s", clock(since), mark(o.Result.Verdict), short(o.Result.Duration), t.mood(latency))
	if t.s.live {
		t.s.show(t.chart() + "\n" + line)
	} else if since-t.said >= 5*time.Second {
		t.said = since
		t.s.say(line)
	}
}

// mood is the state of the limit, and what the trend says.
func (t *teller) mood(v agent.Verdict) string {
	if v.Forecast.Crosses() {
		ahead := v.Forecast.Crossing.Expected - v.Forecast.At
		return fmt.Sprintf("%s, the trend meets %s in %.0f s", v.Incident.State, notify.Figure(alert.Latency, t.limit.Value), math.Max(0, ahead))
	}
	return fmt.Sprintf("%s, %s", v.Incident.State, strings.TrimSpace(string(v.Forecast.Silence)+" "+v.Forecast.Detail))
}

// chart draws the last checkouts and the limit.
func (t *teller) chart() string {
	columns := min(t.s.wide-12, 100)
	took := t.took[max(0, len(t.took)-columns):]
	if len(took) < 2 {
		return "waiting for the second run"
	}
	limit := make([]float64, len(took))
	top := 0.0
	for i := range took {
		limit[i] = t.limit.Value * 1000
		top = math.Max(top, took[i])
	}
	return asciigraph.PlotMany([][]float64{limit, took},
		asciigraph.Height(8), asciigraph.Precision(0), asciigraph.LowerBound(0), asciigraph.UpperBound(math.Max(top, t.limit.Value*1200)),
		asciigraph.SeriesColors(asciigraph.Red, asciigraph.Green),
		asciigraph.Caption("checkout, ms; the red line is the limit"))
}

// summary is how it went, from what is stored. It is an error if the story
// did not come about: not foreseen, not crossed, or not resolved.
func (t *teller) summary(ctx context.Context) (string, error) {
	if t.number == 0 {
		return "", exitError{exitOptions, errors.New("the slow-down was never told: please report the seed")}
	}
	history, err := t.app.db.History(ctx, t.number)
	if err != nil {
		return "", err
	}
	at := map[alert.EventKind]alert.Event{}
	for _, e := range history {
		if _, seen := at[e.Kind]; !seen {
			at[e.Kind] = e
		}
	}
	for _, kind := range []alert.EventKind{alert.WentSoon, alert.WentBurning, alert.WentResolved, alert.Settled} {
		if _, happened := at[kind]; !happened {
			return "", exitError{exitOptions, fmt.Errorf("the story did not come about: nothing was %s; please report the seed", kind)}
		}
	}
	return t.account(at)
}

// account measures the warning against what came.
func (t *teller) account(at map[alert.EventKind]alert.Event) (string, error) {
	settled := at[alert.Settled]
	lead, crossed := settled.Promise.Lead()
	off, _ := settled.Promise.Error()
	if settled.Outcome != alert.Came || !crossed || lead <= 0 {
		return "", exitError{exitOptions, fmt.Errorf("the forecast was settled as %q; please report the seed", settled.Outcome)}
	}
	inside := "outside"
	if settled.Promise.Inside() {
		inside = "inside"
	}
	opened := time.Now().Add(-t.shop.Elapsed())
	on := func(e alert.Event) string { return clock(e.At.Sub(opened)) }
	return fmt.Sprintf(`
%s payment began to slow down     (nobody knew)
%s Soon: told
%s Burning: the limit was crossed
%s Resolved
Warned %.0f s before the crossing, %s at one run a minute. The forecast was off
by %.1f s, the crossing lay %s its 80 %% interval. Settled as: %s.

Your turn:  forewarn init https://your.shop`,
		clock(t.story.Begins), on(at[alert.WentSoon]), on(at[alert.WentBurning]), on(at[alert.WentResolved]),
		lead.Seconds(), notify.Span(lead*demoPace), off.Seconds(), inside, settled.Outcome), nil
}

// demoPace is how much faster the demo runs than a run every minute.
const demoPace = 120

// clock is a time since the shop opened, as minutes and seconds.
func clock(d time.Duration) string {
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}
