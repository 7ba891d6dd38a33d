package predict

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// digits is the number of decimal digits in which got agrees with want.
func digits(got, want float64) float64 {
	if got == want {
		return 16
	}
	return -math.Log10(math.Abs(got-want) / math.Abs(want))
}

func wantDigits(t *testing.T, what string, got, want, least float64) {
	t.Helper()
	if d := digits(got, want); !(d >= least) {
		t.Errorf("%s = %.15g, want %.15g: %.1f digits, want %.0f", what, got, want, d, least)
	}
}

// The Statistical Reference Datasets of NIST, itl.nist.gov/div898/strd, with
// their certified values; they are in the public domain.
func norris() (x, y []float64) {
	return []float64{0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5, 666.9, 338.0, 447.5, 11.6,
			556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2, 999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5},
		[]float64{0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1, 668.8, 339.3, 448.9, 10.8,
			557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2}
}

// residualSD is the deviation of the points from the line, of n-2 degrees of
// freedom.
func (l line) residualSD(x, y []float64) float64 {
	rss := 0.0
	for i := range x {
		rss += (y[i] - l.at(x[i])) * (y[i] - l.at(x[i]))
	}
	return math.Sqrt(rss / float64(len(x)-2))
}

// slopeSE is the standard error of the slope, as a trend has it of its noise.
func (l line) slopeSE(x, y []float64) float64 { return l.residualSD(x, y) / math.Sqrt(l.spreadX) }

func TestFitLineAgreesWithNISTNorris(t *testing.T) {
	x, y := norris()
	l, ok := fitLine(x, y, 0)
	if !ok {
		t.Fatal("no line")
	}
	wantDigits(t, "intercept", l.level, -0.262323073774029, 11)
	wantDigits(t, "slope", l.slope, 1.00211681802045, 13)
	wantDigits(t, "deviation of the slope", l.slopeSE(x, y), 0.429796848199937e-03, 11)
	far, _ := fitLine(x, y, 1000)
	wantDigits(t, "level at 1000", far.level, l.at(1000), 13)
}

// A line through the origin is the line through the points and their mirror
// images: the slope is the same, its deviation smaller by the square root of
// two for having twice the points.
func TestFitLineAgreesWithNISTNoIntercept(t *testing.T) {
	for _, c := range []struct {
		name           string
		x, y           []float64
		slope, slopeSD float64
	}{
		{"NoInt1", []float64{60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70}, []float64{130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140},
			2.07438016528926, 0.165289256198347e-01},
		{"NoInt2", []float64{4, 5, 6}, []float64{3, 4, 4}, 0.727272727272727, 0.420827318078432e-01},
	} {
		x, y := append([]float64{}, c.x...), append([]float64{}, c.y...)
		for i := range c.x {
			x, y = append(x, -c.x[i]), append(y, -c.y[i])
		}
		l, ok := fitLine(x, y, 0)
		if !ok {
			t.Fatal("no line")
		}
		wantDigits(t, c.name+" slope", l.slope, c.slope, 13)
		wantDigits(t, c.name+" deviation of the slope", l.slopeSE(x, y)*math.Sqrt2, c.slopeSD, 13)
	}
}

func TestTheSlopeSurvivesUnixTime(t *testing.T) {
	x, y := norris()
	plain, _ := fitLine(x, y, 0)
	for i := range x {
		x[i] = 1.7e9 + x[i]*1024 // a power of two: no rounding but that of the sum
	}
	l, _ := fitLine(x, y, 1.7e9)
	wantDigits(t, "slope", l.slope*1024, plain.slope, 9)
	wantDigits(t, "level", l.level, plain.level, 6)
}

func growing() (x, y []float64) {
	return []float64{1, 2, 3, 5, 8, 13, 21, 34, 55, 89}, []float64{2.1, 3.9, 6.2, 9.8, 16.5, 25.7, 30.0, 68.4, 111.3, 177.6}
}

// A new point at x0 lies about the line with the variance of the residuals
// times 1 + 1/n + (x0-mx)^2/spreadX (Draper & Smith 1998, eq. 3.1.5).
//
// R 4.2.2: predict(lm(y ~ x), data.frame(x = c(40, 120)), interval = "prediction", level = .8)
func TestPredictionIntervalsAgreeWithR(t *testing.T) {
	x, y := growing()
	l, _ := fitLine(x, y, 0)
	const t80 = 1.396815309743865 // qt(.9, 8)
	for _, c := range []struct{ x, fit, lwr, upr float64 }{
		{40, 79.03959673213976, 72.91308536017026, 85.16610810410926},
		{120, 239.46372327481313, 230.65027593611575, 248.27717061351052},
	} {
		away := c.x - meanFrom(x, 0)
		half := t80 * l.residualSD(x, y) * math.Sqrt(1+1/float64(len(x))+away*away/l.spreadX)
		wantDigits(t, "fit", l.at(c.x), c.fit, 13)
		wantDigits(t, "lower", l.at(c.x)-half, c.lwr, 12)
		wantDigits(t, "upper", l.at(c.x)+half, c.upr, 12)
	}
}

