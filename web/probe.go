package web

import (
	"strconv"
	"strings"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// run sends what the last run of one journey gave.
func (s sink) run(r Run) {
	whole := labels{"journey": r.Result.Journey, "step": "", "location": r.Result.Location}
	s.success(r.Result.Verdict, whole)
	if r.Result.Verdict == probes.Passed || r.Result.TimedOut {
		s.gauge("probe_duration_seconds", "How long the run or step took.", r.Result.Duration.Seconds(), whole)
	}
	s.gauge("forewarn_run_timestamp_seconds", "When the last run started.", unix(r.Result.Start), whole)
	if !r.Result.Due.IsZero() {
		s.gauge("forewarn_run_late_seconds", "Start of the last run minus its due time.", r.Late.Seconds(), whole)
	}
	for _, step := range r.Result.Steps {
		s.step(step, labels{"journey": r.Result.Journey, "step": step.Name, "location": r.Result.Location})
	}
	for _, l := range r.Limits {
		s.limit(r.Result, l)
	}
}

// success is 1 or 0; a run that was our own fault has no value.
func (s sink) success(v probes.Verdict, l labels) {
	if v == probes.Passed || v == probes.Failed {
		s.gauge("probe_success", "1 if the run or step passed, 0 if it failed.", oneIf(v == probes.Passed), l)
	}
}

func (s sink) step(step probes.StepResult, l labels) {
	s.success(step.Verdict, l)
	if len(step.Hops) == 0 {
		return
	}
	s.gauge("probe_duration_seconds", "How long the run or step took.", step.Duration.Seconds(), l)
	phases := []struct {
		name  string
		value float64
	}{
		{"resolve", step.Phases.Resolve.Seconds()},
		{"connect", step.Phases.Connect.Seconds()},
		{"tls", step.Phases.TLS.Seconds()},
		{"processing", step.Phases.Wait.Seconds()},
		{"transfer", step.Phases.Transfer.Seconds()},
	}
	for _, p := range phases {
		s.gauge("probe_http_duration_seconds", "Duration by phase, redirects included.", p.value, with(l, "phase", p.name))
	}
	s.gauge("probe_dns_lookup_time_seconds", "Time of the name lookups.", step.Phases.Resolve.Seconds(), l)
	s.gauge("probe_http_redirects", "Redirects followed.", float64(len(step.Hops)-1), l)
	if step.Status == 0 {
		return
	}
	s.gauge("probe_http_status_code", "Status of the last response.", float64(step.Status), l)
	s.gauge("probe_http_uncompressed_body_length", "Bytes of the body that were read.", float64(step.Bytes), l)
	s.gauge("probe_http_ssl", "1 if the last response came over TLS.", oneIf(!step.CertEnd.IsZero()), l)
	if version, err := strconv.ParseFloat(strings.TrimPrefix(step.Proto, "HTTP/"), 64); err == nil {
		s.gauge("probe_http_version", "HTTP version of the last response.", version, l)
	}
	if !step.CertEnd.IsZero() {
		s.gauge("probe_ssl_earliest_cert_expiry", "When the first certificate of the chain ends.", unix(step.CertEnd), l)
	}
}

// limit sends the state of one limit, and its forecast if there is one.
func (s sink) limit(r probes.Result, limit Limit) {
	l := labels{"journey": r.Journey, "limit": limit.Incident.Limit.Limit, "location": r.Location}
	if limit.Incident.State == alert.Unset {
		return
	}
	for _, state := range []alert.State{alert.Quiet, alert.Soon, alert.Burning, alert.Clearing} {
		s.gauge("forewarn_limit_state", "1 for the state the limit is in; none while nothing is known.",
			oneIf(limit.Incident.State == state), with(l, "state", state.String()))
	}
	if limit.Forecast.Crosses() {
		s.gauge("forewarn_forecast_crossing_timestamp_seconds", "When the forecast meets the limit.", limit.Forecast.Crossing.Expected, l)
	}
}

func with(l labels, name, value string) labels {
	more := labels{name: value}
	for k, v := range l {
		more[k] = v
	}
	return more
}
