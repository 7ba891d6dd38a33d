package importer

import (
	"regexp"
	"strings"
)

var (
	credential = regexp.MustCompile(`(?i)pass(word|wd|phrase|code)?$|^pwd$|secret|token|api[_-]?key|^key$|authorization|credential|^otp$|^pin$|^cvc$|^cvv$|signature|session[_-]?id|^sid$|jwt`)
	naming     = regexp.MustCompile(`(?i)(^|[_-])(id|key|token|nonce|csrf|code|number|uuid|guid|ref|hash|etag|version)$|[a-z](Id|ID|Key|Token|Code|Number|Uuid|Ref)$`)
	oneWord    = regexp.MustCompile(`^[A-Za-z0-9+/=_.~:-]+$`)
	aDate      = regexp.MustCompile(`^\d{4}-\d\d-\d\d`)
)

// isCredential reports whether what has this name opens doors.
func isCredential(name string) bool { return credential.MatchString(name) }

// unguessable reports whether nobody would type this: it is long, one word,
// and has digits among letters or both cases.
func unguessable(s string) bool {
	if len(s) < 8 || !oneWord.MatchString(s) || aDate.MatchString(s) {
		return false
	}
	digits := strings.ContainsAny(s, "0123456789")
	lower := strings.ToUpper(s) != s
	upper := strings.ToLower(s) != s
	return digits && (lower || upper) || len(s) >= 16 && upper && lower || len(s) >= 20 && upper || digits && len(s) >= 9
}

// isCard reports whether s is the number of a payment card: 13 to 19 digits
// with a right last one (ISO/IEC 7812, Luhn).
func isCard(s string) bool {
	s = strings.NewReplacer(" ", "", "-", "").Replace(s)
	if len(s) < 13 || len(s) > 19 {
		return false
	}
	sum := 0
	for i := range len(s) {
		c := s[len(s)-1-i]
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
