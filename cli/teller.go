package cli

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/demo"
	"github.com/forewarn/forewarn/notify"
)

// teller follows the demo's story from one run to the next.
type teller struct {
	app   *app
	s     *screen
	shop  *demo.Shop
	story demo.Story

	limit  alert.Limit
	took   []float64 // milliseconds of the checkouts that passed
	missed int       // slots that no checkout took: this machine had no time
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
	t.missed += o.Missed
	latency := o.Limits[1]
	t.limit = latency.Incident.Limit
	if latency.Incident.State == alert.Soon {
		t.number = latency.Incident.Number
	}
	t.draw(o, since)
	over := since > t.story.Repaired && t.number > 0
	for _, l := range o.Limits {
		over = over && l.Incident.State == alert.Quiet
	}
	return over || since > t.story.Repaired+patience
}

// draw shows the run: a chart on a terminal, a line every five seconds
// elsewhere.
func (t *teller) draw(o agent.Observation, since time.Duration) {
	if o.Result.Verdict.Good() {
		t.took = append(t.took, float64(o.Result.Duration.Milliseconds()))
	}
	line := fmt.Sprintf("%s  checkout %s %-7s  %s", clock(since), mark(o.Result.Verdict), short(o.Result.Duration), mood(o.Limits[0], o.Limits[1]))
	if t.s.live {
		t.s.show(demoChart(t.took, 1000*t.limit.Value, t.s.wide) + "\n" + line)
	} else if since-t.said >= 5*time.Second {
		t.said = since
		t.s.say(line)
	}
}

// mood is how the checkout is, and what the trend says while that is news.
func mood(availability, latency agent.Verdict) string {
	limit, state := notify.Figure(alert.Latency, latency.Incident.Limit.Value), latency.Incident.State
	switch f := latency.Forecast; {
	case availability.Incident.State == alert.Burning:
		return "burning: payments fail"
	case state == alert.Burning:
		return "burning: over " + limit
	case state == alert.Clearing || availability.Incident.State == alert.Clearing:
		return "clearing: good runs again"
	case f.Crosses():
		return fmt.Sprintf("%s: the trend meets %s in %.0f s", state, limit, math.Max(0, f.Crossing.Expected-f.At))
	default:
		return fmt.Sprintf("%s: %s", state, f.Silence)
	}
}
