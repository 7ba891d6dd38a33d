package importer

import (
	"fmt"
	"slices"
	"strings"
)

// propose writes journeys as one file.
func propose(journeys ...*journey) Proposal {
	var p Proposal
	var b strings.Builder
	for i, j := range journeys {
		j.conceal()
		j.share()
		if i > 0 {
			b.WriteByte('\n')
		}
		j.write(&b)
		for _, s := range j.secrets {
			p.Variables = append(p.Variables, s.variable())
		}
		p.Variables = append(p.Variables, j.variables...)
		if j.baseVariable != "" {
			p.Variables = append(p.Variables, j.baseVariable)
		}
		p.Warnings = append(p.Warnings, j.warns...)
	}
	slices.Sort(p.Variables)
	p.Variables = slices.Compact(p.Variables)
	p.TOML = b.String()
	return p
}

// hidden is what forewarn's own archives show of a secret.
const hidden = "•••"

func (j *journey) write(b *strings.Builder) {
	var steps strings.Builder
	for i := range j.steps {
		j.writeStep(&steps, &j.steps[i])
	}
	if strings.Contains(steps.String(), hidden) {
		j.warn("what stands as %s, as forewarn hides secrets in its archives: write the {{name}} of a capture or a secret there", hidden)
	}
	fmt.Fprintf(b, "# %s\n", remark(j.from))
	for _, note := range j.notes {
		fmt.Fprintf(b, "# %s\n", remark(note))
	}
	for _, warning := range j.warns {
		fmt.Fprintf(b, "# not taken over: %s\n", remark(warning))
	}
	fmt.Fprintf(b, "[[journey]]\nname     = %s\n", outside(j.name))
	if j.slow {
		b.WriteString("every    = \"10m\"   # as long as it takes\ntimeout  = \"5m\"\n")
	} else {
		b.WriteString("every    = \"1m\"\n")
	}
	if j.baseVariable != "" {
		fmt.Fprintf(b, "base_url = \"${%s}\"   # the document names no host\n", j.baseVariable)
	}
	if !j.base.empty() {
		fmt.Fprintf(b, "base_url = %s\n", j.template(j.base))
	}
	if !j.bearer.empty() {
		fmt.Fprintf(b, "bearer   = %s\n", j.template(j.bearer))
	}
	j.writeSettings(b)
	if j.braces {
		fmt.Fprintf(b, "vars     = { %s = \"{{\", %s = \"{\" }   # {{ in what is sent would be a placeholder\n", openBraces, openBrace)
	}
	j.writeSecrets(b)
	b.WriteString(steps.String())
	for _, l := range j.limits {
		fmt.Fprintf(b, "\n  [[journey.limit]]\n  signal = %q\n  %-6s = %q   # %s\n", l.signal, l.bound, l.amount, remark(l.why))
	}
}

func (j *journey) writeSecrets(b *strings.Builder) {
	if len(j.secrets) == 0 {
		return
	}
	b.WriteString("\n  [journey.secrets]                    # never shown anywhere\n")
	for _, s := range j.secrets {
		fmt.Fprintf(b, "  %s = \"${%s}\"   # %s\n", s.name, s.variable(), remark(s.why))
	}
}

func (j *journey) writeStep(b *strings.Builder, s *step) {
	line := func(name, written string) { fmt.Fprintf(b, "  %-7s = %s\n", name, written) }
	b.WriteByte('\n')
	for _, note := range s.notes {
		fmt.Fprintf(b, "  # %s\n", remark(note))
	}
	b.WriteString("  [[journey.step]]\n")
	line("name", outside(s.name))
	switch s.method {
	case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD":
		line(strings.ToLower(s.method), j.template(s.url))
	default:
		line("method", outside(s.method))
		line("url", j.template(s.url))
	}
	if !s.user.empty() {
		line(j.credentials(s))
	}
	if !s.bearer.empty() {
		line("bearer", j.template(s.bearer))
	} else if s.nobody {
		b.WriteString("  bearer  = \"\"   # nobody\n")
	}
	if len(s.headers) > 0 {
		line("headers", j.fields(s.headers, false))
	}
	j.writeBody(line, s)
	if s.timeout != "" {
		line("timeout", s.timeout)
	}
	if s.redirects >= 0 {
		fmt.Fprintf(b, "  redirects = %d\n", s.redirects)
	}
	j.writeGuesses(b, s)
	if s.always {
		b.WriteString("  always  = true   # a guess: it cleans up, so it runs even after a failed step\n")
	}
}

// credentials is the key that says who asks, and its table.
func (j *journey) credentials(s *step) (key, written string) {
	user, password := j.template(s.user), j.template(s.password)
	if s.signs != nil {
		return "sigv4", table([]string{"access_key = " + user, "secret_key = " + password,
			"region = " + j.template(literal(s.signs[0])), "service = " + j.template(literal(s.signs[1]))})
	}
	if key = "basic"; s.digest {
		key = "digest"
	}
	return key, table([]string{"user = " + user, "password = " + password})
}

func (j *journey) writeBody(line func(name, written string), s *step) {
	switch {
	case len(s.form) > 0 || s.files != nil:
		if len(s.form) > 0 {
			line("form", j.fields(s.form, true))
		}
		if s.files != nil {
			pairs := make([]string, len(s.files))
			for i, f := range s.files {
				pairs[i] = key(f.Name) + " = " + f.Value
			}
			line("files", table(pairs))
		}
	case s.json != nil:
		line("json", s.json.toml(j))
	case !s.body.empty():
		line("body", j.template(s.body))
	}
}

func (j *journey) writeGuesses(b *strings.Builder, s *step) {
	for _, e := range s.expect {
		if e.why != "" {
			fmt.Fprintf(b, "  # expect %s\n", remark(e.why))
		}
	}
	if len(s.expect) > 0 {
		items := make([]string, len(s.expect))
		for i, e := range s.expect {
			items[i] = quote(e.expression)
		}
		fmt.Fprintf(b, "  expect  = %s\n", list(items))
	}
	for _, c := range s.capture {
		fmt.Fprintf(b, "  # %s: %s\n", c.name, remark(c.why))
	}
	if len(s.capture) > 0 {
		pairs := make([]string, len(s.capture))
		for i, c := range s.capture {
			pairs[i] = key(c.name) + " = " + quote(c.expression)
		}
		fmt.Fprintf(b, "  capture = %s\n", table(pairs))
		var hidden []string
		for _, c := range s.capture {
			if c.secret {
				hidden = append(hidden, quote(c.name))
			}
		}
		if len(hidden) > 0 {
			fmt.Fprintf(b, "  secret_captures = %s\n", list(hidden))
		}
	}
}

// fields writes headers or a form. A name that comes more than once has a
// list; places reports whether a name may hold placeholders.
func (j *journey) fields(fields []field, places bool) string {
	var order []string
	values := map[string][]string{}
	for _, f := range fields {
		if len(values[f.name]) == 0 {
			order = append(order, f.name)
		}
		values[f.name] = append(values[f.name], j.template(f.value))
	}
	pairs := make([]string, 0, len(order))
	for _, name := range order {
		written := values[name][0]
		if len(values[name]) > 1 {
			written = list(values[name])
		}
		if places {
			templated, vars := literal(name).template()
			j.braces = j.braces || vars
			name = templated
		}
		pairs = append(pairs, key(name)+" = "+written)
	}
	return table(pairs)
}

// template writes a text that may hold placeholders.
func (j *journey) template(t text) string {
	s, vars := t.template()
	j.braces = j.braces || vars
	return outside(s)
}
