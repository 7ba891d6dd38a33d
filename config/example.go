package config

import (
	"regexp"
	"slices"
	"strings"
)

// aUser is how the table of a user with a password may be written.
const aUser = `{ user = "ann", password = "${PASSWORD}" }`

// instead shows how a value of another kind was likely meant: a number or a list
// of one text for a text, a text for a list of them. If that is no help it is an
// example.
func instead(n *node, k *Key) string {
	if n.kind == aList && len(n.items) == 1 && !k.within {
		n = n.items[0]
	}
	fits := n.kind != aTable && n.kind != aList && n.text != "" && k.Unit == "" && !k.Secret &&
		(len(k.OneOf) == 0 || slices.Contains(k.OneOf, n.text))
	switch {
	case fits && k.Type == "string":
		return k.word() + " = " + quote(n.text)
	case fits && k.Type == "list of strings" && n.kind == aString:
		return k.word() + " = [" + quote(n.text) + "]"
	}
	return example(k)
}

// example shows a key as it may be written.
func example(k *Key) string {
	name := k.word()
	if apt := map[string]string{
		"above": `"1500ms", or "5%" of errors`, "below": `"14d"`, "good": `"400ms"`, "if": `'vars.plan == "gold"'`, "times": "2", "retry": "{ times = 2 }", "poll": `{ within = "10s" }`,
		"rate": `"5/s", or "30/m", or "1000/h"`, "matrix": `{ region = ["eu", "us"] }`, "resolve": `{ "shop.example" = "192.0.2.7" }`, "resolver": `"192.0.2.53:53"`,
		"address": `"mail.example:465"`, "lookup": `"shop.example"`, "id": `"${BACKUP_PING}"`, "files": `{ photo = "photo.jpg" }`, "confirm_runs": "{ times = 2 }", "basic": aUser, "digest": aUser,
	}[name]; apt != "" {
		return name + " = " + apt
	}
	switch {
	case k.fields != nil:
		return k.table()
	case k.preset != nil && k.preset.kind == aString:
		return name + ` = "` + k.Default + `"`
	case k.preset != nil && k.preset.kind == anInteger:
		return name + " = " + k.Default
	case len(k.OneOf) > 0:
		return name + ` = "` + k.OneOf[0] + `"`
	}
	return name + " = " + map[string]string{
		"duration":             `"30s"`,
		"list of durations":    `["15m", "1h"]`,
		"list of strings":      `["one", "two"]`,
		"list of URLs":         `["https://shop.example/path"]`,
		"list of expressions":  `['status == 200']`,
		"table of expressions": `{ id = 'jsonpath("$.id")' }`,
		"table of strings":     `{ name = "value" }`,
		"expression":           `'jsonpath("$.id")'`,
		"amount of money":      `"40 EUR"`,
		"share":                `"1%"`,
		"number":               "120",
		"boolean":              "true",
		"integer":              "2",
		"URL":                  `"https://shop.example/path"`,
		"string":               `"..."`,
	}[k.Type]
}

var wordyDuration = regexp.MustCompile(`(?i)^([0-9]+(?:\.[0-9]+)?)\s*(millis|s|min|h|d|w)[a-z]*$`)

// meantDuration is "5 minutes" as a duration of the file, "" if s is no such
// thing or is one already.
func meantDuration(s string) string {
	m := wordyDuration.FindStringSubmatch(s)
	if _, wrong := parseDuration(s); m == nil || wrong == "" {
		return ""
	}
	unit := map[string]string{"millis": "ms", "min": "m"}[strings.ToLower(m[2])]
	meant := m[1] + or(unit, strings.ToLower(m[2]))
	if _, wrong := parseDuration(meant); wrong != "" {
		return ""
	}
	return meant
}
