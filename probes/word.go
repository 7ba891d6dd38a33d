package probes

import (
	_ "embed" // the words
	"fmt"
	"net/http"
	"strings"
)

// words are those of our own sentences, of four letters and more, as a test
// collects them from the sources of this room and of expect.
//
//go:embed words.txt
var words string

// Unhidable is why a value cannot be kept a secret, and "" if it can. One that
// is too short, or stands in our own sentences, would be taken out of them, and
// so told to whoever knows how they read. Nothing else is refused: a weak
// secret may be all that somebody was given.
func Unhidable(secret string) string {
	switch {
	case secret == "":
		return ""
	case len(secret) < MinSecret:
		return fmt.Sprintf("is shorter than %d bytes", MinSecret)
	case len(secret) < 6 && strings.Trim(secret, "0123456789") == "":
		return "is a number that ports, sizes and times are by chance"
	case strings.Contains(words, secret) || inStatus(secret):
		return "is in a word of forewarn's own messages"
	}
	return ""
}

func inStatus(word string) bool {
	for code := 100; code < 600; code++ {
		if strings.Contains(http.StatusText(code), word) {
			return true
		}
	}
	return false
}
