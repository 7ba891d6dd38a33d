package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/probes"
)

// suggestion is a limit on a journey's latency that its history bears. The
// limit is chosen by the first half of the history and tried on the second:
// the figures are those of the trial.
type suggestion struct {
	Journey string `json:"journey"`
	Why     string `json:"why,omitempty"` // there is none

	AboveS float64 `json:"above_s,omitempty"`
	AheadS float64 `json:"ahead_s,omitempty"`

	TrialS    float64 `json:"trial_s,omitempty"`
	Messages  int     `json:"messages"`          // soon or burning, in the trial
	PerWeek   float64 `json:"messages_per_week"` // what was seen
	MostAWeek float64 `json:"at_most_per_week"`  // with 95 % confidence
	Crossings int     `json:"crossings"`         // of this limit in the whole history
	Foreseen  int     `json:"foreseen"`          // of them
	False     int     `json:"did_not_come"`      // warnings in the whole history
}

const (
	leastHistory = 3 * 24 * time.Hour
	mostRungs    = 10
	aWeek        = 7 * 24 * time.Hour
)

// suggest proposes a limit for each named journey, or for all.
func (h history) suggest(ctx context.Context, w io.Writer, c config.Config, journeys []string, asJSON bool) error {
	picked, err := pick(c, journeys)
	if err != nil {
		return err
	}
	all := []suggestion{}
	for _, j := range picked {
		s, err := h.suggestOne(ctx, j, c.Agent.Zone)
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(all)
	}
	fmt.Fprintln(w, "# If this history holds trouble, the limits lie above it: begin after it with --since.")
	for _, s := range all {
		s.print(w)
	}
	return nil
}

