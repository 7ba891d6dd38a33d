package cli

import (
	"time"

	"github.com/forewarn/forewarn/alert"
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

func newConfigReport(file string, all []hindsight) configReport {
	r := configReport{Config: file, Limits: []limitReport{}}
	for i := range all {
		r.Limits = append(r.Limits, all[i].report())
	}
	return r
}

// report is h in figures.
func (h *hindsight) report() limitReport {
	record := alert.Tally(h.settled)
	r := limitReport{
		Journey: h.limit.Journey, Limit: h.limit.Limit, Signal: string(h.limit.Signal), Value: h.limit.Value,
		AheadS: h.limit.Ahead.Seconds(), Forecast: h.forecast(), Runs: h.runs, WatchedS: h.watched.Seconds(),
		Warnings: h.warnings(), Came: record.Came, DidNotCome: record.DidNotCome, Moot: record.Moot, Averted: record.Averted,
		Precision: shareOf(record.Came, record.Judged()), Inside: shareOf(record.Inside, record.Came),
		Crossings: h.crossings, Foreseen: h.foreseen, Recall: shareOf(h.foreseen, h.crossings),
		WarningS: h.warning.Seconds(), BurningS: h.burning.Seconds(), SilentAtTheEnd: h.lastSilence,
		Silent: []silence{}, Told: []tellingReport{},
	}
	if !h.first.IsZero() {
		r.First, r.Last = &h.first, &h.last
	}
	if weeks := h.weeks(); weeks > 1.0/7 && h.forecast() {
		rate := float64(record.DidNotCome) / weeks
		r.FalsePerWeek = &rate
	}
	if record.Came > 0 {
		lead := record.MedianLead.Seconds()
		r.MedianLeadS = &lead
	}
	for _, why := range h.reasons() {
		r.Silent = append(r.Silent, silence{why, float64(h.silent[why]) / float64(h.quiet)})
	}
	for _, t := range h.told {
		r.Told = append(r.Told, t.report())
	}
	return r
}

func (t telling) report() tellingReport {
	r := tellingReport{At: t.at.UTC(), Kind: string(t.kind), Outcome: string(t.outcome)}
	if t.promise == nil {
		return r
	}
	c := t.promise.Crossing
	r.Earliest, r.Expected, r.Latest = moment(c.Earliest), moment(c.Expected), moment(c.Latest)
	if lead, known := t.promise.Lead(); known {
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
