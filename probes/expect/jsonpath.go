package expect

import (
	"errors"
	"fmt"
	"math"
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
	path, err := jsonpath.Parse(source)
	if err != nil {
		return nil, pathFault(source, err)
	}
	cost := costOf(path, source)
	if cost.descents > maxDescents {
		return nil, &fault{offset: -1, message: "the path has more than two `..`", hint: "name the members on the way"}
	}
	return &finder{func(r *Response) (value, error) {
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
		first := slices.MinFunc(found, func(a, b *spec.LocatedNode) int { return a.Path.Compare(b.Path) })
		return d.valueAt(first.Path, first.Node, len(found)), nil
	}}, nil
}

// cost is what in a path multiplies the work it makes.
type cost struct {
	singular bool // selects at most one node: no work worth counting
	segments int  // in filters too
	descents int  // `..`, here and in filters
	filters  int  // `?`
	patterns int  // match() and search(), which compile their pattern each time
	roots    int  // `$` inside filters
	commas   int  // selectors side by side
}

func costOf(path *jsonpath.Path, source string) cost {
	code := string(unquoted([]rune(source), `"'`, true))
	return cost{
		singular: path.Query().Singular() != nil,
		segments: strings.Count(code, "[") + strings.Count(code, ".") - strings.Count(code, ".."),
		descents: strings.Count(code, ".."),
		filters:  strings.Count(code, "?"),
		patterns: strings.Count(code, "match") + strings.Count(code, "search"),
		roots:    strings.Count(code, "$") - 1,
		commas:   strings.Count(code, ","),
	}
}

// on bounds the steps of a path on a document from above. Every segment handles
// each of its n nodes, times its multiplicity, and copies its location: in sum
// the weight. The first `..` or filter reaches a node once, since all it starts
// from is equally deep; any further one, from each of at most d ancestors. A
// `$` in a filter starts over with n. A node comes once per selector: k
// selectors side by side need k-1 commas, and k <= 2^(k-1).
func (c cost) on(e extent) float64 {
	if c.singular {
		return 0
	}
	n, d := float64(e.nodes), float64(max(1, e.depth))
	return float64(c.segments) * (n + float64(e.weight)) *
		math.Pow(d, float64(max(0, c.descents+c.filters-1))) *
		math.Pow(n, float64(c.roots)) *
		math.Pow(2, float64(c.commas)) *
		math.Pow(1000, float64(c.patterns))
}

var pathPosition = regexp.MustCompile(`^(.*) at position (\d+)$`)

// pathFault places the parser's error, which counts bytes from 1.
func pathFault(source string, err error) *fault {
	message := strings.TrimPrefix(err.Error(), jsonpath.ErrPathParse.Error()+": ")
	bad := &fault{offset: -1, message: "the path does not parse: " + message, hint: "RFC 9535: $.member, $['member'], $[0], $[*], $..member, $[?@.id == 7]"}
	if at := pathPosition.FindStringSubmatch(message); at != nil && errors.Is(err, jsonpath.ErrPathParse) {
		bad.message = "the path does not parse: " + strings.Replace(at[1], "unexpected eof", "it ends too early", 1)
		if n, err := strconv.Atoi(at[2]); err == nil && n >= 1 && n-1 <= len(source) {
			bad.offset = len([]rune(source[:n-1]))
		}
	}
	return bad
}
