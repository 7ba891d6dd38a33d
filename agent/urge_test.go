package agent

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
)

// downFrom is a product that fails from then on.
func downFrom(begins time.Time) product {
	return func(_ string, at time.Time) (time.Duration, int) {
		if at.After(begins) {
			return 10 * time.Millisecond, http.StatusBadGateway
		}
		return 300 * time.Millisecond, http.StatusOK
	}
}

// urged are what people were urged by, and how many minutes after it burned.
func (w *world) urged(journey string) (said []string) {
	w.t.Helper()
	var burned time.Time
	for _, e := range w.events()[journey] {
		switch e.Kind {
		case alert.WentBurning:
			burned = e.At
		case alert.Reminded, alert.Escalated:
			said = append(said, fmt.Sprintf("%s %.0f", e.Kind, e.At.Sub(burned).Minutes()))
		}
	}
	return said
}

func reminding() alert.Urging {
	return alert.Urging{Remind: []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour}, Most: 5}
}

func TestAnOutageThatNobodyHasIsRemindedOfOverRestartsAndReloads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, downFrom(time.Now().Add(10*time.Minute)))
		defer w.close()
		settings := Settings{Watches: []Watch{watch("checkout")}, Urging: reminding()}
		w.run(50*time.Minute, settings) // 15 after it burned at about 12
		w.reopen()
		w.run(20*time.Minute, settings)
		w.reopen()
		time.Sleep(time.Hour) // the reminder after 75 is due while nobody looks
		settings.Urging.Escalate, settings.Urging.To = 2*time.Hour, []string{"oncall"}
		w.run(90*time.Minute, settings)
		want := []string{"reminded 15", "reminded 118", "escalated 120"}
		if got := w.urged("checkout"); !nearly(got, want) {
			t.Errorf("urged %q, want about %q", got, want)
		}
	})
}

// nearly compares what was said, and its minutes to three.
func nearly(got, want []string) bool {
	return cmp.Equal(got, want, cmp.Comparer(func(a, b string) bool {
		var kind, other string
		var minutes, others float64
		_, _ = fmt.Sscan(a, &kind, &minutes)
		_, _ = fmt.Sscan(b, &other, &others)
		return kind == other && max(minutes, others)-min(minutes, others) <= 3
	}))
}

func TestMaintenanceAndGoodRunsUrgeNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, downFrom(begun.Add(10*time.Minute)))
		defer w.close()
		planned := watch("planned")
		planned.Maintenance = []alert.Window{{Name: "repair", From: begun.Add(20 * time.Minute), Until: begun.Add(50 * time.Minute)}}
		w.run(55*time.Minute, Settings{Watches: []Watch{planned, watch("checkout")}, Urging: reminding()})
		if got := w.urged("planned"); !nearly(got, []string{"reminded 39"}) {
			t.Errorf("in maintenance until 38 minutes after it burned: urged %q", got)
		}
		if got := w.urged("checkout"); !nearly(got, []string{"reminded 15"}) {
			t.Errorf("urged %q", got)
		}
	})
}
