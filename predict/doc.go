// Package predict fits the trend of one series and says when it meets a
// limit, with an interval, or why it cannot tell. It does no I/O and reads no
// clock: times are arguments, in unix seconds.
//
//	Sample -> Tracker.Observe ... Tracker.Forecast(now) -> Forecast{Crossing | Silence}
package predict
