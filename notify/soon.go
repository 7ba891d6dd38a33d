package notify

import (
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// phrases are the words of a limit's signal.
type phrases struct {
	will  string // what is to come: "will cross 1.5 s"
	soon  string // the same for a header: "will be too slow"
	burns string // what is: "takes 1.84 s, limit 1.5 s"
	head  string // the same for a header: "is too slow: 1.84 s"
	back  string // what is again: "is back to 640 ms"
	over  string // the stay beyond the limit: "over 1.5 s"
}

func (d draft) phrases() phrases {
	if d.silent() {
		return d.jobPhrases()
	}
	l := d.in.Limit
	now, limit := Figure(l.Signal, d.in.Value), Figure(l.Signal, l.Value)
	switch l.Signal {
	case alert.Latency:
		return phrases{"will cross " + limit, "will be too slow", "takes " + now + ", limit " + limit,
			"is too slow: " + now, "is back to " + now, "over " + limit}
	case alert.Errors:
		return phrases{"will fail over " + limit + " of runs", "will fail too often",
			"fails " + now + " of runs, limit " + limit, "fails too often: " + now + " of runs",
			"is back to " + now + " failed runs", "over " + limit}
	case alert.Cert:
		return phrases{"will have under " + limit + " of certificate left", "will need a new certificate",
			"has " + now + " of certificate left, limit " + limit, "needs a new certificate: " + now + " left",
			"has " + now + " of certificate left", "under " + limit}
	}
	return phrases{"will fail", "will fail", "fails: " + d.confirmed(), "fails: " + d.confirmed(),
		"works again", "of failing"}
}

// soon is the proactive message: nothing is broken yet.
func (d draft) soon() Message {
	p, ph, l := d.in.Promise, d.phrases(), d.in.Limit
	if p == nil {
		p = &alert.Promise{}
	}
	now := Figure(l.Signal, d.in.Value)
	earliest, latest := moment(p.Crossing.Earliest), moment(p.Crossing.Latest)
	rest := fmt.Sprintf(" %s %s", ph.will, d.eta())
	m := Message{
		Text: "Soon: " + d.short(rest) + rest +
			fmt.Sprintf(" (80 %%: %s), now %s. Not broken yet.", between(earliest.Sub(d.now), latest.Sub(d.now)), now) + d.bill().sentence(),
		Header: "🔮 " + d.name(headText-60) + " " + ph.soon + " " + d.eta(),
		Body: []Text{{
			words("Now "), strong(now), words(", limit "), strong(Figure(l.Signal, l.Value)), words(": expected to cross at "),
			d.clock(moment(p.Crossing.Expected)), words(", 80 % between "), d.clock(earliest), words(" and "), d.clock(latest),
			words(d.sooner() + ". Nothing is broken yet."),
		}},
	}
	if since := onset(d.in); !since.IsZero() {
		m.Fields = append(m.Fields, Field{"Since", d.since(since)})
	}
	m.Fields = append(m.Fields, Field{"How sure", plain(d.trust())})
	return d.place(m)
}

// since is when the trend began, and how far it has come.
func (d draft) since(began time.Time) Text {
	text := Text{d.clock(began)}
	if c := d.s.Why; c != nil && c.Grew() && d.in.Limit.Signal == alert.Latency {
		text = append(text, words(fmt.Sprintf(" · %s → %s", seconds(c.Before.Seconds()), seconds(c.After.Seconds()))))
	}
	return text
}

// eta is the time left until the expected crossing.
func (d draft) eta() string {
	if d.in.Promise == nil {
		return "at an unknown time"
	}
	left := moment(d.in.Promise.Crossing.Expected).Sub(d.now)
	if left <= 0 {
		return "any moment"
	}
	return "in ~" + Span(left)
}

func (d draft) sooner() string {
	if p := d.in.Promise; p != nil && !p.Updated.IsZero() {
		return "; sooner than first said"
	}
	return ""
}

// short is the name, cut such that the first 60 characters of a text hold
// what follows it.
func (d draft) short(rest string) string {
	const decide, state = 60, len("Burning: ")
	return d.name(max(16, decide-state-length(rest)))
}

// place adds where it happens, if that is known.
func (d draft) place(m Message) Message {
	if where := d.where(); len(where) > 0 {
		m.Fields = append(m.Fields, Field{"Where", where})
	}
	return m
}
