package web

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// Run is one evaluated run as the metrics show it.
type Run struct {
	Result probes.Result
	Limits []Limit
	Missed int           // slots before it that no run took
	Late   time.Duration // start minus due
	Own    string        // what of ours made it unknown: "link", "busy" ...; "" if nothing did
}

// Limit is where one limit stands after a run.
type Limit struct {
	Name     string
	State    alert.State
	Crossing float64 // unix seconds at which the forecast meets it; 0 if it does not
}

// Outbox is what waits for delivery on one route.
type Outbox struct {
	Route   string
	Pending int
	Sending int           // handed to the channel, no answer yet
	Unknown int           // sent, and nobody knows whether it arrived
	Dead    int           // given up
	Oldest  time.Duration // age of the oldest that waits; 0 if none does
	Dwell   time.Duration // decision until delivery, of the last one delivered; 0 if none was
	Held    time.Duration // nothing goes out for so long yet: the channel refuses, or does not answer
	Paced   time.Duration // what messages have waited for the channel's pace, since the start
}

// Socket is the connection through which buttons are heard.
type Socket struct {
	Connected   bool
	Connections int64 // that were good, since the start
}

// Metrics holds the last run of each journey and answers /metrics. Probe
// results have the names of blackbox_exporter, with the labels journey, step
// ("" is the whole journey) and location, so its dashboards and rules work;
// all else begins with forewarn_. What is unknown has no series: never 0.
type Metrics struct {
	registry *prometheus.Registry
	outbox   func() ([]Outbox, error)
	socket   func() *Socket

	mu     sync.Mutex
	last   map[string]Run
	totals map[total]float64
	missed map[string]float64
	own    map[fault]float64
	reload reloadState
}

type total struct {
	journey, verdict string
	confirm          bool
}

type fault struct{ journey, own string }

type reloadState struct {
	ok bool
	at time.Time
}

// NewMetrics makes the metrics of one process. The outbox is asked at each
// scrape, and so is the socket, which is nil where there is none.
func NewMetrics(version string, outbox func() ([]Outbox, error), socket func() *Socket) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		outbox:   outbox,
		socket:   socket,
		last:     map[string]Run{},
		totals:   map[total]float64{},
		missed:   map[string]float64{},
		own:      map[fault]float64{},
		reload:   reloadState{ok: true, at: time.Now()},
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "forewarn_build_info", Help: "1, labelled with the version.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(build, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe shows r from now on.
func (m *Metrics) Observe(r Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	journey := r.Result.Journey
	m.totals[total{journey, r.Result.Verdict.String(), r.Result.Confirm}]++
	if r.Own != "" {
		m.own[fault{journey, r.Own}]++
	}
	if last, known := m.last[journey]; known && r.Result.Confirm { // shows only in what it decided
		r.Result, r.Late = last.Result, last.Late
	}
	m.last[journey] = r
	m.missed[journey] += float64(r.Missed)
}

// Keep forgets all journeys but these: those that are no longer configured.
func (m *Metrics) Keep(journeys map[string]bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.last, func(name string, _ Run) bool { return !journeys[name] })
	maps.DeleteFunc(m.own, func(of fault, _ float64) bool { return !journeys[of.journey] })
	maps.DeleteFunc(m.missed, func(name string, _ float64) bool { return !journeys[name] })
	maps.DeleteFunc(m.totals, func(of total, _ float64) bool { return !journeys[of.journey] })
}

// Reloaded shows how the last reload of the configuration went.
func (m *Metrics) Reloaded(at time.Time, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reload = reloadState{ok, at}
}

// Gather implements prometheus.Gatherer.
func (m *Metrics) Gather() ([]*dto.MetricFamily, error) {
	families, err := m.registry.Gather()
	s := scrape{}
	if boxes, err := m.outbox(); err == nil {
		for _, box := range boxes {
			s.outbox(box)
		}
	}
	if link := m.socket(); link != nil {
		s.gauge("forewarn_slack_socket_connected", "1 while clicks and slash commands can be heard.", oneIf(link.Connected), nil)
		s.counter("forewarn_slack_socket_connections_total", "Connections for them that were good: Slack asks for a new one every few hours.", float64(link.Connections), nil)
	}
	for _, run := range m.count(s) {
		s.run(run)
	}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		families = append(families, s[name])
	}
	return families, err
}

// count sends what was counted, and returns the last runs: whoever ran waits
// no longer than that takes.
func (m *Metrics) count(s scrape) []Run {
	m.mu.Lock()
	defer m.mu.Unlock()
	s.gauge("forewarn_config_last_reload_successful", "1 if the running configuration is the one on disk.", oneIf(m.reload.ok), nil)
	s.gauge("forewarn_config_last_reload_timestamp_seconds", "When the configuration was last read.", unix(m.reload.at), nil)
	for key, n := range m.totals {
		l := labelled("journey", key.journey, "verdict", key.verdict)
		if key.confirm {
			s.counter("forewarn_confirm_runs_total", "Runs that repeated a failed one at once, by verdict: in no rate.", n, l)
			continue
		}
		s.counter("forewarn_runs_total", "Scheduled runs since the start, by verdict.", n, l)
	}
	for key, n := range m.own {
		s.counter("forewarn_own_faults_total", "Runs that are unknown, by what of ours was at fault.", n, labelled("fault", key.own, "journey", key.journey))
	}
	for journey, n := range m.missed {
		s.counter("forewarn_missed_slots_total", "Due times that no run took.", n, labelled("journey", journey))
	}
	return slices.SortedFunc(maps.Values(m.last), func(a, b Run) int { return strings.Compare(a.Result.Journey, b.Result.Journey) })
}

func (s scrape) outbox(box Outbox) {
	route := labelled("route", box.Route)
	for _, of := range []struct {
		state string
		n     int
	}{{"dead", box.Dead}, {"pending", box.Pending}, {"sending", box.Sending}, {"unknown", box.Unknown}} {
		s.gauge("forewarn_outbox", "Messages decided and not delivered, by state: unknown were sent, and nobody knows whether they arrived; dead are given up.",
			float64(of.n), route.with("state", of.state))
	}
	s.gauge("forewarn_outbox_oldest_seconds", "Age of the oldest message that waits.", box.Oldest.Seconds(), route)
	s.gauge("forewarn_outbox_held_seconds", "How long nothing goes out yet, because the channel refused or did not answer.", box.Held.Seconds(), route)
	s.counter("forewarn_outbox_paced_seconds_total", "What messages have waited for the channel's pace: one a second in Slack.", box.Paced.Seconds(), route)
	if box.Dwell > 0 {
		s.gauge("forewarn_outbox_dwell_seconds", "Decision until delivery, of the last message delivered.", box.Dwell.Seconds(), route)
	}
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
