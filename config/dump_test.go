package config

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
	"github.com/forewarn/forewarn/probes"
)

// dump writes a configuration in a short form that changes only when its
// meaning does. Secrets show as *** plus their length.
func dump(c Config) string {
	var b strings.Builder
	location := c.Agent.Location
	if host, _ := os.Hostname(); location == host {
		location = "HOST"
	}
	line(&b, 0, "agent", "location", location, "zone", c.Agent.Zone.String(), "database", c.Agent.Database,
		"listen", c.Agent.Listen, "url", c.Agent.URL, "heartbeat", hidden(string(c.Agent.Heartbeat)), "api_token", hidden(string(c.Agent.APIToken)))
	if len(c.Agent.Canaries) > 0 {
		line(&b, 1, "canaries", "urls", strings.Join(c.Agent.Canaries, " "))
	}
	line(&b, 0, "slack", "channel", c.Slack.Channel, "bot", hidden(string(c.Slack.BotToken)),
		"app", hidden(string(c.Slack.AppToken)), "webhook", hidden(string(c.Slack.Webhook)), "api", c.Slack.API)
	if len(c.Slack.MayAct) > 0 {
		line(&b, 1, "may act", "ids", strings.Join(c.Slack.MayAct, " "))
	}
	if c.Noise.Quiet != (alert.Hours{}) {
		line(&b, 0, "noise", "quiet", c.Noise.Quiet.String())
	}
	if g := c.Digest; !g.Told || g.Silent || g.At != alert.Clock(9*time.Hour) {
		line(&b, 0, "digest", "told", strconv.FormatBool(g.Told), "at", g.At.String(), "silent", strconv.FormatBool(g.Silent))
	}
	if w := c.Noise.Crowd; (w != alert.Crowding{Within: time.Minute, Most: 10, Span: 5 * time.Minute}) {
		line(&b, 0, "crowd", "within", brief(w.Within), "most", w.Most, "span", brief(w.Span))
	}
	if u := c.Noise.Urging; u.To != nil || u.Mention != nil || len(u.Remind) != 3 {
		line(&b, 0, "urging", "remind", fmt.Sprint(u.Remind), "most", fmt.Sprint(u.Most), "mention", strings.Join(u.Mention, " "),
			"escalate", brief(u.Escalate), "to", strings.Join(u.To, " "))
	}
	if c.Slack.Fallback != "" || c.Slack.Rest {
		line(&b, 1, "route", "fallback", c.Slack.Fallback, "rest", strconv.FormatBool(c.Slack.Rest))
	}
	for _, r := range c.Routes {
		line(&b, 0, "route "+quote(r.Name), "slack", r.Slack, "webhook", hidden(string(r.Webhook)), "json", hidden(string(r.JSON)),
			"alertmanager", hidden(string(r.Alertmanager)), "alertmanager_api", hidden(string(r.AlertAPI)), "email", strings.Join(r.Email, " "), "journeys", strings.Join(r.Journeys, " "),
			"severity", r.Severity, "fallback", r.Fallback, "spare", strconv.FormatBool(r.Spare))
	}
	if m := c.SMTP; m.Host != "" {
		line(&b, 0, "smtp", "host", m.Host, "port", strconv.Itoa(m.Port), "from", m.From, "user", m.User, "password", hidden(string(m.Password)), "tls", m.TLS)
	}
	for _, j := range c.Journeys {
		dumpJourney(&b, j)
	}
	for _, h := range c.Hosts {
		line(&b, 0, "host "+quote(h.Name), "requests", h.Requests, "per", brief(h.Per), "at_once", h.AtOnce)
	}
	for _, w := range c.Warnings {
		fmt.Fprintf(&b, "warning %s\n", w)
	}
	return b.String()
}

