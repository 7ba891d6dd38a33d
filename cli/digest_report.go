package cli

import (
	"fmt"

	"github.com/forewarn/forewarn/impact"
	"github.com/forewarn/forewarn/notify"
)

// digestReport is a digest as JSON. Times are unix milliseconds; null is
// unknown, or not yet.
type digestReport struct {
	Since    int64        `json:"since_ms"`
	Until    int64        `json:"until_ms"`
	Burned   []burnReport `json:"burned"`
	Lost     []lossReport `json:"lost"`         // by currency, each customer once; estimated
	Unknown  []string     `json:"lost_unknown"` // why nothing can be said of the rest
	Warnings tallyReport  `json:"warnings"`
	Foreseen []riskReport `json:"foreseen"`
	Kept     []keptReport `json:"kept"`     // of demoted rules: nobody was told
	Noisiest *loudReport  `json:"noisiest"` // null: none said much
	Dark     []darkReport `json:"not_seen"`

	Useful    int `json:"votes_useful"`
	NotUseful int `json:"votes_not_useful"`
}

type burnReport struct {
	Incident string      `json:"incident"`
	Journey  string      `json:"journey"`
	Limit    string      `json:"limit"`
	Title    string      `json:"title"`
	From     int64       `json:"from_ms"`
	Over     *int64      `json:"over_ms"` // null: it burns on
	Lead     *int64      `json:"lead_us"` // from its warning until it crossed; null: nobody was warned
	Lost     *lossReport `json:"lost"`    // null: unknown
	Unknown  string      `json:"lost_unknown,omitempty"`
	Beside   bool        `json:"in_no_sum"` // another of its journey cost more at the same time
}

// lossReport is money in minor units.
type lossReport struct {
	Currency string `json:"currency"`
	Low      int64  `json:"low_minor"`
	Likely   int64  `json:"likely_minor"`
	High     int64  `json:"high_minor"`
}

type tallyReport struct {
	Came       int `json:"came"`
	DidNotCome int `json:"did_not_come"`
	Averted    int `json:"averted"`
	Moot       int `json:"moot"`
	Missed     int `json:"burned_without_one"`
}

type riskReport struct {
	Journey string `json:"journey"`
	Limit   string `json:"limit"`
	Title   string `json:"title"`
	Expect  int64  `json:"expected_ms"`
	Money   string `json:"at_risk"`
}

type keptReport struct {
	Journey  string `json:"journey"`
	Limit    string `json:"limit"`
	Warnings int    `json:"warnings"`
}

type loudReport struct {
	Journey string   `json:"journey"`
	Limit   string   `json:"limit"`
	Times   int      `json:"times"`
	Quiet   *float64 `json:"quiet_at"` // a limit at which it would not have burned, in the signal's unit; null: none is known
}

type darkReport struct {
	Title string `json:"title"`
	Long  int64  `json:"for_us"`
}

func newDigestReport(g notify.Digest) digestReport {
	sums, unknown := g.Lost()
	r := digestReport{
		Since: g.Since.UnixMilli(), Until: g.Until.UnixMilli(), Burned: []burnReport{}, Lost: []lossReport{}, Unknown: append([]string{}, unknown...),
		Warnings: tallyReport{g.Judged.Came, g.Judged.DidNotCome, g.Judged.Averted, g.Judged.Moot, g.Missed},
		Foreseen: []riskReport{}, Kept: []keptReport{}, Dark: []darkReport{}, Useful: g.Useful, NotUseful: g.NotUseful,
	}
	for _, sum := range sums {
		r.Lost = append(r.Lost, *newLossReport(sum))
	}
	for _, b := range g.Burned {
		r.Burned = append(r.Burned, newBurnReport(b))
	}
	for _, x := range g.AtRisk {
		r.Foreseen = append(r.Foreseen, riskReport{x.Limit.Journey, x.Limit.Limit, x.Title, x.Expect.UnixMilli(), x.Money})
	}
	for _, k := range g.Kept {
		r.Kept = append(r.Kept, keptReport{k.Limit.Journey, k.Limit.Limit, k.Warnings})
	}
	for _, x := range g.Dark {
		r.Dark = append(r.Dark, darkReport{x.Title, x.Long.Microseconds()})
	}
	if l := g.Loud; l != nil {
		r.Noisiest = &loudReport{Journey: l.Limit.Journey, Limit: l.Limit.Limit, Times: l.Times}
		if l.Quiet > 0 {
			r.Noisiest.Quiet = &l.Quiet
		}
	}
	return r
}

func newBurnReport(b notify.Burn) burnReport {
	r := burnReport{Incident: fmt.Sprintf("inc-%d", b.Number), Journey: b.Limit.Journey, Limit: b.Limit.Limit, Title: b.Title,
		From: b.From.UnixMilli(), Unknown: b.Lost.Missing, Beside: b.Beside}
	if !b.Open {
		over := b.Until.UnixMilli()
		r.Over = &over
	}
	if b.Lead > 0 {
		lead := b.Lead.Microseconds()
		r.Lead = &lead
	}
	if b.Lost.Known() {
		r.Lost = newLossReport(b.Lost.Amount)
	}
	return r
}

func newLossReport(a impact.Amount) *lossReport {
	return &lossReport{a.Currency(), a.Low.Minor, a.Likely.Minor, a.High.Minor}
}
