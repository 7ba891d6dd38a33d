package cli

import (
	"net/url"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/web"
)

// describe is what a message says of a journey beside what is stored.
func (a *app) describe(key alert.Key) notify.Subject {
	s := subjectOf(*a.config.Load(), key)
	s.Command = a.command
	return s
}

// subjectOf is what the configuration says of a journey.
func subjectOf(c config.Config, key alert.Key) notify.Subject {
	s := notify.Subject{Title: key.Journey}
	for _, j := range c.Journeys {
		if j.Name != key.Journey {
			continue
		}
		s.Title, s.Feature, s.Runbook, s.Every = j.Title, j.Feature, j.Runbook, j.Every
		s.Business, s.Job = j.Business, j.Heartbeat != nil
		for _, step := range j.Steps {
			s.Steps = append(s.Steps, step.Name)
		}
	}
	return s
}

// metricsOf is an observation as the metrics take it.
func metricsOf(o agent.Observation) web.Run {
	run := web.Run{Result: o.Result, Missed: o.Missed, Late: o.Late, Own: string(o.Own)}
	for i := range o.Limits {
		l := &o.Limits[i]
		limit := web.Limit{Name: l.Incident.Limit.Limit, State: l.Incident.State}
		if l.Forecast.Crosses() {
			limit.Crossing = l.Forecast.Crossing.Expected
		}
		run.Limits = append(run.Limits, limit)
	}
	return run
}

// server answers on agent.listen.
func (a *app) server() *web.Server {
	server := &web.Server{Metrics: a.metrics, Log: a.log, Status: a.status, Reload: a.reload, Ping: a.agent.Ping,
		Happened: a.happened, Token: string(a.config.Load().Agent.APIToken)}
	if public, err := url.Parse(a.config.Load().Agent.URL); err == nil {
		server.Host = public.Hostname()
	}
	return server
}

// status is what /healthz and /readyz say.
func (a *app) status() web.Status {
	h := a.agent.Health()
	s := web.Status{Version: programVersion(), Problems: map[string]string{}}
	for part, err := range map[string]error{"scheduling": h.Scheduling, "storing": h.Storing, "delivering": h.Delivering} {
		if err != nil {
			s.Problems[part] = err.Error()
		}
	}
	s.Ready = len(s.Problems) == 0
	if a.socket != nil && a.socket.Health().Failure != "" {
		s.Problems["buttons"] = a.socket.Health().Failure
	}
	if err := a.reloadError.Load(); err != nil {
		s.Problems["reload"] = (*err).Error()
	}
	return s
}