func (h history) suggestOne(ctx context.Context, j probes.Journey, zone *time.Location) (suggestion, error) {
	s := suggestion{Journey: j.Name}
	var took []float64
	var first, last time.Time
	err := h.db.Results(ctx, j.Name, h.since, h.until, func(r probes.Result) error {
		if d, atLeast, ok := r.Latency(""); ok && !atLeast && !r.Confirm && !r.Maintenance {
			took = append(took, d.Seconds())
			if last = r.Start; first.IsZero() {
				first = r.Start
			}
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	if span := last.Sub(first); span < leastHistory {
		s.Why = fmt.Sprintf("%s of %s of history", notify.Span(span), notify.Span(leastHistory))
		return s, nil
	}
	half := first.Add(last.Sub(first) / 2)
	limits := candidates(j, took)
	tried, err := h.watch(ctx, agent.Watch{Journey: j, Limits: limits}, zone)
	if err != nil {
		return s, err
	}
	i := slices.IndexFunc(tried, func(t hindsight) bool { return calm(t.messages(time.Time{}, half), half.Sub(first)) })
	if i < 0 {
		s.Why = "the first half of its history speaks at every limit up to " + notify.Figure(alert.Latency, limits[len(limits)-1].Value)
		return s, nil
	}
	best, err := h.horizon(ctx, j, limits[i], zone)
	if err != nil {
		return s, err
	}
	s.AboveS, s.AheadS = best.limit.Value, best.limit.Ahead.Seconds()
	s.Crossings, s.Foreseen, s.False = best.crossings, best.foreseen, alert.Tally(best.settled).DidNotCome
	s.Messages = best.messages(half, h.until)
	s.TrialS = last.Sub(half).Seconds()
	weeks := last.Sub(half).Hours() / aWeek.Hours()
	s.PerWeek, s.MostAWeek = float64(s.Messages)/weeks, poissonUpper(s.Messages)/weeks
	return s, nil
}

// calm reports whether so many messages are at most one a week.
func calm(messages int, span time.Duration) bool { return messages <= int(span/aWeek) }

// messages is how many that interrupt people were told in [since, until).
func (h *hindsight) messages(since, until time.Time) int {
	n := 0
	for _, t := range h.told {
		if (t.kind == alert.WentSoon || t.kind == alert.WentBurning) && !t.at.Before(since) && t.at.Before(until) {
			n++
		}
	}
	return n
}

// candidates are limits at round values, from the first that nine of ten runs
// stay under.
func candidates(j probes.Journey, took []float64) []alert.Limit {
	slices.Sort(took)
	from := took[len(took)*9/10]
	var limits []alert.Limit
	for v := range ladder(from) {
		limits = append(limits, alert.Limit{
			Key:    alert.Key{Journey: j.Name, Limit: fmt.Sprintf("above %g s", v)},
			Signal: alert.Latency, Value: v, Stat: "p50", Window: 10 * j.Every, Ahead: usualAhead(j.Every),
			Confirm: alert.Confirm{Over: 3, Of: 5}, Every: j.Every,
		})
		if len(limits) == mostRungs {
			break
		}
	}
	return limits
}

// usualAhead is the horizon of a limit that names none.
func usualAhead(every time.Duration) time.Duration { return max(2*time.Hour, 24*every) }

// ladder is the round numbers above from, in seconds, from 10 ms on and
// without end.
func ladder(from float64) iter.Seq[float64] {
	return func(yield func(float64) bool) {
		from = max(from, 0.01)
		for power := math.Floor(math.Log10(from)); ; power++ {
			for _, tenths := range []float64{10, 12, 15, 20, 25, 30, 40, 50, 60, 80} {
				v := math.Round(tenths*math.Pow(10, power+2)) / 1000 // no more digits than are meant
				if v > from && !yield(v) {
					return
				}
			}
		}
	}
}

// horizon tries l at several horizons. The best foresees the most crossings,
// then errs the least, then is the nearest to the usual one: where history
// tells nothing, that stays.
func (h history) horizon(ctx context.Context, j probes.Journey, l alert.Limit, zone *time.Location) (hindsight, error) {
	var limits []alert.Limit
	for _, ahead := range []time.Duration{l.Ahead, l.Ahead / 2, 2 * l.Ahead, 4 * l.Ahead} {
		l.Limit, l.Ahead = notify.Span(ahead), ahead
		limits = append(limits, l)
	}
	tried, err := h.watch(ctx, agent.Watch{Journey: j, Limits: limits}, zone)
	if err != nil {
		return hindsight{}, err
	}
	best := 0
	for i := range tried {
		if better(&tried[i], &tried[best]) {
			best = i
		}
	}
	return tried[best], nil
}

func better(a, b *hindsight) bool {
	if a.foreseen != b.foreseen {
		return a.foreseen > b.foreseen
	}
	return alert.Tally(a.settled).DidNotCome < alert.Tally(b.settled).DidNotCome
}

// poissonUpper is the one-sided 95 % upper bound of the mean of a Poisson
// variable that was seen to be k: the m at which k or fewer have a chance of
// 5 %. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28
// (1936), pp. 437-442.
func poissonUpper(k int) float64 {
	low, high := 0.0, 3*float64(k)+10
	for range 60 {
		m := (low + high) / 2
		term, sum := math.Exp(-m), 0.0
		for i := range k + 1 {
			sum += term
			term *= m / float64(i+1)
		}
		if sum > 0.05 {
			low = m
		} else {
			high = m
		}
	}
	return (low + high) / 2
}

func (s suggestion) print(w io.Writer) {
	if s.Why != "" {
		fmt.Fprintf(w, "# %s: no limit can be suggested: %s\n\n", s.Journey, s.Why)
		return
	}
	span := func(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }
	ahead := fmt.Sprintf("foreseen: %d of %d crossings; false warnings: %d", s.Foreseen, s.Crossings, s.False)
	if s.Crossings == 0 {
		ahead = fmt.Sprintf("unproven: nothing crossed this limit; false warnings: %d", s.False)
	}
	fmt.Fprintf(w, `# journey %s
  [[journey.limit]]
  signal = "latency"
  above  = %q   # in %s it was not chosen by: %d messages; expect %.2g a week, at most %.2g (95 %%)
  ahead  = %q   # %s

`, s.Journey, limitText(span(s.AboveS)), notify.Span(span(s.TrialS)), s.Messages, s.PerWeek, s.MostAWeek, briefSpan(span(s.AheadS)), ahead)
}

// briefSpan writes a horizon as in the configuration.
func briefSpan(d time.Duration) string {
	s := span(d)
	if d%time.Hour == 0 && d < 48*time.Hour {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return s.String()
}
