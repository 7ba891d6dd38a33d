package importer

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// document is an OpenAPI document (3.0 or 3.1).
type document struct {
	root     *value
	server   *url.URL // without a host if the document names none
	journeys []*journey
	left     []string
}

// OpenAPI makes a journey of every safe operation of a document: a GET whose
// required parameters have an example or a default. What it leaves out, and
// why, is in the proposal's warnings. The error says what about the document
// is wrong.
func OpenAPI(data []byte, o Options) (Proposal, error) {
	root, err := parseYAML(data)
	if err != nil {
		return Proposal{}, err
	}
	version := root.get("openapi").scalar()
	if root.get("swagger").kind != 'n' {
		return Proposal{}, errors.New("swagger: this is version 2: convert it to OpenAPI 3 first")
	}
	if !strings.HasPrefix(version, "3.") {
		return Proposal{}, errors.New("openapi: not an OpenAPI document of version 3: name a file that begins with openapi: 3")
	}
	d := &document{root: root}
	if err := d.findServer(); err != nil {
		return Proposal{}, err
	}
	for _, path := range root.get("paths").members {
		item := d.follow(path.value)
		for _, operation := range item.members {
			switch operation.name {
			case "get":
				d.operation(path.name, item, d.follow(operation.value), o)
			case "post", "put", "patch", "delete", "head", "trace":
				d.left = append(d.left, strings.ToUpper(operation.name)+" "+label(path.name, 80)+", which may change something")
			}
		}
	}
	if len(d.journeys) == 0 {
		return Proposal{}, errors.New("paths: no GET can be made of it: give the required parameters an example or a default")
	}
	d.journeys[0].warns = d.left
	return propose(d.journeys...), nil
}

