package expect

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

const maxPage = 2 << 20 // bytes of a body read as HTML or XML

// page is a body read as HTML or XML, without its comments.
type page struct {
	root  *html.Node
	xml   bool
	why   string // it is not XML
	early bool   // because of where it ends
	limit error  // of ours: a page we do not read
}

func tooLarge(body []byte) error {
	if len(body) <= maxPage {
		return nil
	}
	return fmt.Errorf("the page has %d kB, %d kB at most are read as HTML or XML", len(body)>>10, maxPage>>10)
}

func readPage(body []byte) *page {
	if err := tooLarge(body); err != nil {
		return &page{limit: err}
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil { // the only reason is nesting: any text is a page
		return &page{limit: fmt.Errorf("read the page: %w", err)}
	}
	removeComments(root)
	return &page{root: root}
}

// removeComments keeps the distance between two elements at one text node: the
// cost of selectors counts on it.
func removeComments(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.CommentNode {
			n.RemoveChild(c)
		} else {
			removeComments(c)
		}
		c = next
	}
}

// content is the text inside n as it stands there, and how many nodes were
// looked at for it.
func content(n *html.Node) (text string, nodes int) {
	var b strings.Builder
	var write func(*html.Node)
	write = func(n *html.Node) {
		nodes++
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			write(c)
		}
	}
	write(n)
	return b.String(), nodes
}
