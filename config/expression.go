package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/probes/expect"
)

// expression is a condition or query as written. What goes by ${...} or
// {{...}} elsewhere has no meaning in it.
type expression struct {
	place
	value string
}

func (*expression) words() string { return "expression" }

func (e *expression) read(r *reader, n *node, k *Key) {
	if r.want(aString, n, k) {
		e.value = n.text
	}
}

// expressions keeps what was compiled: the same few conditions stand in most
// journeys.
type expressions struct {
	conditions map[string]compiled[expect.Condition]
	choices    map[string]compiled[expect.Condition]
	queries    map[string]compiled[expect.Query]
	schemas    map[string]compiled[*expect.Schema]
}

type compiled[T any] struct {
	value T
	err   error
}

// condition compiles an expectation of a step.
func (r *reader) condition(e expression, s *scope) (expect.Condition, bool) {
	if r.cache.conditions == nil {
		r.cache.conditions = map[string]compiled[expect.Condition]{}
	}
	return compileOnce(r, r.cache.conditions, expect.CompileCondition, e, s)
}

// choice compiles the if of a step.
func (r *reader) choice(e expression, s *scope) *expect.Condition {
	if r.cache.choices == nil {
		r.cache.choices = map[string]compiled[expect.Condition]{}
	}
	if c, ok := compileOnce(r, r.cache.choices, expect.CompileChoice, e, s); ok {
		return &c
	}
	return nil
}

// query compiles a capture of a step.
func (r *reader) query(e expression, s *scope) (expect.Query, bool) {
	if r.cache.queries == nil {
		r.cache.queries = map[string]compiled[expect.Query]{}
	}
	return compileOnce(r, r.cache.queries, expect.CompileQuery, e, s)
}

// largestSchema bounds each file of a schema, in bytes.
const largestSchema = 4 << 20

// schema compiles the JSON Schema that a body must fit.
func (r *reader) schema(l label) *expect.Schema {
	if r.cache.schemas == nil {
		r.cache.schemas = map[string]compiled[*expect.Schema]{}
	}
	c, known := r.cache.schemas[l.value]
	if !known {
		c.value, c.err = expect.CompileSchema(l.value, r.dir, func(path string) ([]byte, error) {
			return r.smallFile(path, largestSchema)
		})
		r.cache.schemas[l.value] = c
	}
	if c.err != nil {
		r.wrong(l.at(), "the schema: "+c.err.Error(), fileRemedy(c.err))
	}
	return c.value
}

func compileOnce[T any](r *reader, known map[string]compiled[T], compile func(string, []string) (T, error),
	e expression, s *scope) (value T, ok bool) {
	if e.value == "" && (e.node == nil || e.node.kind != aString) {
		return value, false
	}
	vars := s.names()
	key := e.value
	if strings.Contains(key, "vars") {
		key += "\x00" + strings.Join(vars, "\x00")
	}
	c, found := known[key]
	if !found {
		c.value, c.err = compile(e.value, vars)
		known[key] = c
	}
	if c.err != nil {
		r.wrongExpression(e, c.err, s)
	}
	return c.value, c.err == nil
}

// wrongExpression reports what the compiler says at its place in the file.
func (r *reader) wrongExpression(e expression, err error, s *scope) {
	at, message, hint := e.at(), err.Error(), ""
	if wrong, ok := errors.AsType[*expect.Error](err); ok {
		message, hint = wrong.Message, wrong.Hint
		if wrong.Offset >= 0 {
			at = r.withinRunes(e.node, wrong.Offset, wrong.Length)
		}
		if m, h := s.late(nameIn(wrong)); m != "" {
			message, hint = m, h
		}
		if strings.Contains(message, "vars") {
			r.absent(at, message, hint)
			return
		}
	}
	r.wrong(at, message, hint)
}

// scope is what a step may name: vars, secrets, and what earlier steps
// captured.
type scope struct {
	known map[string]bool
	later map[string]string // every captured name, and the first step that captures it
	step  string            // the step that is being read
	spare bool              // that step may be skipped
	maybe map[string]string // names that may have no value, and why

	pauses time.Duration // of the steps until here
	list   []string      // known, sorted; nil when out of date
}

func (s *scope) learn(name string) {
	s.known[name], s.list = true, nil
}

// inner is a scope of its own that knows what s knows by now.
func (s *scope) inner() *scope {
	return &scope{known: maps.Clone(s.known), later: s.later, maybe: s.maybe, pauses: s.pauses, step: s.step}
}

func (s *scope) names() []string {
	if s.list == nil {
		for name := range s.known {
			s.list = append(s.list, name)
		}
		slices.Sort(s.list)
	}
	return s.list
}

// late says why a name that some step captures has no value yet.
func (s *scope) late(name string) (message, hint string) {
	switch step := s.later[name]; step {
	case "":
		return "", ""
	case s.step:
		return name + " is captured by this very step, after its request and expectations", "use it in a later step"
	default:
		return fmt.Sprintf("%s is not captured yet: %s captures it later", name, quote(step)), "move that step up"
	}
}

// nameIn is the name that an expression's error is about.
func nameIn(wrong *expect.Error) string {
	runes := []rune(wrong.Source)
	if wrong.Offset < 0 || wrong.Offset+wrong.Length > len(runes) {
		return ""
	}
	part := string(runes[wrong.Offset : wrong.Offset+wrong.Length])
	return strings.TrimPrefix(strings.Trim(part, " ."), "vars.")
}

// use reports every placeholder that has no value where it is used.
func (r *reader) use(names []placed, s *scope) {
	for _, p := range names {
		if s.known[p.name] {
			r.lacks(p, s)
			continue
		}
		message, hint := s.late(p.name)
		if message == "" {
			message = p.name + " is never captured, and is in neither vars nor secrets"
			hint = "add it to vars or secrets, or capture it in an earlier step"
			if near := Nearest(p.name, s.names()); near != "" {
				hint = didYouMean(near)
			}
		}
		r.absent(p.at, message, hint)
	}
}
