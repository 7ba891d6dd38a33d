package expect

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

const maxXMLDepth = 512 // of elements in each other, as of HTML

// isXML reports whether a body is to be read as XML: its type says so, or its
// first line where the type says nothing of a page. XHTML is read as browsers
// read most of it, as HTML.
func isXML(header http.Header, body []byte) bool {
	switch kind, _, _ := mime.ParseMediaType(header.Get("Content-Type")); {
	case kind == "application/xhtml+xml" || kind == "text/html":
		return false
	case kind == "text/xml" || kind == "application/xml" || strings.HasSuffix(kind, "+xml"):
		return true
	}
	return bytes.HasPrefix(body, []byte("<?xml"))
}

// readXML makes nodes as of HTML of an XML body, so that the same lookups find
// their way. A name is in lower case, as CSS asks for it, and as it is written,
// prefix and colon before it, the node's namespace. Comments and declarations
// are left out.
func readXML(header http.Header, body []byte) *page {
	p := &page{root: &html.Node{Type: html.DocumentNode}, xml: true}
	if p.limit = tooLarge(body); p.limit != nil {
		return p
	}
	decoder, length := xml.NewDecoder(bytes.NewReader(body)), int64(len(body))
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // see [Text]
	at, depth, defines := p.root, 0, false
	var text strings.Builder
	for {
		token, err := decoder.RawToken()
		switch {
		case errors.Is(err, io.EOF) && depth == 0 && p.root.FirstChild != nil:
			return p
		case err != nil:
			p.early = decoder.InputOffset() == length
			p.limit = notRead(err, header, body, defines)
			p.why = "the body is not XML that can be read: " + xmlError(err)
			return p
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth > maxXMLDepth {
				p.limit = fmt.Errorf("the XML is nested more than %d deep", maxXMLDepth)
				return p
			}
			holds(at, &text)
			at.AppendChild(element(token))
			at = at.LastChild
		case xml.EndElement:
			if depth == 0 || at.Namespace != written(token.Name) {
				p.why = "the body is not XML: </" + token.Name.Local + "> ends nothing"
				return p
			}
			holds(at, &text)
			at, depth = at.Parent, depth-1
		case xml.CharData:
			text.Write(token)
		case xml.Directive:
			defines = defines || bytes.ContainsAny(token, `["'`) // in it, or in a file that it names
		}
	}
}

// Limits of ours: XML that is right, but not read.
var (
	errEncoding = errors.New("the XML is in an encoding that is not known")
	errVersion  = errors.New("the XML is not of version 1.0, and no other is read")
	errEntity   = errors.New("the XML has entities that its DOCTYPE may define, and those are not read")
)

// notRead is the limit of ours that kept the XML from being read; nil if it is
// wrong. The library has most of its errors in words alone.
func notRead(err error, header http.Header, body []byte, defines bool) error {
	switch said := err.Error(); {
	case strings.Contains(said, "invalid UTF-8") && charsetName(labelOf(header, body)) != "utf-8":
		return errEncoding
	case strings.Contains(said, "unsupported version"):
		return errVersion
	case defines && strings.Contains(said, "invalid character entity"):
		return errEntity
	}
	return nil
}

func xmlError(err error) string {
	if errors.Is(err, io.EOF) {
		return "it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "XML syntax error ")
}

// holds makes a node of the text that at holds next, if there is any. Pieces that
// only a comment or the edge of a CDATA section keeps apart are one node, as
// XPath 1.0 has them (section 5.7).
func holds(at *html.Node, text *strings.Builder) {
	if text.Len() > 0 && at.Type == html.ElementNode { // else it is white space around the root
		at.AppendChild(&html.Node{Type: html.TextNode, Data: text.String()})
	}
	text.Reset()
}

// element is a start tag as a node. What declares a namespace is no attribute
// of it (XPath 1.0, section 5.3).
func element(tag xml.StartElement) *html.Node {
	n := &html.Node{Type: html.ElementNode, Namespace: written(tag.Name), Data: lower(tag.Name.Local)}
	for _, a := range tag.Attr {
		if a.Name.Space != "xmlns" && a.Name != (xml.Name{Local: "xmlns"}) {
			n.Attr = append(n.Attr, html.Attribute{Namespace: written(a.Name), Key: lower(a.Name.Local), Val: a.Value})
		}
	}
	return n
}

func written(name xml.Name) string { return name.Space + ":" + name.Local }

// lower is s in lower case as CSS means it, which is of ASCII alone.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
