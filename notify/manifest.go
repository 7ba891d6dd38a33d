package notify

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/slack-go/slack"
)

// Scope is a permission of the bot, and what it buys.
type Scope struct {
	Name  string
	Buys  string // lower case
	Needs bool   // nothing can be told without it
}

// Scopes are all that the bot uses, and no other.
func Scopes() []Scope {
	return []Scope{
		{"chat:write", "posts, edits and answers messages", true},
		{"channels:read", "finds the channel and sees whether the bot is in it", false},
		{"groups:read", "finds a private channel and sees whether the bot is in it", false},
		{"channels:history", "sees whether a message arrived whose answer was lost, so that it is not said twice", false},
		{"groups:history", "sees in a private channel whether such a message arrived", false},
		{"files:write", "shows the forecast as a picture in the thread", false},
		{"commands", "hears /forewarn", false},
		{"usergroups:read", "knows who is in a user group of slack.may_act", false},
	}
}

// Manifest is the description of the app, as Slack takes it to make one.
func Manifest() ([]byte, error) {
	var bot []string
	for _, s := range Scopes() {
		bot = append(bot, s.Name)
	}
	text, err := json.Marshal(slack.Manifest{
		Display: slack.Display{Name: "forewarn", Description: "Warns before a user journey gets too slow or fails"},
		Features: slack.Features{
			BotUser: slack.BotUser{DisplayName: "forewarn", AlwaysOnline: true},
			SlashCommands: []slack.ManifestSlashCommand{{
				Command: "/forewarn", Description: "What is open, and who has it", UsageHint: "status | ack 42 | snooze 42 2h",
			}},
		},
		OAuthConfig: slack.OAuthConfig{Scopes: slack.OAuthScopes{Bot: bot}},
		Settings:    slack.Settings{Interactivity: &slack.Interactivity{IsEnabled: true}, SocketModeEnabled: true},
	})
	var whole map[string]map[string]any
	if err == nil {
		err = json.Unmarshal(text, &whole)
	}
	delete(whole, "_metadata") // what slack-go writes though there is nothing in it
	delete(whole["features"], "app_home")
	if err == nil {
		text, err = json.MarshalIndent(whole, "", "  ")
	}
	if err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	return append(text, '\n'), nil
}

// NewAppURL opens Slack's page that makes an app, with the manifest filled in.
// Source: docs.slack.dev/app-manifests/configuring-apps-with-app-manifests.
func NewAppURL() (string, error) {
	text, err := Manifest()
	if err != nil {
		return "", err
	}
	var short json.RawMessage = text
	compact, err := json.Marshal(short)
	if err != nil {
		return "", fmt.Errorf("shorten the manifest: %w", err)
	}
	return "https://api.slack.com/apps?new_app=1&manifest_json=" + strings.ReplaceAll(url.QueryEscape(string(compact)), "+", "%20"), nil
}
