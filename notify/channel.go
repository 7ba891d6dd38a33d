package notify

import (
	"context"
	"time"
)

// Channel is a way to reach people: a Slack bot, an incoming webhook, a
// terminal. One worker uses it at a time.
type Channel interface {
	// Name is the route of the outbox that it serves, such as "slack".
	Name() string
	// Pace is the least time between two messages; 0 is as they come.
	Pace() time.Duration
	// Check finds what is wrong with its settings, without telling anybody.
	Check(ctx context.Context) []Problem
	// Deliver brings m to its readers. Its error is an [*Error].
	Deliver(ctx context.Context, m Message) (Receipt, error)
}

// Receipt is the channel's word that it has a message.
type Receipt struct {
	Ref             // what later messages of the incident edit or reply to; zero: nothing can
	Head     bool   // this message is the incident's from now on, whatever was before
	Repaired string // what had to be left out of the message to deliver it, and why; "" if nothing
}

// Problem is something wrong with a channel, for the eyes of its operator.
type Problem struct {
	What  string // lower case, names the setting, holds no secret
	Fix   string // what to do next
	Fatal bool   // nothing can be delivered until it is fixed
}

// String is the problem and its fix in one line.
func (p Problem) String() string { return p.What + ": " + p.Fix }
