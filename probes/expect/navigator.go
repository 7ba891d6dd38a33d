package expect

import (
	"strings"

	"github.com/antchfx/xpath"
	"golang.org/x/net/html"
)

// maxMoves bounds an XPath on one page: under a second or two.
const maxMoves = 20_000_000

// navigator is a place in a page as the XPath library moves it. Every move
// counts; it panics with errMoves when none is left, the only way to stop a
// library that knows no cancelling.
type navigator struct {
	root, node *html.Node
	xml        bool // names are as they are written, and have prefixes
	attribute  int  // index of the attribute it stands on; -1: the node itself
	left       *int // moves, shared by all copies
}

func (n *navigator) spend(moves int) {
	if *n.left -= 1 + moves; *n.left < 0 {
		panic(errMoves)
	}
}

// found is the value of where the navigator stands.
func (n *navigator) found() value {
	s := n.Value()
	if n.NodeType() == xpath.ElementNode || n.NodeType() == xpath.RootNode {
		s = strings.TrimSpace(s)
	}
	return text(s)
}

func (n *navigator) NodeType() xpath.NodeType {
	switch {
	case n.attribute >= 0:
		return xpath.AttributeNode
	case n.node.Type == html.ElementNode:
		return xpath.ElementNode
	case n.node.Type == html.TextNode:
		return xpath.TextNode
	}
	return xpath.RootNode // the document, and its <!DOCTYPE>
}

func (n *navigator) LocalName() string {
	name, written := n.node.Data, n.node.Namespace
	if n.attribute >= 0 {
		name, written = n.node.Attr[n.attribute].Key, n.node.Attr[n.attribute].Namespace
	}
	if n.xml {
		_, name, _ = strings.Cut(written, ":")
	}
	return name
}

func (n *navigator) Prefix() string {
	if !n.xml {
		return ""
	}
	written := n.node.Namespace
	if n.attribute >= 0 {
		written = n.node.Attr[n.attribute].Namespace
	}
	prefix, _, _ := strings.Cut(written, ":")
	return prefix
}

func (n *navigator) Value() string {
	if n.attribute >= 0 {
		n.spend(0)
		return n.node.Attr[n.attribute].Val
	}
	s, nodes := content(n.node)
	n.spend(nodes + len(s)/16)
	return s
}

// String is what the library shows of a navigator where it wants a text.
func (n *navigator) String() string { return n.Value() }

func (n *navigator) Copy() xpath.NodeNavigator {
	n.spend(0)
	c := *n
	return &c
}

func (n *navigator) MoveToRoot() { n.node, n.attribute = n.root, -1 }

func (n *navigator) MoveToParent() bool {
	if n.attribute >= 0 {
		n.attribute = -1
		return true
	}
	return n.moveTo(n.node.Parent)
}

func (n *navigator) MoveToNextAttribute() bool {
	n.spend(0)
	if n.attribute+1 >= len(n.node.Attr) {
		return false
	}
	n.attribute++
	return true
}

func (n *navigator) MoveToChild() bool {
	return n.attribute < 0 && n.moveTo(n.node.FirstChild)
}

func (n *navigator) MoveToFirst() bool {
	if n.attribute >= 0 || n.node.PrevSibling == nil {
		return false
	}
	for n.moveTo(n.node.PrevSibling) {
	}
	return true
}

func (n *navigator) MoveToNext() bool {
	return n.attribute < 0 && n.moveTo(n.node.NextSibling)
}

func (n *navigator) MoveToPrevious() bool {
	return n.attribute < 0 && n.moveTo(n.node.PrevSibling)
}

func (n *navigator) MoveTo(other xpath.NodeNavigator) bool {
	n.spend(0)
	o, ok := other.(*navigator)
	if !ok || o.root != n.root {
		return false
	}
	n.node, n.attribute = o.node, o.attribute
	return true
}

func (n *navigator) moveTo(node *html.Node) bool {
	n.spend(0)
	if node == nil {
		return false
	}
	n.node = node
	return true
}
