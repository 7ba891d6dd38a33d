package probes

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// patience is how a run waits for its turn: until when, and for how long so
// far. Meanwhile its deadlines stand still: the product must not be blamed for
// time that it was not given. Only the run's own goroutine uses it.
type patience struct {
	until   time.Time // the next run is due; zero: as long as it takes
	waited  time.Duration
	running []*allowance
}

func newPatience(j *Journey, due time.Time) *patience {
	if due.IsZero() || j.Every <= 0 {
		return &patience{}
	}
	return &patience{until: due.Add(j.Every)}
}

// wait calls get, which may take long, while all deadlines stand still.
func (p *patience) wait(get func() error) (time.Duration, error) {
	began := time.Now()
	for _, a := range p.running {
		a.hold()
	}
	err := get()
	waited := time.Since(began)
	for _, a := range p.running {
		a.goOn(waited)
	}
	p.waited += waited
	return waited, err
}

// allow is context.WithDeadline for an end that moves on while the run waits
// for its turn. what, with how long in it, names it to whoever asks why the
// context ended.
func (p *patience) allow(ctx context.Context, end time.Time, what string, long time.Duration) (context.Context, func()) {
	inner, stop := context.WithCancelCause(ctx)
	if outer, ok := ctx.Deadline(); ok && !end.Before(outer) {
		return inner, func() { stop(nil) }
	}
	a := &allowance{Context: inner, end: end, expire: func() { stop(deadline(fmt.Sprintf(what, long))) }}
	a.timer = time.AfterFunc(time.Until(end), a.expire)
	p.running = append(p.running, a)
	return a, func() {
		a.timer.Stop()
		p.running = slices.DeleteFunc(p.running, func(other *allowance) bool { return other == a })
		stop(nil)
	}
}

// allowance is a context whose deadline can stand still.
type allowance struct {
	context.Context // ended by expire
	expire          func()
	timer           *time.Timer

	mu   sync.Mutex
	end  time.Time
	held bool
}

// Deadline is when the context ends if nothing makes it stand still. While
// something does, only a deadline around it is known.
func (a *allowance) Deadline() (time.Time, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	outer, ok := a.Context.Deadline()
	if a.held || ok && outer.Before(a.end) {
		return outer, ok
	}
	return a.end, true
}

func (a *allowance) hold() {
	stopped := a.timer.Stop()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.held = stopped // else it has ended already
}

func (a *allowance) goOn(after time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held {
		a.held, a.end = false, a.end.Add(after)
		a.timer = time.AfterFunc(time.Until(a.end), a.expire)
	}
}
