package impact

import (
	"strconv"
	"strings"
	"time"
)

// Missing names the keys without which nothing can be said of failures, or of
// slowness: "set good under [journey.business]"; "" if none is missing.
func (b Business) Missing(slow bool) string {
	if b.Where == "" {
		return "only a [[journey]] has completions"
	}
	var keys []string
	need := func(key string, missing bool) {
		if missing {
			keys = append(keys, key)
		}
	}
	need("value", !b.Value.Known())
	need("completions_per_day", b.PerDay.High == 0)
	if slow {
		need("loss_per_100ms", b.Loss.High == 0)
		need("good", b.Good == 0)
	}
	if keys == nil {
		return ""
	}
	text := strings.Join(keys, ", ")
	if last := len(keys) - 1; last > 0 {
		text = strings.Join(keys[:last], ", ") + " and " + keys[last]
	}
	return "set " + text + " under " + b.Where
}

// terms are what b says that is the same at all times. The completions of a
// day are those of good times, so that one attempt makes one of them.
func (b Business) terms() terms {
	return terms{Value: b.Value.minor(), Completing: 1, ComesBack: b.ComesBack, Loss: b.Loss, Good: b.Good, Ceiling: b.Good + Measured}
}

// attempts are those of a stretch of time: of any day the same share.
func (b Business) attempts(long time.Duration) Range { return b.PerDay.scale(long.Hours() / 24) }

func (b Business) basis(factor string) string {
	return b.PerDay.text("") + " a day, spread evenly, × " + b.Value.String() + " × " + factor
}

func (b Business) slowness() string {
	text := percent(b.Loss) + " lost per +100 ms over " + latency(b.Good)
	if b.Public {
		text += " (other companies' experiments)"
	}
	return text
}

func (b Business) returning() string {
	if b.ComesBack.High == 0 {
		return ", if nobody comes back"
	}
	return ", " + percent(b.ComesBack) + " come back"
}

// percent writes shares of 1 with at most three digits.
func percent(r Range) string {
	three := func(v float64) float64 {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(100*v, 'g', 3, 64), 64)
		return rounded
	}
	return Range{three(r.Low), three(r.Likely), three(r.High)}.text(" %")
}

// latency writes a time as messages do: "400 ms", "1.5 s".
func latency(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64) + " ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}
