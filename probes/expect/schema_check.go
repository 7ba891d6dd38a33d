package expect

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	maxSchemaSteps = 200_000 // schemas applied to values of one body: under a second
	maxMisfits     = 10      // lines of evidence
)

// errSteps is a limit of ours.
var errSteps = errors.New("the schema is applied more than 200,000 times on this body: name fewer alternatives that go round in circles")

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
	err = s.validate(d.root)
	var wrong *jsonschema.ValidationError
	if !errors.As(err, &wrong) {
		return err == nil, "", err
	}
	lines := misfits(wrong, d.root, r)
	if more := len(lines) - maxMisfits; more > 0 {
		lines = append(lines[:maxMisfits], fmt.Sprintf("… and %d more", more))
	}
	return false, "schema " + s.source + "\n" + strings.Join(lines, "\n"), nil
}

// validate stops when the steps are used up: the library cannot be cancelled,
// and a schema that goes round in circles through alternatives takes time
// exponential in the depth of a body made for it.
func (s *Schema) validate(body any) (err error) {
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
	s.steps = maxSchemaSteps
	return s.compiled.Validate(body)
}

// counter is called for each schema when it is compiled; what it gives, each
// time that one is applied.
func (s *Schema) counter(*jsonschema.CompilerContext, map[string]any) (jsonschema.SchemaExt, error) {
	return (*steps)(s), nil
}

type steps Schema

// Validate is of jsonschema.SchemaExt.
func (s *steps) Validate(*jsonschema.ValidatorContext, any) {
	if s.steps--; s.steps < 0 {
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
