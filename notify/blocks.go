package notify

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/slack-go/slack"
)

// blocks lays m out for Slack: header, sentences, fields, buttons, the chart
// below all that a reader must not miss, small print. The first block carries
// id, which a channel's history gives back; ids are new at every edit, as
// Slack asks.
func blocks(m Message, id string) []slack.Block {
	all := []slack.Block{&slack.HeaderBlock{
		Type: slack.MBTHeader,
		Text: slack.NewTextBlockObject(slack.PlainTextType, inert(m.Header), true, false),
	}}
	body, rest := m.Body, []Text(nil)
	if len(body) > 1 {
		body, rest = body[:1], body[1:]
	}
	all = append(all, sections(body)...)
	if len(m.Fields) > 0 {
		all = append(all, fields(m.Fields))
	}
	all = append(all, sections(rest)...)
	if len(m.Buttons) > 0 {
		all = append(all, actions(m))
	}
	if c := chartBlock(m.Chart); c != nil {
		all = append(all, c)
	}
	all = numbered(append(all, small(smallPrint(m))), id)
	if tooLong(all) {
		return withoutChart(all)
	}
	return all
}

// tooLong reports whether Slack would refuse blocks for all that they are
// together: above some 13,200 bytes, as was found live.
func tooLong(all []slack.Block) bool {
	const most = 12_000
	content, err := json.Marshal(all)
	return err != nil || len(content) > most
}

// withoutChart is what is left of blocks for a workspace that shows no charts.
func withoutChart(all []slack.Block) []slack.Block {
	return slices.DeleteFunc(slices.Clone(all), isChart)
}

func isChart(b slack.Block) bool { return b.BlockType() == slack.MBTDataVisualization }

// smallPrint is m's, with the command that stands in for its buttons.
func smallPrint(m Message) []Text {
	if m.Command == "" || len(m.Buttons) > 0 {
		return m.Context
	}
	return append(m.Context[:len(m.Context):len(m.Context)], plain("to acknowledge: "+m.Command))
}

// reply is the line that m says in its thread.
func reply(m Message, id string) []slack.Block {
	return numbered(sections([]Text{m.Reply}), id)
}

func sections(paragraphs []Text) []slack.Block {
	var all []slack.Block
	for _, p := range paragraphs {
		all = append(all, &slack.SectionBlock{Type: slack.MBTSection, Text: object(p)})
	}
	return all
}

func fields(list []Field) slack.Block {
	block := &slack.SectionBlock{Type: slack.MBTSection}
	for _, f := range list {
		text := append(Text{strong(f.Label), words("\n")}, f.Value...)
		block.Fields = append(block.Fields, object(text))
	}
	return block
}

func small(lines []Text) slack.Block {
	block := &slack.ContextBlock{Type: slack.MBTContext}
	for _, line := range lines {
		block.ContextElements.Elements = append(block.ContextElements.Elements, object(line))
	}
	return block
}

// numbered gives every block an id of its own.
func numbered(all []slack.Block, id string) []slack.Block {
	for i, b := range all {
		own := id
		if i > 0 {
			own += "#" + strconv.Itoa(i+1)
		}
		switch b := b.(type) {
		case *slack.HeaderBlock:
			b.BlockID = own
		case *slack.SectionBlock:
			b.BlockID = own
		case *slack.ActionBlock:
			b.BlockID = own
		case *slack.DataVisualizationBlock:
			b.BlockID = own
		case *slack.ContextBlock:
			b.BlockID = own
		}
	}
	return all
}
