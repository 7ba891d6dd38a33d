package notify

import (
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// burning is the reactive message: the limit is crossed.
func (d draft) burning() Message {
	if d.silent() {
		return d.burningJob()
	}
	ph := d.phrases()
	rest := " " + ph.burns
	m := Message{
		Text:   d.burningWord() + ": " + d.short(rest) + rest + d.confirmedBy() + d.lasting() + "." + d.bill().sentence(),
		Header: "🔥 " + d.name(headText-60) + " " + ph.head,
		Body:   []Text{d.stands()},
	}
	switch {
	case d.ev.Kind == alert.NeverPassed:
		const doubt = "has never passed: is the config right?"
		m.Text = "Burning: " + d.short(" "+doubt) + " " + doubt + d.failureText()
		m.Header = "🔥 " + d.name(headText-60) + " " + doubt
		m.Body = []Text{plain(fmt.Sprintf("None of the first %d runs passed.", d.in.Tries))}
	case d.in.Limit.Signal == alert.Availability:
		m.Text += d.failureText()
	default:
		m.Text += d.forewarnedText()
	}
	if why := d.failure(); why != "" {
		m.Body = append(m.Body, plain(why))
	}
	if d.in.Flaps() {
		m.Body = append(m.Body, d.flapping())
	}
	if d.in.Limit.Ahead > 0 {
		m.Fields = append(m.Fields, Field{"Forewarned", d.forewarned()})
	}
	return d.worst(d.place(m))
}

// stands is how the limit stands, in one sentence.
func (d draft) stands() Text {
	l := d.in.Limit
	now := Text{words("Now "), strong(Figure(l.Signal, d.in.Value)), words(", limit " + Figure(l.Signal, l.Value) + ", since ")}
	if l.Signal == alert.Availability {
		now = Text{strong("Runs fail"), words(" since ")}
	}
	return append(now, d.clock(d.in.Burned), words(d.confirmedBy()+"."))
}

// flapping is how often it came, and when it will be over.
func (d draft) flapping() Text {
	often := Text{strong("Flapping"), words(": it was hardly over when it burned again")}
	if d.in.Turns > 1 {
		often = Text{strong("Flapping"), words(fmt.Sprintf(": %d times since ", d.in.Turns)), d.clock(d.in.Opened)}
	}
	if every := d.in.Limit.Every; every > 0 && every < time.Minute { // a run stands for a minute there
		return append(often, words("."))
	}
	return append(often, words(". It is over after "+Span(d.in.Calm())+" of good runs."))
}

func (d draft) burningWord() string {
	if d.ev.Kind == alert.BurnsAgain {
		return "Burning again"
	}
	return "Burning"
}

// confirmed counts the runs that are beyond the limit.
func (d draft) confirmed() string {
	if d.in.State == alert.Clearing {
		return fmt.Sprintf("the last %d runs were good", d.in.Good)
	}
	over := 0
	for _, r := range d.in.Runs {
		if r.Over {
			over++
		}
	}
	return fmt.Sprintf("%d of the last %d runs", over, len(d.in.Runs))
}

func (d draft) confirmedBy() string {
	if d.in.State != alert.Clearing && (d.in.Limit.Signal == alert.Availability || len(d.in.Runs) == 0) {
		return ""
	}
	return " (" + d.confirmed() + ")"
}

// lasting is for how long it burns, once that says something.
func (d draft) lasting() string {
	if d.in.Burned.IsZero() || d.now.Sub(d.in.Burned) < time.Minute {
		return ""
	}
	return ", for " + Span(d.now.Sub(d.in.Burned))
}

// failure is the last failure: where and why.
func (d draft) failure() string {
	if old := d.in.Limit.Signal == alert.Latency && d.s.Why != nil && d.s.Why.Failed == 0; old || d.in.Why == "" {
		return ""
	}
	if d.in.FailedAt == "" {
		return "Last failure: " + clip(d.in.Why, whyText)
	}
	return "Last failure at " + clip(d.in.FailedAt, nameText) + ": " + clip(d.in.Why, whyText)
}

func (d draft) failureText() string {
	if why := d.failure(); why != "" {
		return " " + why
	}
	return ""
}

// came is the forecast that was told and the crossing it was about; false if
// nobody was told of it. Every message takes its figures from here.
func (d draft) came() (p alert.Promise, ok bool) {
	if d.in.Promise == nil || d.untold() || d.in.Burned.IsZero() {
		return p, false
	}
	p = *d.in.Promise
	if p.Crossed.IsZero() {
		p.Crossed = d.crossed(p.Made)
	}
	return p, true
}

// crossed is when the limit was really crossed after made: the first of the
// runs that confirmed it, as long as they are known.
func (d draft) crossed(made time.Time) time.Time {
	for _, r := range d.in.Runs {
		if r.Over && r.At.After(made) && !r.At.After(d.in.Burned) {
			return r.At
		}
	}
	return d.in.Burned
}

func (d draft) forewarnedText() string {
	lead := d.leadText()
	switch {
	case lead != "":
		return lead
	case d.untold():
		return " Foreseen, but not told: the rule is demoted."
	case d.in.Limit.Ahead > 0:
		return " No trend led to it."
	}
	return ""
}

func (d draft) forewarned() Text {
	p, ok := d.came()
	switch {
	case d.untold():
		return Text{words("no: foreseen at "), d.clock(d.in.Promise.Made), words(", but the rule was demoted: " + cameText(d.s.Rule))}
	case !ok:
		return plain("no: no trend led to it")
	}
	lead, _ := p.Lead()
	off, _ := p.Error()
	return Text{words(Span(lead) + " before the crossing · expected "), d.clock(moment(p.First.Expected)),
		words(", crossed "), d.clock(p.Crossed), words(", off by " + Span(off))}
}

// worst adds the worst value since the incident opened.
func (d draft) worst(m Message) Message {
	if s := d.in.Limit.Signal; s != alert.Availability && !d.in.WorstAt.IsZero() {
		m.Fields = append(m.Fields, Field{"Worst", Text{words(Figure(s, d.in.Worst) + " at "), d.clock(d.in.WorstAt)}})
	}
	return m
}
