package config

import (
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/forewarn/forewarn/probes"
)

// looks are the tables that watch without HTTP, each a journey of one step.
func (r *reader) looks(file *fileTable, seen names) []Journey {
	var all []Journey
	for i := range file.TLS {
		t := &file.TLS[i]
		look := probes.Look{Handshake: &probes.Handshake{Addr: r.endpoint(t.Address)}}
		j := r.looking(&journeyTable{place: t.place, who: t.who, when: t.when, Limit: t.Limit}, seen, "handshake", look)
		j.Network.TLS = r.tls(&tlsTable{CA: t.CA, ServerName: t.ServerName, MinVersion: label{value: "1.2"}})
		all = append(all, j)
	}
	for i := range file.TCP {
		t := &file.TCP[i]
		look := probes.Look{Connection: r.connection(t)}
		all = append(all, r.looking(&journeyTable{place: t.place, who: t.who, when: t.when, Limit: t.Limit}, seen, "connection", look))
	}
	for i := range file.DNS {
		t := &file.DNS[i]
		look := probes.Look{Lookup: r.lookupOf(t)}
		all = append(all, r.looking(&journeyTable{place: t.place, who: t.who, when: t.when, Limit: t.Limit}, seen, "lookup", look))
	}
	return all
}

// looking is the journey of t, with one step, which takes a look.
func (r *reader) looking(t *journeyTable, seen names, step string, look probes.Look) Journey {
	r.unique(t.Name, "journey", seen)
	t.Step = []stepTable{{Name: label{value: step}}}
	j := r.frame(t)
	j.Steps = []probes.Step{{Name: step, Look: &look}}
	r.limits(t, &j)
	return j
}

// endpoint is a host with a port to connect to.
func (r *reader) endpoint(t label) string {
	host, port, err := net.SplitHostPort(t.value)
	number, _ := strconv.ParseUint(port, 10, 16)
	if t.value != "" && (err != nil || host == "" || number == 0 || strings.ContainsAny(host, "/@ ")) {
		r.wrong(t.at(), "address is not host:port", `write address = "mail.example:465"`)
	}
	return t.value
}

func (r *reader) connection(t *tcpLookTable) *probes.Connection {
	if t.Send.given() {
		r.conceal(t.Send.node) // yet no secret by the rules for those: most are a PING
	}
	if t.Send.given() && !t.Expect.given() {
		r.absent(t.Send.node.key, "send without expect", `add expect = "...": nobody would read the answer`)
	}
	if len(t.Send.value) > 0 && len(t.Send.value) < probes.MinSecret {
		r.wrong(t.Send.at(), "send is too short to be hidden in what is shown", "end the line with \\r\\n, as most protocols do")
	}
	return &probes.Connection{Addr: r.endpoint(t.Address), Send: t.Send.value, Expect: t.Expect.value}
}

// domainName is a name that can be asked about: labels of at most 63
// characters (RFC 1035, section 2.3.4).
var domainName = regexp.MustCompile(`^([A-Za-z0-9_*-]{1,63}\.)*[A-Za-z0-9_*-]{1,63}$`)

func (r *reader) lookupOf(t *dnsLookTable) *probes.Lookup {
	l := &probes.Lookup{Name: strings.TrimSuffix(t.Lookup.value, "."), Type: t.Type.value, Server: t.Resolver.value}
	if t.Lookup.value != "" && !domainName.MatchString(l.Name) {
		r.wrong(t.Lookup.at(), "lookup is not a domain name", `write lookup = "shop.example"; other letters as xn--...`)
	}
	if _, err := netip.ParseAddrPort(l.Server); l.Server != "" && err != nil {
		r.wrong(t.Resolver.at(), "resolver is not IP:port", `write resolver = "192.0.2.53:53"`)
	}
	for _, one := range t.Expect {
		if answer, such := spellAnswer(l.Type, one.value); such != "" && one.value != "" {
			r.wrong(one.at(), "not an answer to "+l.Type, "write it as "+such)
		} else {
			l.Expect = append(l.Expect, answer)
		}
	}
	return l
}

var mailServer = regexp.MustCompile(`^([0-9]{1,5}) +(\S+)$`)

// spellAnswer writes an answer as a lookup gives it. If it can be none, such
// is how one looks.
func spellAnswer(kind, text string) (answer, such string) {
	host := strings.ToLower(strings.TrimSuffix(text, "."))
	switch kind {
	case "TXT":
		return text, ""
	case "A":
		return spellIP(text, netip.Addr.Is4, `"192.0.2.7"`)
	case "AAAA":
		return spellIP(text, netip.Addr.Is6, `"2001:db8::7"`)
	case "MX":
		m := mailServer.FindStringSubmatch(host)
		if m == nil || !domainName.MatchString(m[2]) {
			return "", `"10 mail.example"`
		}
		return strings.TrimLeft(m[1][:len(m[1])-1], "0") + m[1][len(m[1])-1:] + " " + m[2], ""
	}
	if !domainName.MatchString(host) {
		return "", `"ns1.example"`
	}
	return host, ""
}

// spellIP is an address of one family in its shortest form.
func spellIP(text string, family func(netip.Addr) bool, one string) (answer, such string) {
	if ip, err := netip.ParseAddr(text); err == nil && family(ip) && ip.Zone() == "" {
		return ip.String(), ""
	}
	return "", one
}
