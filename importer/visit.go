package importer

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// visit is one request of the customer with the redirects it led through.
type visit struct{ hops []*entry }

func (v visit) first() *entry { return v.hops[0] }
func (v visit) last() *entry  { return v.hops[len(v.hops)-1] }

var plainHost = regexp.MustCompile(`^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?$`)

// choose takes the requests that make the journey, in their order, and the
// origin of its first page. What is left out is counted.
func (j *journey) choose(entries []entry, o Options) ([]visit, *url.URL, error) {
	dropped := tally{}
	var real []*entry
	for i := range entries {
		e := &entries[i]
		if why := e.unusable(); why != "" {
			dropped.count(why)
			continue
		}
		real = append(real, e)
	}
	all := fold(real)
	base := firstPage(all)
	if base == nil {
		return nil, nil, errors.New("log.entries: no request went to a web page: record anew, with the network panel open from the beginning")
	}
	others := tally{}
	var kept []visit
	for _, v := range all {
		switch {
		case v.last().static():
			dropped.count("static assets")
		case !near(v.first().url, base, o.Hosts):
			others.count(v.first().url.Hostname())
		default:
			kept = append(kept, v)
		}
	}
	j.notes = append(j.notes, dropped.lines("left out: %d × %s")...)
	for _, line := range others.lines("left out: %d × requests to the other host %s") {
		j.notes = append(j.notes, line+" (keep them with --host)")
	}
	if len(kept) == 0 {
		return nil, nil, errors.New("log.entries: only static assets were recorded: record the pages that load them too")
	}
	return kept, base, nil
}

// longestURL is in bytes: with all of them escaped it still is one that the
// configuration takes.
const longestURL = 2500

// unusable says why an entry never was a request to a server.
func (e *entry) unusable() string {
	u, err := url.Parse(e.Request.URL)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || !plainHost.MatchString(u.Host) || u.Opaque != "":
		return "addresses that are not of the web"
	case len(e.Request.URL) > longestURL:
		return "addresses longer than any form makes them"
	case !isMethod(e.Request.Method):
		return "requests without a method"
	case e.Request.Method == "OPTIONS":
		return "questions of the browser before requests to other hosts (CORS)"
	case e.Type == "websocket" || e.Response.Status == 101:
		return "web sockets"
	case e.Response.Status < 100 || e.Response.Status > 599:
		return "requests without an answer"
	}
	u.Fragment, u.RawFragment = "", ""
	e.url = u
	return ""
}

var method = regexp.MustCompile(`^[A-Z][A-Z-]{1,19}$`)

func isMethod(s string) bool { return method.MatchString(s) && s != "CONNECT" }

// fold joins each redirect with the request it led to.
func fold(entries []*entry) []visit {
	used := make([]bool, len(entries))
	var all []visit
	for i, e := range entries {
		if used[i] {
			continue
		}
		v := visit{[]*entry{e}}
		for at := i; ; {
			to := v.last().leadsTo()
			next := -1
			for k := at + 1; k < len(entries) && to != "" && next < 0; k++ {
				if !used[k] && entries[k].url.String() == to {
					next = k
				}
			}
			if next < 0 || len(v.hops) > mostRedirects {
				break
			}
			used[next], at = true, next
			v.hops = append(v.hops, entries[next])
		}
		all = append(all, v)
	}
	return all
}

// mostRedirects is how many forewarn follows by itself.
const mostRedirects = 10

// leadsTo is the address an answer sends the browser on to, "" if none.
func (e *entry) leadsTo() string {
	location := header(e.Response.Headers, "Location")
	if location == "" {
		location = e.Response.RedirectURL
	}
	if location == "" || !slices.Contains([]int{301, 302, 303, 307, 308}, e.Response.Status) {
		return ""
	}
	to, err := e.url.Parse(location)
	if err != nil {
		return ""
	}
	to.Fragment, to.RawFragment = "", ""
	return to.String()
}

// firstPage is the address of the first page, else of the first request that
// is no asset.
func firstPage(all []visit) *url.URL {
	var first *url.URL
	for _, v := range all {
		if v.last().static() {
			continue
		}
		address := v.first().url
		if near(v.last().url, address, nil) {
			address = v.last().url
		}
		if v.last().mime() == "text/html" {
			return address
		}
		if first == nil {
			first = address
		}
	}
	return first
}

// near reports whether a host belongs to the site, or to those that were
// asked for.
func near(u, base *url.URL, hosts []string) bool {
	host := strings.ToLower(u.Hostname())
	if site(host) == site(strings.ToLower(base.Hostname())) {
		return true
	}
	return slices.ContainsFunc(hosts, func(h string) bool {
		h = strings.ToLower(h)
		return host == h || strings.HasSuffix(host, "."+h)
	})
}

// site is the part of a host name that somebody registered.
func site(host string) string {
	name, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return name
}

// static reports whether a page loaded this by itself and every customer gets
// the same.
func (e *entry) static() bool {
	switch e.Type {
	case "stylesheet", "script", "image", "font", "media", "manifest", "texttrack", "ping", "preflight", "csp-violation-report":
		return true
	}
	kind, rest, _ := strings.Cut(e.mime(), "/")
	switch {
	case kind == "image", kind == "font", kind == "audio", kind == "video", rest == "css", rest == "wasm",
		strings.Contains(rest, "javascript"), strings.HasPrefix(rest, "font-"), strings.HasPrefix(rest, "x-font"):
		return true
	case rest == "html", rest == "json":
		return false
	}
	return e.Request.Method == "GET" && slices.Contains([]string{".css", ".js", ".mjs", ".map", ".png", ".jpg", ".jpeg",
		".gif", ".svg", ".webp", ".avif", ".ico", ".woff", ".woff2", ".ttf", ".mp4", ".webm", ".webmanifest"},
		strings.ToLower(path.Ext(e.url.Path)))
}

// tally counts by reason.
type tally map[string]int

func (t tally) count(what string) { t[what]++ }

func (t tally) lines(format string) []string {
	var names, all []string
	for name := range t {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if t[a] != t[b] {
			return t[b] - t[a]
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		all = append(all, fmt.Sprintf(format, t[name], name))
	}
	return all
}
