package notify

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// Check asks Slack about the token, its scopes and the channel, and posts
// nothing.
func (s *Slack) Check(ctx context.Context) []Problem {
	asked, began := watched(ctx)
	who, err := s.api.AuthTestContext(asked)
	if err != nil {
		return []Problem{s.problem("slack.bot_token", classify(err, began(), s.settings.Token))}
	}
	var scopes []string
	for scope := range strings.SplitSeq(who.Header.Get("X-OAuth-Scopes"), ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			scopes = append(scopes, scope)
		}
	}
	s.fileless.Store(len(scopes) > 0 && !slices.Contains(scopes, "files:write"))
	return append(checkScopes(scopes), s.checkChannel(ctx, scopes)...)
}

// problem is one failed question as a Problem. What may pass is not fatal.
func (s *Slack) problem(key string, e *Error) Problem {
	if e.Class != Config && e.Class != Destination {
		return Problem{What: "slack: " + e.Reason, Fix: "check the network; forewarn keeps trying"}
	}
	what, fix, _ := strings.Cut(e.Reason, ": ")
	if fix == "" {
		fix = "see docs.slack.dev for this code"
	}
	return Problem{What: key + ": " + what, Fix: fix, Fatal: true}
}

// checkScopes names what the token may not do. A server that names no scopes
// is believed.
func checkScopes(scopes []string) []Problem {
	if len(scopes) == 0 {
		return nil
	}
	const how = "add it under OAuth & Permissions and install the app again"
	var all []Problem
	if !slices.Contains(scopes, "chat:write") {
		all = append(all, Problem{What: "slack.bot_token lacks the scope chat:write", Fix: how, Fatal: true})
	}
	if !slices.Contains(scopes, "channels:history") && !slices.Contains(scopes, "groups:history") {
		all = append(all, Problem{
			What: "slack.bot_token lacks the scope channels:history (groups:history for a private channel)",
			Fix:  "without it a message may arrive twice after a lost answer; " + how,
		})
	}
	return all
}

// checkChannel finds out whether the bot can post where it is told to.
func (s *Slack) checkChannel(ctx context.Context, scopes []string) []Problem {
	key := "slack.channel"
	if s.settings.Name != "" {
		key = "slack of route " + clip(s.settings.Name, nameText)
	}
	c, err := s.channel(ctx)
	if err != nil {
		e := classify(err, true, s.settings.Token)
		if e.Code == "missing_scope" {
			return []Problem{{What: key + " cannot be checked without the scope channels:read (groups:read)",
				Fix: "add it under OAuth & Permissions, or try a message"}}
		}
		return []Problem{s.problem(key, e)}
	}
	switch {
	case c.IsArchived:
		return []Problem{s.problem(key, coded("is_archived"))}
	case !c.IsMember:
		p := s.problem(key+" "+clip(s.settings.Channel, nameText), coded("not_in_channel"))
		p.Fatal = !slices.Contains(scopes, "chat:write.public")
		return []Problem{p}
	}
	s.remember(c)
	return nil
}

func (s *Slack) remember(c slack.Channel) {
	if c.ID != "" {
		s.id.Store(&c.ID)
	}
}
