package importer

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// flow follows values from responses into later requests.
type flow struct {
	*journey
	base      *url.URL
	origins   map[string]*origin // by value
	sent      map[string]bool    // the customer's own: sent before any response gave it
	pages     []string           // bodies of the steps so far
	jar       map[string]bool    // names of cookies that responses set
	foreign   []string           // names of cookies that no response set
	typed     map[string]bool    // names of the fields in which pages hide what is typed
	notes     []string           // of the step that is made
	bodies    bool               // some response has a body
	recording bool               // a browser's: what it writes by itself is left out
}

// origin is where in which response a value stands.
type origin struct {
	step       int
	name       string // what the response calls it
	expression string
	why        string
	captured   string // its name as a capture; "" until something needs it
}

// add makes a step of a visit.
func (f *flow) add(v visit) {
	e := v.first()
	f.notes = nil
	f.cookies(e)
	s := f.request(e.Request.Method, e.url, e.Request.Headers, e.Request.PostData)
	s.redirects = -1
	s.name = f.title(f.describe(e.Request.Method, s.url, v.last().mime()))
	if to := v.last().leadsTo(); to != "" {
		s.redirects = len(v.hops) - 1
		f.notes = append(f.notes, "it redirects to a page that was not recorded, so the redirect is the answer")
	} else if len(v.hops) > 1 {
		f.notes = append(f.notes, fmt.Sprintf("leads through redirects, which are part of the step: %d", len(v.hops)-1))
	}
	s.expect = f.expectations(v.last())
	s.notes = f.notes
	f.steps = append(f.steps, s)
	f.learn(v)
}

// describe names a step after what it does: its path, and with its query if an
// earlier step has that name.
func (j *journey) describe(method string, address text, mime string) string {
	if method == "GET" && mime == "text/html" {
		method = "open"
	}
	path, _, _ := strings.Cut(address.plain(), "?")
	if name := method + " " + path; j.title(name) == label(name, 90) {
		return name
	}
	return method + " " + address.plain()
}

// resolve is a value of a request as the file writes it: a capture if a
// response gave it, a secret if its name or look says so, else itself.
func (f *flow) resolve(where, name, value string) text {
	if scheme, rest, found := strings.Cut(value, " "); found && strings.EqualFold(name, "Authorization") {
		return append(literal(scheme+" "), f.resolve(where, identifier(scheme, "")+"_credential", rest)...)
	}
	if o := f.origins[value]; o != nil && worth(o, name, value) {
		return placeholder(f.take(o, name))
	}
	if o := f.inText(name, value); o != nil {
		return placeholder(f.take(o, name))
	}
	switch {
	case value == "":
		return nil
	case (isCredential(name) || f.typed[name]) && where != "path":
		return f.hide(name, value, "sent as "+name+" by the recorded customer")
	case isCard(value):
		return f.hide(name, value, "looks like the number of a payment card")
	case unguessable(value) && where != "path":
		f.notes = append(f.notes, fmt.Sprintf("%s looks generated, and no recorded response gives it: it stays as recorded", label(name, 40)))
	}
	f.sent[value] = true
	return literal(value)
}

// worth reports whether a value that a response held and a request sends is
// the same by more than chance.
func worth(o *origin, name, value string) bool {
	if unguessable(value) {
		return true
	}
	digits := strings.ContainsAny(value, "0123456789")
	return len(value) >= 2 && digits && (naming.MatchString(o.name) || strings.EqualFold(o.name, name))
}

// take makes a capture of an origin, a secret one if either side calls it so.
func (f *flow) take(o *origin, sentAs string) string {
	if o.captured == "" {
		s := &f.steps[o.step]
		o.captured = f.free(speaking(identifier(o.name, "value"), o.expression, s.url.plain()))
		s.capture = append(s.capture, capture{o.captured, o.expression, o.why, isCredential(o.name) || isCredential(sentAs)})
	}
	return o.captured
}

var (
	holder   = regexp.MustCompile(`(\w+)(?:\[\d+\])?\.id"`) // of $.items[0].id: items
	wrapping = regexp.MustCompile(`(?i)^(data|result|results|response|payload|body|attributes)$`)
)

