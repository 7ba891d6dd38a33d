package scenario

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// SyntaxError is a line that cannot be understood.
type SyntaxError struct {
	File    string
	Line    int
	Source  string // the line
	Message string // what is wrong with it; what to do
}

// Error is the place, what is wrong, and the line.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d: %s\n\t%s", e.File, e.Line, e.Message, e.Source)
}

// words are the words of one line, read from left to right.
type words struct{ left []string }

// split cuts a line into words. "Quotes" hold a word of several; a colon at
// the end of a word is a word of its own; # begins a comment.
func split(line string) (words, error) {
	var w words
	rest := strings.TrimLeftFunc(line, unicode.IsSpace)
	for rest != "" && rest[0] != '#' {
		if rest[0] == '"' {
			word, after, closed := strings.Cut(rest[1:], `"`)
			if !closed {
				return words{}, errors.New(`a quote is not closed; add the other "`)
			}
			w.left = append(w.left, word)
			rest = after
		} else {
			end := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '#' })
			if end < 0 {
				end = len(rest)
			}
			w.add(rest[:end])
			rest = rest[end:]
		}
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
	}
	return w, nil
}

func (w *words) add(word string) {
	before, colon := strings.CutSuffix(word, ":")
	if before != "" {
		w.left = append(w.left, before)
	}
	if colon {
		w.left = append(w.left, ":")
	}
}

func (w *words) empty() bool { return len(w.left) == 0 }

// peek is the next word, or "" at the end.
func (w *words) peek() string {
	if w.empty() {
		return ""
	}
	return w.left[0]
}

func (w *words) next() string {
	word := w.peek()
	if !w.empty() {
		w.left = w.left[1:]
	}
	return word
}

// skip takes the next words if they are exactly these.
func (w *words) skip(these ...string) bool {
	if len(w.left) < len(these) {
		return false
	}
	for i, word := range these {
		if w.left[i] != word {
			return false
		}
	}
	w.left = w.left[len(these):]
	return true
}

// rest takes all that is left as one text.
func (w *words) rest() string {
	text := strings.ReplaceAll(strings.Join(w.left, " "), " : ", ": ")
	w.left = nil
	return text
}

// end complains about words that nobody wanted.
func (w *words) end() error {
	if w.empty() {
		return nil
	}
	return fmt.Errorf("%q is one word too many; remove it", w.peek())
}

// duration takes a time such as 90s, 1h30m or 2d.
func (w *words) duration() (time.Duration, error) { return duration(w.next()) }

// span takes a time, or a range such as 1h..1h30m; a single time is a range
// that ends where it begins.
func (w *words) span() (from, until time.Duration, err error) {
	first, second, isRange := strings.Cut(w.next(), "..")
	if from, err = duration(first); err != nil || !isRange {
		return from, from, err
	}
	if until, err = duration(second); err == nil && until < from {
		err = fmt.Errorf("the range %s..%s ends before it begins; turn it round", first, second)
	}
	return from, until, err
}

const longest = 10 * 365 * 24 * time.Hour

// duration reads what time.ParseDuration reads, with days before it.
func duration(word string) (time.Duration, error) {
	if word == "" {
		return 0, errors.New("a time is missing; write 90s, 31m, 1h30m or 2d")
	}
	bad := fmt.Errorf("%q is no time; write 90s, 31m, 1h30m or 2d", word)
	var days time.Duration
	rest := word
	if before, after, found := strings.Cut(word, "d"); found {
		n, err := time.ParseDuration(before + "h") // 2d is 24 times 2h
		if err != nil || n > longest/24 {
			return 0, bad
		}
		days, rest = 24*n, after
	}
	if rest == "" && days > 0 {
		return days, nil
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 || days < 0 || d > longest-days {
		return 0, bad
	}
	return days + d, nil
}