func dumpJourney(b *strings.Builder, j Journey) {
	line(b, 0, "journey "+quote(j.Name), "title", j.Title, "feature", j.Feature, "tags", strings.Join(j.Tags, ","),
		"runbook", j.Runbook, "every", brief(j.Every), "timeout", brief(j.Timeout), "base", j.BaseURL)
	for _, name := range slices.Sorted(maps.Keys(j.Vars)) {
		line(b, 1, "var", name, j.Vars[name])
	}
	for _, name := range slices.Sorted(maps.Keys(j.Secrets)) {
		line(b, 1, "secret", name, hidden(j.Secrets[name]))
	}
	if table := j.Table(); table == "journey" || table == "tls" {
		dumpNetwork(b, j.Network)
	}
	if (j.ConfirmRuns != ConfirmRuns{2, 5 * time.Second}) {
		line(b, 1, "confirm runs", "times", fmt.Sprint(j.ConfirmRuns.Times), "after", brief(j.ConfirmRuns.After))
	}
	if j.Of != j.Name {
		line(b, 1, "of "+quote(j.Of))
	}
	if v := j.Business; v != (impact.Business{Where: v.Where}) {
		line(b, 1, "business", "value", v.Value.String(), "a day", fmt.Sprint(v.PerDay), "loss", fmt.Sprint(v.Loss), "good", v.Good.String(), "come back", fmt.Sprint(v.ComesBack))
	}
	if j.DependsOn != nil {
		line(b, 1, "depends on", "journeys", strings.Join(j.DependsOn, " "))
	}
	if j.Lock != "" {
		line(b, 1, "lock "+quote(j.Lock))
	}
	if j.Trace {
		line(b, 1, "traceparent")
	}
	dumpAuth(b, 1, j.Auth)
	if h := j.Heartbeat; h != nil {
		line(b, 1, "heartbeat", "id", hidden(h.ID), "grace", brief(h.Grace))
	}
	for _, w := range j.Maintenance {
		from, until, _ := w.Next(time.Date(2026, 10, 24, 21, 0, 0, 0, time.UTC)) // in Kyiv the day on which the clock is set
		line(b, 1, "maintenance "+quote(w.Name), "days", w.Days.String(), "next", from.UTC().Format(time.RFC3339), "until", until.UTC().Format(time.RFC3339))
	}
	for _, s := range j.Steps {
		dumpStep(b, s)
	}
	for _, l := range j.Limits {
		dumpLimit(b, l)
	}
}

func dumpStep(b *strings.Builder, s probes.Step) {
	always := ""
	if s.Always {
		always = "yes"
	}
	timeout := ""
	if s.Timeout > 0 {
		timeout = brief(s.Timeout)
	}
	if s.Name == "ping" && s.URL == "" {
		return // a heartbeat's
	}
	if s.Look != nil {
		dumpLook(b, s)
		return
	}
	line(b, 1, fmt.Sprintf("step %q %s %q", s.Name, s.Method, s.URL), "redirects", s.Redirects,
		"max_body", s.MaxBody, "timeout", timeout, "always", always)
	dumpFlow(b, s)
	for _, name := range slices.Sorted(maps.Keys(s.Vars)) {
		line(b, 2, "var", name, s.Vars[name])
	}
	if s.Auth != nil {
		dumpAuth(b, 2, *s.Auth)
	}
	for _, f := range s.Headers {
		line(b, 2, "header", f.Name, f.Value)
	}
	for _, f := range s.Query {
		line(b, 2, "query", f.Name, f.Value)
	}
	for _, f := range s.Form {
		line(b, 2, "form", f.Name, f.Value)
	}
	for _, f := range s.Files {
		line(b, 2, "file", f.Field, f.Name, "type", f.Type, "bytes", len(f.Content))
	}
	if s.Raw != "" {
		fmt.Fprintf(b, "    raw %q\n", s.Raw)
	}
	if s.JSON != nil {
		text, err := json.Marshal(s.JSON)
		if err != nil {
			text = []byte(err.Error())
		}
		fmt.Fprintf(b, "    json %s\n", text)
	}
	if s.Body != "" {
		fmt.Fprintf(b, "    body %q\n", s.Body)
	}
	for _, e := range s.Expect {
		fmt.Fprintf(b, "    expect %s\n", e.Source())
	}
	if s.Schema != nil {
		fmt.Fprintf(b, "    schema %s\n", s.Schema.Source())
	}
	if s.Hide != nil {
		fmt.Fprintf(b, "    secret captures %s\n", strings.Join(s.Hide, ", "))
	}
	for _, c := range s.Capture {
		fmt.Fprintf(b, "    capture %s = %s\n", c.Name, c.Query.Source())
	}
}

func dumpFlow(b *strings.Builder, s probes.Step) {
	if s.If != nil {
		fmt.Fprintf(b, "    if %s\n", s.If.Source())
	}
	if s.Optional {
		line(b, 2, "optional")
	}
	if s.Pause > 0 {
		line(b, 2, "pause", "for", brief(s.Pause))
	}
	if s.Retry.Times > 0 {
		line(b, 2, "retry", "times", s.Retry.Times, "backoff", brief(s.Retry.Backoff), "jitter", s.Retry.Jitter, "timeout", brief(s.Retry.Timeout))
	}
	if s.Poll.Within > 0 {
		line(b, 2, "poll", "every", brief(s.Poll.Every), "within", brief(s.Poll.Within))
	}
}

