package alert_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/forewarn/forewarn/alert"
)

func TestThePublishedRecordIsTheOneThatWasMeasured(t *testing.T) {
	text, err := os.ReadFile("../docs/forecasting.md")
	if err != nil {
		t.Fatal(err)
	}
	fresh := regexp.MustCompile(`(?s)<!-- record:unseen -->(.*?)<!-- end -->`).FindSubmatch(text)
	if fresh == nil {
		t.Fatal("docs/forecasting.md has no place for the record of the fresh cases")
	}
	p := alert.Published()
	for row, got := range map[string]float64{
		"precision of notices":               p.Precision,
		"80 % interval: coverage":            p.Coverage,
		"median lead, share of the possible": p.Lead,
	} {
		cell := regexp.MustCompile(`(?m)^\| ` + row + ` \|[^|]*\|[^|]*\| ([\d.]+)`).FindSubmatch(fresh[1])
		if cell == nil {
			t.Fatalf("nothing is measured: docs/forecasting.md has no row %q", row)
		}
		want, err := strconv.ParseFloat(string(cell[1]), 64)
		if err != nil || got != want {
			t.Errorf("%s: published are %v, measured %s; change Published", row, got, cell[1])
		}
	}
}

func TestTheRecordThatSpeaksIsTheRulesOwnFromTenOn(t *testing.T) {
	nine, ten := alert.Record{Came: 4, DidNotCome: 5, Averted: 7}, alert.Record{Came: 4, DidNotCome: 6}
	for _, c := range []struct {
		rule, all alert.Record
		want      alert.Basis
	}{
		{ten, alert.Record{Came: 90}, alert.OwnRecord},
		{nine, alert.Record{Came: 90}, alert.AllRecords},
		{alert.Record{}, nine, alert.AllRecords},
		{alert.Record{}, alert.Record{Averted: 3, Moot: 40}, alert.PublishedCases},
	} {
		if got, r := alert.Speaks(c.rule, c.all); got != c.want || got == alert.OwnRecord && r != c.rule || got == alert.AllRecords && r != c.all {
			t.Errorf("%+v of all %+v: %s, %+v; want %s", c.rule, c.all, got, r, c.want)
		}
	}
}
