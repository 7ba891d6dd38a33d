package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
)

// summary is how it went, from what is stored. It is an error if the story
// did not come about: not foreseen, not crossed, or not resolved.
func (t *teller) summary(ctx context.Context) (string, error) {
	if t.number == 0 {
		return "", t.untold("the slow-down was never told")
	}
	history, err := t.app.db.History(ctx, t.number)
	if err != nil {
		return "", err
	}
	at := map[alert.EventKind]alert.Event{}
	for _, e := range history {
		if _, seen := at[e.Kind]; !seen {
			at[e.Kind] = e
		}
	}
	for _, kind := range []alert.EventKind{alert.WentSoon, alert.WentBurning, alert.WentResolved, alert.Settled} {
		if _, happened := at[kind]; !happened {
			return "", t.untold(fmt.Sprintf("nothing was %s", kind))
		}
	}
	settled := at[alert.Settled]
	lead, crossed := settled.Promise.Lead()
	if settled.Outcome != alert.Came || !crossed || lead <= 0 {
		return "", t.untold(fmt.Sprintf("the forecast was settled as %q", settled.Outcome))
	}
	opened := time.Now().Add(-t.shop.Elapsed())
	return account{
		opened: opened, began: t.story.Begins, burning: at[alert.WentBurning].At.Sub(opened), resolved: at[alert.WentResolved].At.Sub(opened),
	}.of(*settled.Promise), nil
}

// account is when things came about in the demo.
type account struct {
	opened                   time.Time     // of the shop
	began, burning, resolved time.Duration // since then
}

// of measures the warning against what came. Its times are counted from the
// moment of the warning in whole seconds, so that they agree with each other
// and with the messages.
func (a account) of(p alert.Promise) string {
	lead, _ := p.Lead()
	off, _ := p.Error()
	lead, off = lead.Round(time.Second), off.Round(time.Second)
	told := p.Made.Sub(a.opened).Round(time.Second)
	crossed := told + lead
	inside := "outside"
	if p.Inside() {
		inside = "inside"
	}
	return fmt.Sprintf(`
%s  payment begins to slow down, and nobody knows
%s  Soon is told: the limit will be crossed at %s
%s  the limit is crossed
%s  Burning is told
%s  Resolved is told
Forewarned %s before the crossing: %s at one run a minute. It came
%s, %s the 80 %% interval. The forecast is settled as: came.

Your turn:  forewarn init https://your.shop`,
		clock(a.began), clock(told), clock(crossed-off), clock(crossed), clock(max(crossed, a.burning.Round(time.Second))), clock(a.resolved.Round(time.Second)),
		notify.Span(lead), notify.Span(lead*demoPace), missText(off), inside)
}

// missText is how far a crossing was from the forecast.
func missText(off time.Duration) string {
	switch {
	case off > 0:
		return notify.Span(off) + " later than expected"
	case off < 0:
		return notify.Span(-off) + " earlier than expected"
	}
	return "when expected"
}

// untold is why there is no story. A machine that had no time for the demo has
// measured itself and not the shop: that is said instead of any story.
func (t *teller) untold(why string) error {
	pauses, late := t.shop.Pauses()
	runs := len(t.took) + t.missed
	if 30*late > pauses || 20*t.missed > runs {
		return exitError{exitOptions, fmt.Errorf(
			"this machine was too busy to measure anything: %d of %d waits of the shop took much too long, and %d of %d runs found no time. Try again when it is quieter",
			late, pauses, t.missed, runs)}
	}
	return exitError{exitOptions, errors.New("the story did not come about: " + why + ". Please report the seed")}
}

// demoPace is how much faster the demo runs than a run every minute.
const demoPace = 120

// clock is a time since the shop opened, as minutes and seconds.
func clock(d time.Duration) string {
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}
