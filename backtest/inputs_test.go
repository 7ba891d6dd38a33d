package backtest

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const inputsHeader = "id,split,source,signal,file,interval_s,agg,window_s,min_n,threshold,direction,sustain_s,horizon_s,start_t\n"

// sampled writes a series of values at one a minute, gzipped if its name says
// so, and returns its line of inputs.csv.
func sampled(t *testing.T, dir, id, file, agg, limit, direction string, header string, rows []string) string {
	t.Helper()
	text := header + "\n" + strings.Join(rows, "\n") + "\n"
	path := filepath.Join(dir, file)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if strings.HasSuffix(file, ".gz") {
		z := gzip.NewWriter(f)
		defer z.Close()
		_, err = z.Write([]byte(text))
	} else {
		_, err = f.WriteString(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s,open,synthetic,latency,%s,60,%s,300,3,%s,%s,600,14400,0\n", id, file, agg, limit, direction)
}

func writeFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const epoch = 1_750_000_000

// leak is noise around 200 that begins to rise at minute 600, meets 500 at
// minute 900, and is repaired at minute 960.
func leak(seed uint64, turn func(float64) float64) []string {
	noise := rand.New(rand.NewPCG(seed, 1))
	var rows []string
	for i := range 1200 {
		v := 200.0
		if i >= 600 && i < 960 {
			v += float64(i - 600)
		}
		rows = append(rows, fmt.Sprintf("%d,%.1f", epoch+60*i, turn(v*math.Exp(0.08*noise.NormFloat64()))))
	}
	return rows
}

// errorsRise is counts of 200 requests whose share of errors climbs past 20 %.
func errorsRise() []string {
	noise := rand.New(rand.NewPCG(3, 3))
	var rows []string
	for i := range 1000 {
		share := 0.02
		if i > 500 {
			share += float64(i-500) * 0.0006
		}
		bad := 0
		for range 200 {
			if noise.Float64() < share {
				bad++
			}
		}
		rows = append(rows, fmt.Sprintf("%d,%g,200,%d", epoch+60*i, float64(bad)/200, bad))
	}
	return rows
}

func corpus(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	same := func(v float64) float64 { return v }
	fall := func(v float64) float64 { return 1000 - v }
	lines := inputsHeader +
		sampled(t, dir, "leak", "leak.csv.gz", "p50", "500", "up", "t_unix,value", leak(1, same)) +
		sampled(t, dir, "falls", "falls.csv", "mean", "500", "down", "t_unix,value", leak(2, fall)) +
		sampled(t, dir, "errors", "errors.csv", "ratio", "0.2", "up", "t_unix,value,n,errors", errorsRise()) +
		sampled(t, dir, "calm", "calm.csv", "p95", "500", "up", "t_unix,value", leak(4, func(v float64) float64 { return min(v, 260) }))
	return writeFile(t, dir, "inputs.csv", lines)
}

func notices(t *testing.T, inputs string) [][]string {
	t.Helper()
	list, err := ReadInputs(inputs)
	if err != nil {
		t.Fatal(err)
	}
	told, err := Replay(list)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := WriteNotices(&out, told); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := "id,t_warn,predicted_t,lo_t,hi_t,kind"; strings.Join(rows[0], ",") != want {
		t.Fatalf("header %v, want %s", rows[0], want)
	}
	return rows[1:]
}

func TestSeriesAreWarnedOfAndReported(t *testing.T) {
	rows := notices(t, corpus(t))
	at := func(id, kind string) float64 {
		for _, r := range rows {
			if r[0] == id && r[5] == kind {
				v, err := strconv.ParseFloat(r[1], 64)
				if err != nil {
					t.Fatal(err)
				}
				return (v - epoch) / 60
			}
		}
		return -1
	}
	for _, id := range []string{"leak", "falls", "errors"} {
		if soon, late := at(id, "proactive"), at(id, "reactive"); soon < 500 || late < 750 || soon > late-10 {
			t.Errorf("%s: proactive at minute %v, reactive at %v: want a warning well before a crossing near 800 to 900", id, soon, late)
		}
	}
	if slices.ContainsFunc(rows, func(r []string) bool { return r[0] == "calm" }) {
		t.Errorf("the calm series was told: %v", rows)
	}
	order := []string{}
	for _, r := range rows {
		order = append(order, r[0])
	}
	if order = slices.Compact(order); !slices.Equal(order, []string{"leak", "falls", "errors"}) {
		t.Errorf("series come as %v, want the order of the inputs", order)
	}
}

// A step is reported with the first figure that it carries across, not two
// samples later: the same samples seen again would confirm nothing.
func TestAStepIsReportedWithItsFirstFigure(t *testing.T) {
	const across = 600 // minute at which the level steps from 200 to 900, or for one sample only
	step := func(minutes int) []string {
		noise := rand.New(rand.NewPCG(5, 5))
		var rows []string
		for i := range 700 {
			v := 200.0
			if i >= across && i < across+minutes {
				v = 900
			}
			rows = append(rows, fmt.Sprintf("%d,%.1f", epoch+60*i, v*math.Exp(0.03*noise.NormFloat64())))
		}
		return rows
	}
	for _, c := range []struct {
		agg     string
		minutes int
		at      int // minute of the report; 0 is none
	}{{"p50", 100, across + 2}, {"mean", 100, across + 2}, {"p95", 100, across}, {"p50", 1, 0}, {"mean", 1, 0}} {
		dir := t.TempDir()
		rows := notices(t, writeFile(t, dir, "inputs.csv", inputsHeader+sampled(t, dir, "step", "step.csv", c.agg, "500", "up", "t_unix,value", step(c.minutes))))
		at := 0
		for _, r := range rows {
			if r[5] == "reactive" && at == 0 {
				v, err := strconv.Atoi(r[1])
				if err != nil {
					t.Fatal(err)
				}
				at = (v - epoch) / 60
			}
		}
		if at != c.at {
			t.Errorf("%s of a step of %d min: reported at minute %d, want %d: %v", c.agg, c.minutes, at, c.at, rows)
		}
	}
}

func TestTheSameSeriesGiveTheSameRows(t *testing.T) {
	inputs := corpus(t)
	first := notices(t, inputs)
	for range 3 {
		if again := notices(t, inputs); fmt.Sprint(again) != fmt.Sprint(first) {
			t.Fatalf("first %v\nthen  %v", first, again)
		}
	}
}

// Cutting the future off at any sample leaves exactly the rows told by then.
func TestTheFutureNeverChangesARow(t *testing.T) {
	dir := t.TempDir()
	whole := leak(1, func(v float64) float64 { return v })
	tell := func(rows []string) [][]string {
		return notices(t, writeFile(t, dir, "inputs.csv", inputsHeader+sampled(t, dir, "leak", "leak.csv", "p50", "500", "up", "t_unix,value", rows)))
	}
	all := tell(whole)
	if len(all) < 2 {
		t.Fatalf("only %v was told", all)
	}
	for _, cut := range []int{1, 599, 640, 700, 731, 800, 880, 903, 905, 950, 1000, 1100, 1199} {
		end := float64(epoch + 60*(cut-1))
		var want [][]string
		for _, r := range all {
			if at, _ := strconv.ParseFloat(r[1], 64); at <= end {
				want = append(want, r)
			}
		}
		if got := tell(whole[:cut]); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("cut after %d samples: %v, want %v", cut, got, want)
		}
	}
}

func TestInputsThatAreWrongAreNamed(t *testing.T) {
	dir := t.TempDir()
	good := sampled(t, dir, "a", "a.csv", "p50", "500", "up", "t_unix,value", []string{"1750000000,1"})
	sampled(t, dir, "b", "torn.csv", "p50", "500", "up", "t_unix,value", []string{"1750000000,1", "1750000060,many"})
	for _, c := range []struct{ text, want string }{
		{"id,file\n", "no column interval_s"},
		{"", "the file is empty"},
		{inputsHeader + strings.Replace(good, "p50", "p42", 1), `inputs.csv:2: agg is "p42"`},
		{inputsHeader + strings.Replace(good, ",up,", ",sideways,", 1), `direction is "sideways"`},
		{inputsHeader + strings.Replace(good, ",500,", ",lots,", 1), `threshold is "lots"`},
		{inputsHeader + strings.Replace(good, ",60,p50", ",0,p50", 1), "must be more than 0"},
		{inputsHeader + strings.Replace(good, "a.csv", "gone.csv", 1), "gone.csv"},
		{inputsHeader + strings.Replace(good, "a.csv", "torn.csv", 1), `torn.csv:3: value is "many"`},
	} {
		inputs, err := ReadInputs(writeFile(t, dir, "inputs.csv", c.text))
		if err == nil {
			_, err = Replay(inputs)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q\nsays %v, want %q", c.text, err, c.want)
		}
	}
}

func TestASeriesMayHoldGapsAndNothing(t *testing.T) {
	dir := t.TempDir()
	rows := []string{"1750000000,200", "1750000060,", "1750000120,nan", "1750086400,200", "1750000000,200"}
	lines := inputsHeader + sampled(t, dir, "gaps", "gaps.csv", "p50", "500", "up", "t_unix,value", rows) +
		sampled(t, dir, "none", "none.csv", "p50", "500", "up", "t_unix,value", nil)
	if got := notices(t, writeFile(t, dir, "inputs.csv", lines)); len(got) != 0 {
		t.Errorf("told %v", got)
	}
}

// BenchmarkBacktestSample is all that one sample costs: read, forecast,
// decided. It counts processor time, not the wait for other programs.
func BenchmarkBacktestSample(b *testing.B) {
	inputs, err := ReadInputs("../predict/testdata/corpus/inputs.csv")
	if err != nil {
		b.Skip(err)
	}
	var used time.Duration
	samples := 0
	b.ReportAllocs()
	for b.Loop() {
		for i := 0; i < len(inputs); i += 17 {
			samples += countSamples(b, inputs[i].File)
			before := processorTime(b)
			if _, err := inputs[i].replay(); err != nil {
				b.Fatal(err)
			}
			used += processorTime(b) - before
		}
	}
	b.ReportMetric(float64(used.Microseconds())/float64(samples), "us/sample")
}

func countSamples(b *testing.B, file string) (n int) {
	t, err := openTable(file)
	if err != nil {
		b.Fatal(err)
	}
	defer t.Close()
	for t.next() == nil {
		n++
	}
	return n
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
