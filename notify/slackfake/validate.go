package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Validate holds the blocks of a message against Slack's limits, and returns
// what is wrong as Slack words it, each with its JSON pointer; nil if nothing
// is. It is stricter than Slack where Slack does not say how it counts: texts
// by UTF-16 units, and 12,000 bytes for all blocks together. A key that Slack
// does not know is an error, since it is a typo.
//
// Sources: docs.slack.dev/reference/block-kit for blocks, elements and
// composition objects; @slack/types 3.2.0 for ids, buttons and images.
func Validate(blocks []byte) []string {
	const most, bytes = 50, 12_000
	c := checker{ids: map[string]bool{}}
	var list []any
	if err := json.Unmarshal(blocks, &list); err != nil || !utf8.Valid(blocks) {
		return []string{"[ERROR] not an array of blocks in UTF-8 [json-pointer:/blocks]"}
	}
	if len(blocks) > bytes {
		c.fail("/blocks", "must be less than %d bytes together", bytes+1)
	}
	c.count("/blocks", len(list), 1, most)
	for i, b := range list {
		c.block("/blocks/"+strconv.Itoa(i), b)
	}
	return c.wrong
}

// object is a JSON object.
type object = map[string]any

// checker collects what is wrong.
type checker struct {
	wrong  []string
	ids    map[string]bool
	charts int
}

func (c *checker) fail(at, format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Sprintf("[ERROR] "+format+" [json-pointer:%s]", append(args, at)...))
}

// keys checks that o has no keys but known ones; those before the first "?"
// are required.
func (c *checker) keys(at string, o object, known ...string) {
	required := known
	if i := slices.Index(known, "?"); i >= 0 {
		required = known[:i]
	}
	for _, k := range required {
		if _, ok := o[k]; !ok {
			c.fail(at, "missing required field: %s", k)
		}
	}
	for k := range o {
		if !slices.Contains(known, k) {
			c.fail(at+"/"+k, "unknown field: %s", k)
		}
	}
}

func (c *checker) count(at string, n, least, most int) {
	if n < least {
		c.fail(at, "no fewer than %d items allowed", least)
	}
	if n > most {
		c.fail(at, "no more than %d items allowed", most)
	}
}

// str checks a string of least to most UTF-16 units.
func (c *checker) str(at string, v any, least, most int) string {
	s, ok := v.(string)
	if !ok {
		c.fail(at, "must be a string")
		return ""
	}
	if n := len(utf16.Encode([]rune(s))); n < least {
		c.fail(at, "must be more than %d characters", least-1)
	} else if n > most {
		c.fail(at, "must be less than %d characters", most+1)
	}
	return s
}

// text checks a text object of at most most units.
func (c *checker) text(at string, v any, most int, kinds ...string) {
	o, ok := v.(object)
	if !ok {
		c.fail(at, "must be a text object")
		return
	}
	c.keys(at, o, "type", "text", "?", "emoji", "verbatim")
	kind, _ := o["type"].(string)
	if !slices.Contains(kinds, kind) {
		c.fail(at+"/type", "must be one of %v", kinds)
	}
	if _, has := o["emoji"]; has && kind != "plain_text" {
		c.fail(at+"/emoji", "only allowed in plain_text")
	}
	if _, has := o["verbatim"]; has && kind != "mrkdwn" {
		c.fail(at+"/verbatim", "only allowed in mrkdwn")
	}
	c.str(at+"/text", o["text"], 1, most)
}

// list is v as an array of least to most items.
func (c *checker) list(at string, v any, least, most int) []any {
	list, ok := v.([]any)
	if !ok {
		c.fail(at, "must be an array")
		return nil
	}
	c.count(at, len(list), least, most)
	return list
}

// id checks a block_id or action_id: at most 255, unique in the message.
func (c *checker) id(at string, o object, key string) {
	v, has := o[key]
	if !has {
		return
	}
	id := c.str(at+"/"+key, v, 1, 255)
	if c.ids[key+id] {
		c.fail(at+"/"+key, "must be unique: %s", id)
	}
	c.ids[key+id] = true
}
