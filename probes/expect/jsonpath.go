package expect

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"
)

const (
	maxPath     = 512 // bytes: bounds the parser's recursion
	maxDescents = 2   // `..` in one path
	maxSteps    = 2e7 // that a path may take on one body: some seconds at worst, on a body made for it
)

// findJSON takes the first node a JSONPath (RFC 9535) selects: elements in
// their order, members by name, so that two runs never differ.
func findJSON(arguments []string) (*finder, *fault) {
	source := arguments[0]
	if len(source) > maxPath {
		return nil, &fault{offset: -1, message: "the path is longer than 512 bytes"}
	}
	if !strings.HasPrefix(source, "$") {
		return nil, &fault{message: "a JSONPath begins with $", hint: "write it like $.state"}
	}
	path, patterns, err := parsePath(source)
	if err != nil {
		return nil, pathFault(source, err)
	}
	cost := costOf(path, source, patterns)
	if cost.descents > maxDescents {
		return nil, &fault{offset: -1, message: "the path has more than two `..`", hint: "name the members on the way"}
	}
	return &finder{find: func(r *Response) (value, error) {
		d := r.document()
		switch steps := cost.on(d.extent); {
		case d.limit != nil:
			return value{}, d.limit
		case d.why != "":
			return nothing(d.why), nil
		case steps > maxSteps:
			return value{}, fmt.Errorf("the path could take %.0e steps on this body of %d values: name the members on the way", steps, d.nodes)
		}
		found := path.SelectLocated(d.root)
		if len(found) == 0 {
			return nothing(""), nil
		}
		first := slices.MinFunc(found, inOrder)
		v := d.valueAt(first.Path, first.Node)
		if v.count = len(found); v.count > 1 {
			v.place, v.elements = d.places(found)
		}
		return v, nil
	}}, nil
}

var pathPosition = regexp.MustCompile(`^(.*) at position (\d+)$`)

// pathFault places the parser's error, which counts bytes from 1.
func pathFault(source string, err error) *fault {
	message := strings.TrimPrefix(err.Error(), jsonpath.ErrPathParse.Error()+": ")
	message = strings.NewReplacer("Match()", "match()", "Search()", "search()").Replace(message)
	bad := &fault{offset: -1, message: "the path does not parse: " + message, hint: "RFC 9535: $.member, $['member'], $[0], $[*], $..member, $[?@.id == 7]"}
	if at := pathPosition.FindStringSubmatch(message); at != nil && errors.Is(err, jsonpath.ErrPathParse) {
		bad.message = "the path does not parse: " + strings.Replace(at[1], "unexpected eof", "it ends too early", 1)
		if n, err := strconv.Atoi(at[2]); err == nil && n >= 1 && n-1 <= len(source) {
			bad.offset = len([]rune(source[:n-1]))
		}
	}
	return bad
}

func inOrder(a, b *spec.LocatedNode) int { return a.Path.Compare(b.Path) }
