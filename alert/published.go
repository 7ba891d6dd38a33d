package alert

// Measured is how the forecasts of the published cases turned out, as shares.
type Measured struct {
	Precision float64 // of warnings: how many came
	Coverage  float64 // of the 80 % intervals: how many held the crossing
	Lead      float64 // median warning time, as a share of what was possible
}

// Published is the record on the published cases: what a warning is worth
// before a team has a record of its own. It is that of the fresh ones, which
// no part of the method was chosen by. docs/forecasting.md has its table, which
// make bench-forecast measures anew.
func Published() Measured { return Measured{Precision: 0.527, Coverage: 0.704, Lead: 0.63} }

// Basis says whose record speaks for the next forecast of a rule.
type Basis string

// The bases, the best first.
const (
	OwnRecord      Basis = "this rule"
	AllRecords     Basis = "all rules"
	PublishedCases Basis = "published cases"
)

// Speaks is whose record speaks for a rule's next forecast: its own from
// [Enough] judged ones on, else that of all rules if any is judged, else that
// of the published cases, which is [Published] and no Record.
func Speaks(rule, all Record) (Basis, Record) {
	switch {
	case rule.Judged() >= Enough:
		return OwnRecord, rule
	case all.Judged() > 0:
		return AllRecords, all
	}
	return PublishedCases, Record{}
}
