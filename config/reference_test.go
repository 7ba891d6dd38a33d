package config

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/internal/golden"
	"github.com/google/go-cmp/cmp"
)

const (
	tableBegin = "<!-- keys: begin -->\n"
	tableEnd   = "<!-- keys: end -->\n"
)

func TestDocumentsEveryKey(t *testing.T) {
	const file = "../docs/config.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), tableBegin)
	_, after, ends := strings.Cut(rest, tableEnd)
	if !begins || !ends {
		t.Fatalf("%s has no %s and %s", file, tableBegin, tableEnd)
	}
	golden.Compare(t, file, before+tableBegin+referenceTable()+tableEnd+after)
}

// referenceTable is one Markdown table of all keys.
func referenceTable() string {
	var b strings.Builder
	b.WriteString("| key | type | unit | default | meaning |\n|---|---|---|---|---|\n")
	for _, k := range Keys() {
		if k.As != "" {
			fmt.Fprintf(&b, "| **`%s`** | %s | | %s | **%s**, with the keys of `[[%s]]` |\n", k.table(), k.Type, fallback(k), k.Meaning, k.As)
			continue
		}
		if k.fields != nil {
			fmt.Fprintf(&b, "| **`%s`** | %s | | %s | **%s** |\n", k.table(), k.Type, fallback(k), k.Meaning)
			continue
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", k.word(), typeAndBounds(k), unit(k), fallback(k), meaning(k))
	}
	return b.String()
}

func typeAndBounds(k Key) string {
	switch {
	case len(k.OneOf) > 0:
		return "`\"" + strings.Join(k.OneOf, "\"`, `\"") + "\"`"
	case k.Min != "":
		return fmt.Sprintf("%s, %s to %s", k.Type, k.Min, k.Max)
	case k.Max != "":
		return fmt.Sprintf("%s, at most %s", k.Type, k.Max)
	}
	return k.Type
}

func unit(k Key) string {
	switch {
	case k.Unit != "":
		return k.Unit
	case k.Type == "duration", k.Type == "list of durations":
		return "us ms s m h d w"
	case k.Type == "size":
		return "B kB MB KiB MiB"
	case strings.Contains(k.Type, "string") && k.Max != "":
		return "characters"
	}
	return ""
}

func fallback(k Key) string {
	switch {
	case k.Required:
		return "required"
	case k.preset != nil && k.preset.kind == aString:
		return "`\"" + k.Default + "\"`"
	case k.preset != nil:
		return "`" + k.Default + "`"
	case k.Else != "":
		return k.Else
	}
	return "none"
}

func meaning(k Key) string {
	text := strings.ReplaceAll(k.Meaning, "|", `\|`)
	if k.Unless != "" {
		text += "; not required beside " + k.Unless
	}
	if k.Secret {
		text += "; never shown"
	}
	return text
}

var (
	exampleHeader = regexp.MustCompile(`^ *(?:# )?\[{1,2}([a-z0-9_.]+)\]{1,2}`)
	exampleKey    = regexp.MustCompile(`^ *(?:# )?([a-z0-9_]+) *= (.*)`)
	inlineKey     = regexp.MustCompile(`[{,] *([a-z0-9_]+) *=`)
)

// exampleKeys lists the paths of all keys in config.example.toml, live or
// commented out.
func exampleKeys(text string) []string {
	var found []string
	table := ""
	for line := range strings.Lines(text) {
		if m := exampleHeader.FindStringSubmatch(line); m != nil {
			table = m[1]
			found = append(found, table)
		} else if m := exampleKey.FindStringSubmatch(line); m != nil {
			found = append(found, table+"."+m[1])
			found = append(found, inlineKeys(table+"."+m[1], m[2])...)
		}
	}
	for _, k := range Keys() { // limits and steps are the same everywhere
		found = slices.DeleteFunc(found, func(path string) bool { return k.As != "" && strings.HasPrefix(path, k.Path+".") })
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// inlineKeys lists the keys of an inline table that has known keys.
func inlineKeys(path, value string) []string {
	known := slices.ContainsFunc(Keys(), func(k Key) bool { return k.Path == path && k.fields != nil })
	if !known || !strings.HasPrefix(value, "{") {
		return nil
	}
	var found []string
	for _, m := range inlineKey.FindAllStringSubmatch(value, -1) {
		found = append(found, path+"."+m[1])
	}
	return found
}

func TestExampleShowsEveryKeyAndNoOther(t *testing.T) {
	text, err := os.ReadFile("../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, k := range Keys() {
		want = append(want, k.Path)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, exampleKeys(string(text))); diff != "" {
		t.Errorf("keys -, config.example.toml +:\n%s", diff)
	}
}

func TestExampleLoadsWithoutWarnings(t *testing.T) {
	env := environment{"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SHOP_PASSWORD": "correct horse", "BACKUP_PING": "5f0e6d8ad6a84bb1b2c9e0c7c2f5a111"}
	c, err := Load("../config.example.toml", env.lookup)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range c.Warnings {
		t.Error(w)
	}
	if len(c.Journeys) != 6 || len(c.Journeys[0].Steps) != 5 || len(c.Journeys[0].Limits) != 5 {
		t.Errorf("%s", dump(c))
	}
}

// What the example says of defaults is so: with those lines left out nothing
// changes.
func TestExampleStatesDefaultsTruly(t *testing.T) {
	text, err := os.ReadFile("../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	env := environment{"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SHOP_PASSWORD": "correct horse", "BACKUP_PING": "5f0e6d8ad6a84bb1b2c9e0c7c2f5a111"}
	load := func(text string) string {
		c, err := Parse("config.example.toml", []byte(text), "/", env.lookup)
		if err != nil {
			t.Fatal(err)
		}
		return dump(c)
	}
	var shorter strings.Builder
	for line := range strings.Lines(string(text)) {
		if m := exampleKey.FindStringSubmatch(line); m == nil || !slices.Contains([]string{
			"database", "listen", "feature", "every", "max_body", "ahead", "stat", "window", "confirm",
		}, m[1]) {
			shorter.WriteString(line)
		}
	}
	if diff := cmp.Diff(load(string(text)), load(shorter.String())); diff != "" {
		t.Error(diff)
	}
}

func TestEveryKeySaysWhatItIs(t *testing.T) {
	for _, k := range Keys() {
		if k.Meaning == "" || k.Type == "" {
			t.Errorf("%s has no meaning or type", k.Path)
		}
		if k.Required && (k.Default != "" || k.Else != "") || k.Default != "" && k.Else != "" {
			t.Errorf("%s: required, default and else exclude one another", k.Path)
		}
	}
}
