package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	mostOfMatrix = 50     // journeys that one matrix makes
	inNames      = "/"    // between a journey's name and the values of its matrix
	bothFamilies = "both" // of ip: a journey for each
)

// matrix checks the lists of values, whose names every step may use.
func (r *reader) matrix(t *journeyTable, s *scope) {
	size := 1
	for i := range t.Matrix {
		one := &t.Matrix[i]
		if !identifier.MatchString(one.name) {
			r.wrong(one.key, "not a name for the values of a matrix", "letters, digits and _ only, beginning with a letter, at most 64")
		}
		s.learn(one.name)
		size = min(size*len(one.value.all), mostOfMatrix*mostOfMatrix)
		r.matrixValues(one)
	}
	if t.Matrix == nil {
		return
	}
	at := t.place.node.child("matrix")
	switch {
	case len(t.Matrix) == 0:
		r.wrong(at.key, "matrix is empty", `write matrix = { region = ["eu", "us"] }, or leave it out`)
	case size > mostOfMatrix:
		r.wrong(at.key, fmt.Sprintf("matrix makes more than %d journeys of one", mostOfMatrix), "leave out what says little")
	}
}

func (r *reader) matrixValues(one *namedTexts) {
	if len(one.value.all) == 0 {
		r.absent(one.value.at(), one.name+" has no values", `write `+one.name+` = ["eu", "us"]`)
	}
	seen := map[string]bool{}
	for _, v := range one.value.all {
		switch {
		case !v.good: // said already
		case len(v.names) > 0:
			r.wrong(v.at(), "a value of a matrix takes no {{...}}", "it becomes a part of the journey's name: write it out")
		case seen[v.value]:
			r.wrong(v.at(), "two values of "+one.name+" are the same", "keep one of them")
		default:
			r.oneLine(v.node, &Key{Path: one.name, Max: "50"}, v.value)
		}
		seen[v.value] = true
	}
}

// each is a journey for each combination of its matrix and for each family of
// addresses if it wants both apart, or the journey itself. A name is that of
// the file with the values behind it, in the order of the matrix, and then the
// family: it stays what it is when values are added.
func (r *reader) each(j Journey, t *journeyTable, seen names) []Journey {
	all := []Journey{j}
	for i := range t.Matrix {
		one := &t.Matrix[i]
		var next []Journey
		for _, before := range all {
			for _, v := range one.value.all {
				next = append(next, before.with(one.name, v.value))
			}
		}
		if all = next; len(all) > mostOfMatrix {
			return nil // said already
		}
	}
	var at span
	switch {
	case j.Network.IP == bothFamilies:
		all, at = apart(all), t.IP.at()
	case len(t.Matrix) > 0:
		at = t.place.node.child("matrix").key
	default:
		return all
	}
	for i := range all {
		all[i].finish(t.Title.value)
		r.madeName(all[i].Name, at, seen)
	}
	return all
}

// apart is each journey once over each family of addresses.
func apart(all []Journey) []Journey {
	var families []Journey
	for _, j := range all {
		name := j.Name
		for _, family := range []string{"4", "6"} {
			j.Name, j.Network.IP = name+inNames+"ip"+family, family
			families = append(families, j)
		}
	}
	return families
}

// with is the journey with one more value of its matrix.
func (j Journey) with(name, value string) Journey {
	j.Vars = maps.Clone(j.Vars)
	j.Vars[name] = value
	j.Name += inNames + value
	return j
}

// finish gives a journey that was made of another a title and limits of its own.
func (j *Journey) finish(title string) {
	values := strings.TrimPrefix(j.Name, j.Of+inNames)
	j.Title = j.Name
	if title != "" {
		j.Title = title + " (" + values + ")"
	}
	j.Limits = slices.Clone(j.Limits)
	for i := range j.Limits {
		j.Limits[i].Key.Journey = j.Name
	}
}

// madeName checks a name that came of what stands at a place of the file.
func (r *reader) madeName(name string, at span, seen names) {
	switch _, twice := seen[name]; {
	case twice:
		r.wrong(at, "two journeys are named "+quote(name), "one of them is made here: rename the other, or this one")
	case utf8.RuneCountInString(name) > longestName:
		r.wrong(at, fmt.Sprintf("the name %s has more than %d characters", quote(cut(name)), longestName), "shorten the journey's name, or its values")
	}
	seen[name] = at
}
