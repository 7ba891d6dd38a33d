package config

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func (r *reader) agent(t *agentTable) Agent {
	a := Agent{
		Location: t.Location.value, Zone: r.zone(t.Timezone), Database: r.database(t.Database),
		Listen: t.Listen.value, URL: strings.TrimSuffix(t.URL.value, "/"), Heartbeat: Secret(t.Heartbeat.value), APIToken: Secret(t.APIToken.value),
	}
	if host, err := os.Hostname(); a.Location == "" && err == nil {
		a.Location = host
	}
	if a.Location == "" {
		a.Location = "here"
	}
	switch {
	case !t.Listen.given() || a.Listen == "":
	case strings.HasPrefix(a.Listen, ":") && isHostPort("127.0.0.1"+a.Listen):
		r.wrong(t.Listen.at(), "listen names no host", fmt.Sprintf(`write listen = "127.0.0.1%s", or "0.0.0.0%s" to be open to all`, a.Listen, a.Listen))
	case !isHostPort(a.Listen):
		r.wrong(t.Listen.at(), "listen is not host:port", `write listen = "127.0.0.1:8080", or "" for off`)
	}
	return a
}

// canaryURLs are who is asked whether this machine's own link works. Where
// nothing is said of it that is the server that messages go to: nobody new
// learns of us, and while it does not answer nothing could be told anyway.
func canaryURLs(t *agentTable, s Slack) []string {
	if t.Canary != nil {
		var urls []string
		for _, one := range t.Canary {
			urls = append(urls, one.value)
		}
		return urls
	}
	where := string(s.Webhook)
	if s.BotToken != "" {
		where = s.API
	}
	u, err := url.Parse(where)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host + "/"}
}

func (r *reader) zone(t label) *time.Location {
	if t.value == "" {
		return time.Local
	}
	zone, err := time.LoadLocation(t.value)
	if err != nil {
		r.wrong(t.at(), "unknown timezone", "write a name of the tz database, as in Europe/Kyiv or UTC")
	}
	return zone
}

// database resolves the path of the database. A service manager that keeps a
// directory for our state says so in $STATE_DIRECTORY (systemd.exec(5)).
func (r *reader) database(t label) string {
	if scheme, _, isURL := strings.Cut(t.value, "://"); isURL {
		r.conceal(t.node)
		r.wrong(t.at(), "database is not the path of a file", scheme+" is not supported: write the name of a file")
	}
	if filepath.IsAbs(t.value) || t.value == "" {
		return t.value
	}
	dir := r.dir
	if state, _ := r.lookup("STATE_DIRECTORY"); state != "" {
		dir, _, _ = strings.Cut(state, ":")
	}
	return filepath.Join(dir, t.value)
}

func isHostPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || strings.ContainsAny(host, " /") {
		return false
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && number <= 65535
}

func (r *reader) slack(t *slackTable) Slack {
	s := Slack{
		Channel: t.Channel.value, BotToken: Secret(t.BotToken.value), AppToken: Secret(t.AppToken.value),
		Fallback: t.Fallback.value, Rest: t.Rest.value,
		Webhook: Secret(t.Webhook.value), API: strings.TrimSuffix(t.API.value, "/") + "/",
	}
	if t.BotToken.given() && t.Webhook.given() {
		r.wrong(t.Webhook.node.key, "webhook_url stands beside bot_token", "keep one of them: bot_token can do more")
	}
	if t.BotToken.given() && !t.Channel.given() {
		r.absent(t.BotToken.node.key, "bot_token without channel", `add channel = "#alerts"`)
	}
	if t.AppToken.given() && !t.BotToken.given() {
		r.absent(t.AppToken.node.key, "app_token without bot_token", "buttons need both; add bot_token")
	}
	if t.Channel.given() && !t.BotToken.given() && !t.Webhook.given() {
		r.absent(t.Channel.node.key, "channel without bot_token", `add bot_token = "${SLACK_BOT_TOKEN}"`)
	}
	if t.Channel.given() && t.Webhook.given() {
		r.odd(t.Channel.node.key, "channel means nothing beside webhook_url", "a webhook posts to the channel it was made for")
	}
	for _, one := range t.MayAct {
		if !isMember(one.value) {
			r.wrong(one.at(), "may_act holds no id of a user or user group", "write the id, as U0123456789 or S0123456789: the profile's menu has it under Copy member ID")
		}
		s.MayAct = append(s.MayAct, one.value)
	}
	if len(t.MayAct) > 0 && !t.AppToken.given() {
		r.odd(t.MayAct[0].at(), "may_act means nothing without app_token", "without it nobody can click: add app_token")
	}
	r.tokenKind(t.BotToken, "xoxb-", "a bot token")
	r.tokenKind(t.AppToken, "xapp-", "an app token")
	return s
}

// isMember reports whether s has the form of Slack's ids of users and groups.
func isMember(s string) bool {
	return len(s) >= 9 && strings.ContainsAny(s[:1], "UWS") && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// tokenKind warns of a token of another kind, the likeliest slip with two of
// them. What Slack says of it is shown when the agent runs.
func (r *reader) tokenKind(t label, prefix, what string) {
	isToken := strings.HasPrefix(t.value, "xox") || strings.HasPrefix(t.value, "xapp-")
	if t.given() && isToken && !strings.HasPrefix(t.value, prefix) {
		r.odd(t.node.key, t.node.name+" does not look like "+what, what+" begins with "+prefix)
	}
}
