package importer

import (
	"net/url"
	"regexp"
	"strings"
)

// transfer is what the options of one curl transfer say.
type transfer struct {
	*flow
	urls    []string
	method  string
	headers []asked
	data    []string // of -d and its like, joined by &
	form    []string // of -F
	strings []string // of --form-string
	cookies []string
	user    string
	digest  bool     // of user, in place of basic
	signs   []string // region and service: user signs, in place of basic
	follow  bool
	head    bool
	query   bool // -G: data goes into the URL
	posts   bool // -d of a file, which is not taken over
	notes   []string

	cert, key, ip    string
	proxy, proxyUser string
	resolved         []string // of --resolve
	tlsKeys          []string // written already
	timeout          string   // of each step, written already
}

// asked is a header, and whether an option of its own asked for it.
type asked struct {
	pair
	asked bool
}

// longNames are the names of the one-letter options that are understood.
func longNames() map[byte]string {
	return map[byte]string{
		'X': "request", 'H': "header", 'd': "data", 'F': "form", 'u': "user", 'b': "cookie", 'k': "insecure",
		'L': "location", 'A': "user-agent", 'e': "referer", 'x': "proxy", 'G': "get", 'I': "head", 's': "silent",
		'S': "show-error", 'v': "verbose", 'i': "include", 'o': "output", 'O': "remote-name", 'w': "write-out",
		'm': "max-time", 'T': "upload-file", 'f': "fail", 'g': "globoff", 'N': "no-buffer", 'c': "cookie-jar",
		'0': "http1.0", '4': "ipv4", '6': "ipv6", 'E': "cert", 'D': "dump-header", 'K': "config", 'r': "range",
		'U': "proxy-user", 'n': "netrc", '#': "progress-bar", 'a': "append", 'z': "time-cond", 'C': "continue-at",
		'J': "remote-header-name", 'R': "remote-time", 'q': "disable", 'Z': "parallel", 'h': "help", 'V': "version",
		'Q': "quote", 't': "telnet-option", 'y': "speed-time", 'Y': "speed-limit", 'P': "ftp-port", 'B': "use-ascii",
		'1': "tlsv1", '2': "sslv2", '3': "sslv3", 'j': "junk-session-cookies", 'l': "list-only", 'M': "manual", 'p': "proxytunnel",
	}
}

// takesValue reports whether a word follows the option.
func takesValue(option string) bool {
	const all = " request header data data-raw data-ascii data-binary data-urlencode json form form-string user cookie user-agent referer " +
		"proxy url url-query oauth2-bearer output write-out max-time connect-timeout upload-file cookie-jar cert key cacert capath " +
		"dump-header config range proxy-user time-cond continue-at quote telnet-option speed-time speed-limit ftp-port resolve " +
		"connect-to interface retry retry-delay retry-max-time limit-rate max-redirs tls-max ciphers tls13-ciphers cert-type key-type pass " +
		"proxy-header socks5 socks5-hostname socks4 socks4a noproxy dns-servers doh-url aws-sigv4 unix-socket abstract-unix-socket " +
		"stderr trace trace-ascii max-filesize keepalive-time netrc-file output-dir create-file-mode local-port proto proto-default " +
		"proto-redir pinnedpubkey engine expect100-timeout happy-eyeballs-timeout-ms rate parallel-max etag-save etag-compare alt-svc hsts " +
		"preproxy proxy1.0 service-name delegation krb login-options sasl-authzid hostpubmd5 crlfile curves variable haproxy-clientip ech " +
		"tlsuser tlspassword tlsauthtype proxy-pass proxy-cert proxy-cert-type proxy-key proxy-key-type proxy-cacert proxy-capath proxy-crlfile " +
		"proxy-ciphers proxy-tls13-ciphers proxy-tlsuser proxy-tlspassword proxy-tlsauthtype proxy-pinnedpubkey proxy-service-name " +
		"dns-interface dns-ipv4-addr dns-ipv6-addr egd-file random-file request-target socks5-gssapi-service libcurl pubkey hostpubsha256 " +
		"ftp-account ftp-alternative-to-user ftp-method ftp-ssl-ccc-mode mail-auth mail-from mail-rcpt tftp-blksize trace-config " +
		"ipfs-gateway sigalgs signature-algorithms ip-tos vlan-priority keepalive-cnt dns-timeout upload-flags "
	return strings.Contains(all, " "+option+" ")
}

// read takes the words apart into options, their values and URLs.
func (t *transfer) read(words []string) {
	plain := false // after --
	for i := 0; i < len(words); i++ {
		w := words[i]
		next := func() string {
			if i+1 < len(words) {
				i++
				return words[i]
			}
			t.warn("the option %s, which lacks its value", label(w, 40))
			return ""
		}
		switch {
		case plain || w == "-" || !strings.HasPrefix(w, "-"):
			t.urls = append(t.urls, w)
		case w == "--":
			plain = true
		case strings.HasPrefix(w, "--"):
			name, value, attached := strings.Cut(w[2:], "=")
			if takesValue(name) && !attached {
				value = next()
			}
			t.option(w, name, value)
		default:
			t.letters(w, next)
		}
	}
}

