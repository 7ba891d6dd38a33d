package notify

import (
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
)

func TestWhoeverActsIsToldWhatCameOfIt(t *testing.T) {
	open := burningIncident()
	has := open
	has.AckBy, has.AckAt = "Ana", at(14, 4)
	over := resolvedIncident()
	receded := soonIncident()
	receded.State, receded.Resolved = alert.Quiet, at(13, 50)
	closed := over
	closed.ClosedBy = "Ana"
	gone := alert.Incident{Resolved: at(14, 20)}
	boris := func(kind alert.ActKind) alert.Act { return alert.Act{Kind: kind, Number: 42, By: "Boris"} }
	snooze := boris(alert.ToSnooze)
	snooze.Until = at(14, 35)
	tagged := boris(alert.ToClose)
	tagged.Tag = "deploy"
	for _, c := range []struct {
		a    alert.Act
		in   alert.Incident
		why  alert.Reason
		want string
	}{
		{boris(alert.ToAcknowledge), has, alert.NowTaken, "Ana has inc-42 now."},
		{boris(alert.ToAcknowledge), has, alert.AlreadyHasIt, "Nothing changed: Ana has inc-42 since 16:04 EET."},
		{boris(alert.ToAcknowledge), over, alert.NothingOpen, "Nothing changed: inc-42 is resolved since 16:30 EET."},
		{boris(alert.ToAcknowledge), receded, alert.NothingOpen, "Nothing changed: inc-42 has receded at 15:50 EET."},
		{boris(alert.ToAcknowledge), closed, alert.NothingOpen, "Nothing changed: inc-42 was closed by Ana at 16:30 EET."},
		{boris(alert.ToAcknowledge), gone, alert.NothingOpen, "Nothing changed: inc-42 is over since 16:20 EET."},
		{boris(alert.ToAcknowledge), alert.Incident{}, alert.NothingOpen, "Nothing changed: inc-42 is over."},
		{tagged, over, alert.NothingOpen, "Kept what you said. inc-42 is resolved since 16:30 EET."},
		{snooze, open, alert.NowSnoozed, "inc-42 is snoozed until 16:35 EET. What begins to burn is told all the same."},
		{snooze, open, alert.AlreadySnoozed, "Nothing changed: inc-42 is snoozed until 16:35 EET already."},
		{snooze, open, alert.AlreadyOver, "Nothing changed: that time is over."},
		{boris(alert.ToSayUseful), open, alert.NowUseful, "Kept: the warning of inc-42 was useful. If it does not come, it counts as averted."},
		{boris(alert.ToSayUseful), over, alert.NothingPending, "Kept: the warning of inc-42 was useful. How it turned out stays as it is."},
		{boris(alert.ToSayNotUseful), open, alert.NowNotUseful, "Kept: the warning of inc-42 was not useful."},
		{boris(alert.ToClose), closed, alert.NowClosed, "inc-42 is closed."},
		{boris(alert.ToSayUseful), open, alert.AlreadySaid, "Nothing changed: you said so before."},
	} {
		if got := Outcome(c.a, c.in, c.why, at(14, 40).In(kyiv(t))).String(); got != c.want {
			t.Errorf("%s, %s:\n got %s\nwant %s", c.a.Kind, c.why, got, c.want)
		}
	}
	has.AckBy = strings.Repeat("<!channel>", 1000)
	if text := mrkdwn(Outcome(boris(alert.ToAcknowledge), has, alert.AlreadyHasIt, time.Now())); strings.Contains(text, "<!channel") || len(text) > 3000 {
		t.Errorf("a name of somebody breaks it: %.200s", text)
	}
}
