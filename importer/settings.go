package importer

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// setting is a key of a journey that says how its requests reach their
// servers, written already.
type setting struct{ name, written, why string }

// set gives the journey a setting. Of several the first is kept: a file has
// one for all its steps.
func (j *journey) set(name, written, why string) {
	for _, one := range j.settings {
		if one.name == name {
			if one.written != written {
				j.warn("a second %s: a journey has one for all its steps", name)
			}
			return
		}
	}
	j.settings = append(j.settings, setting{name, written, why})
}

func (j *journey) writeSettings(b *strings.Builder) {
	for _, s := range j.settings {
		fmt.Fprintf(b, "%-8s = %s", s.name, s.written)
		if s.why != "" {
			fmt.Fprintf(b, "   # %s", remark(s.why))
		}
		b.WriteByte('\n')
	}
}

// named writes a text in which variables of the shell are those of the
// environment. It is not ok if no key of the file can hold it.
func (t *transfer) named(value string) (written string, ok bool) {
	if value == "" || len(value) > 1000 || !printable(value) || strings.TrimSpace(value) != value {
		return "", false
	}
	value = strings.ReplaceAll(value, "${", "$${")
	for _, s := range t.secrets {
		if s.env != "" {
			value = strings.ReplaceAll(value, s.value, "${"+s.env+"}")
		}
	}
	return quote(value), true
}

// network follows the options that say how a server is reached. What is left
// is false: they are none of these.
func (t *transfer) network(written, name, value string) bool {
	switch name {
	case "insecure":
		t.tls("insecure", `"accept-any-certificate"`)
	case "cacert":
		t.file("ca_file", value)
	case "cert":
		path, password, _ := strings.Cut(value, ":")
		if password != "" {
			t.warn("the password of -E: forewarn reads keys without one, as openssl pkey -in %s makes them", label(path, 40))
		}
		t.cert = path
	case "key":
		t.key = value
	case "proxy", "socks5", "socks5-hostname":
		if name != "proxy" {
			value = "socks5://" + value
		}
		t.proxy = value
	case "proxy-user":
		t.proxyUser = value
	case "resolve":
		t.resolved = append(t.resolved, value)
	case "ipv4", "ipv6":
		t.ip = name[3:]
	case "http1.1", "http1.0", "http2-prior-knowledge":
		t.set("http", map[bool]string{true: `"2"`, false: `"1.1"`}[name[4] == '2'], "")
	case "http3", "http3-only":
		t.set("http", `"3"`, "")
	case "max-time":
		t.patience(written, value)
	default:
		return false
	}
	return true
}

func (t *transfer) tls(name, written string) {
	for _, one := range t.tlsKeys {
		if strings.HasPrefix(one, name+" = ") {
			return
		}
	}
	t.tlsKeys = append(t.tlsKeys, name+" = "+written)
}

func (t *transfer) file(name, path string) {
	written, ok := t.named(path)
	if !ok {
		t.warn("the file for %s: %s", name, label(path, 60))
		return
	}
	t.tls(name, written)
}

// patience is --max-time, of each transfer. Longer ones make the journey
// slower.
func (t *transfer) patience(written, value string) {
	seconds, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil || seconds < 0.01 || seconds > 300:
		t.warn("the option %s %s: it is 10ms to 5m here", label(written, 20), label(value, 20))
		return
	case seconds > 30:
		t.slow = true
	}
	t.timeout = strconv.Quote(time.Duration(seconds * float64(time.Second)).Round(time.Millisecond).String())
}

// settle turns what was collected into settings of the journey.
func (t *transfer) settle() {
	proxied := t.proxied()
	if t.cert != "" {
		t.file("cert_file", t.cert)
		t.file("key_file", cmp.Or(t.key, t.cert)) // curl, too, looks for the key in the file of the certificate
	} else if t.key != "" {
		t.warn("--key without --cert: %s", label(t.key, 60))
	}
	if len(t.tlsKeys) > 0 {
		why := "files are relative to this one"
		if t.tlsKeys[0] == `insecure = "accept-any-certificate"` && len(t.tlsKeys) == 1 {
			why = "whoever answers is believed, as -k asks"
		}
		t.set("tls", table(t.tlsKeys), why)
	}
	if proxied && (t.ip != "" || len(t.resolved) > 0) {
		t.warn("--resolve, -4 and -6 beside a proxy, which looks up names itself")
		return
	}
	if t.ip != "" {
		t.set("ip", quote(strings.TrimPrefix(t.ip, "v")), "")
	}
	t.resolves()
}

// resolves is --resolve host:port:address,...; the port is any here.
func (t *transfer) resolves() {
	var pairs, hosts []string
	for _, one := range t.resolved {
		parts := strings.SplitN(strings.TrimLeft(one, "+"), ":", 3)
		first := ""
		if len(parts) == 3 {
			first, _, _ = strings.Cut(parts[2], ",")
		}
		ip, err := netip.ParseAddr(strings.Trim(first, "[]"))
		if err != nil || ip.Zone() != "" || !plainHost.MatchString(parts[0]) || slices.Contains(hosts, parts[0]) ||
			t.ip != "" && ip.Is4() != (t.ip == "v4") {
			t.warn("--resolve %s: one host, one address of the family that is asked for", label(one, 60))
			continue
		}
		hosts = append(hosts, parts[0])
		pairs = append(pairs, key(parts[0])+" = "+quote(ip.String()))
	}
	if len(pairs) > 0 {
		t.set("resolve", table(pairs), "for every port")
	}
}

// proxied sets the proxy, if there is one that forewarn speaks.
func (t *transfer) proxied() bool {
	if t.proxy == "" {
		return false
	}
	address := t.proxy
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(strings.Replace(address, "socks5h://", "socks5://", 1))
	if err != nil || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) || !plainHost.MatchString(u.Host) {
		t.warn("the proxy: forewarn speaks to http://, https:// and socks5:// ones") // it may hold a password
		return false
	}
	host := u.Host
	if u.Port() == "" {
		host += ":1080" // curl's
	}
	user, password, _ := strings.Cut(t.proxyUser, ":")
	if u.User != nil && t.proxyUser == "" {
		user = u.User.Username()
		password, _ = u.User.Password()
	}
	credentials := ""
	if user != "" || password != "" {
		credentials = url.User(user).String() + ":${" + proxyVariable + "}@"
		t.variables = append(t.variables, proxyVariable)
		t.recorded = append(t.recorded, password)
	}
	written, ok := t.named(host)
	if !ok {
		return false
	}
	t.set("proxy", fmt.Sprintf("%s%s%s%s", written[:1], u.Scheme+"://", credentials, written[1:]), proxyWhy(credentials))
	return true
}

// proxyVariable holds the password of a proxy.
const proxyVariable = "PROXY_PASSWORD"

func proxyWhy(credentials string) string {
	if credentials == "" {
		return ""
	}
	return "the password as a URL writes it: %40 for @"
}
