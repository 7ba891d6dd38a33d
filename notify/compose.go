package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/store"
)

// render makes the message of d as it is true at now, or says why nothing is
// to be told any more.
func (w *worker) render(ctx context.Context, d store.Delivery, now time.Time) (m Message, silence string, err error) {
	if d.Damage != "" {
		return Message{}, "", fmt.Errorf("read the event of %s: %s", d.ID, d.Damage)
	}
	ev := d.Event
	if ev.Kind == alert.Digest {
		return w.digest(ctx, d)
	}
	if ev.Number == 0 && ev.Promise != nil {
		ev.Number = ev.Promise.Number
	}
	in, err := w.incident(ctx, d.Key, ev.Number)
	if err != nil {
		return Message{}, "", fmt.Errorf("read the incident of %s: %w", d.ID, err)
	}
	mates, stormed, unread := w.mates(ctx, in)
	if unread != nil {
		return Message{}, "", unread
	}
	if why := staleAmong(mates, in, ev, now); why != "" {
		return Message{}, why, nil
	}
	if why, err := w.relieved(ctx, d, in, mates); why != "" || err != nil {
		return Message{}, why, err
	}
	key := d.Key
	if in.Number != 0 { // the delivery may be another limit's
		key = in.Limit.Key
	}
	s := w.subject(ctx, key, in, now)
	s.Mates, s.Stormed = w.tolled(ctx, mates, now), stormed
	m = Render(in, ev, s, now.In(w.Zone))
	around, err := w.detour(ctx, d, m.Incident, draft{in: in, ev: ev, now: now.In(w.Zone)}.clock)
	if err != nil {
		return Message{}, "", fmt.Errorf("read by which way %s was told: %w", d.ID, err)
	}
	if len(around) > 0 {
		m.Context = append(m.Context, around)
	}
	w.tried(&m, d)
	if err := w.aim(ctx, &m); err != nil {
		return Message{}, "", err
	}
	if ev.Kind == alert.Shared && m.Target == (Ref{}) && othersOpen(mates, in) { // what was to tell of it never arrived
		m.Op = Post
	}
	if m.Op == Edit && m.Target == (Ref{}) {
		return Message{}, "there is no message to edit", nil
	}
	return m, "", nil
}

// tried makes m the message of d, whichever try of it this is.
func (w *worker) tried(m *Message, d store.Delivery) {
	m.ID = d.ID
	if d.State == store.Unsure {
		// The outbox waited since the last try; an earlier process's tries all
		// left before this one began.
		m.First, m.Tried = d.FirstTry, later(d.NotBefore.Add(-settle), w.started)
	}
}

// digest is what the channel is told of a day, or why it is told nothing.
func (w *worker) digest(ctx context.Context, d store.Delivery) (Message, string, error) {
	takes, err := w.DB.Taken(ctx, w.channel.Name())
	if err != nil {
		return Message{}, "", err
	}
	g, err := ReadDigest(ctx, Audience{w.DB, w.Describe, takes}, d.Event.Since, d.Event.At)
	if err != nil {
		return Message{}, "", err
	}
	if d.Event.Silent && g.Empty() {
		return Message{}, "there is nothing to say", nil
	}
	m := g.Message(w.Zone)
	w.tried(&m, d)
	return m, "", nil
}

func (w *worker) incident(ctx context.Context, key alert.Key, number int64) (alert.Incident, error) {
	if number == 0 {
		return w.DB.Incident(ctx, key)
	}
	return w.DB.IncidentByNumber(ctx, number)
}

// aim finds the message that m edits or replies to: the incident's, or, for
// what became of a forecast, the one that told it.
func (w *worker) aim(ctx context.Context, m *Message) error {
	if m.Op == Post || m.Incident == 0 {
		return nil
	}
	thread, ok, err := w.DB.Thread(ctx, w.channel.Name(), m.Incident)
	if err != nil || !ok || thread.TS == "" {
		return err
	}
	m.Target = Ref{thread.Channel, thread.TS}
	if m.Kind != alert.Settled {
		return nil
	}
	first, _, err := w.DB.Told(ctx, w.channel.Name(), m.Incident, alert.WentSoon)
	if told := Ref(first); told != m.Target {
		m.Target, m.See = told, m.Target
	}
	return err
}

// subject is what the message says beside its incident. What cannot be read
// is left out: a message is worth more than its footnotes.
func (w *worker) subject(ctx context.Context, key alert.Key, in alert.Incident, now time.Time) Subject {
	const lately = 24 * time.Hour
	s := w.Describe(key)
	began := cmp.Or(onset(in), now)
	marks, err := w.DB.Marks(ctx, began.Add(-lately))
	for _, m := range marks {
		if m.At.After(began) {
			s.Since, s.SinceAt = m.Text, m.At
		} else {
			s.Change, s.ChangeAt = m.Text, m.At
		}
	}
	ledger, unread := w.DB.Ledger(ctx)
	s.Rule, s.All = ledger.Of(in.Limit).Record(), ledger.Record()
	change, incomparable := w.compare(ctx, in, now)
	if incomparable == nil {
		s.Why = change
	}
	course, unseen := w.course(ctx, in, now)
	s.Course = course
	toll, uncounted := ReadToll(ctx, w.DB, in, now)
	s.Toll = toll
	held, unasked := w.heldBack(ctx, in)
	s.Held = held
	if err := errors.Join(err, unread, incomparable, unseen, uncounted, unasked); err != nil {
		w.log.Warn("say less in a message", "err", err)
	}
	return s
}