// letters reads one-letter options, which may be joined: -sSL, -XPOST.
func (t *transfer) letters(word string, next func() string) {
	known := longNames()
	for i := 1; i < len(word); i++ {
		name := known[word[i]]
		if !takesValue(name) {
			t.option("-"+word[i:i+1], name, "")
			continue
		}
		value := strings.TrimPrefix(word[i+1:], "=")
		if word[i+1:] == "" {
			value = next()
		}
		t.option("-"+word[i:i+1], name, value)
		return
	}
}

// option follows one option. One that has no meaning for a prober is a note,
// one that forewarn cannot follow a warning.
func (t *transfer) option(written, name, value string) {
	if t.network(written, name, value) {
		return
	}
	switch name {
	case "request":
		t.method = value
		if !isMethod(strings.ToUpper(value)) {
			t.warn("the method %s", label(value, 20))
		}
	case "header", "user-agent", "referer", "oauth2-bearer":
		t.addHeader(name, value)
	case "data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json", "url-query":
		t.addData(name, value)
	case "form":
		t.form = append(t.form, value)
	case "form-string":
		t.strings = append(t.strings, value)
	case "user":
		t.user = value
	case "digest":
		t.digest = true
	case "basic":
		t.digest = false
	case "aws-sigv4":
		t.signature(written, value)
	case "cookie":
		if !strings.Contains(value, "=") {
			t.warn("the cookies of the file %s: log in with a step before", label(value, 60))
			return
		}
		t.cookies = append(t.cookies, value)
	case "url":
		t.urls = append(t.urls, value)
	case "location", "location-trusted":
		t.follow = true
	case "head":
		t.head = true
	case "get":
		t.query = true
	case "compressed", "silent", "show-error", "verbose", "include", "output", "remote-name", "write-out", "fail", "globoff", "no-buffer",
		"progress-bar", "http2", "fail-with-body", "no-progress-meter", "dump-header", "cookie-jar", "disable", "path-as-is":
		t.notes = append(t.notes, "left out, as it changes nothing that is checked: "+label(written, 40))
	default: // of what is no number, the value may be a secret
		name, _, _ := strings.Cut(written, "=")
		t.warn("the option %s, which forewarn cannot follow here", label(strings.TrimSpace(name+" "+aNumberOnly.FindString(value)), 60))
	}
}

var aNumberOnly = regexp.MustCompile(`^[0-9.]{1,9}$`)

var signer = regexp.MustCompile(`(?i)^aws:\w+:([\w.-]{1,60}):([\w.-]{1,60})$`)

// signature reads aws:amz:region:service. What curl would find in the host's
// name is not looked for.
func (t *transfer) signature(written, value string) {
	parts := signer.FindStringSubmatch(value)
	if parts == nil {
		t.warn("the option %s without its region and service: forewarn signs as aws:amz:region:service", label(written, 20))
		return
	}
	t.signs = parts[1:]
}

func (t *transfer) addHeader(option, value string) {
	switch option {
	case "user-agent":
		t.headers = append(t.headers, asked{pair{"User-Agent", value}, true})
		return
	case "referer":
		t.headers = append(t.headers, asked{pair{"Referer", strings.TrimSuffix(value, ";auto")}, true})
		return
	case "oauth2-bearer":
		t.headers = append(t.headers, asked{pair{"Authorization", "Bearer " + value}, true})
		return
	}
	if strings.HasPrefix(value, "@") {
		t.warn("the headers of the file %s", label(value[1:], 60))
		return
	}
	name, content, found := strings.Cut(value, ":")
	if !found {
		name = strings.TrimSuffix(name, ";")
	}
	if content = strings.TrimSpace(content); content == "" && found {
		t.notes = append(t.notes, "left out: "+label(name, 40)+" without a value, which only takes away what curl sends by itself")
		return
	}
	t.headers = append(t.headers, asked{pair{strings.TrimSpace(name), content}, false})
}

// addData adds to the body, or with -G to the URL.
func (t *transfer) addData(option, value string) {
	file := strings.HasPrefix(value, "@") && option != "data-raw"
	if name, _, found := strings.Cut(value, "@"); option == "data-urlencode" && found && !strings.Contains(name, "=") {
		file = true
	}
	if file {
		t.posts = true
		t.warn("the data of the file %s: paste it", label(value, 60))
		return
	}
	switch option {
	case "data", "data-ascii":
		value = strings.NewReplacer("\r", "", "\n", "").Replace(value) // as curl does
	case "data-urlencode", "url-query":
		if name, content, found := strings.Cut(value, "="); found && name != "" {
			value = name + "=" + url.QueryEscape(content)
		} else {
			value = url.QueryEscape(strings.TrimPrefix(value, "="))
		}
	case "json":
		t.headers = append(t.headers, asked{pair{"Content-Type", "application/json"}, true}, asked{pair{"Accept", "application/json"}, true})
	}
	if option == "url-query" {
		t.warn("--url-query: write it into the URL")
		return
	}
	t.data = append(t.data, value)
}
