package alert

import "time"

// Conditions of the state table. They look at the incident after the run was
// counted, and at the evidence.

const (
	enoughTries = 5   // runs without a pass until the configuration is doubted
	blindFor    = 5   // intervals until we say that we cannot see
	muchSooner  = 0.4 // of the time that a promise leaves
	enoughBins  = 2   // that agree on a crossing
)

func always(*decision) bool { return true }

func both(a, b func(*decision) bool) func(*decision) bool {
	return func(d *decision) bool { return a(d) && b(d) }
}

func (d *decision) unknown() bool     { return d.ev.Run == RunUnknown }
func (d *decision) stillBlind() bool  { return !d.in.Blind.IsZero() }
func (d *decision) seesAgain() bool   { return d.was.BlindTold && !d.in.BlindTold }
func (d *decision) maintenance() bool { return d.ev.Maintenance }
func (d *decision) held() bool        { return d.ev.Held && d.l.Signal != Availability }
func (d *decision) depends() bool     { return d.ev.HeldBy != Holder{} }
func (d *decision) demoted() bool     { return d.ev.Demoted }
func (d *decision) snoozed() bool     { return d.in.Muted(d.ev.At) }
func (d *decision) passed() bool      { return d.ev.Passed }
func (d *decision) good() bool        { return d.ev.Run == RunUnder }
func (d *decision) clear() bool       { return d.in.Good >= d.in.enoughGood(d.l) }
func (d *decision) oneIsEnough() bool { return d.l.Good == 1 }
func (d *decision) over() bool        { return d.ev.Run == RunOver }
func (d *decision) noHorizon() bool   { return d.l.Ahead <= 0 }
func (d *decision) lost() bool        { return d.in.Lost >= d.l.patience() }

// confirmed asks that this very run is over: a good run opens nothing, even
// when what held the earlier ones back has just ended.
func (d *decision) confirmed() bool {
	return d.over() && !d.ev.Maintenance && (d.ev.Confirmed || d.l.Confirm.met(d.in.Runs))
}

// nonePassed is left to availability, which every journey has exactly once:
// its other limits would only say the same.
func (d *decision) nonePassed() bool {
	tries := enoughTries
	if d.l.Confirm.Of == 1 { // a missed ping is a fact, and the next one may be a day away
		tries = 1
	}
	return d.l.Signal == Availability && d.in.Tries >= tries
}

// blindTooLong is left to availability too. In maintenance it waits.
func (d *decision) blindTooLong() bool {
	return d.unknown() && d.l.Signal == Availability && !d.in.BlindTold && !d.ev.Maintenance &&
		d.ev.At.Sub(d.in.Blind) >= blindFor*d.l.interval()
}

// crosses reports whether the forecast names a crossing that lies ahead.
func (d *decision) crosses() bool {
	return d.l.Ahead > 0 && d.ev.Forecast.Crosses() && sound(d.ev.Forecast.Crossing) &&
		clock(d.ev.Forecast.Crossing.Expected).After(d.ev.At)
}

func (d *decision) agreed() bool { return d.crosses() && d.ev.Forecast.Agree >= enoughBins }

// sooner compares what remains now with what the promise still leaves. A
// promise that runs as told never gets there.
func (d *decision) sooner() bool {
	p := d.in.Promise
	if !d.agreed() || p == nil || !p.Updated.IsZero() {
		return false
	}
	remains := clock(d.ev.Forecast.Crossing.Expected).Sub(d.ev.At)
	promised := clock(p.Crossing.Expected).Sub(d.ev.At)
	return remains < time.Duration(muchSooner*float64(promised))
}