// follow is what a reference within the document stands for.
func (d *document) follow(v *value) *value {
	for range 10 {
		to, local := strings.CutPrefix(v.get("$ref").scalar(), "#/")
		if !local {
			return v
		}
		v = d.root
		for name := range strings.SplitSeq(to, "/") {
			v = v.get(strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
		}
	}
	return &value{kind: 'n'}
}

// findServer takes the first server, its variables at their defaults.
func (d *document) findServer() error {
	d.server = &url.URL{}
	servers := d.root.get("servers").items
	if len(servers) == 0 {
		return nil
	}
	address := servers[0].get("url").scalar()
	for _, v := range servers[0].get("variables").members {
		address = strings.ReplaceAll(address, "{"+v.name+"}", v.value.get("default").scalar())
	}
	u, err := url.Parse(address)
	if err != nil || u.Host != "" && (u.Scheme != "http" && u.Scheme != "https" || !plainHost.MatchString(u.Host)) {
		return fmt.Errorf("servers: %q is not an http or https URL: write it whole, as in https://api.example/v1", label(address, 80))
	}
	d.server = u
	return nil
}

// operation makes a journey of a GET.
func (d *document) operation(path string, item, op *value, o Options) {
	j := &journey{from: "forewarn import openapi: GET " + label(path, 200) + ". Every key: docs/config.md"}
	f := &flow{journey: j, base: &url.URL{Scheme: d.server.Scheme, Host: d.server.Host}, sent: map[string]bool{}}
	s := step{method: "GET", redirects: -1, name: label("GET "+path, 90)}
	query, missing := d.parameters(f, &s, path, item, op)
	if missing != "" {
		d.left = append(d.left, "GET "+label(path, 80)+": its parameter "+label(missing, 40)+" has no example")
		return
	}
	query = append(query, d.security(f, &s, op)...)
	for i, q := range query {
		s.url = append(append(s.url, piece{literal: []string{"?", "&"}[min(i, 1)] + escape(q.name) + "="}), q.value...)
	}
	if len(s.url.plain()) > longestURL {
		d.left = append(d.left, "GET "+label(path, 80)+": its URL is too long")
		return
	}
	s.expect = d.responses(op)
	var names []string
	for _, other := range d.journeys {
		names = append(names, other.name)
	}
	j.name = label(cmp.Or(op.get("operationId").scalar(), "GET "+path), 90)
	if o.Name != "" {
		j.name = label(o.Name+": "+j.name, 90)
	}
	j.name = unique(j.name, " ", names)
	if summary := op.get("summary").scalar(); summary != "" {
		j.notes = append(j.notes, label(summary, 200))
	}
	if d.server.Host == "" {
		j.baseVariable = "BASE_URL"
	} else {
		j.base = literal(root(d.server))
	}
	s.notes = f.notes
	j.steps = []step{s}
	d.journeys = append(d.journeys, j)
}

var braced = regexp.MustCompile(`\{[^{}]*\}`)

// parameters fills in the path and what else is required. missing names the
// first that has no value.
func (d *document) parameters(f *flow, s *step, path string, item, op *value) (query []field, missing string) {
	given := map[string]string{}
	for _, list := range []*value{item.get("parameters"), op.get("parameters")} {
		for _, p := range list.items {
			p = d.follow(p)
			name, in := cmp.Or(p.get("name").scalar(), "without a name"), p.get("in").scalar()
			sample, has := d.sample(p)
			if in != "path" && p.get("required").scalar() != "true" {
				continue
			}
			if !has {
				return nil, name
			}
			switch in {
			case "path":
				given["{"+name+"}"] = sample
			case "query":
				query = append(query, field{name, escaped(f.resolve("form", name, sample))})
			case "header":
				f.header(s, pair{name, sample}, false)
			default:
				return nil, name
			}
		}
	}
	full := strings.TrimSuffix(d.server.EscapedPath(), "/") + "/" + strings.TrimPrefix(path, "/")
	full = braced.ReplaceAllStringFunc(full, func(name string) string {
		sample, has := given[name]
		if !has && missing == "" {
			missing = strings.Trim(name, "{}")
		}
		return escape(sample)
	})
	s.url = literal(ascii("/" + strings.TrimLeft(full, "/")))
	return query, missing
}

// escape is a text as a part of a URL.
func escape(s string) string { return ascii(strings.ReplaceAll(url.QueryEscape(s), "+", "%20")) }

func escaped(t text) text {
	for i := range t {
		t[i].literal = escape(t[i].literal)
	}
	return t
}

// sample is a value of a parameter that its author calls fit.
func (d *document) sample(p *value) (string, bool) {
	schema := d.follow(p.get("schema"))
	candidates := []*value{p.get("example")}
	for _, m := range p.get("examples").members {
		candidates = append(candidates, d.follow(m.value).get("value"))
	}
	candidates = append(candidates, schema.get("example"), schema.get("default"))
	candidates = append(append(candidates, schema.get("examples").items...), schema.get("enum").items...)
	for _, c := range candidates {
		if c.scalar() != "" {
			return c.scalar(), true
		}
	}
	return "", false
}

// security sends what the first way to log in asks for, as secrets.
func (d *document) security(f *flow, s *step, op *value) (query []field) {
	wanted := op.get("security")
	if wanted.kind == 'n' {
		wanted = d.root.get("security")
	}
	if len(wanted.items) == 0 {
		return nil
	}
	for _, m := range wanted.items[0].members {
		scheme := d.follow(d.root.get("components", "securitySchemes", m.name))
		why := "the security scheme " + label(m.name, 60)
		secret := f.hide(m.name, "security scheme "+m.name, why)
		name := scheme.get("name").scalar()
		switch kind, in := scheme.get("type").scalar(), scheme.get("in").scalar(); {
		case kind == "apiKey" && in == "query":
			query = append(query, field{name, secret})
		case kind == "apiKey" && in == "header" && token.MatchString(name):
			s.headers = append(s.headers, field{name, secret})
		case kind == "apiKey" && in == "cookie" && token.MatchString(name):
			s.headers = append(s.headers, field{"Cookie", append(literal(name+"="), secret...)})
		case kind == "http" && strings.EqualFold(scheme.get("scheme").scalar(), "basic"):
			s.user, s.password = f.hide(m.name+"_user", "user of "+m.name, why), secret
		case !s.user.empty():
			f.warn("the security scheme %s beside another that says who asks", label(m.name, 60))
		default:
			s.bearer = secret
		}
	}
	return query
}

// responses expects the first good answer that the document promises.
func (d *document) responses(op *value) []guess {
	for _, m := range op.get("responses").members {
		if len(m.name) != 3 || m.name[0] != '2' {
			continue
		}
		all := []guess{{"status in 200..299", ""}}
		if goodStatus.MatchString(m.name) {
			all[0].expression = "status == " + m.name
		}
		if promised := d.follow(m.value).get("content").members; len(promised) > 0 {
			kind := bare(promised[0].name)
			if expression := call("header", "Content-Type") + " startsWith " + quoted(kind); isExpression(expression) && !strings.Contains(kind, "*") {
				all = append(all, guess{expression, "the first content type that the document promises"})
			}
		}
		return all
	}
	return nil
}

var goodStatus = regexp.MustCompile(`^2[0-9][0-9]$`)
