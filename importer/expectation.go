package importer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// expectations are what the answer of the recording suggests.
func (f *flow) expectations(e *entry) []guess {
	status := e.Response.Status
	if status == 304 {
		status = 200
		f.notes = append(f.notes, "the recording had this page in its cache: a first visit gets 200")
	}
	all := []guess{{expression: "status == " + strconv.Itoa(status)}}
	if status >= 400 {
		f.notes = append(f.notes, fmt.Sprintf("it answered %d while it was recorded: is that right?", status))
	}
	switch {
	case e.mime() == "text/html":
		return append(all, expectTitle(e.body())...)
	case strings.HasSuffix(e.mime(), "json"):
		return append(all, expectState(e.body())...)
	}
	return all
}

func expectTitle(body string) []guess {
	page, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return nil
	}
	for n := range page.Descendants() {
		if n.Type != html.ElementNode || n.Data != "title" {
			continue
		}
		if n.FirstChild == nil {
			return nil
		}
		title := strings.TrimSpace(n.FirstChild.Data)
		expression := `css("title") == ` + quoted(title)
		if title == "" || len(title) > 80 || n.FirstChild.NextSibling != nil || !isExpression(expression) || changing(title) {
			return nil
		}
		return []guess{{expression, "the page's title as recorded, a guess"}}
	}
	return nil
}

// changing reports whether a text looks as if the next visit has another.
func changing(s string) bool {
	for word := range strings.FieldsSeq(s) {
		if unguessable(word) || aNumber.MatchString(word) {
			return true
		}
	}
	return false
}

var aNumber = regexp.MustCompile(`[0-9]{2,}`)

var states = regexp.MustCompile(`(?i)^\$\.(data\.|result\.)?(state|status|success|ok|result|outcome)$`)

// expectState expects the member that says how it went.
func expectState(body string) []guess {
	tree, err := parseJSON([]byte(body))
	if err != nil {
		return nil
	}
	var found []guess
	tree.walk("", "$", func(v *value, name, path string) {
		plain := v.text.plain()
		if len(found) > 0 || !states.MatchString(path) || v.kind != '"' && v.kind != 't' || len(plain) > 40 || changing(plain) {
			return
		}
		expected := plain
		if v.kind == '"' {
			expected = quoted(plain)
		}
		if expression := call("jsonpath", path) + " == " + expected; isExpression(expression) {
			found = []guess{{expression, "how it went, as recorded, a guess"}}
		}
	})
	return found
}

// quoted is a text of the expression language.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// What a proposed limit on latency may be.
const (
	quickest = 500 * time.Millisecond
	usual    = 10 * time.Second // what fits into the default deadline
	slowest  = 2 * time.Minute
)

// speed proposes a limit from the recording's own timings: three times what
// the customer waited for these requests, up to a plain number.
func (j *journey) speed(visits []visit) {
	took := 0.0
	for _, v := range visits {
		for _, hop := range v.hops {
			took += hop.took()
		}
	}
	recorded := time.Duration(min(took, 1e9) * float64(time.Millisecond)).Round(time.Millisecond)
	amount := plainNumber(max(3*recorded, quickest))
	switch {
	case recorded <= 0:
		j.warn("a limit: the recording has no timings")
	case amount > slowest:
		j.slow = true
		j.warn("a limit: the recorded requests took %s", recorded)
	default:
		j.slow = amount > usual
		why := fmt.Sprintf("a guess: three times the %s of the recording, or at least %s", recorded, quickest)
		j.limits = append(j.limits, limit{"latency", "above", amount.String(), why})
	}
	if strings.HasPrefix(j.base.plain(), "https://") {
		j.limits = append(j.limits, limit{"cert", "below", "14d", "time to renew the certificate"})
	}
}

// plainNumber is the first of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 ... that is not below d.
func plainNumber(d time.Duration) time.Duration {
	for unit := time.Millisecond; ; unit *= 10 {
		for _, tenths := range []time.Duration{10, 15, 20, 30, 40, 50, 60, 80} {
			if n := unit * tenths / 10; n >= d {
				return n
			}
		}
	}
}
