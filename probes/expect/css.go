package expect

import (
	"strings"

	"golang.org/x/net/html"
)

// findCSS takes the text of the first element that a selector matches, without
// the white space around it, or its attribute as it stands there.
func findCSS(arguments []string) (*finder, *fault) {
	selector, bad := parseSelector(arguments[0])
	if bad != nil {
		return nil, bad
	}
	return &finder{find: func(r *Response) (value, error) {
		p := r.page()
		if p.limit != nil {
			return value{}, p.limit
		}
		if p.why != "" {
			return nothing(p.why), nil
		}
		found := selector.find(p.root)
		if len(found) == 0 {
			return nothing(""), nil
		}
		place := func(i int) value {
			if len(arguments) == 2 {
				return attribute(found[i], arguments[1])
			}
			inside, _ := content(found[i])
			return text(strings.TrimSpace(inside))
		}
		v := place(0)
		v.count, v.place = len(found), place
		return v, nil
	}}, nil
}

func attribute(n *html.Node, name string) value {
	for _, a := range n.Attr {
		if strings.EqualFold(a.Key, name) {
			return text(a.Val)
		}
	}
	return nothing("the element has no such attribute")
}

// find gives the elements under root that the selector matches, in the order
// of the page.
//
// It walks the page once and tests every element once against every compound:
// linear, where matching from right to left with backtracking, as libraries do,
// is exponential in the number of combinators on a page made for it.
func (s selector) find(root *html.Node) []*html.Node {
	var found []*html.Node
	var walk func(n *html.Node, parent, above uint64)
	walk = func(n *html.Node, parent, above uint64) {
		var before, left uint64 // matched by any earlier sibling, by the last one
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			matched := s.match(c, neighbours{parent: parent, above: above, left: left, before: before})
			if matched&s.ends != 0 {
				found = append(found, c)
			}
			walk(c, matched, above|matched)
			left, before = matched, before|matched
		}
	}
	walk(root, 0, 0)
	return found
}

// neighbours of an element, as the sets of compounds that they matched: bit i
// stands for the i-th compound with all that is before it.
type neighbours struct{ parent, above, left, before uint64 }

func (s selector) match(n *html.Node, around neighbours) (matched uint64) {
	for i, c := range s.compounds {
		var allowed uint64
		switch c.combinator {
		case start:
			allowed = ^uint64(0)
		case ' ':
			allowed = around.above << 1
		case '>':
			allowed = around.parent << 1
		case '+':
			allowed = around.left << 1
		case '~':
			allowed = around.before << 1
		}
		if bit := uint64(1) << i; allowed&bit != 0 && c.matcher.Match(n) {
			matched |= bit
		}
	}
	return matched
}
