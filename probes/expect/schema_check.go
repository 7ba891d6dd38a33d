package expect

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	maxSchemaSteps = 400_000 // on one body: some seconds at worst, on a body made for it
	flat           = 8       // nesting of a body whose steps all count; the library writes the way to each misfit
)

// errSteps is a limit of ours.
var errSteps = errors.New("the schema takes more than 400,000 steps on this body, or fewer the deeper it is nested: check a smaller answer, or name fewer alternatives that go round in circles")

// Check reports whether the response's body fits the schema. If not, evidence
// is its name and, in a line each, where it does not fit, as a JSON Pointer
// (RFC 6901), what was wanted and what was found. An error means a limit of
// ours, as in [Condition.Check].
func (s *Schema) Check(r *Response) (ok bool, evidence string, err error) {
	d := r.document()
	switch {
	case d.limit != nil:
		return false, "", d.limit
	case d.why != "":
		return false, "schema " + s.source + "\n" + d.why, nil
	}
	if err := plainNumbers(d.root); err != nil {
		return false, "", err
	}
	err = s.validate(d)
	var wrong *jsonschema.ValidationError
	if !errors.As(err, &wrong) {
		return err == nil, "", err
	}
	return false, "schema " + s.source + "\n" + strings.Join(misfits(wrong, d.root, r), "\n"), nil
}

// validate stops when the steps are used up: the library cannot be cancelled,
// and a schema that goes round in circles through alternatives takes time
// exponential in the depth of a body made for it.
func (s *Schema) validate(body *document) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		switch r := recover(); r := r.(type) {
		case nil:
		case error:
			err = r
		default:
			err = fmt.Errorf("schema: %v", r)
		}
	}()
	s.steps = maxSchemaSteps / (1 + body.depth/flat)
	return s.compiled.Validate(body.root)
}

// counter is called for each schema when it is compiled; what it gives, each
// time that one was applied, unless the value was of another type.
func (s *Schema) counter(*jsonschema.CompilerContext, map[string]any) (jsonschema.SchemaExt, error) {
	return (*steps)(s), nil
}

type steps Schema

// Validate is of jsonschema.SchemaExt. Members count with what they are in:
// by themselves those of a wrong type would not.
func (s *steps) Validate(_ *jsonschema.ValidatorContext, v any) {
	s.steps--
	switch v := v.(type) {
	case map[string]any:
		s.steps -= len(v)
	case []any:
		s.steps -= len(v)
	}
	if s.steps < 0 {
		panic(errSteps)
	}
}

// pattern compiles a pattern of the schema, with the bound that all have.
func (s *Schema) pattern(source string) (jsonschema.Regexp, error) {
	re, bad := compileRegex(source)
	if bad != nil {
		return nil, errors.New(bad.message)
	}
	return boundPattern{re}, nil
}

type boundPattern struct{ *regex }

// MatchString is of jsonschema.Regexp.
func (p boundPattern) MatchString(text string) bool {
	if err := p.affordable(len(text)); err != nil {
		panic(err)
	}
	return p.regex.MatchString(text)
}

// plainNumbers refuses numbers that an exact comparison cannot afford: 1e999999999
// would fill the memory.
func plainNumbers(node any) error {
	switch n := node.(type) {
	case map[string]any:
		for _, member := range n {
			if err := plainNumbers(member); err != nil {
				return err
			}
		}
	case []any:
		for _, element := range n {
			if err := plainNumbers(element); err != nil {
				return err
			}
		}
	case json.Number:
		if len(n) > maxDigits || !decimal.MatchString(n.String()) {
			return fmt.Errorf("the body holds a number of more than %d digits, or with an exponent of more than 3", maxDigits)
		}
	}
	return nil
}
