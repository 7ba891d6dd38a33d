package notify

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
)

func TestWhatOneJourneyLosesAtOneTimeCountsOnce(t *testing.T) {
	minutes := func(journey string, from, until int, likely int64) spell {
		return spell{journey, at(14, from), at(14, until), likely}
	}
	for name, c := range map[string]struct {
		spells []spell
		want   []bool
	}{
		"two journeys":              {[]spell{minutes("a", 0, 9, 5), minutes("b", 0, 9, 5)}, []bool{true, true}},
		"one journey, the larger":   {[]spell{minutes("a", 0, 9, 5), minutes("a", 5, 9, 8)}, []bool{false, true}},
		"one journey, equal":        {[]spell{minutes("a", 0, 9, 5), minutes("a", 0, 9, 5)}, []bool{true, false}},
		"one journey, in turn":      {[]spell{minutes("a", 0, 5, 5), minutes("a", 5, 9, 8)}, []bool{true, true}},
		"the long one beside a sum": {[]spell{minutes("a", 0, 3, 5), minutes("a", 5, 9, 5), minutes("a", 0, 9, 8)}, []bool{false, false, true}},
		"none":                      {nil, []bool{}},
	} {
		if diff := cmp.Diff(c.want, countOnce(c.spells)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// losing is a journey all of whose runs have failed for five minutes, worth a
// day's 1,440 completions of so many EUR: one a minute.
func losing(title string, euros int64) Mate {
	in := alert.Incident{State: alert.Burning, Number: 1, Opened: at(14, 0), Burned: at(14, 0), Limit: latency()}
	in.Limit.Journey, in.Limit.Signal = title, alert.Availability
	value := impact.Money{Minor: 100 * euros, Currency: "EUR"}
	return Mate{title, in, impact.Business{Value: impact.Amount{Low: value, Likely: value, High: value}, PerDay: impact.Exactly(1440), Where: "[journey.business]"},
		Toll{Since: at(14, 0), Until: at(14, 5), Runs: slices.Repeat([]TollRun{{Failed: true, Took: time.Second}}, 5)}}
}

func TestTheMoneyOfSeveralIncidentsIsTheirSum(t *testing.T) {
	slow := losing("shop", 10) // the same customers as of the one that fails
	slow.In.Limit.Signal, slow.In.Limit.Limit, slow.Business.Loss, slow.Business.Good = alert.Latency, "latency", impact.Exactly(0.001), time.Millisecond
	unpriced := losing("blog", 0)
	unpriced.Business = impact.Business{Where: "[journey.business]"}
	yen := losing("tokyo", 0)
	price := impact.Money{Minor: 100, Currency: "JPY"}
	yen.Business.Value = impact.Amount{Low: price, Likely: price, High: price}
	over := losing("search", 30)
	over.In.State, over.In.Resolved = alert.Quiet, at(14, 5)
	for name, c := range map[string]struct {
		mates []Mate
		want  string
		basis string
	}{
		"two journeys":      {[]Mate{losing("shop", 10), losing("search", 30)}, "≈ 2 400 EUR / hour", "shop ≈ 600 EUR / hour (F1) + search ≈ 1 800 EUR / hour (F1)"},
		"one of them over":  {[]Mate{losing("shop", 10), over}, "≈ 600 EUR / hour", "shop ≈ 600 EUR / hour (F1)"},
		"so far of both":    {[]Mate{losing("shop", 10), over}, "· ≈ 200 EUR so far", ""},
		"one journey twice": {[]Mate{losing("shop", 10), slow}, "≈ 600 EUR / hour", "shop ≈ 600 EUR / hour (F1)"},
		"two currencies":    {[]Mate{losing("shop", 10), yen}, "≈ 6 000 JPY / hour", "+ tokyo"},
		"one unknown":       {[]Mate{losing("shop", 10), unpriced}, "; unknown of 1 more: set value and completions_per_day under", "shop"},
		"all unknown":       {[]Mate{unpriced, unpriced}, "unknown: set value and completions_per_day under", ""},
	} {
		d := draft{in: c.mates[0].In, s: Subject{Mates: c.mates}, now: at(14, 5)}
		mates, _ := d.ranked()
		money, sum := d.crowdMoney(mates)
		if got := strings.ReplaceAll(money.Value.String(), "\u202f", " "); money.Label != "Losing" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s %s, want %s", name, money.Label, got, c.want)
		}
		if got := strings.ReplaceAll(strings.Join(sum.basis, " + "), "\u202f", " "); !strings.Contains(got, c.basis) {
			t.Errorf("%s: the sum is of %s, want %s", name, got, c.basis)
		}
	}
}
