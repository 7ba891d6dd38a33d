package config

import (
	"time"

	"github.com/forewarn/forewarn/alert"
)

const availability = "availability" // the limit that every journey has

// limits are the journey's availability and what the file asks for.
func (r *reader) limits(t *journeyTable, j *Journey) {
	j.Limits = []alert.Limit{{
		Key:    alert.Key{Journey: j.Name, Limit: availability},
		Signal: alert.Availability, Stat: "ratio", Confirm: alert.Confirm{Over: 3, Of: 5}, Every: j.Every,
	}}
	seen := names{}
	for i := range t.Limit {
		one := &t.Limit[i]
		l := r.limit(one, t, j)
		r.limitName(one, l.Limit, seen)
		j.Limits = append(j.Limits, l)
	}
	r.impatient(t, j)
}

func (r *reader) limit(t *limitTable, jt *journeyTable, j *Journey) alert.Limit {
	l := alert.Limit{
		Key: alert.Key{Journey: j.Name, Limit: t.Name.value}, Step: t.Step.value,
		Signal: alert.Signal(t.Signal.value), Stat: t.Stat.value, Every: j.Every,
		Window: t.Window.value, Ahead: t.Ahead.value, Confirm: r.confirm(t.Confirm),
	}
	if l.Limit == "" {
		l.Limit = or(l.Step, "journey") + " " + string(l.Signal)
	}
	timeout := r.stepOf(t, jt, j)
	if !t.Window.given() {
		l.Window = 10 * j.Every
	}
	switch l.Signal {
	case alert.Latency:
		r.latency(t, &l, timeout)
	case alert.Errors:
		r.errorRate(t, &l)
	case alert.Cert:
		r.cert(t, &l, j)
	}
	r.horizon(t, &l)
	return l
}

func (r *reader) limitName(t *limitTable, name string, seen names) {
	at := t.place.at()
	if t.Name.given() {
		at = t.Name.at()
	}
	if name == availability {
		r.wrong(at, "the name availability is taken", "that limit is always on; give this one another name")
	}
	if _, twice := seen[name]; twice && t.Signal.value != "" {
		r.wrong(at, "two limits are named "+quote(name), "give one of them a name of its own")
	}
	seen[name] = at
}

// stepOf looks up the limit's step and returns what its duration can reach:
// the timeout of the step or of the journey.
func (r *reader) stepOf(t *limitTable, jt *journeyTable, j *Journey) time.Duration {
	if !t.Step.given() || t.Step.value == "" {
		return j.Timeout
	}
	var steps []string
	for i := range jt.Step {
		name := jt.Step[i].Name.value
		if name == t.Step.value {
			return or(jt.Step[i].Timeout.value, j.Timeout)
		}
		steps = append(steps, name)
	}
	hint := "the steps are " + list(steps)
	if near := Nearest(t.Step.value, steps); near != "" {
		hint = didYouMean(near)
	}
	r.absent(t.Step.at(), "no step of this journey has that name", hint)
	return j.Timeout
}

// latency sets a limit on a duration.
func (r *reader) latency(t *limitTable, l *alert.Limit, timeout time.Duration) {
	if !r.above(t, "1500ms") {
		return
	}
	value, wrong := parseDuration(t.Above.value)
	switch {
	case wrong != "":
		r.wrong(t.Above.at(), "above "+wrong, `write above = "1500ms"`)
		return
	case value <= 0:
		r.wrong(t.Above.at(), "above must not be zero", `write above = "1500ms"`)
	case value >= timeout && timeout > 0:
		r.wrong(t.Above.at(), "above can never be crossed: the timeout ends it at "+brief(timeout),
			"set it below the timeout, or raise the timeout")
	}
	l.Value = value.Seconds()
	r.enough(t, l)
}

// errorRate sets a limit on the share of runs that failed.
func (r *reader) errorRate(t *limitTable, l *alert.Limit) {
	if !r.above(t, "5%") {
		return
	}
	share, ok := parsePercent(t.Above.value)
	if !ok || share <= 0 || share >= 1 {
		r.wrong(t.Above.at(), "above of errors is a share of runs, more than 0% and less than 100%", `write above = "5%"`)
		return
	}
	r.noStat(t, "errors", "the share of failed runs")
	l.Value, l.Stat = share, "ratio"
	r.enoughFailures(t, l)
}

// cert sets a limit on the days until the first certificate ends.
func (r *reader) cert(t *limitTable, l *alert.Limit, j *Journey) {
	if t.Above.given() {
		r.wrong(t.Above.node.key, "cert uses below, not above", `write below = "14d": the time that must be left`)
		return
	}
	if !t.Below.given() {
		r.absent(t.place.at(), "below is missing", `add below = "14d"`)
	}
	r.noStat(t, "cert", "the days left")
	if !secure(j, l.Step) {
		r.wrong(t.Signal.at(), "nothing here has a certificate: "+uncertified(j), "use https or [[tls]], or remove this limit")
	}
	l.Value, l.Below = t.Below.value.Hours()/24, true
}

// uncertified is why nothing of a journey has a certificate.
func uncertified(j *Journey) string {
	if len(j.Steps) > 0 && j.Table() != "journey" {
		return "there is no handshake"
	}
	return "every request goes to http"
}

// above reports whether the limit says above, as latency and errors must.
func (r *reader) above(t *limitTable, such string) bool {
	if t.Below.given() {
		r.wrong(t.Below.node.key, t.Signal.value+" uses above, not below", `write above = "`+such+`"`)
	} else if !t.Above.given() {
		r.absent(t.place.at(), "above is missing", `add above = "`+such+`"`)
	}
	return t.Above.value != ""
}

func (r *reader) noStat(t *limitTable, signal, figure string) {
	if t.Stat.given() {
		r.wrong(t.Stat.node.key, "stat means nothing for "+signal, "its figure is "+figure+": leave stat out")
	}
}
