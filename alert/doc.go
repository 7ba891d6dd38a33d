// Package alert decides what is said, when and why. It is pure: no clock, no
// I/O; now comes with the evidence.
//
//	Reading -> Watcher.Look -> Evidence -> Decide -> Incident, []Event, Reason
//
// A [Limit] is a value not to be crossed. A [Watcher] turns the runs of a
// journey into the [Evidence] for one limit: whether the run is over it, and
// what the trend foresees. [Decide] walks the state table ([Table] prints it)
// from one [Incident] to the next, says what happened as an [Event], and gives
// a [Reason] for every word and every silence. [Acknowledge], [Snooze],
// [Useful] and [Remove] are what people do to an incident.
//
// All that is known of a limit is in its Incident, so a restart goes on as if
// uninterrupted, and a decision may be made again.
//
// A forecast that is told is a [Promise]. It is settled later, whatever became
// of its incident: it came, it was averted, it did not come, or it is moot. A
// [Record] counts that; a [Ledger] makes rules quieter, or intervals wider, by it.
//
// [Urging] says more of what burns, as long as nobody has it.
//
// testdata/*.scenario tells all this in stories; alert/scenario is their
// language, and that of the tests users write for their own rules.
package alert
