package cli

import (
	"fmt"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
)

// recordStatus is how the warnings of one limit turned out.
type recordStatus struct {
	Came        int      `json:"came"`
	DidNotCome  int      `json:"did_not_come"`
	Averted     int      `json:"averted"` // beside the precision, as is Moot
	Moot        int      `json:"moot"`
	Precision   *float64 `json:"precision"`     // null: none is judged
	Calibration *float64 `json:"calibration"`   // share of those that came inside their 80 % interval; null: none came
	MedianLead  *float64 `json:"median_lead_s"` // null: none came
	Demoted     string   `json:"demoted,omitempty"`
	Interval    float64  `json:"interval_factor"` // how far the record of all rules stretches the intervals; 1 is not at all
}

func newRecordStatus(own alert.Record, demoted bool, interval float64) *recordStatus {
	s := recordStatus{Came: own.Came, DidNotCome: own.DidNotCome, Averted: own.Averted, Moot: own.Moot, Interval: interval}
	if share, known := own.Precision(); known {
		s.Precision = &share
	}
	if share, known := own.Calibration(); known {
		lead := own.MedianLead.Seconds()
		s.Calibration, s.MedianLead = &share, &lead
	}
	if demoted {
		s.Demoted = notify.DemotedLine(own)
	}
	return &s
}

// recordText is whose record speaks for a limit, and its own beside it while
// that is too short to.
func recordText(own, all alert.Record) string {
	line := notify.RecordLine(own, all)
	settled := own.Judged() + own.Averted + own.Moot
	if settled == 0 || own.Judged() >= alert.Enough {
		return line
	}
	return fmt.Sprintf("%d of %d warnings came, %d averted, %d moot: too few to judge by; %s",
		own.Came, own.Judged(), own.Averted, own.Moot, line)
}

// record is what the warnings of a limit are worth, a line each.
func (l limitStatus) record() []string {
	if l.Warnings == nil {
		return nil
	}
	lines := []string{"warnings: " + l.Record}
	if l.Warnings.Demoted != "" {
		lines = append(lines, l.Warnings.Demoted)
	}
	if f := l.Warnings.Interval; f != 1 {
		lines = append(lines, fmt.Sprintf("intervals are %.2f times as wide as at first: so the warnings of all rules came", f))
	}
	return lines
}
