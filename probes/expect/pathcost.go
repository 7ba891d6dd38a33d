package expect

import (
	"math"
	"strings"

	"github.com/theory/jsonpath"
)

// cost is what in a path multiplies the work it makes.
type cost struct {
	singular     bool // selects at most one node: no work worth counting
	segments     int  // in filters too
	descents     int  // `..`, here and in filters
	filters      int  // `?`
	roots        int  // `$` inside filters
	commas       int  // selectors side by side
	instructions int  // of the patterns of match() and search()
}

func costOf(path *jsonpath.Path, source string, patterns map[string]*regex) cost {
	code := string(unquoted([]rune(source), `"'`, true))
	c := cost{
		singular: path.Query().Singular() != nil,
		segments: strings.Count(code, "[") + strings.Count(code, ".") - strings.Count(code, ".."),
		descents: strings.Count(code, ".."),
		filters:  strings.Count(code, "?"),
		roots:    strings.Count(code, "$") - 1,
		commas:   strings.Count(code, ","),
	}
	for _, re := range patterns {
		c.instructions += re.instructions
	}
	return c
}

// on bounds the steps of a path on a document from above. Every segment handles
// each of its n nodes, times its multiplicity, and copies its location: in sum
// the weight. The first `..` or filter reaches a node once, since all it starts
// from is equally deep; any further one, from each of at most d ancestors. A
// `$` in a filter starts over with n. A node comes once per selector: k
// selectors side by side need k-1 commas, and k <= 2^(k-1). A pattern looks at
// each byte as often; four of its steps take the time of one of the others.
func (c cost) on(e extent) float64 {
	if c.singular {
		return 0
	}
	n, d := float64(e.nodes), float64(max(1, e.depth))
	once := float64(c.segments)*(n+float64(e.weight)) + float64(c.instructions)*float64(e.bytes)/4
	return once *
		math.Pow(d, float64(max(0, c.descents+c.filters-1))) *
		math.Pow(n, float64(c.roots)) *
		math.Pow(2, float64(c.commas))
}
