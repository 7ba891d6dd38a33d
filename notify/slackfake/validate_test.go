package slackfake

import (
	"strings"
	"testing"
)

func TestTheValidatorFindsWhatSlackRefuses(t *testing.T) {
	section := func(text string) string { return `[{"type":"section","text":` + text + `}]` }
	for name, bad := range map[string]string{
		"no array":             `{}`,
		"no blocks":            `[]`,
		"too many blocks":      `[` + strings.Repeat(`{"type":"divider"},`, 50) + `{"type":"divider"}]`,
		"unknown type":         `[{"type":"alert"}]`,
		"long header":          `[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("x", 151) + `"}}]`,
		"marked up header":     `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`,
		"empty text":           section(`{"type":"mrkdwn","text":""}`),
		"long text":            section(`{"type":"mrkdwn","text":"` + strings.Repeat("x", 3001) + `"}`),
		"misspelt key":         `[{"type":"section","txt":{"type":"mrkdwn","text":"x"}}]`,
		"emoji in mrkdwn":      section(`{"type":"mrkdwn","text":"x","emoji":true}`),
		"section of nothing":   `[{"type":"section"}]`,
		"eleven fields":        `[{"type":"section","fields":[` + strings.Repeat(`{"type":"mrkdwn","text":"x"},`, 10) + `{"type":"mrkdwn","text":"x"}]}]`,
		"context of nothing":   `[{"type":"context","elements":[]}]`,
		"the same id twice":    `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`,
		"long id":              `[{"type":"divider","block_id":"` + strings.Repeat("x", 256) + `"}]`,
		"long button":          `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"` + strings.Repeat("x", 76) + `"}}]}]`,
		"misspelt action":      `[{"type":"actions","elements":[{"type":"button","acton_id":"x","text":{"type":"plain_text","text":"x"}}]}]`,
		"button without words": `[{"type":"actions","elements":[{"type":"button","action_id":"x"}]}]`,
		"chart with a gap": `[{"type":"data_visualization","title":"t","chart":{"type":"line","series":[{"name":"a","data":[{"label":"1","value":1}]}],
			"axis_config":{"categories":["1","2"]}}}]`,
	} {
		if len(Validate([]byte(bad))) == 0 {
			t.Errorf("%s: accepted %.100s", name, bad)
		}
	}
}
