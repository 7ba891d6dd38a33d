package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// Alerts pushes alerts into an Alertmanager, which groups, silences and routes
// them. It forgets what it is not told again, by and by or when it restarts:
// so what is open is pushed every minute until it is over.
// Source: prometheus.io/docs/alerting/latest/clients and alerts_api.
type Alerts struct {
	Hook
	every time.Duration // between two pushes of what is open
}

// pushed is one alert as POST /api/v2/alerts takes it.
type pushed struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// NewAlerts makes a channel that pushes into the Alertmanager whose web page
// is at s.URL, by the second version of its API.
func NewAlerts(s HookSettings) *Alerts {
	const usual = time.Minute // as Prometheus does
	s.URL = strings.TrimSuffix(s.URL, "/") + "/api/v2/alerts"
	a := &Alerts{every: usual}
	a.Hook = Hook{s, func(m Message) any {
		if alerts := alertsOf(m); alerts != nil {
			return []pushed{a.pushed(alerts[0], m.Kind == alert.CannotSee, time.Now())}
		}
		return nil
	}, client(s.Dial)}
	return a
}

// pushed is one alert. While it fires it ends at a time to come, which the
// next push moves: after the death of forewarn it is soon over, as one of
// Prometheus is. An alert that is pushed only once lasts.
func (a *Alerts) pushed(one amAlert, once bool, now time.Time) pushed {
	const lost, lasting = 4, 24 * time.Hour // pushes in a row that may be lost
	if one.EndsAt.IsZero() {
		one.EndsAt = now.Add(lost * a.every).UTC()
		if once {
			one.EndsAt = now.Add(lasting).UTC()
		}
	}
	return pushed{one.Labels, one.Annotations, one.StartsAt, one.EndsAt, one.GeneratorURL}
}

// repeat pushes all that is open until ctx ends.
func (w *worker) repeat(ctx context.Context, a *Alerts) {
	for sleep(ctx, a.every) {
		if err := guarded(func() error { return w.push(ctx, a) }); err != nil && ctx.Err() == nil {
			w.log.Warn("what is open was not pushed again", "err", err)
		}
	}
}

// push pushes all that is open and was told on this route. No delivery goes
// out meanwhile: the end of an alert must not be followed by a push of it.
func (w *worker) push(ctx context.Context, a *Alerts) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case w.busy <- struct{}{}:
		defer func() { <-w.busy }()
	}
	incidents, err := w.DB.Incidents(ctx)
	if err != nil {
		return fmt.Errorf("push what is open: %w", err)
	}
	now, open := time.Now(), []pushed{}
	for _, in := range incidents {
		if !in.Open() || in.Number == 0 {
			continue
		}
		if _, told, err := w.DB.Thread(ctx, w.channel.Name(), in.Number); err != nil || !told {
			if err != nil {
				return fmt.Errorf("push what is open: %w", err)
			}
			continue
		}
		m := Render(in, alert.Event{Kind: present(in), At: now, Number: in.Number}, w.subject(ctx, in.Limit.Key, in, now), now.In(w.Zone))
		open = append(open, a.pushed(alertsOf(m)[0], false, now))
	}
	if len(open) == 0 {
		return nil
	}
	body, err := json.Marshal(open)
	if err != nil {
		return fmt.Errorf("write what is open as JSON: %w", err)
	}
	return a.post(ctx, "open-"+now.UTC().Format(time.RFC3339), body)
}

// present is the kind of event that tells how an open incident stands.
func present(in alert.Incident) alert.EventKind {
	if in.State == alert.Soon {
		return alert.WentSoon
	}
	return alert.WentBurning
}
