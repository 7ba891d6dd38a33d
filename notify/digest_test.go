package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
	"github.com/forewarn/forewarn/internal/golden"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

func costs(low, likely, high int64, currency string) impact.Cost {
	return impact.Cost{Amount: impact.Amount{Low: impact.Money{Minor: low * 100, Currency: currency},
		Likely: impact.Money{Minor: likely * 100, Currency: currency}, High: impact.Money{Minor: high * 100, Currency: currency}}}
}

// digests are the days that golden files tell of.
func digests() map[string]Digest {
	search := latency()
	search.Key, search.Value = alert.Key{Journey: "search", Limit: "journey latency"}, 0.8
	down := alert.Limit{Key: alert.Key{Journey: "login", Limit: "availability"}, Signal: alert.Availability}
	day := Digest{Since: at(7, 0).AddDate(0, 0, -1), Until: at(7, 0)}
	full := day
	full.Burned = []Burn{
		{Number: 41, Title: "Buy a coffee", Limit: latency(), From: at(1, 10), Until: at(1, 58), Lead: 38 * time.Minute, Lost: costs(46, 130, 220, "EUR")},
		{Number: 42, Title: "Search", Limit: search, From: at(2, 0), Until: at(2, 30), Lost: impact.Cost{Missing: "set value under [journey.business]"}},
		{Number: 43, Title: "Log in", Limit: down, From: at(5, 0), Until: at(5, 20), Lost: costs(100, 200, 300, "EUR")},
		{Number: 44, Title: "Pay in the US", Limit: down, From: at(6, 20), Until: at(7, 0), Open: true, Lost: costs(1000, 1200, 1500, "USD")},
	}
	full.Missed, full.Judged = 1, Tally{Came: 3, DidNotCome: 1, Averted: 1, Moot: 1}
	full.AtRisk = []Risk{{Title: "Buy a coffee", Limit: latency(), Expect: at(7, 42), Money: "≈ 160 EUR / hour (range 55–270) from the crossing on"}}
	full.Kept = []Kept{{Title: "Search", Limit: search, Warnings: 3, Record: alert.Record{Came: 2, DidNotCome: 10}}}
	full.Loud = &Loud{Title: "Search", Limit: search, Times: 6, Quiet: 1.1}
	full.Dark = []Dark{{"Log in", 40 * time.Minute}}
	full.Useful, full.NotUseful = 2, 1
	little := day
	little.Judged = Tally{DidNotCome: 4}
	little.Loud = &Loud{Title: "Search", Limit: search, Times: 4}
	unknown := day
	unknown.Burned = full.Burned[1:2]
	return map[string]Digest{"digest": full, "digest-quiet": day, "digest-false": little, "digest-unknown": unknown}
}

func TestADigestReadsAsItsGoldenFile(t *testing.T) {
	for name, g := range digests() {
		m := g.Message(kyiv(t))
		m.ID = "limit-1/digest/1/slack"
		checkMessage(t, m)
		golden.Compare(t, "testdata/"+name+".json", string(payload(t, m)))
		text := (&Terminal{}).lines(m)
		golden.Compare(t, "testdata/"+name+".txt", text)
		if n := strings.Count(text, "\n"); n > 12 {
			t.Errorf("%s has %d lines", name, n)
		}
	}
}

// No value from outside can break a digest, however much there is to say.
func TestADigestOfAnythingIsValid(t *testing.T) {
	for _, value := range extremes() {
		g := digests()["digest"]
		l := latency()
		l.Key = alert.Key{Journey: value, Limit: value}
		for i := range 40 {
			g.Burned = append(g.Burned, Burn{Title: clip(value, nameText), Limit: l, From: at(1, i), Until: at(2, i), Lost: costs(1e15, 2e15, 4e15, "EUR")})
			g.AtRisk = append(g.AtRisk, Risk{Title: clip(value, nameText), Limit: l, Expect: at(8, i), Money: "unknown: set value"})
			g.Kept = append(g.Kept, Kept{Title: clip(value, nameText), Limit: l, Warnings: 7})
			g.Dark = append(g.Dark, Dark{clip(value, nameText), time.Hour})
		}
		g.Loud = &Loud{Title: clip(value, nameText), Limit: l, Times: 99}
		m := g.Message(nil)
		m.ID = "limit-1/digest/1/slack"
		checkMessage(t, m)
	}
}

func TestADigestAddsNoCurrenciesAndNoUnknowns(t *testing.T) {
	sums, unknown := digests()["digest"].Lost()
	var got []string
	for _, sum := range sums {
		got = append(got, impact.Cost{Amount: sum}.String())
	}
	if want := "[≈ 330 EUR (range 150–520) ≈ 1\u202f200 USD (range 1\u202f000–1\u202f500)]"; fmt.Sprint(got) != want || len(unknown) != 1 {
		t.Errorf("lost %v, unknown %q, want %s", got, unknown, want)
	}
}

