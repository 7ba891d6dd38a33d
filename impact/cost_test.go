package impact

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// shop is worth 120 × 40 EUR a day, 200 EUR an hour.
func shop() Business {
	value, _ := ParseAmount("40 EUR")
	return Business{Value: value, PerDay: Exactly(120), Loss: Exactly(0.01), Good: 400 * ms, Where: "[journey.business]"}
}

func TestACostSaysWhatItIsAndWhatItRestsOn(t *testing.T) {
	b := shop()
	for _, c := range []struct {
		got         Cost
		text, basis string
	}{
		{b.Failing(30*time.Minute, Between(0.8, 1)), "≈ 90 EUR (range 80–100)",
			"120 a day, spread evenly, × 40 EUR × 80–100 % failed, if nobody comes back"},
		{b.Slow(time.Hour, 0, 900*ms), "≈ 10 EUR", "120 a day, spread evenly, × 40 EUR × 1 % lost per +100 ms over 400 ms"},
		{b.Slow(time.Hour, 0, 300*ms), "0 EUR", ""},
		{b.Slow(time.Hour, 0, b.Good+Measured), "≈ 36 EUR", ""},
		{b.Slow(time.Hour, 0, 9*time.Second), "≈ 36 EUR or more", ""},
	} {
		if c.got.String() != c.text {
			t.Errorf("%q, want %q", c.got, c.text)
		}
		if c.basis != "" && c.got.Basis != c.basis {
			t.Errorf("basis %q, want %q", c.got.Basis, c.basis)
		}
	}
	b.Good = time.Second
	if got := b.Slow(time.Hour, 0, 900*ms); !strings.HasSuffix(got.Basis, "per +100 ms over 1 s") {
		t.Errorf("basis %q", got.Basis)
	}
	b.Good, b.Loss, b.Public = 400*ms, PublicLoss(), true
	if got := b.Slow(time.Hour, 0, 900*ms); !strings.HasSuffix(got.Basis, "0.2–1 % lost per +100 ms over 400 ms (other companies' experiments)") {
		t.Errorf("basis %q", got.Basis)
	}
}

func TestAnUnknownInputIsNamedAndNeverZero(t *testing.T) {
	trend := Trend{Limit: 1}
	for _, c := range []struct {
		change func(*Business)
		want   string
	}{
		{func(b *Business) { *b = Business{} }, "only a [[journey]] has completions"},
		{func(b *Business) { *b = Business{Where: b.Where} }, "set value, completions_per_day, loss_per_100ms and good under [journey.business]"},
		{func(b *Business) { b.PerDay = Range{} }, "set completions_per_day under [journey.business]"},
		{func(b *Business) { b.Good, b.Loss = 0, Range{} }, "set loss_per_100ms and good under [journey.business]"},
	} {
		b := shop()
		c.change(&b)
		for _, got := range []Cost{b.Slow(time.Hour, 0, time.Second), b.AheadSlow(trend, Record{0, 0})} {
			if got.Known() || got.Missing != c.want || got.String() != "unknown: "+c.want || strings.ContainsAny(got.String(), "≈€") {
				t.Errorf("%q, want %q", got, c.want)
			}
		}
		if got := b.Failing(time.Hour, Exactly(1)); got.Known() != (b.Value.Known() && b.PerDay.High > 0) {
			t.Errorf("without %q failing costs %q", c.want, got)
		}
	}
	if got := shop().Slow(time.Hour, 0); got.Known() {
		t.Errorf("no run costs %q", got)
	}
	if got := (Cost{}).Short(""); got != "unknown" {
		t.Errorf("no cost is %q", got)
	}
}

func TestARiskSaysItsRecord(t *testing.T) {
	at := time.Unix(1_800_000_000, 0)
	trend := Trend{At: at, Value: 0.6, Limit: 0.8, Earliest: at.Add(3 * time.Hour), Expected: at.Add(4 * time.Hour),
		Latest: at.Add(5 * time.Hour), Until: at.Add(8 * time.Hour)}
	young, known := shop().AheadSlow(trend, Record{3, 0}), shop().AheadSlow(trend, Record{7, 3})
	if young.Weight != "no track record yet (3 of 10)" || known.Weight != "× 0.67: 7 of 10 warnings came" {
		t.Errorf("%q\n%q", young.Weight, known.Weight)
	}
	if want := float64(young.Likely.Minor) * 8 / 12; math.Abs(float64(known.Likely.Minor)-want) > 1 {
		t.Errorf("weighed %v of %v", known.Likely, young.Likely)
	}
	trend.Value, trend.Limit = 2.2, 2.4
	if got := shop().AheadSlow(trend, Record{0, 0}); !got.AtLeast {
		t.Errorf("beyond what was measured: %v", got)
	}
	atMost := shop().AheadSlow(trend, Record{0, 0})
	trend.Value, trend.Limit = 1e17, 1e18
	if got := shop().AheadSlow(trend, Record{0, 0}); !got.AtLeast || got.Amount != atMost.Amount {
		t.Errorf("so slow that no time holds it: %v, and %v where it costs the most", got, atMost)
	}
	trend.Value, trend.Limit = 0.02, 0.05
	if got := shop().AheadFailing(trend, Record{0, 0}); got.Formula != "F4" || !ordered(got) || got.High == got.Low {
		t.Errorf("failures: %+v", got)
	}
}

