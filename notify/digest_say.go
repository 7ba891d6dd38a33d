package notify

import (
	"fmt"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
)

// Message is g as it is told: at most twelve lines, each on its own subject,
// and none of what there is nothing to say of. A zone of nil is UTC.
func (g Digest) Message(zone *time.Location) Message {
	if zone == nil {
		zone = time.UTC
	}
	d := draft{now: g.Until.In(zone)}
	m := Message{Kind: alert.Digest, Op: Post, Text: clip("Digest: "+g.sentence(), wholeText), Header: clip("🗞 Digest: "+g.headline(), headText)}
	for _, line := range []Text{g.burnedLine(d), g.lostLine(), g.warnedLine(), g.riskLine(d), g.loudLine(), g.keptLine(), g.darkLine(), g.votesLine()} {
		if len(line) > 0 {
			m.Body = append(m.Body, line)
		}
	}
	if len(m.Body) == 0 {
		m.Body = []Text{plain("Nothing burned, nothing was foreseen, and all was seen.")}
	}
	m.Context = []Text{{d.clock(g.Since), words(" – "), Piece{At: g.Until, Text: d.now.Format("Mon 2 Jan 15:04 MST"), Day: true},
		words(" · at any time: forewarn digest")}}
	return m
}

func (g Digest) headline() string {
	switch n := len(g.Burned); {
	case g.Empty():
		return "all quiet"
	case n == 0:
		return "nothing burned"
	default:
		return fmt.Sprintf("%d burned for %s", n, Span(g.burning()))
	}
}

func (g Digest) sentence() string {
	text := g.headline()
	if judged := g.Judged.Came + g.Judged.DidNotCome; judged > 0 {
		text += fmt.Sprintf(", %d of %d warnings came", g.Judged.Came, judged)
	}
	sums, _ := g.Lost()
	for _, sum := range sums {
		text += ", " + impact.Cost{Amount: sum}.Short("") + " lost"
	}
	return text + "."
}

// firstOf is the first three of parts, and how many more there are.
func firstOf[T any](all []T, one func(T) Text) (line Text) {
	const most = 3
	for i, x := range all {
		if i == most {
			return append(line, words(fmt.Sprintf(" · %d more", len(all)-most)))
		}
		line = join(" · ", line, one(x))
	}
	return line
}

// titled puts what a line is about before it; an empty line stays empty.
func titled(title string, line Text) Text {
	if len(line) == 0 {
		return nil
	}
	return append(Text{strong(title), words(": ")}, line...)
}

func (g Digest) burnedLine(d draft) Text {
	return titled("Burned", firstOf(g.Burned, func(b Burn) Text {
		text := Text{words(b.Title + " " + Span(b.Until.Sub(b.From)) + " from "), d.clock(b.From)}
		switch {
		case b.Open:
			text = append(text, words(", still burning"))
		case b.Lead > 0:
			text = append(text, words(", warned "+Span(b.Lead)+" before"))
		}
		return text
	}))
}

func (g Digest) lostLine() Text {
	sums, unknown := g.Lost()
	var parts []string
	for _, sum := range sums {
		parts = append(parts, impact.Cost{Amount: sum}.String())
	}
	line := strings.Join(parts, " and ")
	switch {
	case len(sums) > 0 && len(unknown) > 0:
		line += ", estimated; of the rest unknown: " + unknown[0]
	case len(sums) > 0:
		line += ", estimated"
	case len(unknown) > 0:
		line = "unknown: " + unknown[0]
	}
	return titled("Lost", plain(line))
}

func (g Digest) warnedLine() Text {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{g.Judged.Came, "came"}, {g.Judged.DidNotCome, "did not come"}, {g.Judged.Averted, "averted"}, {g.Judged.Moot, "cannot be judged"}, {g.Missed, "burned without one"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return titled("Warnings", plain(strings.Join(parts, ", ")))
}

func (g Digest) riskLine(d draft) Text {
	return titled("Foreseen now", firstOf(g.AtRisk, func(r Risk) Text {
		return Text{words(r.Title + " crosses " + Figure(r.Limit.Signal, r.Limit.Value) + " at "), d.clock(r.Expect), words(", at risk: " + r.Money)}
	}))
}

func (g Digest) loudLine() Text {
	if g.Loud == nil {
		return nil
	}
	l := g.Loud
	text := fmt.Sprintf("%s, %s: spoke %d times", l.Title, ruleOf(l.Limit), l.Times)
	if l.Quiet > 0 {
		text += "; raise it to " + Figure(l.Limit.Signal, l.Quiet) + ", if that is fast enough, and it would not have burned"
	} else {
		text += "; forewarn backtest shows what another limit would have said"
	}
	return titled("Noisiest", plain(text+"."))
}

func (g Digest) keptLine() Text {
	return titled("Kept from you", firstOf(g.Kept, func(k Kept) Text {
		return plain(fmt.Sprintf("%s of %s, %s: demoted, %s", counted(k.Warnings, "warning"), k.Title, ruleOf(k.Limit), cameText(k.Record)))
	}))
}

func (g Digest) darkLine() Text {
	return titled("Not seen", firstOf(g.Dark, func(x Dark) Text { return plain(x.Title + " for " + Span(x.Long)) }))
}

func (g Digest) votesLine() Text {
	if g.Useful+g.NotUseful == 0 {
		return nil
	}
	return titled("Votes", plain(fmt.Sprintf("%d useful, %d not useful", g.Useful, g.NotUseful)))
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