// tells makes the digest due, as the agent does.
func (w *world) tells(g alert.Daily) {
	w.t.Helper()
	now := time.Now()
	_, _, err := w.db.Decide(w.t.Context(), alert.DigestKey(), now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		return g.On(in, now)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.notifier.Wake()
}

// run keeps a run of the journey of key(1).
func (w *world) keepsRun(verdict probes.Verdict, took time.Duration) {
	w.t.Helper()
	now := time.Now()
	r := probes.Result{Journey: key(1).Journey, Start: now, Due: now, Duration: took, Verdict: verdict,
		Steps: []probes.StepResult{{Name: "pay", Verdict: verdict, Start: now, Duration: took, Phases: probes.Phases{Wait: took}, Status: 200}}}
	if verdict == probes.Unknown {
		r.Steps = nil
	}
	if _, err := w.db.Keep(w.t.Context(), store.Run{Result: r}); err != nil {
		w.t.Fatal(err)
	}
}

// A day in the bubble: 2000-01-01 from midnight on, the digest at 09:00 UTC.
func TestADayIsToldOnceWithWhatItCameTo(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.close()
		w.describe = func(alert.Key) Subject {
			return Subject{Title: "Buy a coffee", Every: time.Minute, Business: worth()}
		}
		w.routes = []store.Route{{Name: "slack", Digest: true}}
		w.open()
		w.run()
		g := alert.Daily{Told: true, At: alert.Clock(9 * time.Hour)}
		w.tells(g)
		w.day(g)
		top := w.wantTop("Resolved: ", "Burning: ", "Digest: ")
		reads := top[2].Reads()
		for _, want := range []string{"2 burned for 80 min", "*Burned*: Buy a coffee 30 min from", "still burning", "*Lost*: ≈ ",
			"*Warnings*: 1 did not come, 2 burned without one", "*Not seen*: Buy a coffee for ", "*Votes*: 1 useful, 1 not useful",
			"*Noisiest*: Buy a coffee, latency over 1.5 s: spoke 3 times; raise it to 1.9 s"} {
			if !strings.Contains(reads, want) {
				t.Errorf("the digest lacks %q:\n%s", want, reads)
			}
		}
		w.restart()
		for range 20 {
			w.pass(time.Hour)
			w.tells(g)
		}
		w.pass(5 * time.Second)
		w.wantTop("Resolved: ", "Burning: ", "Digest: ")
	})
}

// day lets nine hours go by, a run each minute: it is slow from 02:00 until
// 02:30 and from 08:10 on, our own network is down from 04:00 until 04:40.
func (w *world) day(g alert.Daily) {
	w.t.Helper()
	settled := func(in *alert.Incident) {
		now := float64(time.Now().Unix())
		p := alert.Promise{Made: time.Now().Add(-2 * time.Hour), Limit: 1.5, Ahead: 2 * time.Hour,
			First: predict.Crossing{Earliest: now - 5000, Expected: now - 4000, Latest: now - 3000}}
		in.Promise = &p
	}
	for minute := range 9*60 + 2 {
		slow := minute >= 120 && minute < 150 || minute >= 490
		switch {
		case minute >= 240 && minute < 280:
			w.keepsRun(probes.Unknown, 0)
		case slow:
			w.keepsRun(probes.Passed, 1840*time.Millisecond)
		default:
			w.keepsRun(probes.Passed, 600*time.Millisecond)
		}
		switch minute {
		case 120, 490:
			w.happens(key(1), func(in *alert.Incident) { goesBurning(in); in.Turns = 1 }, alert.WentBurning)
		case 125:
			w.votes("Ana", alert.ToSayNotUseful)
			w.votes("Ana", alert.ToSayUseful)
			w.votes("Bob", alert.ToSayNotUseful)
		case 150:
			w.happens(key(1), goesQuiet, alert.WentResolved)
		case 300:
			_, _, err := w.db.Decide(w.t.Context(), key(1), time.Now(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
				before := in
				settled(&in)
				return before, []alert.Event{{Kind: alert.Settled, At: time.Now(), Promise: in.Promise, Outcome: alert.DidNotCome}}, "settled"
			})
			if err != nil {
				w.t.Fatal(err)
			}
		}
		w.tells(g)
		w.pass(time.Minute)
	}
}

func (w *world) votes(who string, kind alert.ActKind) {
	w.t.Helper()
	if _, _, err := w.db.Act(w.t.Context(), alert.Act{Kind: kind, Number: 1, At: time.Now(), By: who, Via: "slack"}); err != nil {
		w.t.Fatal(err)
	}
}

func TestADayWithNothingToSayIsOneLineOrNone(t *testing.T) {
	for _, silent := range []bool{false, true} {
		inWorld(t, slackfake.Settings{}, func(w *world) {
			w.close()
			w.routes = []store.Route{{Name: "slack", Digest: true}}
			w.open()
			w.run()
			g := alert.Daily{Told: true, At: alert.Clock(9 * time.Hour), Silent: silent}
			for range 11 {
				w.tells(g)
				w.pass(time.Hour)
			}
			if silent {
				w.wantTop()
				return
			}
			if top := w.wantTop("Digest: all quiet."); !strings.Contains(top[0].Reads(), "Nothing burned, nothing was foreseen, and all was seen.") {
				t.Errorf("reads %s", top[0].Reads())
			}
		})
	}
}
