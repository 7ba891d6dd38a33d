// Package notify tells people. It delivers the durable outbox, one worker per
// channel, and renders every message at the moment it is sent, from what is
// true then.
//
//	store.Due -> Render -> store.Sending -> Channel.Deliver -> store.Sent
//	                            |                 |
//	                  committed before     only after success:
//	                  the request          at least once, never lost
//
// A [Message] is neutral: each [Channel] writes it in its own way. Slack by bot
// token edits one living message per incident and replies in its thread, an
// incoming webhook and a terminal can only say things anew. The words are
// those that the incident's state calls for: Soon, Burning, Resolved.
//
// A message that cannot be made, or whose channel panics, is tried a few times
// and then given up with its reason; the other lanes never wait for it.
//
// A [Socket] hears what people click and type in Slack. It acknowledges first,
// then acts through store.Act, the one way to change an incident by hand, and
// answers only whoever asked; everybody else sees the message edited by way of
// the outbox.
//
// Nothing that comes from a site or a config file can ping anybody, break a
// message or pass a limit of Slack, and no error holds a token.
package notify
