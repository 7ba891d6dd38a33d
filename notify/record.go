package notify

import (
	"fmt"
	"math"

	"github.com/forewarn/forewarn/alert"
)

// RecordLine says how earlier warnings turned out: of this rule from 10 judged
// ones on, else of all rules, else of the published cases; it says which.
func RecordLine(rule, all alert.Record) string {
	whose, r := alert.Speaks(rule, all)
	if whose == alert.PublishedCases {
		p := alert.Published()
		return fmt.Sprintf("%s: %s of warnings came, %s inside the interval; none of yours is judged yet",
			whose, percent(p.Precision), percent(p.Coverage))
	}
	line := shortRecord(string(whose), r)
	if r.Came > 0 {
		line += fmt.Sprintf(", %d of %d inside the interval", r.Inside, r.Came)
	}
	if r.Averted > 0 {
		line += fmt.Sprintf(", %d averted", r.Averted)
	}
	if r.Moot > 0 {
		line += fmt.Sprintf(", %d moot", r.Moot)
	}
	return line
}

// shortRecord is what of a record counts at night.
func shortRecord(whose string, r alert.Record) string {
	line := whose + ": " + cameText(r)
	if r.Came > 0 {
		line += fmt.Sprintf(", median %s ahead", Span(r.MedianLead))
	}
	return line
}

// trust is the record beside a warning, in few words.
func (d draft) trust() string {
	whose, r := alert.Speaks(d.s.Rule, d.s.All)
	if whose == alert.PublishedCases || d.s.Rule.Demoted(d.now) {
		return d.record()
	}
	return shortRecord(string(whose), r)
}

// DemotedLine says that the warnings of a rule are not told, and why.
func DemotedLine(rule alert.Record) string {
	return "demoted: " + cameText(rule) + "; only in the digest until it is right again"
}

func cameText(r alert.Record) string {
	return fmt.Sprintf("%d of %d warnings came", r.Came, r.Judged())
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", math.Round(100*share)) }

// record is the record beside a forecast, and beside what became of one.
func (d draft) record() string {
	if d.s.Rule.Demoted(d.now) {
		return DemotedLine(d.s.Rule)
	}
	return RecordLine(d.s.Rule, d.s.All)
}

// untold reports whether the crossing was foreseen, but by a demoted rule.
func (d draft) untold() bool { return d.in.Promise != nil && d.in.Promise.Demoted }
