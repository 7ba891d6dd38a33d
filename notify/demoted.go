package notify

import (
	"fmt"

	"github.com/forewarn/forewarn/alert"
)

func (d draft) rule() string { return ruleOf(d.in.Limit) }

// ruleOf names a limit among those of its journey: "journey latency over 1.5 s".
func ruleOf(l alert.Limit) string {
	if l.Signal == alert.Availability {
		return clip(l.Limit, nameText)
	}
	side := " over "
	if l.Below {
		side = " under "
	}
	return clip(l.Limit, nameText) + side + Figure(l.Signal, l.Value)
}

// demoted says once that the warnings of a rule are told to nobody any more.
func (d draft) demoted() Message {
	came, name := cameText(d.s.Rule), d.name(nameText)
	return Message{
		Text:   "Demoted: " + d.short(" "+came) + ": only " + came + ". From now on they stand in the daily digest and wake nobody. What burns is told all the same.",
		Header: "🔇 Demoted: warnings of " + name + " are mostly wrong",
		Body: []Text{
			{words("Of " + name + ", " + d.rule() + ", only "), strong(came), words(": surely fewer than half. From now on they stand in the daily digest and wake nobody. They are judged as before, and told again once they come. What burns is told all the same.")},
			{strong("Do first: "), words("raise the limit if it is crossed without harm; forewarn backtest shows what another would have said.")},
		},
		Fields: []Field{{"Record", plain(RecordLine(d.s.Rule, d.s.All))}},
	}
}

// promoted says once that the warnings of a rule are told again, and why.
func (d draft) promoted() Message {
	name, why := d.name(nameText), cameText(d.s.Rule)
	if d.s.Rule.Judged() < alert.Enough {
		why = "its limit was changed, so its record begins anew"
	}
	return Message{
		Text:   "Promoted: " + d.short(" is warned of again") + " is warned of again: " + why + ".",
		Header: "🔮 Promoted: " + name + " is warned of again",
		Body:   []Text{{words(fmt.Sprintf("Warnings of %s, %s, are told again: ", name, d.rule())), strong(why), words(".")}},
		Fields: []Field{{"Record", plain(RecordLine(d.s.Rule, d.s.All))}},
	}
}
