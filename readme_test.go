package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/cli"
)

func TestTheReadmeIsShortAndBeginsWithItsCommands(t *testing.T) {
	lines := strings.Split(readme(t), "\n")
	if len(lines) > 201 {
		t.Errorf("%d lines, at most 200", len(lines)-1)
	}
	first := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "```") })
	if first < 0 || first >= 15 {
		t.Fatalf("the first code block begins on line %d, want it by line 15", first+1)
	}
	for _, command := range []string{"make demo", "make test"} {
		if !strings.HasPrefix(lines[first+1], command) && !strings.HasPrefix(lines[first+2], command) {
			t.Errorf("the first code block lacks %q", command)
		}
	}
}

// A sample in the README or in docs stands behind a comment that names the golden file
// it is a copy of, so that it shows what the program really prints.
func TestEverySampleIsAGoldenFile(t *testing.T) {
	text := readme(t)
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text += string(content)
	}
	marked := regexp.MustCompile("(?s)<!-- golden: (\\S+) -->\n(?:```\\w*\n)?(.*?)(?:```|<!-- end -->)").FindAllStringSubmatch(text, -1)
	if len(marked) < 4 {
		t.Fatalf("%d samples, want the messages and the state table at least", len(marked))
	}
	for _, m := range marked {
		want, err := os.ReadFile(m[1])
		if err != nil {
			t.Error(err)
			continue
		}
		if got := strings.TrimSpace(m[2]); got != strings.TrimSpace(string(want)) {
			t.Errorf("the sample from %s differs:\n%s\n---- want\n%s", m[1], got, want)
		}
	}
}

func TestThePictureInTheReadmeShowsEveryRoom(t *testing.T) {
	_, picture, found := strings.Cut(readme(t), "## The house")
	if !found {
		t.Fatal("no section The house")
	}
	picture, _, _ = strings.Cut(picture, "\n## ")
	for room := range arrows() {
		if _, err := os.Stat(room); room == "" || err != nil {
			continue
		}
		if !strings.Contains(picture, "`"+room+"`") {
			t.Errorf("the room %s is not in the picture", room)
		}
	}
	for _, name := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|").FindAllStringSubmatch(picture, -1) {
		if _, known := arrows()[name[1]]; !known {
			t.Errorf("the picture shows %s, which is no room", name[1])
		}
	}
}

func TestEveryCommandInTheReadmeExists(t *testing.T) {
	for _, m := range regexp.MustCompile(`(?m)^(?:\./)?forewarn ([a-z]+)\b`).FindAllStringSubmatch(codeOf(readme(t)), -1) {
		var out, errOut bytes.Buffer
		if code := cli.Main([]string{m[1], "--help"}, nil, &out, &errOut); code != 0 {
			t.Errorf("forewarn %s: %s", m[1], errOut.String())
		}
	}
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^make ([a-z-]+)`).FindAllStringSubmatch(codeOf(readme(t)), -1) {
		if !strings.Contains(string(makefile), "\n"+m[1]+":") {
			t.Errorf("make %s does not exist", m[1])
		}
	}
}

// codeOf is the text of all code blocks of shell commands.
func codeOf(markdown string) string {
	var code strings.Builder
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(markdown, -1) {
		code.WriteString(block[1])
	}
	return code.String()
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
