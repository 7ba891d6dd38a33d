package probes_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/internal/golden"
	"github.com/forewarn/forewarn/probes"
)

func TestTheWordsOfOurSentencesAreAllKnown(t *testing.T) {
	golden.Compare(t, "words.txt", strings.Join(golden.Words(t, "*.go", "expect/*.go"), "\n")+"\n")
}

func TestWhatWouldTakeOurSentencesApartIsNoSecret(t *testing.T) {
	for secret, why := range map[string]string{
		"": "", "abc": "is shorter than 4 bytes", "1234": "is a number", "48291": "is a number", "482913": "", "expected": "own messages",
		"time": "own messages", "Gateway": "own messages", "connect": "own messages", "Expected9": "", "hunter22": "", "correct horse": "", "espresso": "",
	} {
		if got := probes.Unhidable(secret); !strings.Contains(got, why) || (got == "") != (why == "") {
			t.Errorf("%q: %q, want %q", secret, got, why)
		}
	}
}

// What the file may name as a secret leaves our own sentences as they are.
func TestASecretTakesNothingFromOurSentences(t *testing.T) {
	shop := site(t, nil)
	result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", URL: "/gone"}}})
	ours := result.Failure.Message
	for line := range strings.Lines(transcript.String()) {
		if !strings.HasPrefix(line, ">") && !strings.HasPrefix(line, "<") {
			ours += "\n" + line
		}
	}
	tried := 0
	for _, word := range regexp.MustCompile(`[A-Za-z]{4,}|\d{4,5}`).FindAllString(ours, -1) {
		tried++
		if hidden := redactor(word).String(ours); probes.Unhidable(word) == "" && hidden != ours {
			t.Errorf("the secret %q may be named, and our sentence becomes\n%s", word, hidden)
		}
	}
	if tried < 20 {
		t.Errorf("only %d words were tried:\n%s", tried, ours)
	}
}
