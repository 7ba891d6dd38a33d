package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
)

// Mate is one of the incidents that share a message.
type Mate struct {
	Title    string // of its journey
	In       alert.Incident
	Business impact.Business // what its journey is worth
	Toll     Toll            // what the runs of its journey say since it burned
}

// rank is 0 of what burns, 1 of what may, 2 of what is over.
func (m Mate) rank() int {
	switch {
	case m.In.Burns():
		return 0
	case m.In.Open():
		return 1
	}
	return 2
}

// mates are the incidents that the message of in tells of, and how many there
// are in its storm, on a channel where one message tells of all, or one now and
// then.
func (w *worker) mates(ctx context.Context, in alert.Incident) (mates []Mate, stormed int, err error) {
	told := edits(w.channel) || gathers(w.channel) && !in.Storm.IsZero()
	if !told || in.Number == 0 || in.Under != 0 {
		return nil, 0, nil
	}
	all, err := w.DB.Sharing(ctx, in.Number)
	for _, one := range all {
		s := w.Describe(one.Limit.Key)
		mates = append(mates, Mate{Title: cmp.Or(s.Title, one.Limit.Journey), In: one, Business: s.Business})
	}
	if !in.Storm.IsZero() {
		var uncounted error
		stormed, uncounted = w.DB.Stormed(ctx, in.Number)
		err = errors.Join(err, uncounted)
	}
	return mates, stormed, err
}

// othersOpen reports whether any of mates is open beside in.
func othersOpen(mates []Mate, in alert.Incident) bool {
	return slices.ContainsFunc(mates, func(one Mate) bool { return one.In.Number != in.Number && one.In.Open() })
}

// staleAmong is [Stale] of a message that tells of mates too: it is true as
// long as it is of one of them, and what urges is of whichever it urges of.
func staleAmong(mates []Mate, in alert.Incident, ev alert.Event, now time.Time) string {
	why := Stale(in, ev, now)
	switch {
	case why == "" || ev.Kind != alert.Reminded && ev.Kind != alert.Escalated && othersOpen(mates, in):
		return ""
	case slices.ContainsFunc(mates, func(one Mate) bool { return Stale(one.In, ev, now) == "" }):
		return ""
	}
	return why
}

// edits reports whether the messages of c can be edited, so that one may tell
// of several incidents, and of more as they come.
func edits(c Channel) bool {
	_, bot := c.(*Slack)
	return bot
}

// gathers reports whether people read the messages of c, which cannot be
// edited: in a storm, one now and then tells of all.
func gathers(c Channel) bool {
	switch c.(type) {
	case *Webhook, *Mail:
		return true
	}
	return false
}

// crowded reports whether the message tells of several incidents.
func (d draft) crowded() bool { return len(d.s.Mates) > 1 || d.s.Stormed > 1 }

// crowd is the message that tells of several incidents: how each stands, what
// burns first. It stays until all are over.
func (d draft) crowd() Message {
	mates, open := d.ranked()
	m := Message{Body: []Text{d.counted(), d.roll(mates)}}
	money, sum := d.crowdMoney(mates)
	word, sign, end := "Soon", "🔮 ", "."
	switch {
	case open == 0:
		d.crowdOver(&m, mates, sum)
		return d.crowdBill(m, money, sum)
	case mates[0].In.Burns():
		word, sign = "Burning", "🔥 "
		if len(sum.sums) > 0 {
			end = ". " + sum.short() + " lost."
		}
	}
	if d.ev.Kind == alert.Acknowledged {
		word = "Acknowledged by " + clip(d.ev.By, nameText)
	}
	m.Text = word + ": " + clip(d.gist(mates), wholeText-length(word+": "+end)) + end
	m.Header = sign + d.gist(mates)
	m.Fields = append(m.Fields, Field{"Who has it", d.hasThem(mates)})
	for _, line := range []Text{plain(d.of(mates[0]).failure()), d.keeping(), d.doFirst()} {
		if len(line) > 0 {
			m.Body = append(m.Body, line)
		}
	}
	return d.crowdBill(m, money, sum)
}

// of is a draft of one of those that the message tells of.
func (d draft) of(one Mate) draft {
	return draft{in: one.In, s: Subject{Title: one.Title, Business: one.Business, Toll: one.Toll}, now: d.now}
}

// crowdOver is the last word on all of them.
func (d draft) crowdOver(m *Message, mates []Mate, cost total) {
	began, ended := mates[0].In.Opened, time.Time{}
	for _, one := range mates {
		if one.In.Opened.Before(began) {
			began = one.In.Opened
		}
		ended = later(ended, one.In.Resolved)
	}
	stay := Span(ended.Sub(began))
	lost := ""
	if len(cost.sums) > 0 {
		lost = " " + cost.short() + " lost."
	}
	m.Text = "Resolved: " + d.crowdName() + ", over after " + stay + "." + lost + " " + listed(titles(mates)) + "."
	m.Header = "✅ Resolved: " + d.crowdName() + ", " + stay
	m.Reply = Text{words("✅ "), strong("Resolved"), words(" after " + stay + " ("), d.clock(began), words(" – "), d.clock(ended),
		words("): " + listed(titles(mates)) + "." + lost)}
}

// gist is which incidents, in a line whose beginning decides: those that burn,
// and how many may, or those that may.
func (d draft) gist(mates []Mate) string {
	first := slices.DeleteFunc(slices.Clone(mates), func(one Mate) bool { return one.rank() != mates[0].rank() })
	names := listed(titles(first))
	soon := 0
	for _, one := range mates[len(first):] {
		if one.In.Open() {
			soon++
		}
	}
	if d.s.Stormed > 1 {
		names = d.crowdName() + ": " + names
	} else {
		names += d.there()
	}
	if soon > 0 {
		names += fmt.Sprintf(" (+%d soon)", soon)
	}
	return names
}

