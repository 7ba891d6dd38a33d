package expect

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/antchfx/xpath"
)

const maxXPathPage = 256 << 10 // bytes of a body that XPath looks at

// findXPath takes the first node of a set as text (of an element without the
// white space around it), or the string, number or boolean that the expression
// gives.
func findXPath(arguments []string) (*finder, *fault) {
	source := arguments[0]
	if len(source) > maxPath {
		return nil, &fault{offset: -1, message: "the XPath is longer than 512 bytes"}
	}
	code := string(unquoted([]rune(source), `"'`, false))
	if strings.Contains(code, "matches(") || strings.Contains(code, "replace(") {
		return nil, &fault{offset: -1, message: "patterns inside an XPath are not offered", hint: "use regex(), or matches on its result"}
	}
	if _, err := compileXPath(source); err != nil {
		return nil, &fault{offset: -1, message: "the XPath does not parse: " + strings.TrimPrefix(err.Error(), "xpath: "),
			hint: "write it like //h1 or //input[@name='csrf']/@value"}
	}
	return &finder{find: func(r *Response) (value, error) {
		if size := len(r.text()); size > maxXPathPage {
			return value{}, fmt.Errorf("the page has %d kB, xpath looks at %d kB at most: use css", size>>10, maxXPathPage>>10)
		}
		p := r.page()
		if p.limit != nil {
			return value{}, p.limit
		}
		if p.why != "" {
			return nothing(p.why), nil
		}
		return evaluateXPath(source, p, maxMoves)
	}}, nil
}

// compileXPath compiles an XPath; the library panics on some wrong ones.
func compileXPath(source string) (e *xpath.Expr, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return xpath.Compile(source)
}

// evaluateXPath compiles anew: an evaluation changes a compiled expression, so
// it could not be shared. The library cannot be cancelled and panics on some
// inputs; the navigator ends it when its steps are used up.
func evaluateXPath(source string, p *page, moves int) (v value, err error) {
	defer func() {
		switch r := recover(); r {
		case nil:
		case errMoves:
			err = errMoves
		default:
			err = fmt.Errorf("xpath: %v", r)
		}
	}()
	e, err := compileXPath(source)
	if err != nil {
		return value{}, err
	}
	switch result := e.Evaluate(&navigator{node: p.root, root: p.root, xml: p.xml, attribute: -1, left: &moves}).(type) {
	case *xpath.NodeIterator:
		var places []navigator
		for result.MoveNext() {
			at := result.Current().(*navigator)
			places = append(places, navigator{node: at.node, root: at.root, attribute: at.attribute})
		}
		if len(places) == 0 {
			return nothing(""), nil
		}
		place := func(i int) value {
			at, enough := places[i], maxMoves // for the nodes inside one element of such a page
			at.left = &enough
			return at.found()
		}
		v = place(0)
		v.count, v.place = len(places), place
		return v, nil
	case float64:
		v = text(strconv.FormatFloat(result, 'f', -1, 64))
		v.bare = true
		return v, nil
	default:
		return text(fmt.Sprint(result)), nil
	}
}

// errMoves is a limit of ours.
var errMoves = errors.New("the XPath takes more than 20 million moves on this page: shorten it, or use css")
