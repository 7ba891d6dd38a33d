package scenario

import (
	"math"
	"time"

	"github.com/forewarn/forewarn/alert"
)

func (r *runner) acknowledge(who string) {
	r.acted(func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		return alert.Acknowledge(in, who, r.clock())
	}, false)
}

func (r *runner) snooze(who string, until time.Duration) {
	r.acted(func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		return alert.Snooze(in, who, r.s.Start.Add(until), r.clock())
	}, false)
}

func (r *runner) useful() {
	r.acted(func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		return alert.Useful(in, r.clock())
	}, true)
}

// outage lets a journey burn that this one depends on.
func (r *runner) outage(journey string, until time.Duration) {
	r.parent, r.burns = alert.Holder{Journey: journey, Burned: r.clock()}, until
}

// relimit changes or removes one limit, as a reload of the configuration does.
func (r *runner) relimit(line limitLine) {
	var limits []alert.Limit
	for _, w := range r.watched {
		limits = append(limits, w.limit)
	}
	i := line.of(limits)
	if i < 0 {
		r.report.problem(r.now, line.line, "there is no limit "+line.fullName())
		return
	}
	w := r.watched[i]
	if w.removed = line.removed; line.removed {
		in, events, why := alert.Remove(w.in, r.clock())
		r.keep(w, in, events, why, "")
		return
	}
	if err := line.apply(&limits[i]); err != nil {
		r.report.problem(r.now, line.line, err.Error())
	}
	w.watch(limits[i], r.s.Zone)
}

// foresee gives the forecast from now on. As long as it names a crossing, the
// bins agree, whatever crossing that is.
func (r *runner) foresee(s script) {
	if r.script != nil && r.script.silence == "" && s.silence == "" {
		s.looks = r.script.looks
	}
	r.script = &s
}

// draw is run i of the journey, with its noise.
func (r *runner) draw(i int) item {
	if i >= len(r.s.runs) {
		return item{kind: pass, text: "pass"}
	}
	return r.noisy(r.s.runs[i])
}

func (r *runner) noisy(run item) item {
	if run.noise > 0 {
		run.value *= math.Exp(run.noise * r.noise.NormFloat64())
		run.text = shown(run.value, false)
	}
	return run
}

// reading is what run i says of limit l.
func (r *runner) reading(i int, run item, l alert.Limit) alert.Reading {
	reading := alert.Reading{At: r.s.Start.Add(time.Duration(i) * r.s.Every), Value: math.NaN(), Maintenance: r.now < r.maintenance}
	switch run.kind {
	case unknown, missing:
		reading.Unknown, reading.Why = true, run.text
		return reading
	case fail, timeout:
		reading.Failed, reading.Why = true, run.text
	default:
		reading.Passed = true
	}
	switch {
	case l.Signal == alert.Cert:
		reading.Value = valueOf(r.s.cert, i)
	case l.Signal == alert.Latency && l.Step != "":
		reading.Value = r.stepValue(l.Step, i)
	case l.Signal == alert.Latency && run.kind == timeout:
		reading.Value, reading.AtLeast = r.s.timeout().Seconds(), true
	case l.Signal == alert.Latency && run.kind == figure:
		reading.Value = run.value
	}
	return reading
}

func (r *runner) stepValue(step string, i int) float64 {
	if items := r.s.steps[step]; i < len(items) && items[i].kind == figure {
		return r.noisy(items[i]).value
	}
	return math.NaN()
}

func valueOf(items []item, i int) float64 {
	if i < len(items) && items[i].kind == figure {
		return items[i].value
	}
	return math.NaN()
}
