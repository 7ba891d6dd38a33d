package importer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/importer"
)

// forWindows writes a word as Chromium's and Firefox's "Copy as cURL (cmd)"
// do: backslashes and quotes behind a backslash, then whatever is not plain
// behind a caret, a new line as a caret and two of them.
func forWindows(word string) string {
	var out strings.Builder
	for _, r := range strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) {
		switch plain := r > 126 || r == ' ' || strings.ContainsRune("_-:=+~'/.,?;()*`", r) || isLetterOrDigit(r); {
		case r == '\n':
			out.WriteString("^\n\n")
		case plain:
			out.WriteRune(r)
		default:
			out.WriteString("^" + string(r))
		}
	}
	return `^"` + out.String() + `^"`
}

func isLetterOrDigit(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

func TestACommandForWindowsAsksWhatThatForBashAsks(t *testing.T) {
	for _, words := range [][]string{
		{"https://shop.example/cart?x=1&y=a%20b", "-H", "accept: */*", "-H", "content-type: application/json", "--data-raw", `{"sku":"espresso","note":"it's <b>\n & C:\\temp \"q\"","qty":1}`},
		{"https://shop.example/кава", "-X", "PUT", "-H", "X-Price: 100% ^ !$", "--data-raw", "two\nlines \\ and \"more\""},
		{"https://shop.example/", "-b", "sid=8f2e77c1; a=|&"},
	} {
		bash, windows := "curl", "curl"
		for _, w := range words {
			bash += ` \` + "\n  '" + strings.ReplaceAll(w, "'", `'\''`) + "'"
			windows += " ^\r\n  " + forWindows(w)
		}
		want, err := importer.Curl(bash, importer.Options{})
		if err != nil {
			t.Fatalf("%s: %v", bash, err)
		}
		got, err := importer.Curl(windows, importer.Options{})
		if err != nil {
			t.Fatalf("%s: %v", windows, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-bash +windows)\n%s", windows, diff)
		}
	}
}

func TestWindowsQuotesOfOldAndWhatFollowsAreRead(t *testing.T) {
	for line, want := range map[string]string{
		"curl \"https://a.example/\" ^\r\n -d \"{\"\"a\"\":\"\"b^c\"\"}\" -H \"Content-Type: text/plain\"":  `{"a":"b^c"}`,
		`curl ^"https://a.example/^" -d a^&b -H ^"Content-Type: text/plain^" & curl ^"https://b.example/^"`: `a&b`,
	} {
		_, s := curl(t, line)
		if s.Method != "POST" || s.Body != want {
			t.Errorf("%s: %s %q, want %q", line, s.Method, s.Body, want)
		}
	}
	if _, s := curl(t, `curl a.example -H 'Content-Type: text/plain' -d '"^"' -d "^"`); s.Body != `"^"&^` {
		t.Errorf("carets of bash are sent as %q", s.Body)
	}
	_, err := importer.Curl(`curl ^"https://a.example/`, importer.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), `character 6: " is never closed: `) {
		t.Errorf("an open quote is told as %v", err)
	}
}

func TestDataOfAFileThatIsNotTakenOverStillIsPosted(t *testing.T) {
	for line, want := range map[string]string{
		`curl a.example -d @body.json`:        "POST",
		`curl a.example -X PUT -d @body.json`: "PUT",
		`curl a.example -G -d @body.json`:     "GET",
	} {
		p, s := curl(t, line)
		if s.Method != want || len(p.Warnings) != 1 {
			t.Errorf("%s: %s, %v, want %s and a warning", line, s.Method, p.Warnings, want)
		}
	}
}
