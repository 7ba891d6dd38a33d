package expect

import (
	"fmt"
	"strings"
	"testing"
)

// operands are one expression of each type.
func typed() map[string]string {
	return map[string]string{
		"value": `vars.count`, "text": `url`, "number": `status`, "fraction": `cert.days`, "duration": `duration`, "bool": `vars.count.found`,
		"mixed": `["a", 1]`, "numbers": `[1, 2]`, "fractions": `[1, 2.5]`, "texts": `["a", "b"]`, "range": `1..5`, "literal": `"a"`,
	}
}

// TestOperatorsTakeThesePairsOfTypesAndNoOthers holds the whole table: every
// operator with every pair of types.
func TestOperatorsTakeThesePairsOfTypesAndNoOthers(t *testing.T) {
	const (
		equality = "value:value value:text value:literal value:number value:fraction value:bool text:value literal:value number:value fraction:value bool:value " +
			"text:text text:literal literal:text literal:literal number:number number:fraction fraction:number fraction:fraction duration:duration bool:bool"
		order = "value:value value:text value:literal value:number value:fraction text:value literal:value number:value fraction:value " +
			"text:text text:literal literal:text literal:literal number:number number:fraction fraction:number fraction:fraction duration:duration"
		texts    = "value:value value:text value:literal text:value literal:value text:text text:literal literal:text literal:literal"
		patterns = "value:literal text:literal literal:literal"
		among    = "value:numbers value:fractions value:texts value:range text:texts literal:texts " +
			"number:numbers number:fractions number:range fraction:numbers fraction:fractions fraction:range"
		numbers = "number:number number:fraction fraction:number fraction:fraction"
		logic   = "bool:bool"
	)
	tables := map[string]string{
		"==": equality, "!=": equality, "<": order, "<=": order, ">": order, ">=": order,
		"contains": texts, "startsWith": texts, "endsWith": texts, "matches": patterns, "in": among,
		"+": texts + " duration:duration " + numbers, "-": numbers + " duration:duration", "/": numbers,
		"*":   numbers + " duration:duration duration:number number:duration duration:fraction fraction:duration",
		"and": logic, "or": logic, "&&": logic, "||": logic,
		"%": "", "**": "", "^": "", "??": "",
	}
	for operator, table := range tables {
		for left, a := range typed() {
			for right, b := range typed() {
				source := fmt.Sprintf("%s %s %s", a, operator, b)
				_, err := compile(source, journeyVars(), false)
				want := strings.Contains(" "+table+" ", " "+left+":"+right+" ")
				if got := err == nil; got != want {
					t.Errorf("%s (%s %s %s): compiles %v, want %v (%v)", source, left, operator, right, got, want, err)
				}
			}
		}
	}
}

func TestNumbersCompareExactly(t *testing.T) {
	for _, row := range []struct {
		text, condition string
		want            bool
	}{
		{"0.1", "vars.n == 0.1", true}, // as written, not as its nearest binary fraction
		{"0.10", "vars.n == 0.1", true},
		{"00123", "vars.n == 123", true},
		{" 7\n", "vars.n == 7", true},
		{"+7", "vars.n == 7", true},
		{"-7.0e0", "vars.n == -7", true},
		{"1e5", "vars.n == 100000", true},
		{"1E-3", "vars.n == 0.001", true},
		{"9007199254740993", "vars.n == 9007199254740992", false}, // 2^53 + 1: equal as float64
		{"9007199254740993", "vars.n > 9007199254740992", true},
		{"9223372036854775808", "vars.n > 9223372036854775807", true},
		{"0.30000000000000004", "vars.n > 0.3", true},
		{"1e999", "vars.n > 1", true},
		{"1e1000000000", "vars.n > 1", false}, // not read as a number at all
		{strings.Repeat("9", 401), "vars.n > 1", false},
		{strings.Repeat("9", 400), "vars.n > 1", true},
		{"0x10", "vars.n == 16", false},
		{"1_000", "vars.n == 1000", false},
		{"1/2", "vars.n == 0.5", false},
		{"Inf", "vars.n > 1", false},
		{"NaN", "vars.n != 1", false},
		{"", "vars.n == 0", false},
		{"1,5", "vars.n > 1", false},
	} {
		c, err := CompileCondition(row.condition, []string{"n"})
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := c.Check(&Response{Vars: map[string]string{"n": row.text}}); got != row.want || err != nil {
			t.Errorf("n = %.30q: %s is %v, want %v (%v)", row.text, row.condition, got, row.want, err)
		}
	}
}
