package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/forewarn/forewarn/alert"
)

// String is "ok" with the name, or the timeline around everything that was
// said or should have been, with each problem under the look it belongs to.
func (r Report) String() string {
	if r.OK() {
		return "ok   " + r.Scenario.Name + "\n"
	}
	t := table{{"at", "run", "limit", "state", "says", "because"}}
	shown, problems := r.worthShowing(), slices.Clone(r.Problems)
	skipped := 0
	for i, look := range r.Looks {
		if !shown[i] {
			skipped++
			continue
		}
		t.skip(&skipped)
		t.add(brief(look.At), look.Input, look.Limit, look.state(), look.says(), string(look.Reason))
		end := i+1 == len(r.Looks)
		problems = slices.DeleteFunc(problems, func(p Problem) bool {
			due := end || p.At <= look.At && r.Looks[i+1].At > look.At
			if due {
				t.add("✗ " + p.text())
			}
			return due
		})
	}
	t.skip(&skipped)
	return fmt.Sprintf("FAIL %s\n     %s:%d\n%s", r.Scenario.Name, r.Scenario.File, r.Scenario.Line, t)
}

// table is lines of cells. A line of one cell is a remark on the one above.
type table [][]string

func (t *table) add(cells ...string) { *t = append(*t, cells) }

func (t *table) skip(n *int) {
	if *n > 0 {
		t.add(fmt.Sprintf("... %d more", *n))
	}
	*n = 0
}

// String aligns the columns; a remark may be longer than its column.
func (t table) String() string {
	var widths [6]int
	for _, line := range t {
		for i, cell := range line {
			if len(line) > 1 {
				widths[i] = max(widths[i], utf8.RuneCountInString(cell))
			}
		}
	}
	var b strings.Builder
	for _, line := range t {
		text := ""
		for i, cell := range line {
			text += fmt.Sprintf("%-*s  ", widths[i], cell)
		}
		b.WriteString(strings.TrimRight("     "+text, " ") + "\n")
	}
	return b.String()
}

// worthShowing marks the looks at which something was said or changed, or
// should have, with one neighbour each.
func (r Report) worthShowing() map[int]bool {
	show := map[int]bool{}
	states := map[string]string{}
	for i, look := range r.Looks {
		wanted := slices.ContainsFunc(r.Problems, func(p Problem) bool {
			return p.At <= look.At && (i == 0 || r.Looks[i-1].At < p.At) || i == len(r.Looks)-1 && p.At > look.At
		})
		if wanted || len(look.Events) > 0 || look.Limit == "" || states[look.Limit] != look.state() {
			show[i-1], show[i], show[i+1] = true, true, true
		}
		states[look.Limit] = look.state()
	}
	return show
}

func (l Look) state() string {
	if l.Limit == "" {
		return ""
	}
	return l.State.String()
}

func (l Look) says() string {
	var said []string
	for _, e := range l.Events {
		said = append(said, name(e))
	}
	return strings.Join(said, ", ")
}

// name is how e is expected: by its kind, or by how a forecast turned out.
func name(e alert.Event) string {
	if e.Outcome != "" {
		return string(e.Outcome)
	}
	if !e.Told() {
		return string(e.Kind) + notTold
	}
	return string(e.Kind)
}

func (p Problem) text() string {
	if p.Line == 0 {
		return p.Text
	}
	return fmt.Sprintf("%s (line %d)", p.Text, p.Line)
}
