package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// Row says of one thing whether it will be shown.
type Row struct {
	Journey string // its name; "" is the whole agent
	What    string // "latency warning", "error rate", "traffic" ...
	Shown   bool
	Detail  string // what will be shown, or why not
	Key     string // what to write in the file to change that; "" if nothing can
}

// Readiness lists what the configuration will show and what not: first of
// the agent, then of each journey in the order of the file.
func (c Config) Readiness() []Row {
	rows := append(c.Slack.readiness(), c.ways()...)
	rows = append(rows, c.Agent.readiness()...)
	rows = append(rows, c.turns()...)
	for i := range c.Journeys {
		rows = append(rows, c.Journeys[i].readiness()...)
	}
	return rows
}

func shown(what, detail string) Row { return Row{What: what, Shown: true, Detail: detail} }

func missing(what, why, key string) Row { return Row{What: what, Detail: why, Key: key} }

func (s Slack) readiness() []Row {
	const token = `slack.bot_token = "${SLACK_BOT_TOKEN}"`
	switch {
	case s.BotToken != "":
		buttons := shown("buttons", "acknowledge, snooze and more; /forewarn as well")
		if s.AppToken == "" {
			buttons = missing("buttons", "messages name the command instead", `slack.app_token = "${SLACK_APP_TOKEN}"`)
		}
		return []Row{
			shown("messages", "to "+s.Channel),
			shown("threads", "one for each incident, kept true"),
			buttons,
		}
	case s.Webhook != "":
		return []Row{
			shown("messages", "to the channel of the webhook"),
			missing("threads", "a webhook can neither answer nor update a message", token),
		}
	}
	return []Row{missing("messages", "to the terminal and the log only: Slack is not configured", token)}
}

func (a Agent) readiness() []Row {
	health := missing("health", "listen is off: nobody can ask", `agent.listen = "127.0.0.1:8080"`)
	if a.Listen != "" {
		health = shown("health", "/healthz, /readyz and /metrics on "+a.Listen)
	}
	heartbeat := missing("heartbeat", "nobody notices when forewarn stops", `agent.heartbeat_url = "https://..."`)
	if a.Heartbeat != "" {
		heartbeat = shown("heartbeat", "each minute, while scheduling, storing and sending work")
	}
	return []Row{health, heartbeat}
}

func (j *Journey) readiness() []Row {
	table := j.Table()
	rows := []Row{shown("latency trend", j.timed())}
	rows = append(rows, j.ahead(alert.Latency, "[["+table+`.limit]] signal = "latency", above = "`+j.slow()+`"`)...)
	rows = append(rows, shown("error rate", "the share of failed runs, with its interval"))
	rows = append(rows, j.tooOften()...)
	rows = append(rows, shown("availability", j.outage()))
	if secure(j, "") {
		rows = append(rows, shown("certificate", "days until the first one ends"))
		rows = append(rows, j.ahead(alert.Cert, "[["+table+`.limit]] signal = "cert", below = "14d"`)...)
	} else if table == "journey" {
		rows = append(rows, missing("certificate", "every request goes to http", "journey.base_url = \"https://...\""))
	}
	rows = append(rows,
		missing("traffic", "unknown: no source yet", ""),
		missing("saturation", "unknown: no source yet", ""),
	)
	rows = append(rows, j.money()...)
	if j.Runbook == "" {
		rows = append(rows, missing("runbook", "messages cannot say what to do", table+`.runbook = "https://..."`))
	}
	for i := range rows {
		rows[i].Journey = j.Name
	}
	return rows
}

// slow is a latency limit to begin with, which says what it is about.
func (j *Journey) slow() string {
	switch table := j.Table(); {
	case table == "heartbeat":
		return brief(j.Timeout / 2)
	case table != "journey":
		return "500ms"
	}
	return "1500ms"
}

// tooOften tells which error limits are forecast. A share of runs that takes
// longer than a day to mean something is none to propose.
func (j *Journey) tooOften() []Row {
	const enough = 100 // runs for 5 %
	rows := j.ahead(alert.Errors, "[["+j.Table()+`.limit]] signal = "errors", above = "5%"`)
	if len(rows) == 1 && rows[0].Key != "" && enough*j.Every > 24*time.Hour {
		rows[0].Detail, rows[0].Key = "no limit on errors: with a run each "+brief(j.Every)+" availability is the better one", ""
	}
	return rows
}

