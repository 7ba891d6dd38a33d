package cli

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

// vitalStatus is how a heartbeat is.
type vitalStatus struct {
	State string `json:"state"`        // new, up, late, down, unknown
	Heard *int64 `json:"last_ping_ms"` // unix time; null: none has ever come
	Began *int64 `json:"began_ms"`     // unix time; null: no job is under way
	Due   int64  `json:"due_ms"`       // unix time of the next ping, or of the end of the job at the latest
}

func newVitalStatus(ctx context.Context, db *store.DB, j config.Journey, now time.Time) (*vitalStatus, error) {
	v, err := agent.Vitals(ctx, db, j.Journey, now)
	if err != nil {
		return nil, err
	}
	s := &vitalStatus{State: string(v.State), Due: v.Due.UnixMilli()}
	for to, at := range map[**int64]time.Time{&s.Heard: v.Heard, &s.Began: v.Began} {
		if ms := at.UnixMilli(); !at.IsZero() {
			*to = &ms
		}
	}
	return s, nil
}

// text is the heartbeat in one line.
func (s vitalStatus) text(now time.Time) string {
	span := func(ms int64) string { return notify.Span(now.Sub(time.UnixMilli(ms)).Abs()) }
	if s.Heard == nil {
		return s.State + ": no ping has ever come"
	}
	text := s.State + ", last ping " + span(*s.Heard) + " ago"
	end := "the next"
	if s.Began != nil {
		text += ", under way for " + span(*s.Began)
		end = "its end"
	}
	if now.UnixMilli() > s.Due {
		return text + ", " + end + " was due " + span(s.Due) + " ago"
	}
	return text + ", " + end + " is due in " + span(s.Due)
}
