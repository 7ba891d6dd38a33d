package alert

import "time"

// Signal is what a limit is about.
type Signal string

// The signals a limit can be set on.
const (
	Latency      Signal = "latency"      // seconds
	Errors       Signal = "errors"       // share of failed runs, 0 to 1
	Cert         Signal = "cert"         // days left; the only one with Below
	Availability Signal = "availability" // always on: runs that failed
)

// Key names one limit of one journey; it is what an incident belongs to.
type Key struct{ Journey, Limit string }

// Limit is a value that must not be crossed, and how a crossing is confirmed.
// It is a plain value, comparable with ==.
type Limit struct {
	Key
	Step    string // "" is the whole journey
	Signal  Signal
	Value   float64 // seconds, share or days, by Signal
	Below   bool    // crossed when the value is smaller
	Stat    string  // p50, p90, p95, mean or ratio: the figure that is forecast
	Window  time.Duration
	Ahead   time.Duration // horizon; 0 is no forecast
	Confirm Confirm
	Every   time.Duration // interval of the journey's runs
}

// Confirm is how many of the last runs must be over before a limit burns.
type Confirm struct{ Over, Of int }
