package notify

import (
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/store"
)

func TestTheOutboxForgetsWhatWasSentLongAgo(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		const id = "inc-1/burning/1/slack"
		then := time.Now().Add(-90 * 24 * time.Hour)
		for i, kind := range []alert.EventKind{alert.WentBurning, alert.WentResolved} {
			state := []alert.State{alert.Burning, alert.Quiet}[i]
			_, _, err := w.db.Decide(w.t.Context(), key(1), then, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
				in.State, in.Revision = state, in.Revision+1
				return in, []alert.Event{{Kind: kind, At: then, Number: in.Number, Revision: in.Revision}}, "because"
			})
			if err != nil {
				w.t.Fatal(err)
			}
		}
		if err := w.db.Sending(w.t.Context(), id, then); err != nil {
			w.t.Fatal(err)
		}
		if err := w.db.Sent(w.t.Context(), id, store.Receipt{At: then}); err != nil {
			w.t.Fatal(err)
		}
		w.run()
		w.pass(time.Hour)
		w.wantState(id, store.Sent)
		w.pass(24 * time.Hour)
		all, err := w.db.Deliveries(w.t.Context(), store.Sent)
		if err != nil || len(all) != 0 {
			w.t.Errorf("%d deliveries are kept (%v), want none", len(all), err)
		}
	})
}
