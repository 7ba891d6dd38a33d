package cli

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/forewarn/forewarn/alert"
)

// compare writes two backtests side by side, limit by limit.
func compare(w io.Writer, a, b replayed) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, key := range keysOf(a, b) {
		fmt.Fprintf(table, "%s: %s\t%s\t%s\n", key.Journey, key.Limit, filepath.Base(a.file), filepath.Base(b.file))
		names, left := a.linesOf(key)
		others, right := b.linesOf(key)
		if len(others) > len(names) {
			names = others // the longer list holds the shorter one
		}
		for _, name := range names {
			if name != "silent because" { // too wide to stand beside another
				fmt.Fprintf(table, "  %s\t%s\t%s\n", name, cmp.Or(left[name], "-"), cmp.Or(right[name], "-"))
			}
		}
		fmt.Fprintln(table, "\t\t")
	}
	_ = table.Flush() // the writer behind it reports its own errors
}

// keysOf are the limits of a, then those that only b has.
func keysOf(a, b replayed) []alert.Key {
	var keys []alert.Key
	for _, h := range slices.Concat(a.limits, b.limits) {
		if !slices.Contains(keys, h.Limit.Key) {
			keys = append(keys, h.Limit.Key)
		}
	}
	return keys
}

// linesOf are the figures of one limit: their names in order, and their
// texts. There are none if the configuration has no such limit.
func (r replayed) linesOf(key alert.Key) (names []string, texts map[string]string) {
	texts = map[string]string{}
	for _, h := range r.limits {
		if h.Limit.Key != key {
			continue
		}
		for _, l := range (hindsight{h, r.zone}).lines() {
			names, texts[l.name] = append(names, l.name), l.text
		}
	}
	return names, texts
}
