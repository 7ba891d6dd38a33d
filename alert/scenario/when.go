package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/predict"
)

// when reads "when T WHAT" or "when T..T WHAT".
func (p *parser) when(w *words) error {
	from, until, err := w.span()
	if err != nil {
		return err
	}
	text := *w
	do, err := what(w, p.line, from, until)
	if err != nil {
		return err
	}
	h := happening{at: from, line: p.line, text: text.rest(), do: do}
	p.now.script = p.now.script || strings.HasPrefix(h.text, "forecast ")
	p.now.when = append(p.now.when, h)
	slices.SortStableFunc(p.now.when, func(a, b happening) int { return cmp.Compare(a.at, b.at) })
	return nil
}

// what reads what happens.
func what(w *words, line int, from, until time.Duration) (func(*runner), error) {
	switch word := w.next(); {
	case word == "maintenance" && until > from:
		return func(r *runner) { r.maintenance = until }, nil
	case word == "stopped" && until > from:
		return func(r *runner) { r.stopped = until; r.restart() }, nil
	case word == "maintenance" || word == "stopped":
		return nil, fmt.Errorf("%s needs a range; write when 1h..2h %s", word, word)
	case w.skip("burns") && until > from:
		return func(r *runner) { r.outage(word, until) }, nil
	case until > from:
		return nil, fmt.Errorf("%q happens at one time; write when %s %s", word, brief(from), word)
	case word == "deploy":
		return func(r *runner) { r.deployed = true }, nil
	case word == "restart":
		return func(r *runner) { r.restart() }, nil
	case word == "forecast":
		return forecast(w)
	case word == "limit":
		return relimit(w, line)
	default:
		return act(w, word, from)
	}
}

// forecast reads three times, or why there are none.
func forecast(w *words) (func(*runner), error) {
	if times := strings.Split(w.peek(), ".."); len(times) == 3 {
		w.next()
		var at [3]time.Duration
		for i, word := range times {
			var err error
			if at[i], err = duration(word); err != nil {
				return nil, err
			}
		}
		if !slices.IsSorted(at[:]) {
			return nil, errors.New("earliest, expected and latest are not in order; turn them round")
		}
		return func(r *runner) { r.foresee(script{crossing: at}) }, nil
	}
	silence := predict.Silence(w.rest())
	if !slices.Contains(silences(), silence) {
		return nil, fmt.Errorf("%q is no forecast; write 40m..55m..80m or a silence such as: no trend", silence)
	}
	return func(r *runner) { r.foresee(script{silence: silence}) }, nil
}

func silences() []predict.Silence {
	return []predict.Silence{predict.NoData, predict.Learning, predict.Flat, predict.Noise, predict.Step, predict.FarAway,
		predict.Receding, predict.Ordinary, predict.TooFew, predict.IsAcross, predict.JustBack, predict.Unfamiliar}
}

// relimit reads a change of the rules while they run.
func relimit(w *words, line int) (func(*runner), error) {
	l, err := limitOf(w, line)
	if err == nil && l.removed == (len(l.set) > 0) {
		err = errors.New("what of the limit changes? write limit above 2s, or limit removed")
	}
	return func(r *runner) { r.relimit(l) }, err
}

// act reads what somebody does: "anna acknowledges".
func act(w *words, who string, now time.Duration) (func(*runner), error) {
	switch {
	case w.skip("acknowledges"):
		return func(r *runner) { r.acknowledge(who) }, nil
	case w.skip("snoozes"):
		d, err := w.duration()
		return func(r *runner) { r.snooze(who, now+d) }, err
	case w.skip("finds", "it", "useful"):
		return func(r *runner) { r.useful() }, nil
	}
	return nil, fmt.Errorf("%q is nothing that happens; write deploy, restart, maintenance, stopped, forecast, limit, what it depends on burns, or who acknowledges", who)
}
