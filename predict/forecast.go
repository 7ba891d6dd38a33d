package predict

import "time"

// Sample is one measurement of one signal at one time.
type Sample struct {
	At      float64 // unix seconds
	Value   float64 // seconds for latency; ignored when Total > 0
	Bad     float64 // of Total: how many failed
	Total   float64 // 0 unless the sample is a count
	AtLeast bool    // the true value is this or more: a timeout
}

// Stat is the figure a limit is set on, taken over the rule's trailing window.
type Stat uint8

// The figures. Quantiles are nearest-rank on raw samples.
const (
	Median Stat = iota
	Mean
	P90
	P95
	Ratio // sum of Bad over sum of Total
)

// Rule is what one series is watched for. All times are in seconds.
type Rule struct {
	Stat       Stat
	Window     float64        // the statistic covers (t-Window, t]
	MinSamples int            // it is undefined with fewer
	Limit      float64        // the value not to be crossed, in the unit of the samples
	Below      bool           // crossing means falling below the limit
	Ahead      float64        // horizon
	Sustain    float64        // a crossing shorter than this is none
	Interval   float64        // usual time between samples
	Zone       *time.Location // of the daily and weekly profile; nil is UTC
}

// Forecast is what the trend of one series says at one time: either a
// crossing within the horizon, or the reason why there is none to tell.
type Forecast struct {
	At       float64  // unix seconds; when it was made
	Stat     float64  // the rule's figure now; NaN while undefined
	Level    float64  // the fitted line now
	Slope    float64  // of the fitted line, per second
	Since    float64  // unix seconds; when the present trend began; 0 if there is none
	Cause    Cause    // what the crossing rests on
	Crossing Crossing // when the line meets the limit; zero unless Silence is None
	Agree    int      // bins in a row, this one included, that found a crossing; 5 stands for any more
	Silence  Silence  // why nothing is forecast; None if there is a crossing
	Detail   string   // figures of the silence, such as "31 h of 48 h", or of the peak; may be ""
}

// Crosses reports whether f foresees a crossing within the horizon.
func (f Forecast) Crosses() bool { return f.Silence == None }

// Crossing is when a forecast meets the limit, in unix seconds. Earliest and
// Latest bound the central 80 % prediction interval.
type Crossing struct{ Earliest, Expected, Latest float64 }

// Cause is what a crossing rests on.
type Cause uint8

// Causes of a crossing.
const (
	Trend Cause = iota // a rise (or fall) that goes on
	Peak               // a time of day at which it is usual: as on most days, or on today's level
)

// Silence is the reason why a forecast names no crossing.
type Silence string

// Reasons for silence, in the words that status and backtest print.
const (
	None       Silence = ""
	NoData     Silence = "no data yet"
	Learning   Silence = "still learning"
	Flat       Silence = "no trend"
	Noise      Silence = "noise: interval wider than the horizon"
	Step       Silence = "a step, not a trend"
	FarAway    Silence = "the trend meets the limit only after the horizon"
	Receding   Silence = "the trend bends away from the limit"
	Ordinary   Silence = "a rise no larger than this series' own ups and downs"
	TooFew     Silence = "one run a minute cannot show this"
	IsAcross   Silence = "already across the limit"
	JustBack   Silence = "only just back from across the limit"
	Unfamiliar Silence = "a long rise, but no daily profile yet"
)
