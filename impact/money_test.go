package impact

import (
	"math"
	"strings"
	"testing"
)

func TestMoneyIsReadAndWrittenInItsCurrencysUnits(t *testing.T) {
	for text, want := range map[string]Money{
		"40 EUR": {4000, "EUR"}, "1.50 USD": {150, "USD"}, "1.5 USD": {150, "USD"}, "4000 JPY": {4000, "JPY"},
		"0.05 GBP": {5, "GBP"}, "1.234 KWD": {1234, "KWD"}, "999999999999.99 UAH": {99999999999999, "UAH"},
	} {
		got, err := parseMoney(text)
		if err != nil || got != want {
			t.Errorf("%q is %v, %v", text, got, err)
		}
		if again, err := parseMoney(got.String()); err != nil || again != got {
			t.Errorf("%q is written %q: %v, %v", text, got.String(), again, err)
		}
	}
	for text, why := range map[string]string{
		"": "a number and a currency", "40": "a number and a currency", "EUR": "a number and a currency", "EUR 40": "a number and a currency",
		"-4 EUR": "a number and a currency", "4,00 EUR": "a number and a currency", "1. EUR": "a number and a currency",
		".5 EUR": "a number and a currency", "1e3 EUR": "a number and a currency", "4  EUR": "unknown currency", "40 eur": `"eur" is no code`,
		"40 ERU": `"ERU" is no code`, "40 Y J": "unknown currency", "1.5 JPY": "has 1 decimals: JPY has 0",
		"1.505 EUR": "has 3 decimals: EUR has 2", "1000000000000 EUR": "more than 12 digits",
	} {
		if got, err := parseMoney(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, %v, want %q", text, got, err, why)
		}
	}
}

func TestMoneyForPeopleHasTwoDigitsAndNoCents(t *testing.T) {
	for minor, want := range map[int64]string{
		0: "0 EUR", 49: "under 1 EUR", 50: "1 EUR", 520: "5 EUR", 999: "10 EUR", 2649: "26 EUR", 44736: "450 EUR", 99600: "1\u202f000 EUR",
		444736: "4\u202f400 EUR", 123456789: "1\u202f200\u202f000 EUR",
	} {
		if got := (Money{minor, "EUR"}).About(); got != want {
			t.Errorf("%d minor units are %q, want %q", minor, got, want)
		}
	}
	if got := (Money{4447, "JPY"}).About(); got != "4\u202f400 JPY" {
		t.Errorf("4447 yen are %q", got)
	}
	if got := (Money{}).About(); got != "" {
		t.Errorf("no amount is %q", got)
	}
}

func TestAmountsSharesAndCountsMayBeRanges(t *testing.T) {
	got, err := ParseAmount("35-45 EUR")
	if want := (Amount{Money{3500, "EUR"}, Money{4000, "EUR"}, Money{4500, "EUR"}}); err != nil || got != want {
		t.Errorf("%v, %v", got, err)
	}
	share, err := ParseShare("0.2-2%")
	if math.Abs(share.Low-0.002)+math.Abs(share.Likely-0.011)+math.Abs(share.High-0.02) > 1e-12 || err != nil {
		t.Errorf("%v, %v", share, err)
	}
	if got, err := ParseShare("100%"); got != Exactly(1) || err != nil {
		t.Errorf("the whole is %v, %v", got, err)
	}
	if got, err := ParseCount("100-140"); got != (Range{100, 120, 140}) || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"45-35 EUR", "35-45", "-45 EUR", "35- EUR", "3-4-5 EUR"} {
		if got, err := ParseAmount(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
	for _, text := range []string{"", "1", "%", "-1%", "101%", "2-1%", "NaN%", "0x1%", "1e2%"} {
		if got, err := ParseShare(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestASumOfAmountsAddsEachBound(t *testing.T) {
	a, b := amount(Range{100, 200, 400}, "EUR"), amount(Range{10, 30, 70}, "EUR")
	if got, want := a.Plus(b), amount(Range{110, 230, 470}, "EUR"); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if got := a.Plus(Amount{}); got != a {
		t.Errorf("with an unknown one: %v", got)
	}
	if got := (Amount{}).Plus(a); got != a {
		t.Errorf("of an unknown one: %v", got)
	}
}

func TestMoneyHasItsBounds(t *testing.T) {
	for m, want := range map[Money]bool{{999, "EUR"}: true, {1000, "EUR"}: false, {9, "JPY"}: true, {10, "JPY"}: false, {9999, "KWD"}: true} {
		if m.Small() != want {
			t.Errorf("%v is small: %t", m, !want)
		}
	}
	for v, want := range map[float64]int64{0.4: 0, 0.5: 1, 1 << 62: 1 << 62, 1 << 63: math.MaxInt64, math.Inf(1): math.MaxInt64} {
		if got := rounded(v, "EUR").Minor; got != want {
			t.Errorf("%v minor units are %d, want %d", v, got, want)
		}
	}
}

func FuzzMoneyIsRefusedOrReadsBackAsItself(f *testing.F) {
	for _, s := range []string{"40 EUR", "1.50 USD", "35-45 EUR", "4000 JPY", "1.234 KWD", "0 EUR", "-1 EUR", "1  EUR"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAmount(s)
		if err != nil {
			return
		}
		if a.Low.Minor < 0 || a.Low.Minor > a.Likely.Minor || a.Likely.Minor > a.High.Minor || !a.Known() {
			t.Fatalf("%q is %v", s, a)
		}
		if again, err := ParseAmount(a.String()); err != nil || again != a {
			t.Fatalf("%q is written %q: %v, %v", s, a, again, err)
		}
		if a.Likely.About() == "" {
			t.Fatalf("%q has no words", s)
		}
	})
}

func FuzzSharesAndCountsStayWithinTheirBounds(f *testing.F) {
	for _, s := range []string{"1%", "0.2-2%", "120", "100-140", "1 %", "999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ordered := func(r Range) bool { return 0 <= r.Low && r.Low <= r.Likely && r.Likely <= r.High }
		if r, err := ParseShare(s); err == nil && (!ordered(r) || r.High > 1) {
			t.Fatalf("the share %q is %v", s, r)
		}
		if r, err := ParseCount(s); err == nil && (!ordered(r) || r.High >= 1e12) {
			t.Fatalf("the count %q is %v", s, r)
		}
	})
}
