// Package agent runs journeys on time and carries each result through to the
// outbox: it schedules, evaluates, rebuilds and reloads.
//
//	due -> probes.Run -> store.Save -> predict -> alert.Decide -> outbox
//
// What was said and when is decided in alert and kept in store; delivering it
// is notify's business, on its own goroutine. Nothing here waits for Slack.
package agent
