package notify

import (
	"math"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// Facts are what a message is about, for channels that machines read. Their
// texts are clipped like all others.
type Facts struct {
	Journey, Limit, Step     string
	Title, Feature, Location string
	Signal                   alert.Signal
	State                    string    // "soon", "burning" or "over"
	At                       time.Time // of the event
	Opened, Burned, Over     time.Time // zero: it did not, or not yet
	Value, Threshold         float64   // in the signal's unit; NaN: unknown
	AckBy                    string
	Runbook                  string
	Links                    []Link
}

func (d draft) facts() Facts {
	f := Facts{
		Journey: clip(d.in.Limit.Journey, nameText), Limit: clip(d.in.Limit.Limit, nameText), Step: clip(d.in.Limit.Step, nameText),
		Title: d.name(nameText), Feature: clip(d.s.Feature, nameText), Location: clip(d.in.Location, nameText),
		Signal: d.in.Limit.Signal, State: "over", At: d.ev.At, Opened: d.in.Opened, Burned: d.in.Burned,
		Value: d.in.Value, Threshold: d.in.Limit.Value, AckBy: clip(d.in.AckBy, nameText),
		Runbook: d.s.Runbook, Links: d.s.Links,
	}
	switch {
	case d.in.State == alert.Soon:
		f.State = "soon"
	case d.in.Open():
		f.State = "burning"
	default:
		f.Over = d.over()
	}
	if d.in.Limit.Signal == alert.Availability {
		f.Threshold = math.NaN() // 3 of 5 runs, which is no value of the signal
	}
	return f
}
