package notify

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/store"
)

// request is what somebody in Slack asks for: by a button with its value, or,
// without one, by the text behind the slash command.
type request struct {
	who      person
	button   Button
	value    string
	text     string
	trigger  string // names the click, however often Slack tells it
	answerTo string // a secret
}

// person is somebody in Slack.
type person struct{ id, name string }

// ofClick is the request of a pressed button. That of a link has no value.
func ofClick(c slack.InteractionCallback) request {
	r := request{who: person{c.User.ID, cmp.Or(c.User.Name, c.User.ID)}, trigger: c.TriggerID, answerTo: c.ResponseURL, button: "?"}
	if len(c.ActionCallback.BlockActions) > 0 {
		a := c.ActionCallback.BlockActions[0]
		r.button, r.value = Button(a.ActionID), cmp.Or(a.Value, a.SelectedOption.Value)
	}
	return r
}

func ofCommand(c slack.SlashCommand) request {
	return request{who: person{c.UserID, cmp.Or(c.UserName, c.UserID)}, trigger: c.TriggerID, answerTo: c.ResponseURL, text: c.Text}
}

// do does what r asks for and says what came of it.
func (s *Socket) do(ctx context.Context, r request) answerBack {
	if r.button == "" {
		return s.slash(ctx, r)
	}
	number, choice, ok := idOf(r.value)
	if !ok {
		return justSay(plain("Nothing changed: this button is of another version of forewarn."))
	}
	switch r.button {
	case ShowForecast:
		return s.show(ctx, number)
	case Acknowledge:
		return s.act(ctx, r, alert.Act{Kind: alert.ToAcknowledge, Number: number})
	case Useful:
		return s.act(ctx, r, alert.Act{Kind: alert.ToSayUseful, Number: number})
	case NotUseful:
		return s.act(ctx, r, alert.Act{Kind: alert.ToSayNotUseful, Number: number})
	case Snooze:
		return s.snooze(ctx, r, number, choice)
	}
	return justSay(plain("Nothing changed: this button is of another version of forewarn."))
}

func (s *Socket) snooze(ctx context.Context, r request, number int64, choice string) answerBack {
	until, err := SnoozeUntil(choice, time.Now().In(s.zone()))
	if err != nil {
		return justSay(plain("Nothing changed: " + err.Error() + "."))
	}
	return s.act(ctx, r, alert.Act{Kind: alert.ToSnooze, Number: number, Until: until})
}

// act does a for whoever asked, if that person may.
func (s *Socket) act(ctx context.Context, r request, a alert.Act) answerBack {
	n := s.notifier
	if why := s.refuse(ctx, r.who); why != "" {
		n.settings.Log.Warn("not allowed to act", "who", r.who.id, "act", a.Kind, "incident", a.Number)
		return justSay(plain(why))
	}
	a.At, a.By, a.ByID, a.Via = time.Now(), r.who.name, r.who.id, "slack"
	in, why, err := n.settings.DB.Act(ctx, a)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return justSay(plain("Nothing changed: there is no incident " + value(a.Number) + "."))
	case err != nil:
		n.settings.Log.Error("act", "err", err)
		return justSay(plain("That could not be kept: " + clip(err.Error(), whyText) + ". Try again in a minute."))
	}
	n.Wake()
	n.settings.Log.Info("acted", "act", a.Kind, "incident", a.Number, "who", clip(a.By, nameText), "id", a.ByID, "came", why)
	return justSay(Outcome(a, in, why, a.At.In(s.zone())))
}

// refuse is why who may not act; "" if they may.
func (s *Socket) refuse(ctx context.Context, who person) string {
	may := s.settings.MayAct
	if len(may) == 0 || slices.Contains(may, who.id) {
		return ""
	}
	for _, group := range may {
		if !strings.HasPrefix(group, "S") {
			continue
		}
		members, err := s.bots[0].api.GetUserGroupMembersContext(ctx, group)
		if err != nil {
			e := classify(err, true, s.bots[0].settings.Token)
			return "Nothing changed: whether you may is unknown, since the user group " + group +
				" could not be read (" + cmp.Or(e.Code, e.Class.String()) + "); the bot needs the scope usergroups:read."
		}
		if slices.Contains(members, who.id) {
			return ""
		}
	}
	return "Nothing changed: you are not among those who may act (slack.may_act)."
}

func (s *Socket) zone() *time.Location { return cmp.Or(s.notifier.settings.Zone, time.UTC) }

// show is the incident as it stands, with its forecast.
func (s *Socket) show(ctx context.Context, number int64) answerBack {
	in, err := s.worker.DB.IncidentByNumber(ctx, number)
	if err != nil {
		return justSay(plain("There is no incident " + value(number) + "."))
	}
	now := time.Now()
	ev := alert.Event{Kind: alert.WentSoon, At: now, Number: number, Revision: in.Revision}
	m := Render(in, ev, s.worker.subject(ctx, in.Limit.Key, in, now), now.In(s.zone()))
	m.Buttons, m.Command = nil, ""
	return answerBack{m.Text, blocks(m, value(number))}
}
