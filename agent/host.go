package agent

import (
	"net"
	"net/url"
	"strings"

	"github.com/forewarn/forewarn/probes"
)

// host is hostOf of the journey, worked out once.
func (p *patrol) host(step string) string {
	host, known := p.hosts[step]
	if !known {
		host = hostOf(p.watch.Journey, step)
		p.hosts[step] = host
	}
	return host
}

// hostOf is the host that a step of j asks, or all its steps if that is "": ""
// if they ask several, or only a run knows.
func hostOf(j probes.Journey, step string) string {
	host := ""
	for _, s := range j.Steps {
		if step != "" && s.Name != step {
			continue
		}
		h := asked(j, s)
		if h == "" || host != "" && host != h {
			return ""
		}
		host = h
	}
	return host
}

// asked is the host that s asks, as far as the journey's own values tell.
func asked(j probes.Journey, s probes.Step) string {
	if s.Look != nil {
		return lookedAt(*s.Look)
	}
	address := filled(s.URL, s.Vars, j.Vars)
	if !strings.Contains(address, "://") {
		address = filled(j.BaseURL, nil, j.Vars)
	}
	u, err := url.Parse(address)
	if err != nil || strings.ContainsAny(u.Host, "{}") {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

func lookedAt(l probes.Look) string {
	switch {
	case l.Handshake != nil:
		return hostPart(l.Handshake.Addr)
	case l.Connection != nil:
		return hostPart(l.Connection.Addr)
	case l.Lookup != nil:
		return strings.ToLower(l.Lookup.Name)
	}
	return ""
}

func hostPart(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(host)
}

// filled is text with the values that are known before a run, never secrets: a
// host is shown.
func filled(text string, all ...map[string]string) string {
	for _, values := range all {
		for name, value := range values {
			text = strings.ReplaceAll(text, "{{"+name+"}}", value)
			text = strings.ReplaceAll(text, "{{ "+name+" }}", value)
		}
	}
	return text
}
