// Package predict fits the trend of one series and says when it meets a
// limit, with an interval, or why it cannot tell. It does no I/O and reads no
// clock: times are arguments, in unix seconds.
//
//	Sample -> Tracker.Observe ... Tracker.Forecast(now) -> Forecast{Crossing | Silence}
//
// A [Tracker] gathers samples in bins, takes the daily profile away, looks for
// the moment the series changed (change.go), asks whether what followed is a
// trend or noise (noise.go) and when it meets the limit (crossing.go).
// docs/forecasting.md explains the method and its measured record.
package predict
