// Package slackfake is a Slack for tests that behaves like the real one where
// forewarn touches it: posts, edits, threads, history with metadata, scopes,
// incoming webhooks, Socket Mode with clicks and slash commands, and the faults
// that the real one has. A [Server] is an [http.Handler]; serve it on loopback
// or over a net.Pipe in a bubble.
//
// The API is under /api/, the webhook is at [WebhookPath]. Every message is
// held against Slack's limits, see [Validate].
package slackfake
