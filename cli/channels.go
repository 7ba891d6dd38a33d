package cli

import (
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

// channelsOf makes the channels that the configuration asks for: that of
// [slack], or the terminal where there is none, and one for each route.
func channelsOf(c config.Config, terminal notify.Channel) []notify.Channel {
	all := []notify.Channel{terminal}
	switch {
	case c.Slack.BotToken != "":
		all[0] = bot(c, "", c.Slack.Channel)
	case c.Slack.Webhook != "":
		all[0] = notify.NewWebhook(notify.WebhookSettings{URL: string(c.Slack.Webhook)})
	}
	for _, r := range c.Routes {
		all = append(all, channelOf(c, r))
	}
	return all
}

func bot(c config.Config, route, channel string) notify.Channel {
	return notify.NewSlack(notify.SlackSettings{Name: route, Token: string(c.Slack.BotToken), Channel: channel, APIURL: c.Slack.API})
}

// channelOf makes the channel of a route.
func channelOf(c config.Config, r config.Route) notify.Channel {
	hook := notify.HookSettings{Name: r.Name, Home: c.Agent.URL}
	switch {
	case r.Slack != "":
		return bot(c, r.Name, r.Slack)
	case r.Webhook != "":
		return notify.NewWebhook(notify.WebhookSettings{Name: r.Name, URL: string(r.Webhook)})
	case r.JSON != "":
		hook.URL = string(r.JSON)
		return notify.NewJSONHook(hook)
	case r.Alertmanager != "":
		hook.URL = string(r.Alertmanager)
		return notify.NewAlertmanager(hook)
	case r.AlertAPI != "":
		hook.URL = string(r.AlertAPI)
		return notify.NewAlerts(hook)
	}
	s := c.SMTP
	return notify.NewMail(notify.MailSettings{Name: r.Name, Host: s.Host, Port: s.Port, From: s.From, To: r.Email,
		User: s.User, Password: string(s.Password), TLS: s.TLS})
}

// routesOf are what the channels of c take, by their names.
func routesOf(c config.Config) []store.Route {
	var all []store.Route
	for _, name := range []string{"slack", "webhook", "terminal"} { // of which there is one
		all = append(all, store.Route{Name: name, Rest: c.Slack.Rest, Fallback: c.Slack.Fallback, Digest: true})
	}
	for _, r := range c.Routes {
		all = append(all, store.Route{
			Name: r.Name, Journeys: r.Journeys, Severity: store.Severity(r.Severity), Spare: r.Spare, Fallback: r.Fallback,
			Digest: r.Digest,
		})
	}
	return all
}
