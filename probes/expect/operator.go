package expect

import (
	"strings"

	"github.com/expr-lang/expr"
)

// operation is an operator or function as the engine calls it: with operands
// whose types it has checked.
type operation = func(operands ...any) (any, error)

// The pairs of types an operator takes beside those the engine knows. They are
// spelled out: with `any` the engine would no longer catch nonsense.
type (
	valueText   = func(value, string) bool
	textValue   = func(string, value) bool
	valueInt    = func(value, int) bool
	intValue    = func(int, value) bool
	valueFloat  = func(value, float64) bool
	floatValue  = func(float64, value) bool
	valueBool   = func(value, bool) bool
	boolValue   = func(bool, value) bool
	valueValue  = func(value, value) bool
	valueAmong  = func(value, []any) bool
	valueRange  = func(value, []int) bool
	textPlaces  = func(string, value) bool
	intPlaces   = func(int, value) bool
	floatPlaces = func(float64, value) bool
	boolPlaces  = func(bool, value) bool
	valuePlaces = func(value, value) bool
	joinTexts   = func(string, string) string
	joinToText  = func(value, string) string
	joinToValue = func(string, value) string
	joinValues  = func(value, value) string
)

// operators teach the engine to work with values.
func operators() []expr.Option {
	ordered := []any{
		new(valueText), new(textValue), new(valueInt), new(intValue),
		new(valueFloat), new(floatValue), new(valueValue),
	}
	equatable := append([]any{new(valueBool), new(boolValue)}, ordered...)
	texts := []any{new(valueText), new(textValue), new(valueValue)}

	var options []expr.Option
	add := func(operator string, do operation, types ...any) {
		options = append(options, expr.Function(operator, do, types...), expr.Operator(operator, operator))
	}
	add("==", equality(true), equatable...)
	add("!=", equality(false), equatable...)
	add("<", ordering(func(order int) bool { return order < 0 }), ordered...)
	add("<=", ordering(func(order int) bool { return order <= 0 }), ordered...)
	add(">", ordering(func(order int) bool { return order > 0 }), ordered...)
	add(">=", ordering(func(order int) bool { return order >= 0 }), ordered...)
	add("contains", onTexts(strings.Contains), texts...)
	add("startsWith", onTexts(strings.HasPrefix), texts...)
	add("endsWith", onTexts(strings.HasSuffix), texts...)
	add("in", among, new(valueAmong), new(valueRange),
		new(textPlaces), new(intPlaces), new(floatPlaces), new(boolPlaces), new(valuePlaces))
	add("+", join, new(joinTexts), new(joinToText), new(joinToValue), new(joinValues))
	return options
}

func equality(want bool) operation {
	return func(operands ...any) (any, error) {
		same, err := equal(operands[0], operands[1])
		return same == want, err
	}
}

func ordering(holds func(order int) bool) operation {
	return func(operands ...any) (any, error) {
		order, err := compare(operands[0], operands[1])
		return holds(order), err
	}
}

func onTexts(holds func(a, b string) bool) operation {
	return func(operands ...any) (any, error) {
		a, err := textOf(operands[0])
		if err != nil {
			return false, err
		}
		b, err := textOf(operands[1])
		return holds(a, b), err
	}
}

// among reports whether a value equals one of a list. Elements it cannot be
// compared with are just not equal.
func among(operands ...any) (any, error) {
	if places, ok := operands[1].(value); ok {
		return amongPlaces(operands[0], places)
	}
	v, _ := operands[0].(value)
	if _, err := v.must(); err != nil {
		return false, err
	}
	switch list := operands[1].(type) {
	case []any:
		for _, element := range list {
			if same, err := equal(v, element); err == nil && same {
				return true, nil
			}
		}
	case []int:
		for _, element := range list {
			if same, err := equal(v, element); err == nil && same {
				return true, nil
			}
		}
	}
	return false, nil
}

// join appends texts, within a limit: without one, an expression of 2 kB could
// ask for 200 copies of the body.
func join(operands ...any) (any, error) {
	a, err := textOf(operands[0])
	if err != nil {
		return "", err
	}
	b, err := textOf(operands[1])
	if err != nil {
		return "", err
	}
	if len(a)+len(b) > maxJoined {
		return "", errTooLong
	}
	return a + b, nil
}

// matches is the operator of that name; its pattern was compiled with the
// expression.
func matches(operands ...any) (any, error) {
	s, err := textOf(operands[0])
	if err != nil {
		return false, err
	}
	re := operands[1].(*regex)
	if err := re.affordable(len(s)); err != nil {
		return false, err
	}
	return re.MatchString(s), nil
}
