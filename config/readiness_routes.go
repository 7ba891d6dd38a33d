package config

import (
	"strconv"
	"strings"
)

// ways are the routes beside [slack], with what each takes, and who tells the
// team when Slack does not.
func (c Config) ways() []Row {
	var rows []Row
	for _, r := range c.Routes {
		rows = append(rows, shown("route "+r.Name, r.takes(len(c.Journeys))+r.otherwise()))
	}
	switch {
	case c.Slack.BotToken == "" && c.Slack.Webhook == "":
	case c.Slack.Fallback == "":
		rows = append(rows, missing("fallback", "while Slack is down nobody is told what burns", `slack.fallback = "the name of a [[route]]"`))
	default:
		rows = append(rows, shown("fallback", c.Slack.Fallback+" tells what burns when Slack does not take it within a minute"))
	}
	return rows
}

// takes is what r is told of, in words.
func (r Route) takes(journeys int) string {
	if r.Spare {
		return "only in place of others, or what is escalated"
	}
	what := map[string]string{"": "everything", "soon": "forecasts", "burning": "what burns"}[r.Severity]
	switch {
	case r.Journeys == nil:
		return what
	case len(r.Journeys) > 3:
		return what + " of " + strconv.Itoa(len(r.Journeys)) + " of " + strconv.Itoa(journeys) + " journeys"
	}
	return what + " of " + strings.Join(r.Journeys, ", ")
}

func (r Route) otherwise() string {
	if r.Fallback == "" {
		return ""
	}
	return ", else " + r.Fallback
}
