package notify

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/forewarn/forewarn/store"
)

// deliver brings one delivery to its readers. That it is being sent is on
// disk before the request leaves, that it was sent only after the channel
// said so: a crash in between repeats, never loses. An error is the
// database's.
func (w *worker) deliver(ctx context.Context, d store.Delivery) error {
	var m Message
	var silence string
	err := guarded(func() (err error) {
		m, silence, err = w.render(ctx, d, time.Now())
		return err
	})
	if err != nil {
		return w.unmade(ctx, d, err)
	}
	if silence != "" {
		w.log.Debug("not told: "+silence, "delivery", d.ID)
		return w.DB.Superseded(ctx, d.ID)
	}
	err = w.DB.Sending(ctx, d.ID, time.Now())
	if errors.Is(err, store.ErrNotDue) {
		return nil
	}
	if err != nil {
		return err
	}
	// From here on the end of ctx is no reason to forget what happened.
	request, done := grace(ctx)
	defer done()
	return w.keep(ctx, w.request(request, d, m))
}

// request hands m to the channel and returns what is to be written down.
func (w *worker) request(ctx context.Context, d store.Delivery, m Message) func(context.Context) error {
	var r Receipt
	err := guarded(func() (err error) {
		r, err = w.channel.Deliver(ctx, m)
		return err
	})
	w.next = time.Now().Add(w.channel.Pace())
	if _, ok := errors.AsType[*panicked](err); ok {
		d.State = store.Unsure // nobody knows how far it came
		return w.faulty(d, err)
	}
	if err != nil {
		return w.failed(d, errorOf(err))
	}
	return func(ctx context.Context) error {
		err := w.sent(ctx, d, r)
		if err == nil {
			w.illustrate(m, r)
		}
		return err
	}
}

// keep writes down what came of a request, however long the disk is full: a
// delivery left "sending" would hold its lane until the next start. Then it
// is unknown, which is all that is left if ctx ends first.
func (w *worker) keep(ctx context.Context, write func(context.Context) error) error {
	for {
		err := write(context.WithoutCancel(ctx))
		if err == nil || errors.Is(err, store.ErrNotDue) || errors.Is(err, store.ErrClosed) {
			return nil
		}
		w.log.Error("write down what was delivered", "err", err)
		if !sleep(ctx, time.Second) {
			return err
		}
	}
}

// sent notes a success.
func (w *worker) sent(ctx context.Context, d store.Delivery, r Receipt) error {
	now := time.Now()
	w.failures = 0
	delete(w.faults, d.ID)
	w.health.set(func(h *Health) { h.LastSent, h.Failure, h.Held = now, "", time.Time{} })
	if r.Repaired != "" {
		w.log.Warn(r.Repaired, "delivery", d.ID)
	}
	return w.DB.Sent(ctx, d.ID, store.Receipt{Channel: r.Channel, TS: r.TS, At: now, Thread: r.Head})
}

// failed notes a failure and returns what is to be written down: the delivery
// is put back, or given up, by the class of its error. One that may have
// arrived before stays unknown, whatever came of this try.
func (w *worker) failed(d store.Delivery, e *Error) func(context.Context) error {
	now := time.Now()
	at := w.hold(now, e)
	w.health.set(func(h *Health) { h.Failure, h.Class, h.Held = e.Reason, e.Class, at })
	w.giveUp()
	w.log.Warn("not delivered: "+e.Reason, "delivery", d.ID, "class", e.Class)
	switch {
	case e.Class == Payload:
		return func(ctx context.Context) error { return w.DB.Dead(ctx, d.ID, e.Reason) }
	case e.Class == Ambiguous:
		look := later(at, now.Add(cmp.Or(e.After, settle)))
		return func(ctx context.Context) error { return w.DB.Unsure(ctx, d.ID, look, e.Reason) }
	case e.Class == Rate && d.State != store.Unsure:
		return func(ctx context.Context) error { return w.DB.Hold(ctx, d.ID, at, e.Reason) }
	}
	return func(ctx context.Context) error { return w.again(ctx, d, at, e.Reason) }
}

// hold keeps the channel quiet after e and returns until when. A message that
// Slack refuses as such says nothing about the others.
func (w *worker) hold(now time.Time, e *Error) time.Time {
	const usual = 30 * time.Second // when Slack does not say how long
	switch e.Class {
	case Payload:
		return time.Time{}
	case Rate:
		w.held = now.Add(cmp.Or(e.After, usual))
	case Config, Destination:
		w.held = now.Add(recheck)
		w.checked = time.Time{} // see at once what else is wrong with the settings
	default:
		w.failures++
		w.held = now.Add(w.backoff(w.failures))
	}
	return w.held
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
