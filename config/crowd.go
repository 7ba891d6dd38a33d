package config

import (
	"regexp"
	"strconv"
	"time"

	"github.com/forewarn/forewarn/alert"
)

var inTime = regexp.MustCompile(`^([1-9][0-9]{0,3}) in ([1-9][0-9]{0,3})([smh])$`)

// crowd reads which incidents share one message.
func (r *reader) crowd(t *noiseTable) alert.Crowding {
	c := alert.Crowding{Within: t.Within.value}
	if t.Storm.value == "off" {
		return c
	}
	m := inTime.FindStringSubmatch(t.Storm.value)
	if m == nil {
		r.wrong(t.Storm.at(), "storm is not a number of incidents in a time", `write storm = "10 in 5m", or "off"`)
		return c
	}
	c.Most, _ = strconv.Atoi(m[1]) // digits, and few
	times, _ := strconv.Atoi(m[2])
	c.Span = time.Duration(times) * unitOf(m[3])
	if c.Span > 24*time.Hour {
		r.wrong(t.Storm.at(), "storm lasts more than a day", `write storm = "10 in 5m"`)
	}
	return c
}
