package importer

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// learn offers the values of the newest step's response to later requests.
func (f *flow) learn(v visit) {
	e := v.last()
	body := e.body()
	f.bodies = f.bodies || body != ""
	f.pages = append(f.pages, body)
	for _, hop := range v.hops {
		for _, field := range hop.Response.Headers {
			if strings.EqualFold(field.Name, "Set-Cookie") {
				f.learnCookies(field.Value, hop == e)
			}
		}
	}
	for _, field := range e.Response.Headers {
		if name := strings.ToLower(field.Name); carriesValues(name) {
			f.offer(field.Value, field.Name, call("header", field.Name), "from the response's header "+field.Name)
		}
	}
	switch {
	case strings.HasSuffix(e.mime(), "json"):
		if tree, err := parseJSON([]byte(body)); err == nil {
			tree.walk("", "$", f.learnJSON)
		}
	case e.mime() == "text/html":
		if page, err := html.Parse(strings.NewReader(body)); err == nil {
			f.learnPage(page)
		}
	}
}

// carriesValues leaves out the headers of transport, whose values come back
// by themselves or never.
func carriesValues(name string) bool {
	return name == "etag" || strings.HasPrefix(name, "x-") && !strings.HasPrefix(name, "x-frame") && !strings.HasPrefix(name, "x-content")
}

// learnCookies reads a Set-Cookie field; Firefox joins several by line ends.
// Only those of the last hop can be captured.
func (f *flow) learnCookies(field string, last bool) {
	for line := range strings.SplitSeq(field, "\n") {
		set, _, _ := strings.Cut(line, ";")
		name, value, found := strings.Cut(strings.TrimSpace(set), "=")
		if !found {
			continue
		}
		f.jar[name] = true
		if len(value) >= shortestCopy {
			f.recorded = append(f.recorded, value)
		}
		if last {
			f.offer(value, name, call("cookie", name), "the cookie "+name+", which a later request repeats outside of its cookies")
		}
	}
}

func (f *flow) learnJSON(v *value, name, path string) {
	if v.kind != '"' && v.kind != '0' || len(path) > 500 {
		return
	}
	f.offer(v.text.plain(), name, call("jsonpath", path), "from the response's JSON, "+path)
}

// learnPage offers the values of hidden fields, of meta elements and of data
// attributes.
func (f *flow) learnPage(page *html.Node) {
	seen := map[string]bool{}
	for n := range page.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "input", "button":
			if kind, _ := attribute(n, "type"); strings.EqualFold(kind, "password") {
				name, _ := attribute(n, "name")
				f.typed[name] = true
				continue
			}
			f.learnAttribute(n, "name", "value", seen)
		case "meta":
			f.learnAttribute(n, "name", "content", seen)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "data-") && a.Namespace == "" {
				f.offerFirst(a.Val, strings.TrimPrefix(a.Key, "data-"), fmt.Sprintf("%s[%s]", n.Data, a.Key), a.Key, seen)
			}
		}
	}
}

// learnAttribute offers what one attribute of an element holds, found by
// another. Where two elements have that name, the form they stand in tells
// them apart.
func (f *flow) learnAttribute(n *html.Node, by, of string, seen map[string]bool) {
	name, found := attribute(n, by)
	if !found || name == "" {
		return
	}
	value, _ := attribute(n, of)
	selector := n.Data + "[" + by + "=" + cssText(name) + "]"
	if form := enclosing(n, "form"); seen[selector] && form != nil {
		if id, has := attribute(form, "id"); has && id != "" {
			selector = "form[id=" + cssText(id) + "] " + selector
		} else if action, has := attribute(form, "action"); has && action != "" {
			selector = "form[action=" + cssText(action) + "] " + selector
		}
	}
	f.offerFirst(value, name, selector, of, seen)
	seen[n.Data+"["+by+"="+cssText(name)+"]"] = true
}

// offerFirst offers a value unless an earlier element has the same selector:
// css() takes the first.
func (f *flow) offerFirst(value, name, selector, attribute string, seen map[string]bool) {
	if seen[selector] || !isPlainSelector(selector) {
		return
	}
	seen[selector] = true
	f.offer(value, name, call("css", selector, attribute), "from the page, "+selector)
}

func isPlainSelector(s string) bool {
	return len(s) < 300 && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' || r == '\\' }) < 0
}

// cssText is the value of an attribute in a selector, in quotes where it
// needs them.
func cssText(s string) string {
	word := s != "" && (s[0] < '0' || s[0] > '9')
	for _, c := range []byte(s) {
		word = word && isWord(c)
	}
	if word {
		return s
	}
	if strings.Contains(s, "'") {
		return `\` // no plain selector: not offered
	}
	return "'" + s + "'"
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}

func enclosing(n *html.Node, tag string) *html.Node {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == tag {
			return p
		}
	}
	return nil
}
