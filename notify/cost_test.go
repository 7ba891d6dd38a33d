package notify

import (
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
	"github.com/forewarn/forewarn/notify/slackfake"
)

// money is the field with label of a message, "" if it has none.
func money(m Message, label string) string {
	for _, f := range m.Fields {
		if f.Label == label {
			return f.Value.String()
		}
	}
	return ""
}

// An hour of runs ends at 690 ms. Those of the last five minutes are on average
// 250 ms beyond the 400 ms that are as good as any.
func TestMoneyIsThatOfTheRunsAndTheSettingsAtTheTimeOfSending(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.close()
		business := worth()
		business.Loss = impact.Exactly(0.01)
		w.describe = func(alert.Key) Subject { return Subject{Title: "Buy a coffee", Business: business} }
		w.open()
		w.walks()
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(time.Second)
		// 1000 a day × 61 EUR is 2542 EUR an hour; E 1 % and 5 runs of 610 to 690 ms: 2.5 steps of 100 ms.
		if got := string(w.wantTop("Burning: ")[0].Blocks); !strings.Contains(got, "≈ 63 EUR / hour · ≈ 5 EUR so far") {
			t.Errorf("no money in %s", got)
		}
		business.PerDay = impact.Range{} // as a reload does
		w.happens(key(1), func(in *alert.Incident) { in.AckBy, in.AckAt = "Ana", time.Now() }, alert.Acknowledged)
		w.pass(time.Minute)
		if got := string(w.wantTop("Acknowledged by Ana: ")[0].Blocks); !strings.Contains(got, "unknown: set completions_per_day under [journey.business]") {
			t.Errorf("no missing key in %s", got)
		}
	})
}

func TestATollIsOfTheRunsThatCountFromTheConfirmationOn(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.walks() // until a minute ago
		now := time.Now()
		in := burningIncident()
		in.Limit.Journey, in.Burned = key(1).Journey, now.Add(-10*time.Minute)
		toll, err := ReadToll(w.t.Context(), w.db, in, now)
		if err != nil || len(toll.Runs) != 15 || !toll.Since.Equal(now.Add(-15*time.Minute)) || toll.failed().Likely != 0 {
			t.Errorf("%+v, %v", toll, err)
		}
		in.Resolved = now.Add(-5 * time.Minute)
		if toll, err = ReadToll(w.t.Context(), w.db, in, now); err != nil || len(toll.Runs) != 10 || toll.long() != 10*time.Minute {
			t.Errorf("of what is over: %+v, %v", toll, err)
		}
		in.Limit.Signal, in.Limit.Window, in.Resolved = alert.Errors, 20*time.Minute, time.Time{}
		if toll, err = ReadToll(w.t.Context(), w.db, in, now); err != nil || len(toll.Runs) != 30 {
			t.Errorf("of a share: %d runs, %v", len(toll.Runs), err)
		}
		if toll, err = ReadToll(w.t.Context(), w.db, soonIncident(), now); err != nil || len(toll.Runs) != 0 {
			t.Errorf("of what did not burn: %+v, %v", toll, err)
		}
	})
}

func TestNoRunIsNoMoney(t *testing.T) {
	for _, s := range []alert.Signal{alert.Latency, alert.Availability, alert.Errors} {
		in := burningIncident()
		in.Limit.Signal = s
		text := Money(in, subject(), at(14, 0))
		if text != "losing: unknown: no run of this time was timed" && text != "losing: unknown: no run since then is known" {
			t.Errorf("%s: %q", s, text)
		}
	}
}

// What is missing is named in every message that has money, and there is no
// figure beside it.
func TestAMessageWithoutAnInputNamesItsKeyAndNoAmount(t *testing.T) {
	for name, x := range tellings() {
		x.s.Business = impact.Business{Where: "[journey.business]"}
		for i := range x.s.Mates {
			x.s.Mates[i].Business = x.s.Business
		}
		m := x.message(t)
		text := string(payload(t, m))
		has := money(m, "At risk") + money(m, "Losing") + money(m, "Lost so far") + money(m, "Cost")
		if strings.Contains(text, " EUR") || strings.Contains(text, "money:") {
			t.Errorf("%s has an amount: %s", name, text)
		}
		if has != "" && !strings.HasPrefix(has, "unknown: set value") && x.ev.Kind != alert.NeverPassed {
			t.Errorf("%s says %q", name, has)
		}
		if living := x.in.Open() && !strings.HasPrefix(string(x.ev.Kind), "s"); living && has == "" && x.ev.Kind != alert.CannotSee {
			t.Errorf("%s says nothing of money", name)
		}
	}
}
