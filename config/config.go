package config

import (
	"encoding/json"
	"log/slog"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
	"github.com/forewarn/forewarn/probes"
)

// Config is a file that is right: every default filled in, every ${...}
// replaced, every expression compiled. It is a plain value; nothing of it
// changes while the agent runs.
type Config struct {
	File     string // as it was named to Load or Parse
	Agent    Agent
	Slack    Slack
	Noise    Noise
	Digest   alert.Daily   // what a day came to
	Routes   []Route       // beside [slack], in the order of the file
	SMTP     SMTP          // who takes the mails of Routes
	Journeys []Journey     // in the order of the file, at least one; one for each combination of a matrix
	Hosts    []probes.Host // what the hosts of [[host]] are asked at most, in the order of the file
	Warnings []Problem     // odd, but no error; in the order of the file
	Named    []string      // paths of the other files it was read from
}

// Agent is about this process.
type Agent struct {
	Location  string         // of this vantage point; never empty
	Zone      *time.Location // for days, quiet hours and clock times in messages
	Database  string         // path of the file, absolute if the directory of the config is
	Listen    string         // host:port; "" is off
	URL       string         // public address, for links; "" if there is none
	Canaries  []string       // URLs that tell a broken way out from a broken product; none is off
	APIToken  Secret         // of POST /api/v1/events; "" is closed
	Heartbeat Secret         // URL fetched each minute while all works; "" is off
}

// Slack is where messages go. Without BotToken and Webhook they go to the
// terminal only.
type Slack struct {
	Channel  string // "#name" or an ID
	BotToken Secret
	AppToken Secret   // "" means no buttons
	MayAct   []string // ids of users and user groups; none: everybody
	Webhook  Secret   // instead of BotToken
	API      string   // base URL of Slack's API, with a slash at its end
	Fallback string   // the route that stands in for it; "" is none
	Rest     bool     // it takes only what no route takes
}

// Route is another way to tell people: exactly one of Slack, Webhook, JSON,
// Alertmanager, AlertAPI and Email.
type Route struct {
	Name         string
	Slack        string // a channel of the bot of [slack]
	Webhook      Secret
	JSON         Secret
	Alertmanager Secret // takes what Alertmanager posts
	AlertAPI     Secret // an Alertmanager itself
	Email        []string
	Journeys     []string // names of those whose incidents it takes; nil is all
	Severity     string   // "soon" or "burning"; "" is both
	Fallback     string   // the route that stands in for it; "" is none
	Spare        bool     // it only stands in for others
	Digest       bool     // it takes the daily digest: people read it, and it is for more than what burns
}

// SMTP is the server that takes mails.
type SMTP struct {
	Host     string // "" is none
	Port     int
	From     string
	User     string // "": nobody logs in
	Password Secret
	TLS      string // "starttls", "implicit" or "none"
}

// Journey is one journey with the limits set on it. The first limit is always
// its availability, which no file has to ask for.
type Journey struct {
	probes.Journey
	Of          string        // its name in the file: Name without the values of its matrix and its family of addresses
	Limits      []alert.Limit // Key.Journey and Every are those of the journey
	ConfirmRuns ConfirmRuns
	Maintenance []alert.Window // in the order of the file
	DependsOn   []string       // names of journeys, those that these depend on too; the nearest first

	Business impact.Business // its Where is "" unless this is a [[journey]]
}

// Noise is when messages are sent, and when not.
type Noise struct {
	Quiet  alert.Hours  // in which warnings wait; the zero Hours are none
	Urging alert.Urging // what burns while nobody has it

	Crowd alert.Crowding // which incidents share one message
}

// ConfirmRuns is how a run that failed is repeated at once.
type ConfirmRuns struct {
	Times int           // at most; 0 is off
	After time.Duration // from the end of one run to the beginning of the next
}

// Secret is a text that no output of forewarn may hold. Whatever prints it
// prints three stars; string(s) is the text itself.
type Secret string

// String is three stars, or "" if there is no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString is String in quotes.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// MarshalJSON writes String.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// LogValue logs String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
