package importer

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Curl makes a journey of a curl command line as browsers and API docs give
// it, in the quoting of bash or of Windows' cmd. Each URL is a step. What
// forewarn does otherwise or not at all is said in the proposal's warnings.
func Curl(line string, o Options) (Proposal, error) {
	line = strings.ToValidUTF8(line, "\uFFFD")
	apart := split
	if ofWindows.MatchString(line) {
		apart = splitWindows
	}
	c, err := apart(line)
	if err != nil {
		return Proposal{}, err
	}
	if len(c.words) > 0 && (c.words[0] == "$" || c.words[0] == "%") {
		c.words = c.words[1:] // the prompt, copied too
	}
	if len(c.words) < 2 || !strings.HasSuffix(strings.TrimSuffix(c.words[0], ".exe"), "curl") {
		return Proposal{}, errors.New("not a curl command: it begins with curl and names a URL, as in forewarn import curl 'curl https://shop.example/'")
	}
	j := &journey{from: "forewarn import curl. Every key: docs/config.md"}
	f := &flow{journey: j, sent: map[string]bool{}}
	for _, name := range sortedNames(c.variables) {
		j.secrets = append(j.secrets, secret{name: j.free(identifier(name, "value")), value: c.variables[name], env: name,
			why: "a variable of the shell that the command used"})
	}
	if c.rest != "" {
		j.warn("what follows the command: %s", program(c.rest))
	}
	for _, words := range parts(c.words[1:]) {
		if err := f.curl(words, o); err != nil {
			return Proposal{}, err
		}
	}
	return propose(j), nil
}

// program is what a pipe or another command begins with: its arguments may
// hold secrets.
func program(rest string) string {
	operator := strings.TrimLeft(rest, "|&;<>() \t\n")
	operator = strings.TrimSpace(rest[:len(rest)-len(operator)])
	words := strings.Fields(rest[len(operator):])
	if len(words) == 0 {
		return label(operator, 60)
	}
	name, _, _ := strings.Cut(words[0], "=")
	return label(operator+" "+name, 60)
}

func sortedNames(m map[string]string) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// parts are the words of each transfer: --next begins another.
func parts(words []string) [][]string {
	all := [][]string{nil}
	for _, w := range words {
		if w == "--next" || w == "-:" {
			all = append(all, nil)
			continue
		}
		all[len(all)-1] = append(all[len(all)-1], w)
	}
	return all
}

// curl makes steps of one transfer.
func (f *flow) curl(words []string, o Options) error {
	t := transfer{flow: f}
	t.read(words)
	t.settle()
	if len(t.urls) == 0 {
		return errors.New("the curl command names no URL: add it, as in curl https://shop.example/")
	}
	for _, address := range t.urls {
		asked := t.user
		u, err := t.address(address)
		if err != nil {
			return err
		}
		if f.base == nil {
			f.base = u
			f.name = label(cmp.Or(o.Name, u.Hostname()), 90)
			f.journey.base = literal(root(u))
		}
		f.journey.steps = append(f.journey.steps, t.step(u))
		t.user = asked // one that stands in a URL is of that alone
	}
	return nil
}

// address is a URL as curl reads it: without a scheme it is http.
func (t *transfer) address(text string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !plainHost.MatchString(u.Host) {
		return nil, fmt.Errorf("%q is not an http or https URL: write it whole, in quotes", label(bareURL(text), 80))
	}
	u.Fragment, u.RawFragment = "", ""
	if t.query {
		u.RawQuery = strings.Trim(u.RawQuery+"&"+strings.Join(t.data, "&"), "&")
	}
	if len(u.String()) > longestURL {
		return nil, fmt.Errorf("the URL has more than %d bytes: send what it holds with -d", longestURL)
	}
	if u.User != nil && t.user == "" {
		password, _ := u.User.Password()
		t.user = u.User.Username() + ":" + password
	}
	u.User = nil
	return u, nil
}

