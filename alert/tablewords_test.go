package alert

import (
	"fmt"
	"strings"
)

// Table is the state table as a Markdown table, in the order in which it is
// read: the first row that fits decides. docs/slack.md shows it.
func Table() string {
	var b strings.Builder
	b.WriteString("| from | evidence | to | says | reason |\n|---|---|---|---|---|\n")
	for _, r := range table() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.from, r.words, target(r.to), r.said(), r.why)
	}
	return b.String()
}

// String is the names of the states, or any.
func (s states) String() string {
	var names []string
	all := true
	for one := Unset; one <= Clearing; one++ {
		if s.has(one) {
			names = append(names, one.String())
		} else {
			all = false
		}
	}
	if all {
		return "any"
	}
	return strings.Join(names, ", ")
}

// said is how loudly the row speaks.
func (r row) said() string {
	if r.why == IsDemoted {
		return "nothing, but keeps: " + string(r.says)
	}
	return r.says.words()
}

func target(s State) string {
	if s == same {
		return "same"
	}
	return s.String()
}

// words tells how loudly k is said.
func (k EventKind) words() string {
	switch {
	case k.Posts():
		return "**" + string(k) + "**"
	case k.Edits():
		return "edit: " + string(k)
	}
	return "nothing"
}
