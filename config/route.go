package config

import (
	"fmt"
	"net"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// routeName is what a route may be called: its name is part of ids.
var routeName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// routes reads where messages go beside [slack], and which way stands in for
// which.
func (r *reader) routes(file *fileTable, c *Config) {
	c.SMTP = r.smtp(&file.SMTP)
	seen := names{}
	for i := range file.Route {
		t := &file.Route[i]
		r.unique(t.Name, "route", seen)
		if reserved := []string{"slack", "webhook", "terminal"}; t.Name.given() &&
			(!routeName.MatchString(t.Name.value) || slices.Contains(reserved, t.Name.value)) {
			r.wrong(t.Name.at(), "not a name for a route", "letters, digits, - and _ only, and none of "+strings.Join(reserved, ", "))
		}
		c.Routes = append(c.Routes, r.route(t, c))
	}
	if file.Slack.Fallback.given() && file.Slack.BotToken.value == "" && file.Slack.Webhook.value == "" {
		r.absent(file.Slack.Fallback.node.key, "fallback without bot_token or webhook_url", "there is nothing to stand in for")
	}
	r.fallbacks(file, c)
}

// route reads one way to tell people.
func (r *reader) route(t *routeTable, c *Config) Route {
	one := Route{
		Name: t.Name.value, Slack: t.Slack.value, Webhook: Secret(t.Webhook.value), JSON: Secret(t.JSON.value),
		Alertmanager: Secret(t.Alertmanager.value), AlertAPI: Secret(t.AlertAPI.value), Severity: t.Severity.value, Fallback: t.Fallback.value,
		Journeys: r.taken(t, c.Journeys), Email: r.recipients(t, c.SMTP),
	}
	r.some(t.place, "name whom it mails", "email")
	r.some(t.place, "leave it out to take all", "journeys", "tags", "features")
	ways := 0
	for _, given := range []bool{t.Slack.given(), t.Webhook.given(), t.JSON.given(), t.Alertmanager.given(), t.AlertAPI.given(), t.Email != nil} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		r.absent(t.place.at(), "this route leads nowhere", "add one of slack, webhook_url, json_webhook, alertmanager, alertmanager_api, email")
	case ways > 1:
		r.wrong(t.place.at(), "this route leads to several places", "keep one of slack, webhook_url, json_webhook, alertmanager, alertmanager_api, email; make a route of each other")
	case t.Slack.given() && c.Slack.BotToken == "":
		r.absent(t.Slack.node.key, "slack without a bot", `add bot_token = "${SLACK_BOT_TOKEN}" to [slack], or use webhook_url`)
	case t.Slack.given() && t.Slack.value == c.Slack.Channel:
		r.wrong(t.Slack.at(), "[slack] leads to this channel already", "name another channel")
	}
	return one
}

// some reports lists of a table that are there and empty: all could be meant,
// or none.
func (r *reader) some(table place, otherwise string, words ...string) {
	for _, word := range words {
		if n := table.node.child(word); n != nil && n.kind == aList && len(n.items) == 0 {
			r.wrong(n.at, word+" is empty", otherwise)
		}
	}
}

// taken are the journeys whose incidents a route takes; nil is all of them.
func (r *reader) taken(t *routeTable, journeys []Journey) []string {
	if t.Journeys == nil && t.Tags == nil && t.Features == nil {
		return nil
	}
	all, sure := map[string]bool{}, len(r.errors) == 0 // else a journey may be missing
	choose := func(words []label, what string, has func(Journey, string) bool) {
		for _, word := range words {
			found := false
			for _, j := range journeys {
				if has(j, word.value) {
					found, all[j.Name] = true, true
				}
			}
			if !found && sure {
				r.wrong(word.at(), fmt.Sprintf("no journey has the %s %q", what, word.value), "see the journeys of this file")
			}
		}
	}
	choose(t.Journeys, "name", func(j Journey, word string) bool { return j.Name == word || j.Of == word })
	choose(t.Tags, "tag", func(j Journey, word string) bool { return slices.Contains(j.Tags, word) })
	choose(t.Features, "feature", func(j Journey, word string) bool { return j.Feature == word })
	names := []string{}
	for _, j := range journeys {
		if all[j.Name] {
			names = append(names, j.Name)
		}
	}
	return names
}

// recipients are the addresses that a route sends mails to.
func (r *reader) recipients(t *routeTable, s SMTP) []string {
	var all []string
	for _, one := range t.Email {
		if _, err := mail.ParseAddress(one.value); err != nil {
			r.wrong(one.at(), "not an address of e-mail", `write it as oncall@example.com`)
		}
		all = append(all, one.value)
	}
	if t.Email != nil && s.Host == "" && len(r.errors) == 0 {
		r.absent(t.place.node.child("email").key, "email without a server", `add [smtp] with server = "smtp.example.com:587" and from = "forewarn@example.com"`)
	}
	return all
}

// smtp reads who takes mails.
func (r *reader) smtp(t *smtpTable) SMTP {
	if !t.Server.given() {
		return SMTP{}
	}
	s := SMTP{From: t.From.value, User: t.User.value, Password: Secret(t.Password.value), TLS: t.TLS.value}
	if !isHostPort(t.Server.value) || strings.HasPrefix(t.Server.value, ":") {
		r.wrong(t.Server.at(), "server is not host:port", `write server = "smtp.example.com:587"`)
	}
	var port string
	s.Host, port, _ = net.SplitHostPort(t.Server.value)
	s.Port, _ = strconv.Atoi(port)
	if s.TLS == "" {
		s.TLS = "starttls"
		if s.Port == 465 { // RFC 8314, 3.3
			s.TLS = "implicit"
		}
	}
	if _, err := mail.ParseAddress(s.From); err != nil {
		r.absent(t.Server.node.key, "server without the address of a sender", `add from = "forewarn@example.com"`)
	}
	if t.User.given() != t.Password.given() {
		r.absent(t.Server.node.key, "user and password need each other", `add password = "${SMTP_PASSWORD}"`)
	}
	if s.TLS == "none" && t.Password.given() {
		r.odd(t.TLS.node.key, "the password is sent in clear", `write tls = "starttls"`)
	}
	return s
}

// fallbacks follows each way to the one that stands in for it.
func (r *reader) fallbacks(file *fileTable, c *Config) {
	next := map[string]label{"": file.Slack.Fallback}
	for i := range file.Route {
		next[file.Route[i].Name.value] = file.Route[i].Fallback
	}
	for _, from := range next {
		if _, there := next[from.value]; from.given() && !there {
			r.wrong(from.at(), fmt.Sprintf("there is no route %q", from.value), "name a [[route]]")
		}
	}
	for i := range c.Routes {
		one := &c.Routes[i]
		for _, from := range next {
			one.Spare = one.Spare || from.value == one.Name && one.Journeys == nil && one.Severity == ""
		}
		for at, n := one.Fallback, 0; at != "" && n < len(next); at, n = next[at].value, n+1 {
			if at == one.Name {
				r.wrong(next[one.Name].at(), "the fallbacks lead in a circle", "leave one of them out")
				break
			}
		}
	}
}
