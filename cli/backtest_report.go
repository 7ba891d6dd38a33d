package cli

import (
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/backtest"
	"github.com/forewarn/forewarn/predict"
)

// configReport is a backtest of one configuration as JSON.
type configReport struct {
	Config string        `json:"config"`
	Limits []limitReport `json:"limits"`
}

// limitReport is one limit's backtest as JSON. What is unknown is null.
type limitReport struct {
	Journey  string  `json:"journey"`
	Limit    string  `json:"limit"`
	Signal   string  `json:"signal"`
	Value    float64 `json:"value"` // seconds, share or days
	AheadS   float64 `json:"ahead_s"`
	Forecast bool    `json:"forecast"` // false: never foreseen, by its nature or its settings

	Runs     int        `json:"runs"`
	First    *time.Time `json:"first"`
	Last     *time.Time `json:"last"`
	WatchedS float64    `json:"watched_s"`

	Warnings       int             `json:"warnings"`
	Came           int             `json:"came"`
	DidNotCome     int             `json:"did_not_come"`
	Moot           int             `json:"moot"`
	Averted        int             `json:"averted"`
	Precision      *share          `json:"precision"`
	Inside         *share          `json:"inside_interval"` // of those that came
	FalsePerWeek   *float64        `json:"false_per_week"`  // of a day or more
	Crossings      int             `json:"crossings"`
	Foreseen       int             `json:"foreseen"` // at least 5 minutes before
	Recall         *share          `json:"recall"`
	MedianLeadS    *float64        `json:"median_lead_s"`
	WarningS       float64         `json:"warning_s"` // in state soon
	BurningS       float64         `json:"burning_s"` // burning or clearing
	Silent         []silence       `json:"silent"`
	SilentAtTheEnd string          `json:"silent_at_the_end,omitempty"`
	Told           []tellingReport `json:"told"`

	Demotions []demotionReport `json:"demotions,omitempty"` // by its own record; told all the same in a replay
}

// demotionReport is when the agent would have stopped telling the warnings, or
// begun again.
type demotionReport struct {
	At   time.Time `json:"at"`
	Told bool      `json:"told"` // from then on
}

// silence is one reason for saying nothing, of the runs in state quiet.
type silence struct {
	Why   predict.Silence `json:"why"`
	Share float64         `json:"share"`
}

type tellingReport struct {
	At       time.Time  `json:"at"`
	Kind     string     `json:"kind"`
	Earliest *time.Time `json:"earliest,omitempty"` // 80 % interval
	Expected *time.Time `json:"expected,omitempty"`
	Latest   *time.Time `json:"latest,omitempty"`
	Outcome  string     `json:"outcome,omitempty"`
	LeadS    *float64   `json:"lead_s,omitempty"`
}

// reportsOf is a report of each configuration.
func reportsOf(all []replayed) []configReport {
	var reports []configReport
	for _, r := range all {
		report := configReport{Config: r.file, Limits: []limitReport{}}
		for _, h := range r.limits {
			report.Limits = append(report.Limits, newLimitReport(h))
		}
		reports = append(reports, report)
	}
	return reports
}

func newLimitReport(h backtest.Hindsight) limitReport {
	record := h.Record
	r := limitReport{
		Journey: h.Limit.Journey, Limit: h.Limit.Limit, Signal: string(h.Limit.Signal), Value: h.Limit.Value,
		AheadS: h.Limit.Ahead.Seconds(), Forecast: h.Limit.Forecasts(), Runs: h.Runs, WatchedS: h.Watched.Seconds(),
		Warnings: h.Warnings, Came: record.Came, DidNotCome: record.DidNotCome, Moot: record.Moot, Averted: record.Averted,
		Precision: shareOf(record.Came, record.Judged()), Inside: shareOf(record.Inside, record.Came),
		Crossings: h.Crossings, Foreseen: h.Foreseen, Recall: shareOf(h.Foreseen, h.Crossings),
		WarningS: h.Warning.Seconds(), BurningS: h.Burning.Seconds(), SilentAtTheEnd: h.LastSilence,
		Silent: []silence{}, Told: []tellingReport{},
	}
	if !h.First.IsZero() {
		r.First, r.Last = &h.First, &h.Last
	}
	if seen, _, known := h.FalsePerWeek(); known && r.Forecast {
		r.FalsePerWeek = &seen
	}
	if record.Came > 0 {
		lead := record.MedianLead.Seconds()
		r.MedianLeadS = &lead
	}
	for _, s := range h.Silences {
		r.Silent = append(r.Silent, silence(s))
	}
	for _, d := range h.Demotions {
		r.Demotions = append(r.Demotions, demotionReport{At: d.At.UTC(), Told: d.Ends})
	}
	for _, t := range h.Told {
		r.Told = append(r.Told, newTellingReport(t))
	}
	return r
}

func newTellingReport(t backtest.Telling) tellingReport {
	r := tellingReport{At: t.At.UTC(), Kind: string(t.Kind), Outcome: string(t.Outcome)}
	if t.Promise == nil {
		return r
	}
	c := t.Promise.Crossing
	r.Earliest, r.Expected, r.Latest = moment(c.Earliest), moment(c.Expected), moment(c.Latest)
	if lead, known := t.Promise.Lead(); known {
		s := lead.Seconds()
		r.LeadS = &s
	}
	return r
}

// moment is the time of unix seconds.
func moment(seconds float64) *time.Time {
	t := time.UnixMilli(int64(seconds * 1000)).UTC()
	return &t
}

// shareOf is part of whole with its 95 % interval; nil, which is unknown, of
// nothing.
func shareOf(part, whole int) *share {
	if whole == 0 {
		return nil
	}
	return &share{float64(part) / float64(whole), 1 - alert.WilsonUpper(whole-part, whole), alert.WilsonUpper(part, whole)}
}
