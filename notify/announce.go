package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// CannotKeep tells every channel, beside the outbox, that the database takes
// nothing since some time and why, which says what to do. Nothing of it is
// written down: after an error whoever calls tries again.
func (n *Notifier) CannotKeep(ctx context.Context, since time.Time, why string) error {
	return n.announce(ctx, func(d draft) Message {
		const head = "Cannot see: forewarn cannot write its database"
		return Message{
			ID: fmt.Sprintf("storage-%d", since.Unix()), Kind: alert.CannotSee,
			Text:   head + " for " + Span(d.now.Sub(since)) + ": nothing is told of any journey until it can.",
			Header: "🙈 " + head,
			Body: []Text{
				{words("Since "), d.clock(since), words(" runs wait in memory and nothing is told of any journey. This is forewarn's own fault and says nothing about the sites.")},
				{strong("Do: "), words(clip(why, whyText))},
			},
		}
	})
}

// KeepsAgain ends what CannotKeep told.
func (n *Notifier) KeepsAgain(ctx context.Context, since time.Time) error {
	return n.announce(ctx, func(d draft) Message {
		const head = "Sees again: forewarn writes its database again"
		return Message{
			ID: fmt.Sprintf("storage-%d-over", since.Unix()), Kind: alert.SeesAgain,
			Text:   head + ", after " + Span(d.now.Sub(since)) + ".",
			Header: "👁 " + head,
			Body:   []Text{{words("It could not since "), d.clock(since), words(". What the runs meanwhile found is told now.")}},
		}
	})
}

// announce tells what message makes to every channel, between two deliveries,
// and to the fallback of one that does not take it.
func (n *Notifier) announce(ctx context.Context, message func(draft) Message) error {
	var errs []error
	for _, w := range n.workers {
		d := draft{now: time.Now().In(w.Zone)}
		m := message(d)
		m.Context = []Text{{words("updated "), d.clock(d.now)}}
		if w.route.Spare {
			continue
		}
		err := w.say(ctx, m)
		if other := n.fallbackOf(w); err != nil && other != nil {
			err = other.say(ctx, m)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// fallbackOf is the worker that stands in for w, or nil.
func (n *Notifier) fallbackOf(w *worker) *worker {
	for _, other := range n.workers {
		if other.channel.Name() == w.route.Fallback {
			return other
		}
	}
	return nil
}

// say brings m to the channel when no request is under way. A worker that
// holds the channel for longer than a request may take is not using it: it
// waits to write down what came of one, which is the very fault to be told.
func (w *worker) say(ctx context.Context, m Message) error {
	const longest = 12 * time.Second
	select {
	case <-ctx.Done():
		return ctx.Err()
	case w.busy <- struct{}{}:
		defer func() { <-w.busy }()
		if !sleep(ctx, time.Until(w.next)) {
			return ctx.Err()
		}
		defer func() { w.next = time.Now().Add(w.channel.Pace()) }()
	case <-time.After(longest):
	}
	return guarded(func() error {
		_, err := w.channel.Deliver(ctx, m)
		return err
	})
}
