package alert

// Decide is what one look at one limit changes, what it tells, and why. It
// walks down the table below and takes the first row that fits; forecasts told
// earlier are settled besides. It is pure: ev.At is now, in is left as it was.
//
// A look that is not newer than the last run of in changes nothing, so that
// results may be decided again after a crash. If l is not the limit of the
// last look, the rule was changed: the incident stays the same, its pending
// forecasts are moot, and runs judged by another line are forgotten.
func Decide(in Incident, ev Evidence, l Limit) (Incident, []Event, Reason) {
	if in.knows(ev) {
		return in, nil, AlreadyKnown
	}
	d := decision{was: in, in: in, ev: ev.plain(l), l: l}
	d.reload()
	d.count()
	why := d.walk()
	d.hold(why)
	d.settle()
	d.gate()
	return d.in, d.said, why
}

// gate says once that the forecasts of the rule are not told any more, and
// once that they are told again. It is about the rule: no incident is changed.
func (d *decision) gate() {
	if d.ev.Demoted == d.in.Demoted || d.unknown() || d.was.State == Unset {
		return
	}
	d.in.Demoted = d.ev.Demoted
	said := Promoted
	if d.in.Demoted {
		said = Demoted
	}
	d.say(said, "")
	e := &d.said[len(d.said)-1]
	e.Number, e.Waits = 0, d.ev.Quiet
}

// decision is one Decide while it is made.
type decision struct {
	was, in Incident // before, and as it becomes
	ev      Evidence
	l       Limit
	said    []Event
}

// row is one line of the state table.
type row struct {
	from  states
	words string               // the evidence, for readers
	when  func(*decision) bool // the evidence
	to    State
	says  EventKind // "" is nothing
	why   Reason
}

// same stands for the state a row comes from. Only such a row may leave the
// decision to the rows below it: SeesAgain does.
const same = State(255)

// table is the state table. The first row that fits decides.
func table() [32]row {
	const quiet, soon, burning, clearing, unset = states(1 << Quiet), states(1 << Soon), states(1 << Burning), states(1 << Clearing), states(1 << Unset)
	const anyState = quiet | soon | burning | clearing | unset
	return [...]row{
		{anyState, "a run can be judged again after “cannot see”; the rows below decide too", (*decision).seesAgain, same, SeesAgain, SightIsBack},
		{anyState, "unknown or missing runs for 5 intervals; told once, by availability", (*decision).blindTooLong, same, CannotSee, BlindTooLong},
		{anyState, "unknown or missing run", (*decision).unknown, same, "", CannotTell},
		{anyState, "a look between runs while we cannot see", (*decision).stillBlind, same, "", StillBlind},
		{burning, "a good run, where one is enough", both((*decision).clear, (*decision).oneIsEnough), Quiet, WentResolved, OneIsEnough},
		{burning, "first good run", (*decision).good, Clearing, "", FirstGood},
		{clearing, "`confirm` runs over, of those since clearing", (*decision).confirmed, Burning, BurnsAgain, OverAgain},
		{clearing, "5 good runs in a row under 90 % of the limit; 30 minutes of them or more where it flaps", (*decision).clear, Quiet, WentResolved, ClearConfirmed},
		{anyState, "maintenance", (*decision).maintenance, same, "", InMaintenance},
		{burning, "anything else", always, same, "", StillOver},
		{clearing, "anything else", always, same, "", NotYetClear},
		{unset, "first passed run", (*decision).passed, Quiet, "", FirstPassed},
		{unset, "5 runs, or 1 ping that was due, none passed, while a journey it depends on burns", both((*decision).nonePassed, (*decision).depends), same, "", ParentBurns},
		{unset, "5 runs, or 1 ping that was due, none passed; told by availability", (*decision).nonePassed, Burning, NeverPassed, NonePassed},
		{unset, "anything else", always, same, "", NothingKnown},
		{quiet, "`confirm` runs over while availability burns", both((*decision).confirmed, (*decision).held), same, "", HeldBack},
		{quiet, "`confirm` runs over while a journey it depends on burns", both((*decision).confirmed, (*decision).depends), same, "", ParentBurns},
		{quiet | soon, "`confirm` runs over, whatever was acknowledged or snoozed", (*decision).confirmed, Burning, WentBurning, OverConfirmed},
		{quiet, "two bins agree on a crossing while availability burns", both((*decision).agreed, (*decision).held), same, "", HeldBack},
		{quiet, "two bins agree on a crossing while a journey it depends on burns", both((*decision).agreed, (*decision).depends), same, "", ParentBurns},
		{quiet, "two bins agree on a crossing, but it is snoozed", both((*decision).agreed, (*decision).snoozed), same, "", IsSnoozed},
		{quiet, "two bins agree on a crossing, but the rule is demoted: kept and settled, told to nobody", both((*decision).agreed, (*decision).demoted), Soon, WentSoon, IsDemoted},
		{quiet, "two bins agree on a crossing within `ahead`", (*decision).agreed, Soon, WentSoon, TwoBinsAgree},
		{soon, "remaining time under 0.4 of what was promised, but it is snoozed", both((*decision).sooner, (*decision).snoozed), same, "", IsSnoozed},
		{soon, "remaining time under 0.4 of what was promised; told once", (*decision).sooner, same, Sooner, MuchSooner},
		{soon, "a crossing is still in sight", (*decision).evident, same, "", AsPromised},
		{soon, "no evidence for max(30 min, `ahead`/6) of seen runs", (*decision).lost, Quiet, Receded, EvidenceGone},
		{soon, "no evidence", always, same, "", EvidenceLost},
		{quiet, "a run over, but not `confirm` of them", (*decision).over, same, "", NotConfirmed},
		{quiet, "one bin finds a crossing", (*decision).crosses, same, "", OneBinOnly},
		{quiet, "anything else, with `ahead` = 0", (*decision).noHorizon, same, "", NoHorizon},
		{quiet, "anything else", always, same, "", NoneOver},
	}
}

// walk finds the row that decides and does what it says.
func (d *decision) walk() Reason {
	from := d.in.State
	for _, r := range table() {
		if !r.from.has(from) || !r.when(d) {
			continue
		}
		if r.to != same {
			d.enter(r.to)
		}
		if r.says != "" {
			d.note(r.says)
			d.say(r.says, "")
		}
		if r.says != SeesAgain {
			return r.why
		}
	}
	panic("alert: a state without a last row") // the exhaustive test walks here
}

// note writes down what is about to be said, beyond the state.
func (d *decision) note(k EventKind) {
	switch k {
	case CannotSee:
		d.in.BlindTold = true
	case WentSoon:
		d.promise()
	case Sooner:
		d.renew()
	}
}

// say adds an event of kind k, by whom or "".
func (d *decision) say(k EventKind, by string) {
	d.in.Revision++
	e := Event{Kind: k, At: d.ev.At, Number: d.was.Number, Revision: d.in.Revision, By: by}
	if k == WentSoon || k == Sooner || k == Receded || k == Closed && d.was.State == Soon {
		e.Promise = d.in.Promise
	}
	if k == WentSoon || k == Sooner {
		e.Waits = d.ev.waits(*d.in.Promise)
	}
	d.said = append(d.said, e)
}

// states is a set of states.
type states uint8

func (s states) has(one State) bool { return s&(1<<one) != 0 }
