package notify

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/forewarn/forewarn/store"
)

// tries is how often a message is tried that cannot be made, or that makes
// its channel panic. Some 10 s: a fault that is not over by then never will
// be, and what comes after it in its lane waits.
const tries = 4

// panicked is a panic as an error.
type panicked struct {
	value any
	stack []byte
}

// Error leaves the words of other packages out: nobody has looked whether an
// address or a token is among them. The stack says where they are from.
func (p *panicked) Error() string {
	if fault, ok := p.value.(runtime.Error); ok {
		return "panic: " + fault.Error()
	}
	return fmt.Sprintf("panic: %T", p.value)
}

// guarded is do, whose panic is its error: a fault in one message must not
// end the process, which would meet it again after every start.
func guarded(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicked{r, debug.Stack()}
		}
	}()
	return do()
}

// unmade is for a delivery whose message could not be made. It waits, so that
// other lanes go on; unless the database was the reason, it is given up in
// the end. An error is the database's.
func (w *worker) unmade(ctx context.Context, d store.Delivery, err error) error {
	if ctx.Err() != nil {
		return err
	}
	if store.Passing(err) {
		w.log.Warn("read what to tell", "delivery", d.ID, "err", err)
		return w.again(ctx, d, time.Now().Add(w.backoff(1)), clip(err.Error(), whyText))
	}
	return w.faulty(d, err)(ctx)
}

// faulty notes that d itself is why it was not delivered and returns what is
// to be written down: that it is tried again, or given up.
func (w *worker) faulty(d store.Delivery, err error) func(context.Context) error {
	why := clip(err.Error(), whyText)
	w.faults[d.ID]++
	n := w.faults[d.ID]
	w.health.set(func(h *Health) { h.Failure, h.Class = why, Payload })
	if n == 1 {
		w.logFault(d, err)
	}
	if n < tries {
		at := time.Now().Add(w.backoff(n))
		if d.State == store.Unsure {
			at = later(at, time.Now().Add(settle))
		}
		return func(ctx context.Context) error { return w.again(ctx, d, at, why) }
	}
	delete(w.faults, d.ID)
	w.log.Error("given up", "delivery", d.ID, "tries", n, "why", why)
	return func(ctx context.Context) error { return w.DB.Dead(ctx, d.ID, why) }
}

func (w *worker) logFault(d store.Delivery, err error) {
	log := w.log.With("delivery", d.ID, "err", err)
	if p, ok := errors.AsType[*panicked](err); ok {
		log = log.With("stack", string(p.stack))
	}
	log.Error("cannot be told: this is forewarn's own fault, please report it")
}

// again puts d back until at. What may have arrived stays unknown.
func (w *worker) again(ctx context.Context, d store.Delivery, at time.Time, why string) error {
	if d.State == store.Unsure {
		return w.DB.Unsure(ctx, d.ID, at, why)
	}
	return w.DB.Retry(ctx, d.ID, at, why)
}
