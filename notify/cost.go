package notify

import (
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
)

// bill is what an incident puts at risk, loses or cost: the one thing that is
// said of its money.
type bill struct {
	label string      // of its field
	rate  impact.Cost // of an hour or a day; the zero Cost where that says nothing
	per   string      // " / hour", " / day"
	total impact.Cost // until the horizon, so far, or of the whole incident
	when  string      // what the rate or the total is for: "from the crossing on"
}

// bill makes the bill of the incident as it stands.
func (d draft) bill() bill {
	switch {
	case d.in.State == alert.Soon:
		return d.atRisk()
	case d.in.Limit.Signal == alert.Cert:
		return d.ending()
	case d.ev.Kind == alert.NeverPassed:
		return bill{label: "Losing", rate: impact.Cost{Missing: "no run has passed yet"}}
	case d.in.State == alert.Burning:
		b := d.paced()
		b.label, b.total = "Losing", d.lost()
		return b
	case d.in.Open():
		return bill{label: "Lost so far", total: d.lost()}
	}
	return bill{label: "Cost", total: d.lost()}
}

// lost is what it has cost since it burned.
func (d draft) lost() impact.Cost { return d.loss(d.s.Toll, d.s.Toll.long()) }

// recent is how many runs say how it stands now.
func (d draft) recent() int {
	const usual = 10
	if l := d.in.Limit; l.Signal == alert.Errors {
		return max(usual, int(l.Window/max(l.Every, time.Second)))
	}
	return usual
}

// paced is a rate by the hour, or by the day where an hour is small change.
func (d draft) paced() bill {
	if hour := d.pace(time.Hour); !hour.Known() || !hour.Likely.Small() {
		return bill{rate: hour, per: " / hour"}
	}
	return bill{rate: d.pace(24 * time.Hour), per: " / day"}
}

// pace is what a stretch of time costs as it is now or, of what is foreseen,
// at the limit.
func (d draft) pace(long time.Duration) impact.Cost {
	l, business := d.in.Limit, d.s.Business
	switch {
	case l.Signal == alert.Cert: // everybody is turned away
		return business.Failing(long, impact.Exactly(1))
	case d.in.State != alert.Soon:
		return d.loss(d.s.Toll.lately(d.recent()), long)
	case l.Signal != alert.Latency:
		return business.Failing(long, impact.Exactly(l.Value))
	case l.Step != "" && business.Missing(true) == "":
		return impact.Cost{Missing: "good is of the whole journey, not of a step"}
	}
	return business.Slow(long, 0, time.Duration(l.Value*float64(time.Second)))
}

// loss is what runs like those of t cost in a stretch of time.
func (d draft) loss(t Toll, long time.Duration) impact.Cost {
	b := d.s.Business
	if d.in.Limit.Signal == alert.Latency {
		return b.Slow(long, t.failed().Likely, t.latencies()...)
	}
	if len(t.Runs) == 0 && b.Missing(false) == "" {
		return impact.Cost{Missing: "no run since then is known"}
	}
	return b.Failing(long, t.failed())
}

// atRisk is what it costs to stay at the limit from the crossing on, and what
// the forecast comes to until its horizon.
func (d draft) atRisk() bill {
	l, business := d.in.Limit, d.s.Business
	if l.Signal == alert.Cert {
		return d.ending()
	}
	b := d.paced()
	b.label, b.when = "At risk", "from the crossing on"
	if !b.rate.Known() {
		return b
	}
	p := d.in.Promise
	if p == nil {
		p = &alert.Promise{}
	}
	trend := impact.Trend{At: d.in.LastRun, Value: d.in.Value, Limit: l.Value, Earliest: moment(p.Crossing.Earliest),
		Expected: moment(p.Crossing.Expected), Latest: moment(p.Crossing.Latest), Until: p.Made.Add(l.Ahead)}
	record := impact.Record{Came: d.s.Rule.Came, DidNotCome: d.s.Rule.DidNotCome}
	if l.Signal == alert.Latency {
		b.total = business.AheadSlow(trend, record)
	} else {
		b.total = business.AheadFailing(trend, record)
	}
	return b
}

// ending is what it costs that a certificate ends: everybody is turned away.
func (d draft) ending() bill {
	if !d.in.Open() {
		return bill{}
	}
	b := d.paced()
	b.label, b.when = "At risk", "once it has ended"
	return b
}

// field is b as one field: short enough for a phone at night.
func (b bill) field() Field {
	var text string
	switch {
	case b.rate.Known() && b.when != "":
		text = b.rate.Per(b.per) + " " + b.when
	case b.rate.Known():
		text = b.rate.Per(b.per) + " · " + b.total.Short("") + " so far"
	case b.rate.Missing != "":
		text = b.rate.String()
	default:
		text = b.total.String()
	}
	return Field{b.label, plain(text)}
}

// billed puts the field of b before all others, and its basis into the small
// print; what is unknown has none.
func (d draft) billed(m Message) Message {
	b := d.bill()
	if b.label == "" {
		return m
	}
	m.Fields = append([]Field{b.field()}, m.Fields...)
	if basis := d.basis(b); basis != nil {
		m.Context = append(m.Context, basis)
	}
	return m
}

// basis is what was multiplied.
func (d draft) basis(b bill) Text {
	first := b.rate
	if !first.Known() {
		first = b.total
	}
	if !first.Known() {
		return nil
	}
	text := Text{words("money: " + first.Basis + " (" + first.Formula + ")")}
	if p := d.in.Promise; d.in.State == alert.Soon && p != nil && b.total.Likely.Minor > 0 {
		text = append(text, words(" · until "), d.clock(p.Made.Add(d.in.Limit.Ahead)),
			words(": "+b.total.String()+", "+b.total.Weight+" ("+b.total.Formula+")"))
	}
	return text
}

// sentence is b in a text of the message, "" if it is unknown.
func (b bill) sentence() string {
	switch {
	case b.rate.Known() && b.label == "At risk":
		return " " + b.rate.Short(b.per) + " at risk."
	case b.rate.Known():
		return " " + b.rate.Short(b.per) + " lost."
	case b.total.Known():
		return " " + b.total.Short("") + " lost."
	}
	return ""
}

// Money says in one line what an incident of s puts at risk, loses or cost, or
// which key is missing to say so.
func Money(in alert.Incident, s Subject, now time.Time) string {
	f := draft{in: in, s: s, now: now.UTC()}.bill().field()
	return strings.ToLower(f.Label) + ": " + f.Value.String()
}