// speaking is the name of a capture that says whose id it is: that of the
// member which holds it ($.order.id), else of the collection that was asked
// (POST /carts).
func speaking(name, expression, address string) string {
	if name != "id" {
		return name
	}
	address, _, _ = strings.Cut(address, "?")
	owner := path.Base(address)
	if held := holder.FindStringSubmatch(expression); held != nil && !wrapping.MatchString(held[1]) {
		owner = held[1]
	}
	if strings.Contains(owner, "{") {
		return name
	}
	return identifier(singular(owner)+"_id", name)
}

func singular(word string) string {
	if stem, many := strings.CutSuffix(word, "ies"); many {
		return stem + "y"
	}
	return strings.TrimSuffix(word, "s")
}

// offer remembers that the newest step's response holds a value. The first
// step that gave it counts, and in it the shortest expression.
func (f *flow) offer(value, name, expression, why string) {
	now := len(f.steps) - 1
	known := f.origins[value]
	better := known == nil || known.step == now && known.captured == "" && len(expression) < len(known.expression)
	if value == "" || len(value) > 4000 || f.sent[value] || !better || !isExpression(expression) {
		return
	}
	f.origins[value] = &origin{step: now, name: name, expression: expression, why: why}
}

// isExpression reports whether the file takes the text where an expression
// stands, as far as its form goes.
func isExpression(s string) bool {
	return len(s) <= 1000 && !strings.Contains(s, "{{") && !strings.Contains(s, "${") && !strings.ContainsFunc(s, func(r rune) bool { return visible(r) != r })
}

// inText looks for an unguessable value anywhere in the earlier responses, and
// for the words before it by which it is found again.
func (f *flow) inText(name, value string) *origin {
	if !unguessable(value) || f.sent[value] {
		return nil
	}
	for i, page := range f.pages {
		at := strings.Index(page, value)
		for length := 8; at >= length && length <= 40; length += 8 {
			from := at - length
			for from > 0 && at-from < 60 && isWord(page[from]) && isWord(page[from-1]) {
				from--
			}
			before := page[from:at]
			pattern := regexp.QuoteMeta(before) + "([A-Za-z0-9+/=_.~:-]+)"
			found, err := regexp.Compile(pattern)
			if err != nil || !isExpression(call("regex", pattern)) {
				continue
			}
			if m := found.FindStringSubmatch(page); m != nil && m[1] == value {
				o := &origin{step: i, name: name, expression: call("regex", pattern),
					why: "a guess: found in the text of the page, behind " + label(before, 40)}
				f.origins[value] = o
				return o
			}
		}
	}
	return nil
}

// cookies notes which cookies of the recording nobody sets in it.
func (f *flow) cookies(e *entry) {
	for one := range strings.SplitSeq(header(e.Request.Headers, "Cookie"), ";") {
		name, value, found := strings.Cut(strings.TrimSpace(one), "=")
		if found && !f.jar[name] && !slices.Contains(f.foreign, name) {
			f.foreign = append(f.foreign, name)
		}
		if found && len(value) >= shortestCopy {
			f.recorded = append(f.recorded, value)
		}
	}
}

// finish says what the whole recording lacks, and marks the last step as the
// clean-up if it is one.
func (f *flow) finish() {
	if len(f.foreign) > 0 {
		names := make([]string, len(f.foreign))
		for i, name := range f.foreign {
			names[i] = label(name, 40)
		}
		f.warn("the recording begins with cookies that no step of it sets (%s): if the journey fails, record it in a private window, the log in included",
			strings.Join(names[:min(5, len(names))], ", "))
	}
	if !f.bodies {
		f.warn("the recording holds no bodies of responses, so no value could be followed: save it as \"HAR with content\"")
	}
	changing := 0
	for _, s := range f.steps {
		if s.method != "GET" && s.method != "HEAD" {
			changing++
		}
	}
	if changing > 0 {
		f.journey.notes = append(f.journey.notes, fmt.Sprintf("%d of %d steps may change something, at every run: use an account made for it", changing, len(f.steps)))
	}
	if last := &f.steps[len(f.steps)-1]; last.method == "DELETE" && len(f.steps) > 1 {
		last.always = true
	}
}

// call writes a call of the expression language.
func call(name string, args ...string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(arg) + `"`
	}
	return name + "(" + strings.Join(quoted, ", ") + ")"
}

// root is the origin of a URL, as base_url writes it.
func root(u *url.URL) string { return u.Scheme + "://" + u.Host }