// crowdName is what the incidents are together.
func (d draft) crowdName() string {
	if d.s.Stormed > 1 {
		return fmt.Sprintf("%d incidents since %s", d.s.Stormed, d.clock(d.in.Storm).Text)
	}
	return fmt.Sprintf("%d incidents", len(d.s.Mates)) + d.there()
}

func (d draft) there() string {
	if d.in.Host == "" {
		return ""
	}
	return " at " + clip(d.in.Host, nameText)
}

// counted is how many stand how, and how many have messages of their own.
func (d draft) counted() Text {
	var in [3]int
	for _, one := range d.s.Mates {
		in[one.rank()]++
	}
	var text Text
	for i, word := range []string{"burning", "soon", "over"} {
		if in[i] > 0 {
			text = join(", ", text, Text{strong(fmt.Sprintf("%d %s", in[i], word))})
		}
	}
	if !d.in.Storm.IsZero() {
		text = append(text, words(" since "), d.clock(d.in.Storm))
	}
	if own := d.s.Stormed - len(d.s.Mates); own > 0 {
		text = append(text, words(fmt.Sprintf("; %d before them have messages of their own", own)))
	}
	return append(text, words("."))
}

// ranked are the incidents in the order in which they matter, and how many are
// open.
func (d draft) ranked() (mates []Mate, open int) {
	mates = slices.SortedStableFunc(slices.Values(d.s.Mates), func(a, b Mate) int { return a.rank() - b.rank() })
	for _, one := range mates {
		if one.In.Open() {
			open++
		}
	}
	return mates, open
}

// roll is a line for each of mates, at most 10.
func (d draft) roll(mates []Mate) Text {
	const most = 10
	var text Text
	for _, one := range mates[:min(most, len(mates))] {
		text = join("\n", text, d.mate(one))
	}
	if more := len(mates) - most; more > 0 {
		text = join("\n", text, plain(fmt.Sprintf("+%d more", more)))
	}
	return text
}

// mate is how one of them stands, in a line.
func (d draft) mate(one Mate) Text {
	its := d.of(one)
	name := strong(its.name(nameText))
	var text Text
	switch {
	case one.In.Burns():
		text = Text{words("🔥 "), name, words(" " + its.phrases().burns + ", since "), d.clock(one.In.Burned)}
	case one.In.Open():
		text = Text{words("🔮 "), name, words(" " + its.phrases().will + " " + its.eta())}
	case one.In.Burned.IsZero():
		text = Text{words("☑️ "), name, words(" over since "), d.clock(one.In.Resolved)}
	default:
		text = Text{words("✅ "), name, words(" over since "), d.clock(one.In.Resolved)}
	}
	if one.In.Open() && !one.In.AckAt.IsZero() {
		text = append(text, words(" · "+clip(one.In.AckBy, nameText)+" has it"))
	}
	return append(text, words(fmt.Sprintf(" · inc-%d", one.In.Number)))
}

// hasThem is who has them.
func (d draft) hasThem(mates []Mate) Text {
	nobody := 0
	var who Text
	for _, one := range mates {
		switch {
		case !one.In.Open():
		case one.In.AckAt.IsZero():
			nobody++
		case who == nil:
			who = Text{words(clip(one.In.AckBy, nameText) + " since "), d.clock(one.In.AckAt)}
		}
	}
	switch {
	case who == nil:
		who = plain("nobody yet")
	case nobody > 0:
		who = append(who, words(fmt.Sprintf(" · nobody has %d of them", nobody)))
	}
	return append(who, d.escalatedCrowd()...)
}

// escalatedCrowd is to whom and when one of them was escalated first; nil if
// none was.
func (d draft) escalatedCrowd() (text Text) {
	var first time.Time
	for _, one := range d.s.Mates {
		if at := one.In.Escalated; !at.IsZero() && (first.IsZero() || at.Before(first)) {
			text, first = draft{in: one.In, now: d.now}.escalation(), at
		}
	}
	return text
}

// urgedCrowd is the message of several incidents that somebody should have,
// with a line for its thread that names those that nobody has.
func (d draft) urgedCrowd() Message {
	var free []Mate
	var since time.Time
	mates, _ := d.ranked()
	for _, one := range mates {
		if one.In.State != alert.Burning || !one.In.AckAt.IsZero() {
			continue
		}
		free = append(free, one)
		if since.IsZero() || one.In.Burned.Before(since) {
			since = one.In.Burned
		}
	}
	m := d.crowd()
	if len(free) == 0 {
		return m
	}
	has := ", for "
	if len(free) > 1 {
		has = ", the first for "
	}
	has += Span(d.now.Sub(since)) + ". " + nobodyHas(len(free))
	m.Text = d.urging() + ": " + clip(listed(titles(free)), wholeText-length(d.urging()+": "+has)) + has
	return d.calling(m, plain(": "+listed(titles(free))+has))
}

func nobodyHas(incidents int) string {
	if incidents == 1 {
		return "Nobody has it."
	}
	return "Nobody has them."
}

// crowdButtons are what can be done with all that are open, at once.
func (d draft) crowdButtons() []Button {
	_, open := d.ranked()
	free := slices.ContainsFunc(d.s.Mates, func(one Mate) bool { return one.In.Open() && one.In.AckAt.IsZero() })
	switch {
	case open == 0:
		return nil
	case free:
		return []Button{Acknowledge, Snooze}
	}
	return []Button{Snooze}
}

func titles(mates []Mate) []string {
	var names []string
	for _, one := range mates {
		if !slices.Contains(names, one.Title) {
			names = append(names, one.Title)
		}
	}
	return names
}
