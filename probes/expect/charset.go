package expect

import (
	"bytes"
	"cmp"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// Text is a body as UTF-8, read as browsers read it: by its byte order mark,
// the charset of its Content-Type, what an XML declaration or a meta element
// says, and a page that says nothing and is no UTF-8 as windows-1252. JSON is
// UTF-8 whatever its type says (RFC 8259, section 8.1), unless it is none.
// The mark is no part of it. What has no charset, or one that is not known, is
// given as it is: it is the body itself, not a copy.
func Text(header http.Header, body []byte) []byte {
	if isPlain(body) {
		return body
	}
	text := body
	switch encoding, name := charset.Lookup(labelOf(header, body)); name {
	case "", "utf-8", "replacement": // the last stands for those that no browser reads any more
	default:
		if decoded, err := encoding.NewDecoder().Bytes(body); err == nil {
			text = decoded
		}
	}
	return bytes.TrimPrefix(text, []byte(byteOrderMark))
}

const byteOrderMark = "\ufeff"

// isPlain reports whether body reads the same in all charsets: ASCII without
// the byte that switches others on, and the one that UTF-16 is full of.
func isPlain(body []byte) bool {
	const escape = 0x1b
	for _, b := range body {
		if b >= utf8.RuneSelf || b == 0 || b == escape {
			return false
		}
	}
	return true
}

// labelOf is the charset that a body says it is in; "" if it says nothing.
func labelOf(header http.Header, body []byte) string {
	kind, parameters, _ := mime.ParseMediaType(header.Get("Content-Type"))
	isPage := kind == "text/html" || kind == "application/xhtml+xml" ||
		kind == "" && strings.HasPrefix(http.DetectContentType(body), "text/html")
	isJSON := kind == "application/json" || strings.HasSuffix(kind, "+json")
	switch said := parameters["charset"]; {
	case bytes.HasPrefix(body, []byte(byteOrderMark)):
		return "utf-8"
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return "utf-16le"
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return "utf-16be"
	case isJSON && isUTF8(body):
		return ""
	case said != "":
		return said
	case isXML(header, body):
		return declared(body)
	case isPage && !isUTF8(body):
		_, name, _ := charset.DetermineEncoding(body, "")
		return name
	}
	return ""
}

var declaration = regexp.MustCompile(`^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']`)

// declared is the encoding that an XML declaration names; UTF-8 if it names none.
func declared(body []byte) string {
	found := declaration.FindSubmatch(body[:min(len(body), 256)])
	if found == nil {
		return "utf-8"
	}
	return cmp.Or(string(found[1]), "utf-8")
}

// isUTF8 reports whether body is UTF-8, as far as it was read.
func isUTF8(body []byte) bool {
	for cut := 1; cut < utf8.UTFMax && cut <= len(body); cut++ {
		if last := body[len(body)-cut:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				body = body[:len(body)-cut]
			}
			break
		}
	}
	return utf8.Valid(body)
}

// charsetName is the name of the charset that a label stands for; "" if it is
// not known.
func charsetName(label string) string {
	_, name := charset.Lookup(label)
	return name
}
