package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// CannotKeep tells every channel, beside the outbox, that the database takes
// nothing since some time and why, which says what to do. Nothing of it is
// written down: after an error whoever calls tries again.
func (n *Notifier) CannotKeep(ctx context.Context, since time.Time, why string) error {
	return n.announce(ctx, func(d draft) Message { return d.cannotKeep(since, why) })
}

// KeepsAgain ends what CannotKeep told.
func (n *Notifier) KeepsAgain(ctx context.Context, since time.Time) error {
	return n.announce(ctx, func(d draft) Message { return d.keepsAgain(since) })
}

// CannotReload tells, as CannotKeep does, that a configuration is refused
// since some time and why, which says what stays in force.
func (n *Notifier) CannotReload(ctx context.Context, since time.Time, why string) error {
	return n.announce(ctx, func(d draft) Message { return d.cannotReload(since, why) })
}

// Reloads ends what CannotReload told.
func (n *Notifier) Reloads(ctx context.Context, since time.Time) error {
	return n.announce(ctx, func(d draft) Message { return d.reloads(since) })
}

// What of forewarn itself an announcement is about, so that machines can tell
// one from the other.
const (
	ownDatabase      = "forewarn's database"
	ownConfiguration = "forewarn's configuration"
)

func (d draft) cannotKeep(since time.Time, why string) Message {
	const head = "Cannot see: forewarn cannot write its database"
	return Message{
		ID: fmt.Sprintf("storage-%d", since.Unix()), Kind: alert.CannotSee, Facts: Facts{Feature: ownDatabase, At: d.now},
		Text:   head + " for " + Span(d.now.Sub(since)) + ": nothing is told of any journey until it can.",
		Header: "🙈 " + head,
		Body: []Text{
			{words("Since "), d.clock(since), words(" runs wait in memory and nothing is told of any journey. This is forewarn's own fault and says nothing about the sites.")},
			{strong("Do: "), words(clip(why, whyText))},
		},
	}
}

func (d draft) keepsAgain(since time.Time) Message {
	const head = "Sees again: forewarn writes its database again"
	return Message{
		ID: fmt.Sprintf("storage-%d-over", since.Unix()), Kind: alert.SeesAgain, Facts: Facts{Feature: ownDatabase, At: d.now},
		Text:   head + ", after " + Span(d.now.Sub(since)) + ".",
		Header: "👁 " + head,
		Body:   []Text{{words("It could not since "), d.clock(since), words(". What the runs meanwhile found is told now.")}},
	}
}

func (d draft) cannotReload(since time.Time, why string) Message {
	const head = "Cannot reload: forewarn refuses its new configuration"
	first, _, _ := strings.Cut(why, "\n")
	return Message{
		ID: fmt.Sprintf("reload-%d-%d", since.Unix(), d.now.Unix()), Kind: alert.CannotSee, Facts: Facts{Feature: ownConfiguration, At: d.now},
		Text:   head + ": " + sentence(clip(first, whyText)),
		Header: "🙈 " + head,
		Body: []Text{
			{words("A reload is refused since "), d.clock(since), words(". The sites are watched all the same.")},
			{strong("Why: "), words(sentence(clip(why, whyText)))},
			{strong("Do: "), words("correct the file until “forewarn check” takes it, then reload again.")},
		},
	}
}

func (d draft) reloads(since time.Time) Message {
	const head = "Reloaded: forewarn runs with the configuration on disk again"
	return Message{
		ID: fmt.Sprintf("reload-%d-over", since.Unix()), Kind: alert.SeesAgain, Facts: Facts{Feature: ownConfiguration, At: d.now},
		Text:   head + ", after " + Span(d.now.Sub(since)) + ".",
		Header: "👁 " + head,
		Body:   []Text{{words("It was refused since "), d.clock(since), words(".")}},
	}
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
