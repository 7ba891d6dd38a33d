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
	v, err := s.borrow()
	if err != nil {
		return false, "", err
	}
	defer s.giveBack(v)
	err = v.validate(d)
	wrong, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return err == nil, "", err
	}
	return false, "schema " + s.source + "\n" + strings.Join(misfits(wrong, d.root, r), "\n"), nil
}

func (s *Schema) borrow() (*validator, error) {
	select {
	case v := <-s.idle:
		return v, nil
	default:
		return s.another()
	}
}

// giveBack keeps as many validators as could be busy at once.
func (s *Schema) giveBack(v *validator) {
	select {
	case s.idle <- v:
	default:
	}
}

// validator is a compiled schema that counts its steps, for one body at a time.
type validator struct {
	compiled *jsonschema.Schema
	steps    int // that the validation under way has left
}

// newValidator compiles the part of a file.
func newValidator(file, part string, files schemaFiles) (*validator, error) {
	content, err := files.Load(fileURL(file))
	if err != nil {
		return nil, err
	}
	v := new(validator)
	var all []*jsonschema.Schema
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(files)
	compiler.UseRegexpEngine(schemaPattern)
	compiler.RegisterVocabulary(&jsonschema.Vocabulary{URL: "steps", Compile: func(ctx *jsonschema.CompilerContext, _ map[string]any) (jsonschema.SchemaExt, error) {
		all = append(all, ctx.Enqueue(nil)) // the schema that is being compiled
		return nil, nil
	}})
	compiler.AssertVocabs()
	compiler.AssertFormat()
	compiler.DefaultDraft(draftOf(content))
	if v.compiled, err = compiler.Compile(fileURL(file) + "#" + part); err != nil {
		return nil, files.problem(err)
	}
	for _, one := range all {
		one.Format = v.counted(one.Format)
	}
	return v, nil
}

// validate stops when the steps are used up: the library cannot be cancelled,
// and a schema that goes round in circles through alternatives takes time
// exponential in the depth of a body made for it.
func (v *validator) validate(body *document) (err error) {
	defer func() {
		switch r := recover(); r := r.(type) {
		case nil:
		case error:
			err = r
		default:
			err = fmt.Errorf("schema: %v", r)
		}
	}()
	v.steps = maxSchemaSteps / (1 + body.depth/flat)
	return v.compiled.Validate(body.root)
}

// counted is a format that also counts: it is asked of each schema that is
// applied, before all that is below it, unless the value is of another type.
// An extension of the library is not asked where only yes or no is wanted, as
// under "not" and "if", and no is known already.
func (v *validator) counted(format *jsonschema.Format) *jsonschema.Format {
	counting := &jsonschema.Format{Validate: func(value any) error {
		v.step(value)
		return nil
	}}
	if format != nil {
		counting.Name = format.Name
		counting.Validate = func(value any) error {
			v.step(value)
			return format.Validate(value)
		}
	}
	return counting
}

// step counts members with what they are in: by themselves those of a wrong
// type would not.
func (v *validator) step(value any) {
	v.steps--
	switch value := value.(type) {
	case map[string]any:
		v.steps -= len(value)
	case []any:
		v.steps -= len(value)
	}
	if v.steps < 0 {
		panic(errSteps)
	}
}

// schemaPattern compiles a pattern of the schema, with the bound that all have.
func schemaPattern(source string) (jsonschema.Regexp, error) {
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
