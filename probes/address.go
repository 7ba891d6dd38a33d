package probes

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// address is where a step's request goes: its URL, with placeholders filled
// in, read relative to the journey's BaseURL as a browser reads a link on that
// page (RFC 3986, section 5).
func address(base, ref string, values map[string]string) (*url.URL, error) {
	from, err := link(base, values)
	if err != nil {
		return nil, err
	}
	to, err := link(ref, values)
	if err != nil {
		return nil, err
	}
	u := from.ResolveReference(to)
	if !sendable(u) {
		return nil, unsendable("not a http or https URL: " + u.Redacted())
	}
	return u, nil
}

// sendable makes a URL fit for the wire: no fragment, and nothing in its query
// that a browser would not send as it is. It is false for one that is not of
// the web.
func sendable(u *url.URL) bool {
	u.Fragment, u.RawFragment = "", ""
	var query strings.Builder
	for i := range len(u.RawQuery) {
		if b := u.RawQuery[i]; b <= ' ' || b >= 0x7f || strings.IndexByte(`"<>`, b) >= 0 {
			fmt.Fprintf(&query, "%%%02X", b)
		} else {
			query.WriteByte(b)
		}
	}
	u.RawQuery = query.String()
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

func link(text string, values map[string]string) (*url.URL, error) {
	full, err := expand(text, values, spellInURL)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(full)
	if err != nil {
		return nil, unsendable("not a URL: " + full)
	}
	return u, nil
}

// spellInURL escapes a value for the part of the URL it stands in. At the very
// start it is a link of its own, such as one captured from a page, and stays
// as it is; in a host name it must be one; in a path it is one segment or part
// of one, whatever it holds.
func spellInURL(sofar, name, value string) (string, error) {
	switch {
	case strings.ContainsAny(sofar, "?#"):
		return escape(value), nil
	case value == "":
		return "", unsendable(name + " is empty, and has to be part of the path")
	case sofar == "":
		return value, nil
	case inAuthority(sofar) && hostName.MatchString(value):
		return value, nil
	case value == "." || value == "..":
		return "", unsendable(name + " is " + value + ", which would change the path")
	}
	return escape(value), nil
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`)

// inAuthority reports whether a URL that begins like this is still within its
// host name, user or port.
func inAuthority(sofar string) bool {
	_, after, found := strings.Cut(sofar, "://")
	return found && !strings.Contains(after, "/")
}

// escape percent-encodes everything but unreserved characters (RFC 3986,
// section 2.3), which is right in a path segment, a query and a user name.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
