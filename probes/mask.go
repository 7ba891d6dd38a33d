package probes

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// stretch is a part of a text, from a byte to before another.
type stretch struct{ from, to int }

// mask is prefix, but for the passwords of URLs.
func (r *Redactor) mask(s string, n int) string {
	found := r.find(s)
	if len(found) == 0 || found[0].from >= n {
		return s[:n]
	}
	var b strings.Builder
	told := 0
	for _, secret := range found {
		switch {
		case secret.from >= n:
		case secret.from < told: // another reading of the one before
			told = max(told, secret.to)
		default:
			b.WriteString(s[told:secret.from])
			b.WriteString(Mask)
			told = secret.to
		}
	}
	if told < n {
		b.WriteString(s[told:n])
	}
	return b.String()
}

// hides reports whether s holds a secret.
func (r *Redactor) hides(s string) bool { return len(r.find(s)) > 0 }

// find is where secrets are in s, sorted by where they begin; readings of the
// same place may overlap.
func (r *Redactor) find(s string) []stretch {
	if r == nil || len(r.secrets) == 0 {
		return nil
	}
	found := r.search(nil, s, nil)
	slices.SortStableFunc(found, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	return found
}

// search appends to found what is in text, which is what layers make of a
// longer one: HTML in JSON is escaped twice. Each kind of escapes is undone by
// itself, as nobody knows which of them were meant as such.
func (r *Redactor) search(found []stretch, text string, outer []layer) []stretch {
	for i := 0; i < len(text); i++ {
		if end := r.match(text, i); end > i {
			found = append(found, stretch{original(i, outer), original(end, outer)})
			i = end - 1
		}
	}
	const deepest = 2 // and one more is undone while matching
	if len(outer) == deepest {
		return found
	}
	for _, mark := range []byte{'\\', '&', '%'} {
		if plain, l := unescaped(text, mark); l != nil {
			found = r.search(found, plain, append(outer[:len(outer):len(outer)], l))
		}
	}
	return found
}

// match is where the longest secret that begins at i ends; i if none does. A
// text that breaks off amid a secret, at its end or before "…", matches too.
// Where a spelling is ambiguous all readings are followed, until there are so
// many that only a secret made of escapes can have them: then that much of the
// text is one.
func (r *Redactor) match(s string, i int) int {
	if !r.first[s[i]] {
		return i
	}
	const most = 256
	longest := i
	var room [8]begun
	open := append(room[:0], begun{end: i, high: len(r.secrets)})
	for n := 0; n < len(open); n++ {
		b, rest := open[n], s[open[n].end:]
		brokenOff := rest == "" || strings.HasPrefix(rest, "…")
		if b.size == len(r.secrets[b.low]) || brokenOff && b.size >= MinSecret || n == most {
			longest = max(longest, b.end)
		}
		if n == most {
			break
		}
		if rest == "" {
			continue
		}
		for _, way := range readings(rest) {
			next := r.narrow(b, way)
			if way.size > 0 && next.low < next.high && !slices.Contains(open[n+1:], next) {
				open = append(open, next)
			}
		}
	}
	return longest
}

// begun are secrets of which a text up to end holds the first size bytes:
// those from low to before high, which are all that begin so.
type begun struct{ end, size, low, high int }

// narrow is what is left of b when the text goes on with what way means.
func (r *Redactor) narrow(b begun, way reading) begun {
	for _, want := range []byte(way.means) {
		among := r.secrets[b.low:b.high]
		first := sort.Search(len(among), func(i int) bool { return len(among[i]) > b.size && among[i][b.size] >= want })
		after := sort.Search(len(among), func(i int) bool { return len(among[i]) > b.size && among[i][b.size] > want })
		b.low, b.high = b.low+first, b.low+after
		b.size++
	}
	b.end += way.size
	return b
}

// layer is how a text without its escapes lies over the one with them: by how
// much further on it is there, from each place on at which that changes.
type layer []struct{ from, ahead int32 }

// original is the place in the text below all layers, the innermost last.
func original(at int, layers []layer) int {
	for _, l := range slices.Backward(layers) {
		n := sort.Search(len(l), func(i int) bool { return int(l[i].from) > at })
		if n > 0 {
			at += int(l[n-1].ahead)
		}
	}
	return at
}

// unescaped is text with all escapes that begin with mark undone; a nil layer
// if there are none.
func unescaped(text string, mark byte) (plain string, l layer) {
	var b strings.Builder
	told := 0
	for i := 0; i < len(text); {
		next := strings.IndexByte(text[i:], mark)
		if next < 0 {
			break
		}
		i += next
		way := likely(text[i:])
		if way.size == 0 {
			i++
			continue
		}
		b.WriteString(text[told:i])
		b.WriteString(way.means)
		i += way.size
		told = i
		l = append(l, struct{ from, ahead int32 }{int32(b.Len()), int32(i - b.Len())})
	}
	if l == nil {
		return text, nil
	}
	b.WriteString(text[told:])
	return b.String(), l
}
