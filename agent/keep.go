package agent

import (
	"context"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/store"
)

// keeping is how long judging and storing a run may go on after a shutdown began.
const keeping = 5 * time.Second

// mostUnkept is how many runs of one journey wait in memory for a database
// that cannot take them: those of more than an hour at one a minute.
const mostUnkept = 100

// finding is one run that was judged, on its way into the database.
type finding struct {
	run  store.Run
	j    *judgement
	seen Observation
}

// file puts f behind what waits already. Only the newest transcript is kept.
func (p *patrol) file(f finding) {
	if f.run.Transcript != "" {
		for i := range p.unkept {
			p.unkept[i].run.Transcript = ""
		}
	}
	p.unkept = append(p.unkept, f)
	if lost := len(p.unkept) - mostUnkept; lost > 0 {
		p.agent.Log.Error("runs are lost: the database takes none", "journey", p.watch.Journey.Name, "count", lost)
		p.unkept = p.unkept[lost:]
	}
}

// keep writes what waits, oldest first, and shows it to whoever observes. What
// the database cannot take, because its disk is full or another program holds
// it, stays for the next time: decided late, but decided.
func (p *patrol) keep(ctx context.Context) error {
	for len(p.unkept) > 0 {
		f := &p.unkept[0]
		decided, err := p.agent.DB.Keep(ctx, f.run)
		if store.Passing(err) {
			return fmt.Errorf("%w; meanwhile runs wait in memory, up to %d of a journey", err, mostUnkept)
		}
		if p.unkept = p.unkept[1:]; len(p.unkept) == 0 {
			p.unkept = nil // what lies behind it holds much
		}
		if err != nil { // this run's own fault: it must not hold up those behind it
			return err
		}
		for i, d := range decided {
			f.j.seen[i].Incident = d.Incident // with the number the store gave it
		}
		if f.j.settles() {
			p.agent.record.forget()
		}
		if f.j.happened() {
			p.agent.Notifier.Wake()
		}
		if p.agent.Observe != nil && len(f.seen.Limits) > 0 { // else it was not judged
			p.agent.Observe(f.seen)
		}
	}
	return nil
}

// catchUp keeps what waits of a journey that is not running now. An hourly
// journey should not wait for an hour when the disk has room again.
func (p *patrol) catchUp(ctx context.Context) error {
	if !p.running.TryLock() {
		return nil // the run under way will do it
	}
	defer p.running.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keeping)
	defer cancel()
	err := p.keep(ctx)
	p.stored(err)
	return err
}

// stored notes whether all results are kept, and logs what is new of that.
func (p *patrol) stored(err error) {
	news := p.agent.health.stored(p.watch.Journey.Name, err)
	switch {
	case news && err != nil:
		p.agent.Log.Error("evaluate", "journey", p.watch.Journey.Name, "error", err)
	case news:
		p.agent.Log.Info("all runs are kept again")
	}
}
