package impact

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Cost is what something costs: an amount as a range with its basis, or why
// it is unknown. The zero Cost is unknown.
type Cost struct {
	Amount
	AtLeast bool   // beyond what the curve may be used for: it may be more
	Formula string // F1, F2 or F4, as in docs/money.md
	Basis   string // what was multiplied, in few words
	Weight  string // of F4: the record that it was weighed by, or that there is none yet
	Missing string // of an unknown Cost: one clause that names the missing key
}

// String is c for people: "≈ 310 EUR (range 180–460)", or what is missing.
func (c Cost) String() string { return c.Per("") }

// Per is c with the stretch of time that it is for: "≈ 310 EUR / hour (range
// 180–460)".
func (c Cost) Per(stretch string) string {
	if !c.Known() {
		return "unknown: " + c.Missing
	}
	text := c.Short(stretch)
	if span := c.Span(); span != "" {
		text += " (range " + span + ")"
	}
	return text
}

// Short is the likely amount of c alone, for a stretch of time; "unknown" if
// there is none.
func (c Cost) Short(stretch string) string {
	text := c.Likely.About() + stretch
	if !c.Known() {
		return "unknown"
	}
	if !strings.HasPrefix(text, "under") && c.High.Minor > 0 {
		text = "≈ " + text
	}
	if c.AtLeast {
		text += " or more"
	}
	return text
}

// Business is what a journey's settings say of its money. A part that is zero
// is unknown, but for ComesBack.
type Business struct {
	Value     Amount        // of one completion
	PerDay    Range         // completions; taken as spread evenly over the day
	Loss      Range         // share of completions lost per +100 ms
	Public    bool          // Loss is what other companies found
	Good      time.Duration // a latency under which faster brings nothing more
	ComesBack Range         // share of failed customers who come back and complete; 0: none does
	Where     string        // the table of the file that these are set in; "" if none can be
}

// PublicLoss is what randomised experiments of other companies found per
// +100 ms of page-load time: from Google's 0.2 % and Bing's 0.6 % to Amazon's
// 1 % (docs/money.md has the sources).
func PublicLoss() Range { return Between(0.002, 0.01) }

// Measured is how far beyond Good any of those experiments went. A curve says
// nothing of what lies further, so that losses there are "at least".
const Measured = 2 * time.Second

// Failing is the cost of a share of customers failing for a stretch of time, F1.
func (b Business) Failing(long time.Duration, share Range) Cost {
	if why := b.Missing(false); why != "" {
		return Cost{Missing: why}
	}
	sum := b.terms().errorLoss([]slot{{Attempts: b.attempts(long), Failed: share}})
	return Cost{Amount: amount(sum, b.Value.Currency()), Formula: "F1",
		Basis: b.basis(percent(share) + " failed" + b.returning())}
}

// Slow is the cost of a stretch of time with these latencies, each of an equal
// part of it, F2. A share of customers failed: they are not counted here.
func (b Business) Slow(long time.Duration, failed float64, latencies ...time.Duration) Cost {
	if why := b.Missing(true); why != "" {
		return Cost{Missing: why}
	}
	if len(latencies) == 0 {
		return Cost{Missing: "no run of this time was timed"}
	}
	t, c := b.terms(), Cost{Formula: "F2", Basis: b.basis(b.slowness())}
	each := b.attempts(long).scale(1 / float64(len(latencies)))
	slots := make([]slot, len(latencies))
	for i, x := range latencies {
		slots[i] = slot{each, Exactly(failed), x}
		c.AtLeast = c.AtLeast || x > t.Ceiling
	}
	c.Amount = amount(t.latencyLoss(slots), b.Value.Currency())
	return c
}

// AheadFailing is what a forecast of failures puts at risk from its crossing
// to its horizon, F4 over F1, weighed by the record of its rule if that is
// long enough.
func (b Business) AheadFailing(t Trend, r Record) Cost {
	if why := b.Missing(false); why != "" {
		return Cost{Missing: why}
	}
	c := Cost{Basis: b.basis("what fails from the crossing on" + b.returning())}
	return b.ahead(c, t, r, b.terms().errorLoss, func(s stretch) slot {
		return slot{Attempts: b.attempts(s.long), Failed: Exactly(math.Min(1, s.value))}
	})
}

// AheadSlow is [Business.AheadFailing] of a forecast of latency, F4 over F2.
func (b Business) AheadSlow(t Trend, r Record) Cost {
	if why := b.Missing(true); why != "" {
		return Cost{Missing: why}
	}
	given, beyond := b.terms(), false
	c := b.ahead(Cost{Basis: b.basis(b.slowness())}, t, r, given.latencyLoss, func(s stretch) slot {
		x := time.Duration(math.Min(s.value, math.MaxInt64/2e9) * float64(time.Second))
		beyond = beyond || x > given.Ceiling
		return slot{Attempts: b.attempts(s.long), Latency: x}
	})
	c.AtLeast = beyond
	return c
}

// ahead is c with what is at risk by loss, of the slots that the trend's
// stretches are.
func (b Business) ahead(c Cost, t Trend, r Record, loss func([]slot) Range, of func(stretch) slot) Cost {
	slots := func(meets time.Time) []slot {
		var all []slot
		for _, s := range t.to(meets) {
			all = append(all, of(s))
		}
		return all
	}
	sum, weighed := weigh(atRisk(loss, slots(t.Earliest), slots(t.Expected), slots(t.Latest)), r)
	if weighed {
		c.Weight = fmt.Sprintf("× %.2f: %d of %d warnings came", r.weight(), r.Came, r.judged())
	} else {
		c.Weight = fmt.Sprintf("no track record yet (%d of 10)", r.judged())
	}
	c.Amount, c.Formula = amount(sum, b.Value.Currency()), "F4"
	return c
}
