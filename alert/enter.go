package alert

import "time"

// enter changes the state, and opens or closes the incident with it.
func (d *decision) enter(to State) {
	in := &d.in
	in.State, in.Entered = to, d.ev.At
	if in.Open() && !d.was.Open() {
		d.open()
	}
	switch to {
	case Burning:
		d.burn()
	case Clearing:
		in.Runs = nil // old runs that are over must not confirm the next burning
	case Quiet:
		if d.was.Open() {
			d.close()
		}
	}
}

func (d *decision) open() {
	in := &d.in
	in.Turns, in.Returns = 0, d.returns()
	in.Host, in.Under, in.Storm = d.ev.Host, 0, time.Time{}
	if in.Returns == 0 {
		in.Reminders, in.Reminded = 0, time.Time{}
	}
	in.Escalated, in.EscalatedTo = time.Time{}, nil
	in.Number, in.Opened, in.Burned, in.Resolved = 0, d.ev.At, time.Time{}, time.Time{}
	in.AckBy, in.AckAt, in.ClosedBy, in.Promise = "", time.Time{}, "", nil
	in.Worst, in.WorstAt = in.Value, in.LastRun
	for _, r := range in.Runs {
		if d.l.worse(r.Value, in.Worst) {
			in.Worst, in.WorstAt = r.Value, r.At
		}
	}
}

// burn ends a snooze: it was meant for what was forecast. One that was set
// while burning lasts through Clearing.
func (d *decision) burn() {
	d.in.Turns++
	if d.was.State != Clearing {
		d.in.Burned, d.in.SnoozedUntil = d.ev.At, time.Time{}
	}
}

// close ends the incident. What it was stays readable until the next opens.
func (d *decision) close() {
	in := &d.in
	if d.was.Burns() {
		in.Runs, in.SnoozedUntil = nil, time.Time{}
	}
	in.Pending = numbered(in.Pending, in.Number)
	in.Number, in.Resolved = 0, d.ev.At
}
