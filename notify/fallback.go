package notify

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/store"
)

// patience is how long what burns waits for its own route before the fallback
// tells it too. With that one's request the team knows within a minute.
const patience = 45 * time.Second

// watch hands what burns and does not get through to the fallback of the
// worker's route, until ctx ends. It is no part of the deliveries: those may
// hang in a request.
func (w *worker) watch(ctx context.Context, wake func()) {
	const look = 5 * time.Second
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-w.refused:
		case <-time.After(look):
		}
		now := time.Now()
		before := now.Add(-patience)
		if w.health.get().refuses() {
			before = now // waiting changes nothing
		}
		some, err := w.DB.FallBack(ctx, w.channel.Name(), before, now)
		switch {
		case err != nil && ctx.Err() == nil:
			w.log.Error("look for what burns and was not told", "err", err)
		case some:
			w.log.Warn("what burns goes by the fallback", "fallback", w.route.Fallback)
			wake()
		}
	}
}

// refuses reports whether nothing gets through until somebody changes
// something.
func (h Health) refuses() bool {
	for _, p := range h.Problems {
		if p.Fatal {
			return true
		}
	}
	return h.Failure != "" && (h.Class == Config || h.Class == Destination)
}

// relieved is why d, which stands in for a delivery on another route, is not
// needed any more; "" if it is.
func (w *worker) relieved(ctx context.Context, d store.Delivery, in alert.Incident, mates []Mate) (string, error) {
	if d.StandsFor == "" {
		return "", nil
	}
	if !in.Burns() && !slices.ContainsFunc(mates, func(one Mate) bool { return one.In.Burns() }) {
		return "it no longer burns", nil
	}
	through, err := w.DB.GotThrough(ctx, d.StandsFor)
	if through {
		return "it got through on its own route", err
	}
	return "", err
}

// detour is small print: by which other way the team was told, and when, or
// that m comes by another way itself.
func (w *worker) detour(ctx context.Context, d store.Delivery, incident int64, clock func(time.Time) Piece) (Text, error) {
	if d.StandsFor != "" {
		route := d.StandsFor[strings.LastIndex(d.StandsFor, "/")+1:]
		return plain("told here because " + clip(route, nameText) + " did not take it"), nil
	}
	by, told, err := w.DB.StoodIn(ctx, w.channel.Name(), incident)
	if !told {
		return nil, err
	}
	return Text{words("the team was told by " + clip(by.Route, nameText) + " at "), clock(by.At),
		words(", because " + clip(w.channel.Name(), nameText) + " did not take it")}, nil
}
