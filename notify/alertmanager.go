package notify

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// amGroup is the body that Alertmanager posts to webhook receivers.
// Source: prometheus.io/docs/alerting/latest/configuration, "webhook_config".
type amGroup struct {
	Version           string            `json:"version"`
	GroupKey          string            `json:"groupKey"`
	TruncatedAlerts   uint64            `json:"truncatedAlerts"`
	Status            string            `json:"status"`
	Receiver          string            `json:"receiver"`
	GroupLabels       map[string]string `json:"groupLabels"`
	CommonLabels      map[string]string `json:"commonLabels"`
	CommonAnnotations map[string]string `json:"commonAnnotations"`
	ExternalURL       string            `json:"externalURL"`
	Alerts            []amAlert         `json:"alerts"`
}

// amAlert is one alert. Its labels are what it is known by, so nothing that
// changes during an incident is among them.
type amAlert struct {
	Status       string            `json:"status"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"` // the zero time while it fires
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"`
}

// alertsOf is m as an alert that fires or is resolved; nil if m changes
// neither.
func alertsOf(m Message) []amAlert {
	f := m.Facts
	a := amAlert{
		Status: "firing", Labels: alertLabels(f), StartsAt: cmp.Or(f.Opened, f.At).UTC(),
		Annotations: map[string]string{
			"summary": m.Text, "description": strings.Join(plainly(m.Body), "\n"), "state": f.State,
		},
	}
	switch m.Kind {
	case alert.Acknowledged, alert.Snoozed, alert.Settled, alert.Demoted, alert.Promoted, alert.Digest:
		return nil
	case alert.CannotSee, alert.SeesAgain: // an alert of its own: our fault, not the product's
		a.Labels["alertname"], a.StartsAt = "cannot see", f.At.UTC()
		if m.Kind == alert.SeesAgain {
			a.Status, a.EndsAt = "resolved", f.At.UTC()
		}
	default:
		if f.State == "over" {
			a.Status, a.EndsAt = "resolved", f.Over.UTC()
		}
	}
	if m.Incident != 0 {
		a.Annotations["incident"] = strconv.FormatInt(m.Incident, 10)
	}
	if f.Runbook != "" {
		a.Annotations["runbook_url"] = f.Runbook
	}
	if len(f.Links) > 0 {
		a.GeneratorURL = f.Links[0].URL
	}
	a.Fingerprint = fingerprint(a.Labels)
	return []amAlert{a}
}

// alertLabels are what an alert is known by; empty ones are none, as in
// Prometheus.
func alertLabels(f Facts) map[string]string {
	all := map[string]string{
		"alertname": cmp.Or(f.Limit, "forewarn"), "journey": f.Journey, "feature": f.Feature, "step": f.Step,
		"signal": string(f.Signal), "location": f.Location,
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

// group is the body for alerts, of which there is one: a group of its own, as
// with group_by: ['...'].
func (s HookSettings) group(alerts []amAlert) amGroup {
	a := alerts[0]
	var key []string
	for _, name := range slices.Sorted(maps.Keys(a.Labels)) {
		key = append(key, fmt.Sprintf("%s=%q", name, a.Labels[name]))
	}
	return amGroup{
		Version: "4", GroupKey: "{}:{" + strings.Join(key, ", ") + "}",
		Status: a.Status, Receiver: s.Name, GroupLabels: a.Labels, CommonLabels: a.Labels, CommonAnnotations: a.Annotations,
		ExternalURL: s.Home, Alerts: alerts,
	}
}

// fingerprint is the FNV-1a hash of sorted labels, as Prometheus takes it.
// Source: prometheus/common, model.LabelSet.Fingerprint.
func fingerprint(labels map[string]string) string {
	const separator = "\xff"
	h := fnv.New64a()
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		_, _ = io.WriteString(h, name+separator+labels[name]+separator)
	}
	return fmt.Sprintf("%016x", h.Sum64())
}