func ordered(c Cost) bool { return c.Low.Minor <= c.Likely.Minor && c.Likely.Minor <= c.High.Minor }

// anything is a business and figures of any size that a configuration allows.
func anything(r *rand.Rand) (b Business, share Range, long, latency time.Duration) {
	between := func(top float64) Range {
		low, high := top*math.Pow(r.Float64(), 8), top*math.Pow(r.Float64(), 8)
		return Between(min(low, high), max(low, high))
	}
	currency := []string{"EUR", "JPY", "KWD"}[r.IntN(3)]
	b = Business{Value: amount(between(1e14), currency), PerDay: between(1e12), Loss: between(1), ComesBack: between(1),
		Good: time.Duration(r.Int64N(int64(time.Minute))) + 1, Where: "[journey.business]"}
	return b, between(1), time.Duration(r.Int64N(int64(1000 * 24 * time.Hour))), time.Duration(r.Int64N(int64(time.Hour)))
}

func TestCostsGrowWithTimeValueAndLatencyAndNeverOverflow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		b, share, long, x := anything(r)
		richer := b
		richer.Value = amount(b.Value.minor().scale(1+r.Float64()), b.Value.Currency())
		more, slower := long+time.Duration(r.Int64N(int64(time.Hour))), x+time.Duration(r.Int64N(int64(time.Hour)))
		failing, slow := b.Failing(long, share), b.Slow(long, share.Low, x)
		for what, pair := range map[string][2]Cost{
			"failing for longer": {failing, b.Failing(more, share)}, "slow for longer": {slow, b.Slow(more, share.Low, x)},
			"failing, worth more": {failing, richer.Failing(long, share)}, "slow, worth more": {slow, richer.Slow(long, share.Low, x)},
			"slower": {slow, b.Slow(long, share.Low, slower)},
		} {
			less, greater := pair[0], pair[1]
			if less.Low.Minor > greater.Low.Minor || less.Likely.Minor > greater.Likely.Minor || less.High.Minor > greater.High.Minor {
				t.Fatalf("%s costs less: %+v, %+v; %+v", what, less, greater, b)
			}
			if less.Low.Minor < 0 || !ordered(less) || !ordered(greater) {
				t.Fatalf("%s: out of order or below nothing: %+v, %+v; %+v", what, less, greater, b)
			}
			for _, m := range []Money{less.Low, less.Likely, less.High, greater.High} {
				if m.Currency != b.Value.Currency() {
					t.Fatalf("%s of %s is in %q", what, b.Value.Currency(), m.Currency)
				}
			}
		}
	}
}

// What is asked for in parts, or in another unit, comes to the same.
func TestTheSameLossInOtherUnitsIsTheSame(t *testing.T) {
	b := shop()
	whole := b.Slow(2*time.Hour, 0, 900*ms, 1300*ms)
	first, second := b.Slow(time.Hour, 0, 900*ms), b.Slow(time.Hour, 0, 1300*ms)
	if got := first.Likely.Minor + second.Likely.Minor; got < whole.Likely.Minor-1 || got > whole.Likely.Minor+1 {
		t.Errorf("two hours cost %v, each by itself %v and %v", whole.Likely, first.Likely, second.Likely)
	}
	yen, _ := ParseAmount("4000 JPY")
	inYen := b
	inYen.Value = yen // as many minor units as 40 EUR
	if got := inYen.Slow(2*time.Hour, 0, 900*ms, 1300*ms); got.Likely != (Money{whole.Likely.Minor, "JPY"}) {
		t.Errorf("%v in yen, %v in cents", got.Likely, whole.Likely)
	}
	if day, hour := b.Failing(24*time.Hour, Exactly(1)), b.Failing(time.Hour, Exactly(1)); day.Likely.Minor != 480_000 || hour.Likely.Minor != 20_000 {
		t.Errorf("a day costs %v, an hour %v", day.Likely, hour.Likely)
	}
}

func TestATrendIsTakenInNoMorePartsThanItsHorizonMayHaveHours(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	if n := len((Trend{Until: now}).to(time.Time{})); n > 90*24 {
		t.Errorf("%d parts", n)
	}
	late := Trend{At: now, Value: 1, Limit: 1, Until: now.Add(3 * time.Hour)}.to(now.Add(-time.Hour))
	if len(late) != 3 || late[0] != (stretch{time.Hour, 1}) {
		t.Errorf("a crossing that is over: %v", late)
	}
	for name, meets := range map[string]time.Time{"now": now, "a second ago": now.Add(-time.Second)} {
		below := Trend{At: now, Value: 0.5, Limit: 1, Until: now.Add(time.Hour)}.to(meets)
		if len(below) != 1 || below[0] != (stretch{time.Hour, 1}) {
			t.Errorf("a crossing %s, of a figure below its limit: %v", name, below)
		}
	}
}
