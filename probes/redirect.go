package probes

import (
	"net/http"
	"net/url"
	"strings"
)

// isRedirect reports whether a browser would go on to another URL.
func isRedirect(status int, header http.Header) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return header.Get("Location") != ""
	}
	return false
}

// redirected is the message that follows m after a redirect, as browsers send
// it (Fetch standard, "HTTP-redirect fetch"): a POST becomes a GET on 301 and
// 302, all but GET and HEAD on 303, and 307 and 308 repeat the request.
//
// On the way to another host only headers travel that every browser sends to
// any site, and a body that holds a secret does not travel at all. An error
// tells why the redirect is not followed.
func (m message) redirected(a *answer, secrets *Redactor) (message, error) {
	location := a.header.Get("Location")
	to, err := m.url.Parse(location)
	if err != nil || !sendable(to) {
		return m, refusal("redirected to " + location + ", which is not a http or https URL")
	}
	next := message{method: m.method, url: to, host: m.host, header: m.header.Clone(), body: m.body, digest: m.digest, sigv4: m.sigv4}
	if becomesGet(a.status, m.method) {
		next.becomeGet()
	}
	if sameSite(m.url, to) {
		return next, nil
	}
	if secrets.hides(next.body) {
		return m, refusal("redirected to " + to.Redacted() + " with the request's body, which holds a secret; " +
			"if that host is right, name it in the step")
	}
	next.leaveSite()
	return next, nil
}

// refusal is why a redirect is not followed.
type refusal string

// Error is the reason, in one line.
func (r refusal) Error() string { return string(r) }

func becomesGet(status int, method string) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound:
		return method == http.MethodPost
	case http.StatusSeeOther:
		return method != http.MethodGet && method != http.MethodHead
	}
	return false
}

func (m *message) becomeGet() {
	m.method, m.body = http.MethodGet, ""
	for name := range m.header {
		if strings.HasPrefix(name, "Content-") {
			m.header.Del(name)
		}
	}
}

// leaveSite drops whatever may be meant for the first host alone.
func (m *message) leaveSite() {
	m.host, m.digest, m.sigv4 = "", nil, nil
	for name := range m.header {
		switch name {
		case "User-Agent", synthetic, "Accept", "Accept-Language", "Accept-Encoding", "Content-Type":
		default:
			m.header.Del(name)
		}
	}
}

// sameSite reports whether what belongs to a may be sent to b: it is the same
// host and port, or the same host by https.
func sameSite(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) {
		return false
	}
	upgrade := a.Scheme == "http" && b.Scheme == "https" && port(a) == "80" && port(b) == "443"
	return port(a) == port(b) && a.Scheme == b.Scheme || upgrade
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
