package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// editor is what an editor makes of the schema: a validator that is none of
// ours.
func editor(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("forewarn.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("forewarn.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON is a file of TOML as editors see it; false if it is not TOML.
func asJSON(text string) (any, bool) {
	var file map[string]any
	text = strings.TrimPrefix(text, "\ufeff")
	if toml.Unmarshal([]byte(text), &file) != nil {
		return nil, false
	}
	return jsonOf(file), true
}

func jsonOf(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = jsonOf(v[name])
		}
		return v
	case []any:
		for i := range v {
			v[i] = jsonOf(v[i])
		}
		return v
	case time.Time, toml.LocalDate, toml.LocalTime, toml.LocalDateTime:
		return fmt.Sprint(v)
	}
	return v
}

// rightFiles are all files of the repository that load: the examples, the
// blocks of the documentation that are whole files, and the cases.
func rightFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	read := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, path := range []string{"../config.example.toml", "../cli/demo.toml"} {
		files[path] = read(path)
	}
	err := filepath.WalkDir("../examples", func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".toml" {
			files[path] = read(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	pages, _ := filepath.Glob("../docs/*.md")
	for _, page := range append(pages, "../README.md") {
		for i, block := range regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(read(page), -1) {
			if strings.Contains(block[1], "[[journey]]") && strings.Contains(block[1], "[[journey.step]]") {
				files[fmt.Sprint(page, " block ", i+1)] = block[1]
			}
		}
	}
	for _, pattern := range []string{"value-*", "warning-*"} {
		cases, _ := filepath.Glob("testdata/cases/" + pattern)
		for _, path := range cases {
			input, _, _ := strings.Cut(read(path), "\n----\n")
			files[path] = input + "\n"
		}
	}
	return files
}

func TestEveryRightFileFitsTheSchema(t *testing.T) {
	schema, files := editor(t), rightFiles(t)
	if len(files) < 45 {
		t.Fatalf("only %d files", len(files))
	}
	for path, text := range files {
		file, ok := asJSON(text)
		if !ok {
			t.Errorf("%s is not TOML", path)
		} else if err := schema.Validate(file); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// onlyLoad are the cases whose errors no schema can see, each with what it
// would have to know.
func onlyLoad() map[string]string {
	const (
		names, values, expressions = "the names there are", "how two values go together", "the language of expressions"
	)
	return map[string]string{
		"capture-used-before": names, "duplicate-names": names, "routes-filters": names, "route-mail": names, "route-without-bot": names, "variables": names, "relative-url-without-base": names,
		"expression-columns-in-every-kind-of-string": expressions,
		"words-of-other-languages":                   expressions,
		"families":                                   values, "quiet-hours": values, "limit-above-step-timeout": values, "limits-that-cannot-work": values, "timeout-longer-than-every": values, "cert-without-https": values,
		"environment-holds-braces": "the environment", "variable-names-its-key": "the environment",
		"may-act": "the form of an id of Slack", "storm": "how a number in a time is written",
		"listen": "the parts of an address", "headers": "what HTTP can carry", "password-in-url-is-hidden": "the parts of a URL", "password-in-url-beside-placeholders": "the parts of a URL", "token-in-url-is-hidden": names, "database-url": "that a path with :// is a URL",
	}
}

// One fault each, in a file that is right without it.
func TestTheSchemaRefusesEachOfTheseFaults(t *testing.T) {
	schema := editor(t)
	const right = "[agent]\nlocation = \"kyiv\"\n[[journey]]\nname = \"a\"\nbase_url = \"https://shop.example\"\n[[journey.step]]\nname = \"b\"\nget = \"/\"\n"
	if file, ok := asJSON(right); !ok || schema.Validate(file) != nil {
		t.Fatal(schema.Validate(file))
	}
	for _, fault := range [][2]string{
		{`name = "a"`, ``}, {`name = "b"`, ``}, {`name = "a"`, `name = ""`}, {`name = "a"`, `name = "` + strings.Repeat("x", 101) + `"`}, {`name = "a"`, `nam = "a"`}, {`name = "a"`, `name = 5`},
		{`location`, `loction`}, {"[[journey]]", "[[journeys]]"}, {`name = "a"`, "name = \"a\"\nevery = \"5 m\""}, {`name = "a"`, "name = \"a\"\nevery = 60"}, {`name = "a"`, "name = \"a\"\nrunbook = \"wiki\""},
		{`name = "a"`, "name = \"a\"\nhttp = \"4\""}, {`name = "a"`, "name = \"a\"\nvars = { \"a-b\" = 1 }"}, {`name = "a"`, "name = \"a\"\nvars = { a = [1] }"}, {`name = "a"`, "name = \"a\"\ntags = \"shop\""},
		{`name = "a"`, "name = \"a\"\nbearer = \"x\"\nbasic = { user = \"u\", password = \"p\" }"}, {`base_url = "https://shop.example"`, `bearer = "abcd"`}, {`name = "a"`, "name = \"a\"\nbasic = { user = \"u\" }"}, {`name = "a"`, "name = \"a\"\ntls = { key_file = \"k\" }"},
		{`get = "/"`, ``}, {`get = "/"`, "get = \"/\"\npost = \"/\""}, {`get = "/"`, `method = "OPTIONS"`}, {`get = "/"`, `url = "/"`}, {`get = "/"`, "get = \"/\"\nurl = \"/\""}, {`get = "/"`, "post = \"/\"\njson = \"a\""}, {`get = "/"`, "post = \"/\"\njson = {}\nbody = \"a\""},
		{`get = "/"`, "get = \"/\"\nredirects = 21"}, {`get = "/"`, "get = \"/\"\nredirects = \"1\""}, {`get = "/"`, "get = \"/\"\nmax_body = \"1 MB\""}, {`get = "/"`, "get = \"/\"\nalways = \"yes\""}, {`get = "/"`, "get = \"/\"\nexpect = \"status == 200\""}, {`get = "/"`, "get = \"/\"\nexpect = [200]"},
		{`get = "/"`, "get = \"/\"\ncapture = { \"a b\" = 'body' }"}, {`get = "/"`, "get = \"/\"\nsecret_captures = [\"a\"]"}, {`get = "/"`, "get = \"/\"\nuse = \"login\""}, {`get = "/"`, "post = \"/\"\ngraphql = {}"}, {`get = "/"`, "get = \"/\"\nretry = { backoff = \"1s\" }"},
		{`get = "/"`, "get = \"/\"\n[[journey.limit]]\nsignal = \"latency\""}, {`get = "/"`, "get = \"/\"\n[[journey.limit]]\nabove = \"1s\""}, {`get = "/"`, "get = \"/\"\n[[journey.limit]]\nsignal = \"cert\"\nabove = \"14d\""}, {`get = "/"`, "get = \"/\"\n[[journey.limit]]\nsignal = \"speed\"\nabove = \"1s\""},
		{"[agent]", "[slack]\nbot_token = \"xoxb-1\"\n[agent]"}, {"[agent]", "[slack]\nchannel = \"#a\"\n[agent]"}, {"[agent]", "[[host]]\nname = \"shop.example\"\n[agent]"}, {"[agent]", "[[tcp]]\nname = \"c\"\naddress = \"a:1\"\nsend = \"x\"\n[agent]"}, {"[agent]", "[[dns]]\nname = \"c\"\n[agent]"},
		{"[agent]", "[[fragment]]\nname = \"c\"\n[agent]"}, {"[agent]", "[[fragment]]\nname = \"c\"\nstep = []\n[agent]"},
	} {
		file, ok := asJSON(strings.Replace(right, fault[0], fault[1], 1))
		if !ok {
			t.Errorf("%q is not TOML", fault[1])
		} else if schema.Validate(file) == nil {
			t.Errorf("%q for %q fits the schema", fault[1], fault[0])
		}
		if _, err := Parse("f", []byte(strings.Replace(right, fault[0], fault[1], 1)), "/", environment{}.lookup); err == nil {
			t.Errorf("%q for %q loads", fault[1], fault[0])
		}
	}
}

// Every key of the decoder is in the schema with its meaning.
func TestTheSchemaTellsTheMeaningOfEveryKey(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var whole object
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	resolve := func(schema object) object {
		if items, list := schema["items"].(object); list {
			schema = items
		}
		if ref, shared := schema["$ref"].(string); shared {
			schema = whole["$defs"].(object)[strings.TrimPrefix(ref, "#/$defs/")].(object)
		}
		return schema
	}
	for _, k := range Keys() {
		schema := whole
		for word := range strings.SplitSeq(k.Path, ".") {
			schema, _ = resolve(schema)["properties"].(object)[word].(object)
		}
		shown, _ := schema["description"].(string)
		if !strings.HasPrefix(shown, k.Meaning) {
			t.Errorf("%s: %q", k.Path, shown)
		}
	}
}

func TestTheSchemaRefusesWhatLoadRefusesAsFarAsASchemaCanSee(t *testing.T) {
	schema := editor(t)
	cases, _ := filepath.Glob("testdata/cases/error-*.txt")
	for _, path := range cases {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		input, _, _ := strings.Cut(string(text), "\n----\n")
		file, ok := asJSON(input + "\n")
		if !ok {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "error-"), ".txt")
		switch why := onlyLoad()[name]; {
		case schema.Validate(file) != nil && why != "":
			t.Errorf("%s is refused: take it out of the list", name)
		case schema.Validate(file) == nil && why == "":
			t.Errorf("%s fits the schema", name)
		}
	}
}
