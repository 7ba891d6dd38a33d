package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of what uses bring into one journey: fragments that use fragments
// multiply.
const (
	mostBrought   = 500  // steps and uses
	longestName   = 100  // characters of a step's or journey's name
	longestHanded = 2000 // bytes of a value that a use hands over
	namesBetween  = ": "
)

// fragments are the [[fragment]] tables of the file.
type fragments struct {
	byName map[string]*fragmentTable
	used   map[string]bool
}

// brought says by which use of a fragment a step came into its journey.
type brought struct {
	use  span     // in the journey itself
	vars []handed // values of the use, by name
}

// handed is a value that a use hands to the steps of its fragment: a template
// in the names of the journey.
type handed struct {
	name     string
	template template
}

func (r *reader) fragments(tables []fragmentTable) fragments {
	f := fragments{map[string]*fragmentTable{}, map[string]bool{}}
	seen := names{}
	for i := range tables {
		t := &tables[i]
		r.unique(t.Name, "fragment", seen)
		if f.byName[t.Name.value] == nil {
			f.byName[t.Name.value] = t
		}
	}
	return f
}

// unused warns of fragments that no journey takes.
func (r *reader) unused(tables []fragmentTable, f fragments) {
	for i := range tables {
		if one := tables[i].Name; one.value != "" && !f.used[one.value] {
			r.odd(one.at(), "no journey uses this fragment", `write use = `+quote(one.value)+` in a [[journey.step]], or remove it`)
		}
	}
}

// bringing is the taking of steps into one journey.
type bringing struct {
	*reader
	fragments
	path  []string // names of the fragments that are being taken, outermost first
	count int      // of steps and uses so far
	steps []stepTable
}

// bring puts the steps of fragments where a journey uses them.
func (r *reader) bring(steps []stepTable, f fragments) []stepTable {
	if !slices.ContainsFunc(steps, func(t stepTable) bool { return t.Use.given() || t.Vars != nil }) {
		return steps
	}
	b := bringing{reader: r, fragments: f}
	b.all(steps, "", nil)
	r.using = span{}
	return b.steps
}

func (b *bringing) all(steps []stepTable, prefix string, by *brought) {
	for i := range steps {
		t := steps[i]
		b.count++
		switch {
		case b.count > mostBrought:
			return
		case t.Use.given():
			b.take(&t, prefix, by)
		default:
			if t.Vars != nil {
				b.wrong(t.place.node.child("vars").key, "vars without use", "a step's own values stand in its request: write them there, or in the journey's vars")
			}
			t.Name.value, t.brought = prefix+t.Name.value, by
			if by != nil && utf8.RuneCountInString(t.Name.value) > longestName {
				b.wrong(t.Name.at(), fmt.Sprintf("with what the use puts before it, the name has more than %d characters", longestName), "shorten one of them")
			}
			b.steps = append(b.steps, t)
		}
	}
}

// take brings the steps of one fragment, and of those that it uses.
func (b *bringing) take(t *stepTable, prefix string, by *brought) {
	b.bare(t)
	fragment := b.byName[t.Use.value]
	switch {
	case t.Use.value == "": // said already
		return
	case fragment == nil:
		b.absent(t.Use.at(), "there is no fragment "+quote(t.Use.value), b.existing(t.Use.value))
		return
	case slices.Contains(b.path, t.Use.value):
		b.wrong(t.Use.at(), "a fragment uses itself: "+strings.Join(append(slices.Clone(b.path), t.Use.value), " > "), "take this use out")
		return
	}
	b.used[t.Use.value] = true
	if t.Name.value != "" {
		prefix += t.Name.value + namesBetween
	}
	inner := &brought{use: t.Use.at(), vars: b.hand(t, fragment, by)}
	if by != nil {
		inner.use = by.use
	}
	b.using = inner.use
	b.path = append(b.path, t.Use.value)
	b.all(fragment.Step, prefix, inner)
	b.path = b.path[:len(b.path)-1]
	if by == nil {
		b.using = span{}
		if b.count > mostBrought {
			b.wrong(t.Use.at(), fmt.Sprintf("with this use the journey has more than %d steps", mostBrought), "split the journey")
		}
	}
}

// bare reports keys of a request beside use.
func (b *bringing) bare(t *stepTable) {
	for _, child := range t.place.node.entries {
		if !slices.Contains([]string{"use", "name", "vars"}, child.name) {
			b.wrong(child.key, child.name+" stands beside use", "it belongs in the steps of the fragment: beside use stand name and vars alone")
		}
	}
}