func dumpLook(b *strings.Builder, s probes.Step) {
	head := fmt.Sprintf("step %q", s.Name)
	switch l := s.Look; {
	case l.Handshake != nil:
		line(b, 1, head, "address", l.Handshake.Addr)
	case l.Connection != nil:
		line(b, 1, head, "address", l.Connection.Addr, "send", hidden(l.Connection.Send), "expect", l.Connection.Expect)
	case l.Lookup != nil:
		line(b, 1, head, "lookup", l.Lookup.Name, "type", l.Lookup.Type, "resolver", l.Lookup.Server, "expect", strings.Join(l.Lookup.Expect, ", "))
	}
}

func dumpNetwork(b *strings.Builder, n probes.Network) {
	if n.Identity {
		line(b, 1, "no compression")
	}
	if n.Proxy+n.HTTP+n.IP+n.Resolver != "" || n.Resolve != nil {
		line(b, 1, "network", "proxy", hidden(n.Proxy), "http", n.HTTP, "ip", n.IP, "resolver", n.Resolver, "resolve", fmt.Sprint(n.Resolve))
	}
	if n.TLS.MinVersion != tls.VersionTLS12 || n.TLS.Authorities != nil || n.TLS.Certificates != nil || n.TLS.ServerName != "" || n.TLS.Insecure {
		var names []string
		for _, authority := range n.TLS.Authorities {
			names = append(names, authority.Subject.CommonName)
		}
		for _, shown := range n.TLS.Certificates {
			names = append(names, "shows "+shown.Leaf.Subject.CommonName)
		}
		line(b, 1, "tls", "certificates", strings.Join(names, ", "), "min", tls.VersionName(n.TLS.MinVersion),
			"server_name", n.TLS.ServerName, "insecure", n.TLS.Insecure)
	}
}

func dumpAuth(b *strings.Builder, depth int, a probes.Auth) {
	switch {
	case a.Digest != nil:
		line(b, depth, "digest", "user", a.Digest.User, "password", hidden(a.Digest.Password))
	case a.SigV4 != nil:
		line(b, depth, "sigv4", "access_key", a.SigV4.AccessKey, "secret_key", hidden(a.SigV4.SecretKey), "session_token", hidden(a.SigV4.SessionToken),
			"region", a.SigV4.Region, "service", a.SigV4.Service)
	case a.Basic != nil:
		line(b, depth, "basic", "user", a.Basic.User, "password", hidden(a.Basic.Password))
	case a.OAuth2 != nil:
		o := a.OAuth2
		line(b, depth, "oauth2", "token_url", o.TokenURL, "client_id", o.ClientID, "client_secret", hidden(o.ClientSecret),
			"scopes", strings.Join(o.Scopes, ","), "in_body", o.InBody)
	case a.Bearer != "":
		line(b, depth, "bearer", "token", hidden(a.Bearer))
	case depth > 1:
		line(b, depth, "no auth")
	}
}

func dumpLimit(b *strings.Builder, l alert.Limit) {
	if l.Signal == alert.Availability {
		fmt.Fprintf(b, "  limit %q confirm=%d of %d\n", l.Limit, l.Confirm.Over, l.Confirm.Of)
		return
	}
	side := "above"
	if l.Below {
		side = "below"
	}
	line(b, 1, fmt.Sprintf("limit %q", l.Limit), "signal", string(l.Signal), "step", l.Step, side, l.Value, "stat", l.Stat,
		"window", brief(l.Window), "ahead", brief(l.Ahead), "confirm", fmt.Sprintf("%d of %d", l.Confirm.Over, l.Confirm.Of))
}

// line writes a head and those of its pairs that are not empty.
func line(b *strings.Builder, depth int, head string, pairs ...any) {
	b.WriteString(strings.Repeat("  ", depth) + head)
	for i := 0; i+1 < len(pairs); i += 2 {
		if s, isText := pairs[i+1].(string); isText && strings.ContainsAny(s, " \"\n\t") {
			fmt.Fprintf(b, " %v=%q", pairs[i], s)
		} else if pairs[i+1] != "" {
			fmt.Fprintf(b, " %v=%v", pairs[i], pairs[i+1])
		}
	}
	b.WriteByte('\n')
}

func hidden(secret string) string {
	if secret == "" {
		return ""
	}
	return fmt.Sprintf("***%d", len(secret))
}
