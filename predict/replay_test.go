package predict

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// recorded is one line of a corpus' inputs.csv with its samples.
type recorded struct {
	id      string
	rule    Rule
	samples []Sample
}

// readCorpus reads inputs.csv and the series it names.
func readCorpus(t testing.TB, inputs string) []recorded {
	t.Helper()
	var all []recorded
	for _, row := range readTable(t, inputs) {
		all = append(all, recorded{
			id:      row["id"],
			rule:    ruleOf(row),
			samples: readSamples(t, filepath.Join(filepath.Dir(inputs), row["file"])),
		})
	}
	return all
}

func ruleOf(row map[string]string) Rule {
	n := func(key string) float64 { v, _ := strconv.ParseFloat(row[key], 64); return v }
	stats := map[string]Stat{"mean": Mean, "p50": Median, "p95": P95, "ratio": Ratio}
	return Rule{
		Stat: stats[row["agg"]], Window: n("window_s"), MinSamples: int(n("min_n")),
		Limit: n("threshold"), Below: row["direction"] == "down", Ahead: n("horizon_s"),
		Sustain: n("sustain_s"), Interval: n("interval_s"),
	}
}

func readTable(t testing.TB, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var rows []map[string]string
	for _, l := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = l[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func readSamples(t testing.TB, path string) []Sample {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var out []Sample
	for _, l := range lines[1:] {
		var v [4]float64
		for i, s := range l {
			if v[i], err = strconv.ParseFloat(s, 64); err != nil {
				v[i] = math.NaN()
			}
		}
		out = append(out, Sample{At: v[0], Value: v[1], Total: v[2], Bad: v[3]})
	}
	return out
}

// story is the life cycle of one limit, as docs and design state it, over the
// rule's own figure: soon after two bins agree, sooner when less than 0.4 of
// the promised time is left, receded after max(30 min, ahead/6) without
// evidence, burning from three figures beyond the limit, or one that is
// confirmed by its samples, to five within it.
type story struct {
	rule     Rule
	rows     []string
	id       string
	promised float64 // 0: not soon
	evidence float64
	burning  bool
	over, in int
	until    float64 // of silence after burning
}

func (s *story) say(kind string, f Forecast) {
	s.rows = append(s.rows, fmt.Sprintf("%s,%.0f,%.0f,%.0f,%.0f,%s", s.id, f.At, f.Crossing.Expected, f.Crossing.Earliest, f.Crossing.Latest, kind))
}

func (s *story) look(f Forecast, confirmed bool) {
	beyond := f.Stat > s.rule.Limit
	if s.rule.Below {
		beyond = f.Stat < s.rule.Limit
	}
	if math.IsNaN(f.Stat) {
		return
	}
	if beyond {
		s.over, s.in = s.over+1, 0
	} else {
		s.over, s.in = 0, s.in+1
	}
	if !s.burning && (s.over >= 3 || confirmed) {
		s.burning, s.promised = true, 0
		s.say("reactive", Forecast{At: f.At, Crossing: Crossing{f.At, f.At, f.At}})
	}
	if s.burning {
		if s.in < 5 {
			s.until = f.At + 1800
			return
		}
		s.burning = false
	}
	s.foresee(f)
}

func (s *story) foresee(f Forecast) {
	if f.Crosses() && f.Agree >= 2 {
		s.evidence = f.At
	}
	switch {
	case s.promised == 0 && f.Crosses() && f.Agree >= 2 && f.At >= s.until:
		s.promised = f.Crossing.Expected
		s.say("proactive", f)
	case s.promised > 0 && f.Crosses() && f.Crossing.Expected-f.At < 0.4*(s.promised-f.At):
		s.promised = f.Crossing.Expected
		s.say("sooner", f)
	case s.promised > 0 && f.At-s.evidence > max(1800, s.rule.Ahead/6):
		s.promised = 0
		s.say("receded", f)
	}
}

// method is what a story is told by: the tracker or a baseline.
type method interface {
	Observe(s Sample)
	Forecast(now float64) Forecast
	Confirmed(runs int) bool
}

// replay tells the story of one series as a method forecasts it.
func replay(r recorded, m method) []string {
	s := story{rule: r.rule, id: r.id, until: math.Inf(-1)}
	for _, x := range r.samples {
		m.Observe(x)
		s.look(m.Forecast(x.At), m.Confirmed(3))
	}
	return s.rows
}
