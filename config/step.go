package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/forewarn/forewarn/probes"
)

// step reads one step. What it captures is known to those after it.
func (r *reader) step(t *stepTable, j *journeyTable, s *scope) probes.Step {
	if t.brought != nil {
		r.using = t.brought.use
		defer func() { r.using = span{} }()
	}
	s.step = t.Name.value
	vars, inner := r.given(t, s)
	step := r.request(t, j, inner)
	step.Vars, s.pauses = vars, inner.pauses
	s.unsure(t)
	for _, c := range t.Capture {
		s.learn(c.name)
	}
	return step
}

// request is a step but for what its use hands to it.
func (r *reader) request(t *stepTable, j *journeyTable, s *scope) probes.Step {
	step := probes.Step{
		Name: t.Name.value, Redirects: int(t.Redirects.value), Timeout: t.Timeout.value,
		MaxBody: t.MaxBody.value, Always: t.Always.value,
	}
	r.flow(t, &step, j, s)
	step.Method, step.URL = r.target(t, j, s)
	step.Auth = r.stepAuth(t, s)
	step.Headers = r.headers(t.Headers, s)
	step.Query = r.fields(t.Query, s)
	r.body(t, &step, s)
	if most := j.Timeout.value; t.Timeout.given() && step.Timeout > most && most > 0 {
		r.wrong(t.Timeout.at(), "timeout is longer than the journey's", "at most "+brief(most))
	}
	for _, e := range t.Expect {
		if c, ok := r.condition(e, s); ok {
			step.Expect = append(step.Expect, c)
		}
	}
	if t.Schema.value != "" {
		step.Schema = r.schema(t.Schema)
	}
	for _, c := range t.Capture {
		r.capture(&step, c, s)
	}
	r.secretCaptures(t, &step)
	return step
}

func (r *reader) capture(step *probes.Step, c namedQuery, s *scope) {
	if !identifier.MatchString(c.name) {
		r.wrong(c.key, "not a name for a capture", "letters, digits and _ only, beginning with a letter, at most 64")
	}
	if q, ok := r.query(c.value, s); ok {
		step.Capture = append(step.Capture, probes.Capture{Name: c.name, Query: q})
	}
}

// secretCaptures are names of captures of the same step.
func (r *reader) secretCaptures(t *stepTable, step *probes.Step) {
	var captured []string
	for _, c := range t.Capture {
		captured = append(captured, c.name)
	}
	seen := names{}
	for _, name := range t.Secret {
		r.unique(name, "secret capture", seen)
		if name.value != "" && !slices.Contains(captured, name.value) {
			hint := "name it in capture, too"
			if near := Nearest(name.value, captured); near != "" {
				hint = didYouMean(near)
			}
			r.absent(name.at(), "this step captures no "+name.value, hint)
		}
		step.Hide = append(step.Hide, name.value)
	}
}

// target is a key that names a method, and the URL it was given.
type target struct {
	method   string
	template template
}

// urls lists the methods that a step names; one is right.
func (t *stepTable) urls() []target {
	all := []target{
		{"GET", t.Get}, {"POST", t.Post}, {"PUT", t.Put}, {"PATCH", t.Patch},
		{"DELETE", t.Delete}, {"HEAD", t.Head}, {strings.ToUpper(t.Method.value), t.URL},
	}
	var given []target
	for _, one := range all {
		if one.template.given() {
			given = append(given, one)
		}
	}
	return given
}

// mistyped reports whether a key of the step that nobody knows was most likely
// meant to name its method.
func (r *reader) mistyped(t *stepTable) bool {
	step := r.keys[slices.IndexFunc(r.keys, func(k Key) bool { return k.Path == "journey.step" })].fields
	return slices.ContainsFunc(t.node.entries, func(n *node) bool {
		near := step.nearest(n.name)
		return !step.has(n.name) && near != nil && slices.Contains([]string{"get", "post", "put", "patch", "delete", "head"}, near.word())
	})
}

// target is the method and URL of a step.
func (r *reader) target(t *stepTable, j *journeyTable, s *scope) (method, address string) {
	given := t.urls()
	switch {
	case t.Method.given() && !t.URL.given():
		r.absent(t.Method.node.key, "method without url", `add url = "/path"`)
		return "", ""
	case t.URL.given() && !t.Method.given():
		r.absent(t.URL.node.key, "url without method", `write get = "/path", or add method = "OPTIONS"`)
		return "", ""
	case len(given) == 0 && r.mistyped(t):
		return "", "" // which is said where it stands
	case len(given) == 0:
		r.absent(t.at(), "the step makes no request", `add get = "/path" (or post, put, patch, delete, head, or method with url)`)
		return "", ""
	case len(given) > 1:
		second := given[1].template.node
		r.wrong(second.key, fmt.Sprintf("the step makes two requests: %s and %s", given[0].template.node.name, second.name),
			"make it two steps")
	}
	one := given[0]
	if method := t.Method; method.value != "" && (!httpguts.ValidHeaderFieldName(method.value) || one.method == "CONNECT") {
		r.wrong(method.at(), "not a method of HTTP", `write a word such as "OPTIONS"`)
	}
	r.use(one.template.names, s)
	r.checkURL(one.template, j)
	return one.method, one.template.value
}

// checkURL resolves a step's URL as the run will, with a word in the place of
// each placeholder. One that begins with a placeholder may be a whole link.
func (r *reader) checkURL(t template, j *journeyTable) {
	if !t.good {
		return
	}
	for _, token := range probes.TokensIn(t.value) {
		r.keep(token)
		r.keep(url.QueryEscape(token))
	}
	u, err := url.Parse(fill(t.value))
	switch {
	case t.value == "":
		r.wrong(t.at(), t.node.name+" is empty", `write a URL, as in "/login"`)
	case strings.HasPrefix(t.value, "{{"):
	case err != nil || strings.ContainsFunc(t.value, unprintable):
		r.wrong(t.at(), "not a URL", `write a path such as "/login", or a whole URL`)
	case u.Scheme != "" && (u.Scheme != "http" && u.Scheme != "https" || u.Host == ""):
		r.wrong(t.at(), "not an http or https URL", `write a path such as "/login", or a whole URL`)
	case hasPassword(t.value):
		r.conceal(t.node)
		r.wrong(t.at(), "the URL holds a password", "put it in secrets and send it in headers")
	case u.Scheme == "" && !j.BaseURL.given():
		r.absent(t.at(), "a relative URL needs base_url", `add base_url = "https://shop.example" to the journey, or write the URL whole`)
	}
}