// R 4.2.2: s <- outer(y, y, "-") / outer(x, x, "-"); m <- median(s[upper.tri(s)]); c(m, median(y - m*x))
func TestTheilSenAgreesWithR(t *testing.T) {
	slope, level := theilSen(growing())
	wantDigits(t, "slope", slope, 1.997619047619047, 14)
	wantDigits(t, "level", level, 0.003571428571428892, 10)
}

// R 4.2.2: quantile(c(15, 20, 35, 40, 50, 3, 7, 8), c(.05, .3, .4, .5, .95), type = 7), and type = 1
func TestQuantilesAgreeWithR(t *testing.T) {
	values := []float64{15, 20, 35, 40, 50, 3, 7, 8}
	sorted := []float64{3, 7, 8, 15, 20, 35, 40, 50}
	for i, q := range []float64{.05, .3, .4, .5, .95} {
		wantDigits(t, "type 7", quantile(values, q), []float64{4.4, 8.7, 13.6, 17.5, 46.5}[i], 14)
		wantDigits(t, "type 1", nearestRank(sorted, q), []float64{3, 8, 15, 15, 50}[i], 14)
	}
}

// R 4.2.2: acf(z, demean = FALSE)$acf[2] is 0.1904761904761905; ours divides
// by the 11 pairs, not by the 12 values, and then takes Kendall's bias away.
func TestAutocorrelationAgreesWithR(t *testing.T) {
	z := []float64{0.3, -0.1, 0.4, 0.2, -0.5, -0.2, 0.1, 0.6, 0.5, -0.3, -0.4, 0.1}
	points := make([]point, len(z))
	for i := range points {
		points[i].x = float64(i - len(z))
	}
	raw := 0.1904761904761905 * 12 / 11
	wantDigits(t, "phi", autocorrelation(points, z), raw+(1+3*raw)/12, 14)
}

// Debian's promtool evaluates deriv and predict_linear over the same points.
func TestTheSlopeAgreesWithPrometheus(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("SKIPPED: promtool is not installed; nothing was compared with Prometheus")
	}
	_, y := growing()
	x, values := make([]float64, len(y)), ""
	for i := range y {
		x[i] = float64(60 * i)
		values += fmt.Sprint(y[i], " ")
	}
	file := filepath.Join(t.TempDir(), "linear.yml")
	rules := "evaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series: [{series: x, values: '" + values + "'}]\n  promql_expr_test:\n" +
		"  - {expr: 'deriv(x[10m])', eval_time: 9m}\n  - {expr: 'predict_linear(x[10m], 3600)', eval_time: 9m}\n"
	if err := os.WriteFile(file, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command(promtool, "test", "rules", file).CombinedOutput() // fails: it was told to expect nothing, and prints what it got
	got := regexp.MustCompile(`got: \{\} (\S+)`).FindAllStringSubmatch(string(out), -1)
	if len(got) != 2 {
		t.Fatalf("promtool said:\n%s", out)
	}
	now := x[len(x)-1]
	l, _ := fitLine(x, y, now)
	for i, ours := range []float64{l.slope, l.at(now + 3600)} {
		theirs, err := strconv.ParseFloat(got[i][1], 64)
		if err != nil {
			t.Fatal(err)
		}
		wantDigits(t, "Prometheus", theirs, ours, 12)
	}
}

func TestThereIsNoLineWithoutTwoTimes(t *testing.T) {
	for _, c := range [][2][]float64{
		{{}, {}}, {{1}, {1}}, {{5, 5, 5}, {1, 2, 3}}, {{1, 2}, {1}}, {{1, 2}, {math.NaN(), 1}}, {{1, 2}, {math.Inf(1), 1}},
	} {
		if l, ok := fitLine(c[0], c[1], 0); ok {
			t.Errorf("fitLine(%v, %v) = %v", c[0], c[1], l)
		}
	}
	if l, ok := fitLine([]float64{1, 2, 3}, []float64{0.1, 0.1, 0.1}, 0); !ok || l.slope != 0 || l.level != 0.1 {
		t.Errorf("a constant series has the line %v, want slope exactly 0", l)
	}
}
