package notify

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// lacking are the scopes that a token with those of header does not have.
func lacking(header string) (all []Scope) {
	if header == "" {
		return nil
	}
	has := strings.FieldsFunc(header, func(r rune) bool { return r == ',' || r == ' ' })
	for _, s := range Scopes() {
		if !slices.Contains(has, s.Name) {
			all = append(all, s)
		}
	}
	return all
}

// CheckAppToken asks Slack whether it would let a Socket in.
func CheckAppToken(ctx context.Context, s SlackSettings, appToken string) []Problem {
	if s.APIURL == "" {
		s.APIURL = slack.APIURL
	}
	api := slack.New("", slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(s.APIURL), slack.OptionHTTPClient(client(s.Dial)))
	asked, began := watched(ctx)
	_, _, err := api.StartSocketModeContext(asked)
	if err == nil {
		return nil
	}
	e := classify(err, began(), appToken)
	if e.Class != Config && e.Code == "" {
		return []Problem{{What: "slack.app_token: " + e.Reason, Fix: "check the network; forewarn keeps trying"}}
	}
	return []Problem{{What: "slack.app_token: " + e.Code, Fix: appTokenFix(e.Code)}}
}
