package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// Class is what a failed delivery means for what is done next.
type Class uint8

// The classes. The zero Class is the one that loses nothing and repeats
// nothing: what is not known to have failed may have arrived.
const (
	Ambiguous   Class = iota // may have arrived: look before sending again
	NotSent                  // surely did not: send again later
	Rate                     // too fast: the whole channel waits
	Config                   // our settings: nothing can go out until they change
	Destination              // where it should go: nothing can go there until it changes
	Payload                  // this message, whatever is left out of it
)

// String names c in logs and on pages.
func (c Class) String() string {
	return [...]string{"ambiguous", "not sent", "rate", "config", "destination", "payload"}[c]
}

// Error is why a delivery failed. Its text holds no token and no address.
type Error struct {
	Class  Class
	Code   string        // Slack's, if it gave one
	Reason string        // the channel's own word first, then what to do
	After  time.Duration // of Rate: how long to wait; of Ambiguous: until it is worth a look; 0: not said
}

func (e *Error) Error() string { return e.Reason }

// classOf sorts the error codes of Slack's API and of its webhooks.
// Source: docs.slack.dev, chat.postMessage, "Errors", and "Sending messages
// using incoming webhooks", "Handling errors".
func classOf(code string) Class {
	switch code {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
		"no_permission", "team_access_not_granted", "ekm_access_denied", "not_allowed_token_type",
		"org_login_required", "invalid_token", "no_service", "no_active_hooks", "no_service_id", "no_team",
		"team_disabled", "action_prohibited", "posting_to_general_channel_denied":
		return Config
	case "channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "user_not_found",
		"restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
		"restricted_action_non_threadable_channel", "restricted_action_thread_locked":
		return Destination
	case "invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text",
		"too_many_attachments", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema",
		"metadata_must_be_sent_from_app", "invalid_payload", "missing_text_or_fallback_or_attachments",
		"invalid_arguments", "invalid_arg_name", "block_mismatch", "missing_channel", "markdown_text_conflict":
		return Payload
	case "ratelimited", "rate_limited", "message_limit_exceeded":
		return Rate
	}
	return Ambiguous
}

// fixOf is what an operator can do about a code; "" if nothing.
func fixOf(code string) string {
	switch code {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "not_allowed_token_type":
		return "put the app's bot token (xoxb-...) into slack.bot_token"
	case "missing_scope", "no_permission":
		return "add the scope chat:write under OAuth & Permissions and install the app again"
	case "not_in_channel":
		return "invite the bot: /invite @forewarn in the channel"
	case "channel_not_found":
		return "check slack.channel; a private channel must invite the bot: /invite @forewarn"
	case "is_archived", "channel_is_archived":
		return "unarchive the channel or set another slack.channel"
	case "no_service", "no_active_hooks", "invalid_token", "no_team", "no_service_id":
		return "the webhook is gone: make a new one and put it into slack.webhook_url"
	case "action_prohibited", "restricted_action", "posting_to_general_channel_denied":
		return "an administrator of the workspace must let the app post there"
	}
	return ""
}

// coded is the error for a code of Slack.
func coded(code string) *Error {
	e := &Error{Class: classOf(code), Code: code, Reason: clip(code, nameText)}
	if fix := fixOf(code); fix != "" {
		e.Reason += ": " + fix
	}
	return e
}

// classify makes an [*Error] of what a request ended with. began tells
// whether a connection for the request stood, so that it may have arrived.
// Every word of secrets is taken out.
func classify(err error, began bool, secrets ...string) *Error {
	var api slack.SlackErrorResponse
	var fast *slack.RateLimitedError
	var status slack.StatusCodeError
	switch {
	case errors.As(err, &api):
		e := coded(api.Err)
		e.Reason += details(api)
		return redacted(e, secrets)
	case errors.As(err, &fast):
		return &Error{Class: Rate, Code: "ratelimited", Reason: "ratelimited", After: fast.RetryAfter}
	case errors.As(err, &status):
		return ofStatus(status.Code)
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // what it was wrapped in names the address, which may be a secret
	}
	e := &Error{Class: NotSent, Reason: clip(err.Error(), whyText)}
	if began {
		e.Class = Ambiguous
		e.Reason = "no answer, may have arrived: " + e.Reason
	}
	if errors.Is(err, context.Canceled) {
		e.Reason = "stopped while sending"
	}
	return redacted(e, secrets)
}

// ofStatus is the error for an HTTP status without a body that says more.
func ofStatus(code int) *Error {
	e := &Error{Reason: fmt.Sprintf("HTTP %d %s", code, http.StatusText(code))}
	switch {
	case code == http.StatusTooManyRequests:
		e.Class = Rate
	case code >= 500 || code < 300:
		e.Class = Ambiguous
	default:
		e.Class = Config
		e.Reason += ": this is not Slack's answer; check slack.api_url, slack.webhook_url and the proxy"
	}
	return e
}

// details is what Slack says beside the code: which part of the blocks, which
// scope.
func details(r slack.SlackErrorResponse) string {
	said := slices.Clone(r.ResponseMetadata.Messages)
	if r.Needed != "" {
		said = append(said, "needs the scope "+r.Needed)
	}
	if len(said) == 0 {
		return ""
	}
	return " (" + clip(strings.Join(said, "; "), whyText) + ")"
}

func redacted(e *Error, secrets []string) *Error {
	for _, s := range secrets {
		if s != "" {
			e.Reason = strings.ReplaceAll(e.Reason, s, "[redacted]")
		}
	}
	return e
}

// errorOf is err as the [*Error] that every channel returns.
func errorOf(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Reason: cmp.Or(err.Error(), "unknown")}
}