// bareURL is text without what may be a secret in it: a user, a query.
func bareURL(text string) string {
	text, _, _ = strings.Cut(text, "?")
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = "", text
	} else {
		scheme += "://"
	}
	host, path, _ := strings.Cut(rest, "/")
	host = host[strings.LastIndex(host, "@")+1:]
	return strings.TrimSuffix(scheme+host+"/"+path, "/")
}

// step is the request of a transfer.
func (t *transfer) step(u *url.URL) step {
	t.flow.notes = slices.Clone(t.notes)
	var body *posted
	if len(t.data) > 0 && !t.query {
		mime := cmp.Or(header(t.pairs(), "Content-Type"), "application/x-www-form-urlencoded")
		body = &posted{MimeType: mime, Text: strings.Join(t.data, "&")}
	}
	s := t.request(t.verb(), u, t.fields(), body)
	if len(t.form)+len(t.strings) > 0 {
		t.multipart(&s)
	}
	s.timeout, s.digest, s.signs = t.timeout, t.digest, t.signs
	if s.user.empty() && (t.digest || t.signs != nil) {
		t.warn("--digest or --aws-sigv4: there is no user with a password beside it")
	}
	s.redirects = 0
	if t.follow {
		s.redirects = -1
	}
	s.name = t.title(t.describe(s.method, s.url, ""))
	s.notes = t.flow.notes
	return s
}

// verb is the method: the one asked for, else what curl makes of the rest.
func (t *transfer) verb() string {
	switch {
	case isMethod(strings.ToUpper(t.method)):
		return strings.ToUpper(t.method)
	case t.head:
		return "HEAD"
	case (len(t.data) > 0 || t.posts) && !t.query || len(t.form)+len(t.strings) > 0:
		return "POST"
	}
	return "GET"
}

// fields are the headers, with those that curl makes of options.
func (t *transfer) fields() []pair {
	var all []pair
	var left []string
	sent := slices.Clone(t.cookies) // another URL of the transfer is sent the same
	for _, h := range t.headers {
		switch name := strings.ToLower(h.Name); {
		case name == "cookie":
			sent = append(sent, h.Value)
		case slices.Contains(browserHeaders(), name) && !h.asked, strings.HasPrefix(name, "sec-"):
			left = append(left, label(h.Name, 40))
		default:
			all = append(all, h.pair)
		}
	}
	if len(left) > 0 {
		t.flow.notes = append(t.flow.notes, "left out, as a browser writes them anew each time: "+strings.Join(left, ", "))
	}
	for _, cookies := range sent {
		all = append(all, pair{"Cookie", cookies})
	}
	if t.user != "" {
		all = append(all, pair{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(t.user))})
	}
	return all
}

func (t *transfer) pairs() []pair {
	var all []pair
	for _, h := range t.headers {
		all = append(all, h.pair)
	}
	return all
}

// multipart are the fields and files of -F. What says of a part more than its
// name is left out.
func (t *transfer) multipart(s *step) {
	s.json, s.body, s.form, s.files = nil, nil, nil, []pair{}
	for _, one := range t.form {
		name, value, _ := strings.Cut(one, "=")
		value, more, _ := strings.Cut(value, ";")
		if more != "" {
			s.notes = append(s.notes, "left out: what the part "+label(name, 40)+" says of itself")
			t.flow.notes = s.notes
		}
		path, file := strings.CutPrefix(value, "@")
		written, ok := t.named(path)
		switch {
		case file && ok && !slices.ContainsFunc(s.files, func(p pair) bool { return p.Name == name }):
			s.files = append(s.files, pair{name, written})
		case file, strings.HasPrefix(value, "<"):
			t.warn("the file of the field %s: -F %s", label(name, 40), label(one, 60))
		default:
			s.form = append(s.form, field{name, t.resolve("form", name, value)})
		}
	}
	for _, one := range t.strings {
		name, value, _ := strings.Cut(one, "=")
		s.form = append(s.form, field{name, t.resolve("form", name, value)})
	}
	s.headers = slices.DeleteFunc(s.headers, func(h field) bool { return strings.EqualFold(h.name, "Content-Type") })
}