// money is which of the two kinds of loss will be said.
func (j *Journey) money() []Row {
	b := j.Business
	const failures = "value = \"40 EUR\", completions_per_day = 120"
	const rough = "at risk, being lost and lost by failures; rough: completions are taken as spread evenly over the day"
	failing, slow := b.Missing(false), b.Missing(true)
	switch {
	case b.Where == "":
		return []Row{missing("money", "unknown: "+failing, "")}
	case failing != "":
		return []Row{missing("money", "unknown: "+failing, b.Where+" "+failures)}
	case slow != "":
		return []Row{shown("money", rough), missing("cost of slowness", "unknown: "+slow, b.Where+` loss_per_100ms = "public", good = "400ms"`)}
	}
	loss := "the share you set"
	if b.Public {
		loss = "other companies' experiments, of page-load time"
	}
	return []Row{shown("money", rough), shown("cost of slowness", "what exceeds "+brief(b.Good)+"; from "+loss)}
}

// timed is what is known of the journey's durations.
func (j *Journey) timed() string {
	if j.Heartbeat != nil {
		return "p50 and p95 of the time from /start to the end, if the job says /start"
	}
	return fmt.Sprintf("p50, p95 and phases of %s, %s", steps(len(j.Steps)), rate(j.Every))
}

// outage is when the journey's availability burns.
func (j *Journey) outage() string {
	if h := j.Heartbeat; h != nil {
		return fmt.Sprintf("burns when no ping comes for %s, and %s of grace, or the job says that it failed", brief(j.Every), brief(h.Grace))
	}
	return "burns when 3 of 5 runs failed"
}

// Table names the table of the file that the journey comes from: "journey",
// "tls", "tcp", "dns" or "heartbeat".
func (j *Journey) Table() string {
	switch look := j.Steps[0].Look; {
	case j.Heartbeat != nil:
		return "heartbeat"
	case look == nil:
		return "journey"
	case look.Handshake != nil:
		return "tls"
	case look.Connection != nil:
		return "tcp"
	}
	return "dns"
}

// ahead tells which limits of a signal are forecast.
func (j *Journey) ahead(signal alert.Signal, key string) []Row {
	var rows []Row
	for _, l := range j.Limits {
		switch {
		case l.Signal != signal:
		case l.Signal == alert.Cert:
			rows = append(rows, shown(string(signal)+" warning", l.Limit+": "+foreseen(l)))
		case l.Ahead == 0:
			rows = append(rows, missing(string(signal)+" warning", l.Limit+" only burns: its ahead is 0s", j.Table()+`.limit.ahead = "2h"`))
		default:
			rows = append(rows, shown(string(signal)+" warning", l.Limit+": "+foreseen(l)))
		}
	}
	if rows == nil {
		rows = []Row{missing(string(signal)+" warning", "no limit on "+string(signal), key)}
	}
	return rows
}

// foreseen is a limit in words.
func foreseen(l alert.Limit) string {
	switch l.Signal {
	case alert.Errors:
		return fmt.Sprintf("the share of failed runs over %s above %s%%, for rises over hours",
			brief(l.Window), strconv.FormatFloat(100*l.Value, 'g', 4, 64))
	case alert.Cert:
		days := time.Duration(l.Value * 24 * float64(time.Hour))
		return "when less than " + brief(days) + " are left"
	}
	return fmt.Sprintf("%s over %s above %s, up to %s ahead", l.Stat, brief(l.Window), brief(seconds(l.Value)), brief(l.Ahead))
}

// secure reports whether a certificate may be seen: some request goes to
// https, or to a place that only the run will know.
func secure(j *Journey, step string) bool {
	if j.Heartbeat != nil {
		return false
	}
	for _, s := range j.Steps {
		if s.Look != nil {
			return s.Look.Handshake != nil
		}
		address := s.URL
		if !strings.Contains(address, "://") && !strings.HasPrefix(address, "{{") {
			address = j.BaseURL
		}
		if (step == "" || s.Name == step) && !strings.HasPrefix(strings.ToLower(address), "http://") {
			return true
		}
	}
	return false
}

func steps(n int) string {
	if n == 1 {
		return "one step"
	}
	return strconv.Itoa(n) + " steps"
}
