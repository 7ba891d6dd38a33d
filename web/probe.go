package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// run sends what the last run of one journey gave.
func (s scrape) run(r Run) {
	whole := labelled("journey", r.Result.Journey, "location", r.Result.Location, "step", "")
	s.success(r.Result.Verdict, whole)
	if took, _, ok := r.Result.Latency(""); ok && r.Result.Verdict != probes.Unknown {
		s.gauge("probe_duration_seconds", "How long the run or step took.", took.Seconds(), whole)
	}
	s.gauge("forewarn_run_timestamp_seconds", "When the last run started.", unix(r.Result.Start), whole)
	if !r.Result.Due.IsZero() {
		s.gauge("forewarn_run_late_seconds", "Start of the last run minus its due time.", r.Late.Seconds(), whole)
	}
	if r.Result.Lag > 0 {
		s.gauge("forewarn_run_lag_seconds", "How late forewarn's own timers came during the last run, from a millisecond on.", r.Result.Lag.Seconds(), whole)
	}
	if r.Result.Waited > 0 {
		s.gauge("forewarn_run_waited_seconds", "How long the last run waited for its turn, at a lock or a host; in no latency.", r.Result.Waited.Seconds(), whole)
	}
	for _, step := range r.Result.Steps {
		if r.Result.Verdict == probes.Unknown {
			break // what we spoiled says nothing of its steps either
		}
		s.step(step, labelled("journey", r.Result.Journey, "location", r.Result.Location, "step", step.Name))
	}
	for _, l := range r.Limits {
		s.limit(r.Result, l)
	}
}

// success is 1 or 0; a run that was our own fault has no value.
func (s scrape) success(v probes.Verdict, l labels) {
	if v.Good() || v == probes.Failed {
		s.gauge("probe_success", "1 if the run or step passed, at once or on retry, 0 if it failed.", oneIf(v.Good()), l)
	}
}

func (s scrape) step(step probes.StepResult, l labels) {
	s.success(step.Verdict, l)
	if len(step.Hops) == 0 {
		return
	}
	s.gauge("probe_duration_seconds", "How long the run or step took.", step.Took().Seconds(), l)
	if n := len(step.Attempts); n > 0 {
		s.gauge("forewarn_step_requests", "Requests that a retry or a poll of the step sent in the last run, if more than one.", float64(n+1), l)
	}
	s.gauge("probe_dns_lookup_time_seconds", "Time of the name lookups.", step.Spent().Resolve.Seconds(), l)
	if !step.CertEnd.IsZero() {
		s.gauge("probe_ssl_earliest_cert_expiry", "When the first certificate of the chain ends.", unix(step.CertEnd), l)
	}
	switch kind, _, _ := strings.Cut(step.Proto, "/"); {
	case kind == "HTTP" || kind == "":
		s.response(step, l)
	case kind == "DNS":
		s.phases("probe_dns_duration_seconds", "Duration by phase.", "request", step.Spent(), l)
	default:
		s.phases("forewarn_look_duration_seconds", "Duration by phase, of a look that no other exporter has a name for.", "wait", step.Spent(), l)
		if version, secure := strings.CutPrefix(step.Proto, "TLS "); secure {
			s.gauge("probe_tls_version_info", "1, labelled with the version of TLS.", 1, l.with("version", "TLS "+version))
		}
	}
}

// phases sends the parts of a duration. The wait has another name in each
// family of metrics.
func (s scrape) phases(name, help, wait string, p probes.Phases, l labels) {
	for _, part := range []struct {
		phase string
		took  time.Duration
	}{{"resolve", p.Resolve}, {"connect", p.Connect}, {"tls", p.TLS}, {wait, p.Wait}, {"transfer", p.Transfer}} {
		s.gauge(name, help, part.took.Seconds(), l.with("phase", part.phase))
	}
}

// response sends what the response of a request was like.
func (s scrape) response(step probes.StepResult, l labels) {
	s.phases("probe_http_duration_seconds", "Duration by phase, redirects included.", "processing", step.Spent(), l)
	s.gauge("probe_http_redirects", "Redirects followed.", float64(step.Redirects()), l)
	if step.Status == 0 {
		return
	}
	s.gauge("probe_http_status_code", "Status of the last response.", float64(step.Status), l)
	s.gauge("probe_http_uncompressed_body_length", "Bytes of the body that were read.", float64(step.Bytes), l)
	s.gauge("probe_http_ssl", "1 if the last response came over TLS.", oneIf(!step.CertEnd.IsZero()), l)
	if version, err := strconv.ParseFloat(strings.TrimPrefix(step.Proto, "HTTP/"), 64); err == nil {
		s.gauge("probe_http_version", "HTTP version of the last response.", version, l)
	}
}

// limit sends the state of one limit, and its forecast if there is one.
func (s scrape) limit(r probes.Result, limit Limit) {
	l := labelled("journey", r.Journey, "limit", limit.Name, "location", r.Location)
	if limit.State == alert.Unset {
		return
	}
	for _, state := range []alert.State{alert.Quiet, alert.Soon, alert.Burning, alert.Clearing} {
		s.gauge("forewarn_limit_state", "1 for the state the limit is in; none while nothing is known.",
			oneIf(limit.State == state), l.with("state", state.String()))
	}
	if limit.Crossing > 0 {
		s.gauge("forewarn_forecast_crossing_timestamp_seconds", "When the forecast meets the limit.", limit.Crossing, l)
	}
}
