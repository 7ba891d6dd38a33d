package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// limit reads "limit NAME ..." or "limit SIGNAL ...".
func (p *parser) limit(w *words) error {
	line, err := limitOf(w, p.line)
	if err != nil {
		return err
	}
	if line.removed {
		return errors.New("only what ran can be removed; write when 1h limit removed")
	}
	if len(line.set) == 0 && line.signal != alert.Availability {
		return errors.New("a limit needs its value; write limit latency above 1s")
	}
	p.now.limits = append(p.now.limits, line)
	return nil
}

// limitOf reads what follows the word limit.
func limitOf(w *words, at int) (limitLine, error) {
	line := limitLine{line: at}
	if !isKeyword(w.peek()) {
		line.name = w.next()
	}
	if signal := alert.Signal(line.name); slices.Contains(signals(), signal) {
		line.signal = signal
	}
	for !w.empty() {
		if err := line.read(w); err != nil {
			return limitLine{}, err
		}
	}
	return line, nil
}

func signals() []alert.Signal {
	return []alert.Signal{alert.Latency, alert.Errors, alert.Cert, alert.Availability}
}

func isKeyword(word string) bool {
	return slices.Contains([]string{"above", "below", "ahead", "confirm", "stat", "window", "step", "removed"}, word)
}

// read takes one keyword with its value.
func (l *limitLine) read(w *words) error {
	switch key := w.next(); key {
	case "above", "below":
		return l.value(w.next(), key == "below")
	case "ahead":
		return l.time(w, func(a *alert.Limit, d time.Duration) { a.Ahead = d })
	case "window":
		return l.time(w, func(a *alert.Limit, d time.Duration) { a.Window = d })
	case "confirm":
		return l.confirm(w)
	case "stat":
		return l.stat(w.next())
	case "step":
		if l.step = w.next(); l.step == "" {
			return errors.New("step which? write its name")
		}
		l.put(func(a *alert.Limit) error { a.Step = l.step; return nil })
		return nil
	case "removed":
		l.removed = true
		return nil
	default:
		return fmt.Errorf("%q is nothing a limit has; write above, below, ahead, confirm, stat, window or step", key)
	}
}

func (l *limitLine) put(set func(*alert.Limit) error) { l.set = append(l.set, set) }

// value is read twice: here for its form, and for its unit once the signal of
// the limit is known.
func (l *limitLine) value(word string, below bool) error {
	span, errSpan := duration(word)
	number, isShare := strings.CutSuffix(word, "%")
	percent, errPercent := strconv.ParseFloat(number, 64)
	if errSpan != nil && (!isShare || errPercent != nil || percent < 0 || percent > 100) {
		return fmt.Errorf("%q is no limit; write 800ms, 5%% or 14d", word)
	}
	l.put(func(a *alert.Limit) error {
		if isShare != (a.Signal == alert.Errors) {
			return fmt.Errorf("%q is not the unit of %s; write 800ms for latency, 5%% for errors, 14d for cert", word, a.Signal)
		}
		a.Below = below
		switch a.Signal {
		case alert.Errors:
			a.Value = percent / 100
		case alert.Cert:
			a.Value = span.Hours() / 24
		default:
			a.Value = span.Seconds()
		}
		return nil
	})
	return nil
}

func (l *limitLine) time(w *words, set func(*alert.Limit, time.Duration)) error {
	d, err := w.duration()
	l.put(func(a *alert.Limit) error { set(a, d); return nil })
	return err
}

func (l *limitLine) confirm(w *words) error {
	over, errOver := strconv.Atoi(w.next())
	word := w.next()
	of, errOf := strconv.Atoi(w.next())
	if word != "of" || errOver != nil || errOf != nil || over < 1 || of < over || of > 100 {
		return errors.New("confirm how many runs? write confirm 3 of 5")
	}
	l.put(func(a *alert.Limit) error { a.Confirm = alert.Confirm{Over: over, Of: of}; return nil })
	return nil
}

func (l *limitLine) stat(word string) error {
	if !slices.Contains([]string{"p50", "p90", "p95", "mean", "ratio"}, word) {
		return fmt.Errorf("%q is no figure to forecast; write p50, p90, p95, mean or ratio", word)
	}
	l.put(func(a *alert.Limit) error { a.Stat = word; return nil })
	return nil
}