func (b *bringing) existing(name string) string {
	var all []string
	for known := range b.byName {
		all = append(all, known)
	}
	if len(all) == 0 {
		return "add [[fragment]] with name = " + quote(name)
	}
	slices.Sort(all)
	if near := Nearest(name, all); near != "" {
		return didYouMean(near)
	}
	return "the fragments are " + list(all)
}

// hand is what the steps of a used fragment are given: what is given to the
// fragment around it, and over that the values of this use.
func (b *bringing) hand(t *stepTable, fragment *fragmentTable, by *brought) []handed {
	var vars []handed
	if by != nil {
		vars = slices.Clone(by.vars)
	}
	for i := range t.Vars {
		one := &t.Vars[i]
		if !identifier.MatchString(one.name) {
			b.wrong(one.key, "not a name for a var", "letters, digits and _ only, beginning with a letter, at most 64")
		} else if !b.mentions(fragment, one.name) {
			b.wrong(one.key, "the fragment "+fragment.Name.value+" has no {{"+one.name+"}}", "leave it out, or write {{"+one.name+"}} or vars."+one.name+" in one of its steps")
		}
		value := one.value
		if by != nil {
			value = value.within(by.vars)
			if len(value.value) > longestHanded {
				b.wrong(one.value.at(), fmt.Sprintf("with its values put in, this has more than %d bytes", longestHanded), "")
				value = template{}
			}
		}
		vars = slices.DeleteFunc(vars, func(h handed) bool { return h.name == one.name })
		vars = append(vars, handed{one.name, value})
	}
	return vars
}

// mentions reports whether a step of the fragment, or of one that it uses,
// makes use of a value.
func (b *bringing) mentions(fragment *fragmentTable, name string) bool {
	word := regexp.MustCompile(`(\{\{ *|\bvars\.)` + name + `\b`)
	seen, found := map[*fragmentTable]bool{}, false
	for waiting := []*fragmentTable{fragment}; len(waiting) > 0 && !found; {
		fragment, waiting = waiting[0], waiting[1:]
		if fragment == nil || seen[fragment] {
			continue
		}
		seen[fragment] = true
		for i := range fragment.Step {
			fragment.Step[i].place.node.scalars(func(n *node) { found = found || word.MatchString(n.text) })
			waiting = append(waiting, b.byName[fragment.Step[i].Use.value])
		}
	}
	return found
}

// within is a template with the values of others put in.
func (t template) within(values []handed) template {
	original := t.names
	t.names = nil
	t.value = oneBrace.ReplaceAllStringFunc(t.value, func(braces string) string {
		name := strings.Trim(braces, "{} ")
		for _, v := range values {
			if v.name == name {
				t.names = append(t.names, v.template.names...)
				return v.template.value
			}
		}
		t.names = append(t.names, slices.DeleteFunc(slices.Clone(original), func(p placed) bool { return p.name != name })...)
		return braces
	})
	return t
}

var oneBrace = regexp.MustCompile(`\{\{ *[A-Za-z0-9_]+ *\}\}`)

// given are the values that a step's use hands to it, as it takes them when
// the run comes to it. Their names hide those of the journey in that step.
func (r *reader) given(t *stepTable, s *scope) (vars map[string]string, inner *scope) {
	if t.brought == nil || t.brought.vars == nil {
		return nil, s
	}
	vars, inner = map[string]string{}, s.inner()
	for _, v := range t.brought.vars {
		r.use(v.template.names, s)
		vars[v.name] = v.template.value
		inner.learn(v.name)
		for _, c := range t.Capture {
			if c.name == v.name {
				r.wrong(c.key, "the capture "+c.name+" has the name of a var of the use", "give it another name")
			}
		}
	}
	return vars, inner
}

// stepNames reports names that come twice, at the use that brings one.
func (r *reader) stepNames(t *journeyTable) {
	seen := names{}
	for i := range t.Step {
		one := &t.Step[i]
		if one.brought == nil {
			r.unique(one.Name, "step", seen)
			continue
		}
		if first, twice := seen[one.Name.value]; twice && one.Name.value != "" {
			line, _ := r.doc.position(first.from)
			r.wrong(one.brought.use, "this use brings a second step named "+quote(one.Name.value),
				"the first is by line "+strconv.Itoa(line)+`: give the use a name, as in name = "again", which is put before the names of its steps`)
			continue
		}
		seen[one.Name.value] = one.brought.use
	}
}
