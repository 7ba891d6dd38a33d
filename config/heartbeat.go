package config

import (
	"regexp"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// heartbeats are journeys that are not walked.
func (r *reader) heartbeats(file *fileTable, seen names) []Journey {
	var all []Journey
	ids := map[string]bool{}
	for i := range file.Heartbeat {
		t := &file.Heartbeat[i]
		r.unique(t.Name, "journey", seen)
		r.pingID(t.ID, ids)
		all = append(all, r.heartbeat(t))
	}
	if all != nil && file.Agent.Listen.good && file.Agent.Listen.value == "" {
		r.wrong(file.Agent.Listen.at(), "no ping can be heard: listen is off", "write listen = \"127.0.0.1:8080\", or remove [[heartbeat]]")
	}
	return all
}

func (r *reader) heartbeat(t *heartbeatTable) Journey {
	h := &probes.Heartbeat{ID: t.ID.value, Grace: t.Grace.value}
	if !t.Grace.given() {
		h.Grace = min(time.Hour, max(time.Minute, t.Every.value/10))
	}
	every := duration{t.Every.place, t.Every.value}
	timeout := duration{t.Timeout.place, or(t.Timeout.value, t.Every.value)}
	jt := &journeyTable{place: t.place, who: t.who, when: when{Every: every, Timeout: timeout}, Limit: t.Limit,
		Step: []stepTable{{Name: label{value: "ping"}}}}
	j := r.frame(jt)
	j.Timeout, jt.Timeout.value = timeout.value, timeout.value
	j.Heartbeat, j.Steps = h, []probes.Step{{Name: "ping"}}
	r.limits(jt, &j)
	// A missed ping is a fact, and so is one that came: nothing is to be
	// confirmed by another day.
	j.Limits[0].Confirm.Over, j.Limits[0].Confirm.Of, j.Limits[0].Good = 1, 1, 1
	return j
}

var pingID = regexp.MustCompile(`^[A-Za-z0-9_-]{20,200}$`)

// pingID checks that an ID cannot be guessed, and is of one heartbeat alone.
func (r *reader) pingID(t label, ids map[string]bool) {
	const hint = `put what openssl rand -hex 16 writes into the environment, and write id = "${BACKUP_PING}"`
	letters := map[rune]bool{}
	for _, one := range t.value {
		letters[one] = true
	}
	switch {
	case t.value == "":
	case !pingID.MatchString(t.value):
		r.wrong(t.at(), "id is not 20 or more letters, digits, - and _", hint)
	case len(letters) < 8:
		r.wrong(t.at(), "id can be guessed: it has only a few different characters", hint)
	case ids[t.value]:
		r.wrong(t.at(), "two heartbeats have this id", "give each its own: "+hint)
	}
	ids[t.value] = true
}
