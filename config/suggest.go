package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// unknown reports a key that nobody reads, with the likeliest thing meant. Its
// value is shown only if that thing is no secret: of other keys, and below
// lines that could not be read, nobody knows what they hold. meant is
// nil if nothing is likely.
func (r *reader) unknown(n *node, table *Key) (meant *Key) {
	meant, hint := r.meant(n.name, table)
	if homes := r.homes(n.name); n.made == byArray && table.Path == "" && homes != nil {
		hint = "write " + list(homes)
	}
	if meant == nil || meant.Secret || r.torn || mayBeSecret(r.doc.data[n.at.from:n.at.to]) {
		r.conceal(n)
	}
	message := "unknown key " + quote(n.name)
	if table.Path != "" {
		message += " in " + table.table()
	}
	r.wrong(n.key, message, hint)
	return meant
}

// whoAsks is what people call the ways to log in.
var whoAsks = regexp.MustCompile(`(?i)auth|^user|^login|^pass|^credential`)

// meant is the key that was most likely meant by a name in a table, nil if
// there is none, and what to say of it.
func (r *reader) meant(name string, table *Key) (meant *Key, hint string) {
	if near := table.fields.nearest(name); near != nil {
		return near, didYouMean(near.word())
	}
	if table.fields.has("basic") && whoAsks.MatchString(name) {
		return nil, "say who asks with basic = " + aUser + ", or with digest, bearer, oauth2 or sigv4"
	}
	var homes []string
	for i := range r.keys {
		home := &r.keys[i]
		within := table.Path != "" && strings.HasPrefix(home.Path, table.Path+".") && r.homes(name) == nil
		if home.fields == nil || home.As != "" && !within || !home.fields.has(name) {
			continue
		}
		if within && home.As != "" {
			return &home.fields.keys[home.fields.byName[name]], fmt.Sprintf("%s belongs to %s", name, home.table())
		}
		homes = append(homes, home.table())
		meant = &home.fields.keys[home.fields.byName[name]]
		if strings.HasPrefix(table.Path, home.Path+".") {
			return meant, fmt.Sprintf("%s belongs to %s: put it above the first %s", name, home.table(), table.table())
		}
	}
	if homes != nil {
		return meant, fmt.Sprintf("%s belongs to %s", name, list(homes))
	}
	return nil, "the keys here are " + list(table.fields.names())
}

// homes are the tables of lists that have a name, each as its header is written.
func (r *reader) homes(name string) []string {
	var homes []string
	for i := range r.keys {
		if k := &r.keys[i]; k.fields != nil && strings.HasSuffix(k.Path, "."+name) && strings.HasPrefix(k.Type, "list") {
			homes = append(homes, k.table())
		}
	}
	return homes
}

func (s *shape) has(name string) bool {
	_, has := s.byName[name]
	return has
}

func (s *shape) names() []string {
	var names []string
	for _, k := range s.keys {
		names = append(names, k.word())
	}
	return names
}

// nearest is the key that was most likely meant, or nil.
func (s *shape) nearest(name string) *Key {
	if near := Nearest(name, s.names()); near != "" {
		return &s.keys[s.byName[near]]
	}
	for i := range s.keys {
		if slices.Contains(s.keys[i].also, strings.ToLower(name)) {
			return &s.keys[i]
		}
	}
	return nil
}

// Nearest is the word that was most likely meant by name: the one that takes
// the fewest slips of the finger to get there, "" if that is more than one in
// three letters. Of several the one that begins and ends most like it is meant.
func Nearest(name string, words []string) string {
	best, least := "", max(1, len(name)/3)+1
	for _, word := range words {
		if len(name) > 3*len(word)+3 {
			continue
		}
		d := slips(strings.ToLower(name), strings.ToLower(word))
		if d == 2 && letters(name) == letters(word) {
			d = 1 // two have changed places
		}
		if d < least || d == least && best != "" && alike(name, word) > alike(name, best) {
			best, least = word, d
		}
	}
	return best
}

// alike is how many letters two words have in common at their beginnings and
// ends.
func alike(a, b string) (n int) {
	a, b = strings.ToLower(a), strings.ToLower(b)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b, n = a[1:], b[1:], n+1
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b, n = a[:len(a)-1], b[:len(b)-1], n+1
	}
	return n
}

// slips is the restricted Damerau-Levenshtein distance: letters left out, put
// in, changed, or swapped with their neighbour (Boytsov 2011, section 2.2).
func slips(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		now[0] = i + 1
		for j := range len(b) {
			now[j+1] = min(last[j+1]+1, now[j]+1, last[j]+unequal(a[i], b[j]))
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}

// letters are those of a word in the order of the alphabet.
func letters(word string) string {
	all := []byte(strings.ToLower(word))
	slices.Sort(all)
	return string(all)
}

func unequal(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}

func didYouMean(word string) string { return fmt.Sprintf("did you mean %q?", word) }

// list writes words as "a, b or c".
func list(words []string) string {
	last := len(words) - 1
	if last <= 0 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// cut shortens a text of the file that is quoted in a message.
func cut(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
