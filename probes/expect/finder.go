package expect

import (
	"net/http"
	"strings"
)

// finder looks something up in a response. It is made when the expression is
// compiled, so that what it needs is parsed and checked by then. Its error is
// a limit of ours; what the response does not have is a value not found.
type finder struct {
	find   func(*Response) (value, error)
	plural bool // of one without arguments: it can stand in several places
	part   bool // it finds parts of a text, which may be cut out of a secret
}

// signature says how a finder is made from its literal arguments.
type signature struct {
	usage  string // shown where it is called wrongly
	most   int    // number of arguments, of which one is required
	plural bool   // it can stand in several places
	inside bool   // a text to look into, instead of the body, may stand before its arguments
	make   func(arguments []string) (*finder, *fault)
}

// fault says what is wrong with a literal argument.
type fault struct {
	argument int // its index
	offset   int // in runes into it; -1: all of it
	length   int // in runes; 0 counts as 1
	message  string
	hint     string
}

// finders are the functions that look into a response.
func finders() map[string]signature {
	return map[string]signature{
		"header":   {`header("Location")`, 1, true, false, findHeader},
		"cookie":   {`cookie("session") or cookie("session", "Path")`, 2, false, false, findCookie},
		"jsonpath": {`jsonpath("$.state")`, 1, true, true, findJSON},
		"css":      {`css("h1") or css("input[name=csrf]", "value")`, 2, true, true, findCSS},
		"xpath":    {`xpath("//h1")`, 1, true, true, findXPath},
		"regex":    {`regex("order-(\\d+)") or regex("(\\d+)-(\\d+)", 2)`, 2, false, true, findRegex},
	}
}

// findHeader takes the fields of one name, in their order.
func findHeader(arguments []string) (*finder, *fault) {
	name := http.CanonicalHeaderKey(arguments[0])
	return &finder{find: func(r *Response) (value, error) { return several(r.Header[name]), nil }}, nil
}

// findCookie takes the last one of that name, which is the one that stays, or
// one of its attributes. One without a value, such as Secure, is its own name.
func findCookie(arguments []string) (*finder, *fault) {
	attribute := func(c *http.Cookie) (string, bool) { return c.Value, true }
	if len(arguments) == 2 {
		name := arguments[1]
		if name == "" || strings.ContainsAny(name, "=; ") {
			return nil, &fault{1, -1, 0, "not an attribute of a cookie", `write cookie("session", "SameSite")`}
		}
		attribute = func(c *http.Cookie) (string, bool) { return attributeOf(c, name) }
	}
	return &finder{find: func(r *Response) (value, error) {
		v := nothing("")
		for _, c := range r.Cookies {
			if c.Name == arguments[0] {
				v = nothing("")
				if s, has := attribute(c); has {
					v = text(s)
				}
			}
		}
		return v, nil
	}}, nil
}

// attributeOf reads an attribute as the server wrote it. Names are in any case
// (RFC 6265, section 5.2).
func attributeOf(c *http.Cookie, name string) (string, bool) {
	_, attributes, _ := strings.Cut(c.Raw, ";") // behind name=value
	for part := range strings.SplitSeq(attributes, ";") {
		key, value, valued := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case !strings.EqualFold(key, name):
		case valued:
			return value, true
		default:
			return key, true
		}
	}
	return "", false
}

func findVar(name string) *finder {
	return &finder{find: func(r *Response) (value, error) {
		if s, ok := r.Vars[name]; ok {
			return text(s), nil
		}
		return nothing("it was never captured"), nil
	}}
}
