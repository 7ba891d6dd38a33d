package config

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/forewarn/forewarn/probes"
)

// network is how the requests of a journey reach their servers.
func (r *reader) network(t *journeyTable) probes.Network {
	n := probes.Network{TLS: r.tls(&t.TLS), Proxy: r.proxy(t.Proxy), IP: t.IP.value, Resolver: t.Resolver.value, Identity: t.Packed.value == "none"}
	if t.HTTP.value != "auto" {
		n.HTTP = t.HTTP.value
	}
	if _, err := netip.ParseAddrPort(n.Resolver); n.Resolver != "" && err != nil {
		r.wrong(t.Resolver.at(), "resolver is not IP:port", `write resolver = "192.0.2.53:53"`)
	}
	for i := range t.Resolve {
		one := &t.Resolve[i]
		if one.value.value == "" {
			continue // said already
		}
		ip, err := netip.ParseAddr(one.value.value)
		switch {
		case err != nil:
			r.wrong(one.value.at(), one.name+" has no IP here", "write it as "+quote(one.name)+` = "192.0.2.7"`)
		case n.IP == bothFamilies:
			r.wrong(one.value.at(), `one address is not of both families, as ip = "both" wants them`, "leave one of the two out")
		case n.IP != "" && ip.Is4() != (n.IP == "4"):
			r.wrong(one.value.at(), "this address is not of the family of ip = "+quote(n.IP), "give the other, or leave ip out")
		}
		if n.Resolve == nil {
			n.Resolve = map[string]string{}
		}
		n.Resolve[strings.ToLower(one.name)] = one.value.value
	}
	r.proxied(t)
	r.quic(t)
	return n
}

func (r *reader) proxy(t label) string {
	if t.value == "" {
		return ""
	}
	u, err := url.Parse(t.value)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		hint := `write proxy = "http://proxy.example:3128"`
		if strings.HasPrefix(t.value, "socks") {
			hint = `write proxy = "socks5://proxy.example:1080"`
		}
		r.wrong(t.at(), "proxy is not an http, https or socks5 URL", hint)
		return t.value
	}
	if password, has := u.User.Password(); has {
		r.keep(password)
		if why := probes.Unhidable(password); why == "" || bareName.MatchString(password) {
			r.hidable(t.at(), "the password of proxy", password, "")
		} else {
			r.odd(t.at(), "the password of proxy "+why, "it is hidden in the proxy's URL, but not where a server says it: use a longer one, if you can")
		}
	}
	return t.value
}

// quic reports what cannot be had with HTTP/3, which runs over UDP and has its
// encryption built in.
func (r *reader) quic(t *journeyTable) {
	if t.HTTP.value != "3" {
		return
	}
	if t.Proxy.given() {
		r.wrong(t.HTTP.at(), "HTTP/3 does not go through a proxy", `leave proxy out, or write http = "2"`)
	}
	clear := []template{t.BaseURL}
	for i := range t.Step {
		for _, one := range t.Step[i].urls() {
			clear = append(clear, one.template)
		}
	}
	for _, u := range clear {
		if strings.HasPrefix(u.value, "http://") {
			r.wrong(u.at(), "HTTP/3 is spoken over https alone", "write https://")
		}
	}
}

// proxied reports what a proxy does instead of us.
func (r *reader) proxied(t *journeyTable) {
	for _, p := range []place{t.IP.place, t.Resolver.place, {t.place.node.child("resolve")}} {
		if t.Proxy.given() && p.given() {
			r.wrong(p.node.key, p.node.name+" stands beside proxy", "the proxy looks up names and connects: keep one of them")
		}
	}
}
