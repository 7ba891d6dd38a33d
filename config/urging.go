package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// urging reads what is said while something burns and nobody has it.
func (r *reader) urging(t *noiseTable) alert.Urging {
	u := alert.Urging{Remind: []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour},
		Most: int(t.Reminders.value), Escalate: t.After.value}
	if t.Remind != nil {
		u.Remind = nil
		for _, one := range t.Remind {
			u.Remind = append(u.Remind, one.value)
		}
	}
	for _, one := range t.Mention {
		if !isMember(one.value) {
			r.wrong(one.at(), "mention holds no id of a user or user group", "write the id, as U0123456789 or S0123456789: the profile's menu has it under Copy member ID")
		}
		u.Mention = append(u.Mention, one.value)
	}
	for _, one := range t.To {
		u.To = append(u.To, one.value)
	}
	if t.After.given() && t.To == nil {
		r.odd(t.After.node.key, "escalate_after means nothing without escalate_to", "say who is told then")
	}
	return u
}

// digest reads when a day is told.
func (r *reader) digest(t *digestTable, zone *time.Location) alert.Daily {
	g := alert.Daily{Told: t.At.value != "", Zone: zone, Silent: !t.Empty.value}
	at, ok := alert.ParseClock(t.At.value)
	if g.Told && !ok {
		r.wrong(t.At.at(), "at is not a time of the day", `write at = "09:00", or "" for off`)
	}
	g.At = at
	return g
}

// escalation follows escalate_to to the routes. One that takes nothing of its
// own takes what is escalated, and nothing else.
func (r *reader) escalation(t *noiseTable, c *Config) {
	for _, one := range t.To {
		i := slices.IndexFunc(c.Routes, func(route Route) bool { return route.Name == one.value })
		switch {
		case i >= 0:
			c.Routes[i].Spare = c.Routes[i].Spare || c.Routes[i].Journeys == nil && c.Routes[i].Severity == ""
		case isMember(one.value):
		case strings.HasPrefix(one.value, "#"):
			r.wrong(one.at(), "escalate_to holds a channel", fmt.Sprintf("make a [[route]] with slack = %q, and write its name here", one.value))
		default:
			r.wrong(one.at(), fmt.Sprintf("there is no route %q", one.value), "name a [[route]], or write the id of a user or user group of Slack, as S0123456789")
		}
	}
}

// toPeople marks the routes that take the digest: people read what they lead
// to, and asked for more than what burns.
func toPeople(routes []Route) {
	for i := range routes {
		r := &routes[i]
		r.Digest = !r.Spare && r.Severity != "burning" && (r.Slack != "" || r.Webhook != "" || r.Email != nil)
	}
}
