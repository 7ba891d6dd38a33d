package importer

import "strings"

// text is what a request sends: literal parts, and values that are known only
// when it is sent.
type text []piece

// piece is literal, or the name of a value.
type piece struct{ literal, name string }

func literal(s string) text { return text{{literal: s}} }

func placeholder(name string) text { return text{{name: name}} }

// Names of the vars that stand for braces: {{ has no escape of its own.
const (
	openBraces = "open_braces"
	openBrace  = "open_brace"
)

// template is the text as the file writes it, without its quotes: {{name}} for
// values, and nothing in the literal parts that the file would read as one.
// vars reports whether it needs the vars for braces.
func (t text) template() (s string, vars bool) {
	var b strings.Builder
	t = t.joined()
	for i, p := range t {
		if p.name != "" {
			b.WriteString("{{" + p.name + "}}")
			continue
		}
		rest := p.literal
		vars = vars || strings.Contains(rest, "{{")
		rest = strings.ReplaceAll(rest, "{{", "\x00")
		if i+1 < len(t) && strings.HasSuffix(rest, "{") {
			rest, vars = strings.TrimSuffix(rest, "{")+"\x01", true
		}
		rest = strings.NewReplacer("\x00", "{{"+openBraces+"}}", "\x01", "{{"+openBrace+"}}").Replace(rest)
		b.WriteString(rest)
	}
	return b.String(), vars
}

// joined is the text with neighbouring literal parts made one. Bytes that no
// file can hold are replaced.
func (t text) joined() text {
	var all text
	for _, p := range t {
		p.literal = strings.ReplaceAll(strings.ToValidUTF8(p.literal, "\uFFFD"), "\x00", "\uFFFD")
		p.literal = strings.ReplaceAll(p.literal, "\x01", "\uFFFD")
		if last := len(all) - 1; last >= 0 && p.name == "" && all[last].name == "" {
			all[last].literal += p.literal
			continue
		}
		all = append(all, p)
	}
	return all
}

// replace puts a placeholder in the place of every copy of old.
func (t text) replace(old, name string) text {
	if old == "" {
		return t
	}
	var all text
	for _, p := range t {
		if p.name != "" {
			all = append(all, p)
			continue
		}
		for i, between := range strings.Split(p.literal, old) {
			if i > 0 {
				all = append(all, piece{name: name})
			}
			all = append(all, piece{literal: between})
		}
	}
	return all
}

// names lists the values the text needs.
func (t text) names() []string {
	var all []string
	for _, p := range t {
		if p.name != "" {
			all = append(all, p.name)
		}
	}
	return all
}

// plain is the literal text; a value is shown as its name in braces.
func (t text) plain() string {
	var b strings.Builder
	for _, p := range t {
		if p.name != "" {
			b.WriteString("{" + p.name + "}")
		}
		b.WriteString(p.literal)
	}
	return b.String()
}

func (t text) empty() bool { return len(t) == 0 || len(t) == 1 && t[0] == piece{} }
