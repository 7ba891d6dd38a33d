package expect

import (
	"errors"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/file"
)

// explain turns the engine's error into one in the words of this language.
func explain(src string, err error) *Error {
	var placed *file.Error
	if !errors.As(err, &placed) {
		return whole(src, err.Error(), "")
	}
	message, hint := reword(unspell(placed.Message))
	place := placed.Location
	end := len([]rune(src))
	place.From = min(place.From, end)
	place.To = min(place.To, end)
	return at(src, place, message, hint)
}

var (
	mismatch   = regexp.MustCompile(`^invalid operation: (\S+) \(mismatched types? (.+?)(?: and (.+))?\)$`)
	unexpected = regexp.MustCompile(`^unexpected token (\w+)(?:\("(.*)"\))?$`)
	argument   = regexp.MustCompile(`^cannot use (.+) as argument \(type (.+)\) to call (\S+)`)
	badNumber  = regexp.MustCompile(`^bad number syntax: "(.*)"$`)
)

// reword gives the message and hint for a message of the engine.
func reword(message string) (string, string) {
	if m := mismatch.FindStringSubmatch(message); m != nil {
		return mismatched(m[1], plainType(m[2]), plainType(m[3]))
	}
	if m := unexpected.FindStringSubmatch(message); m != nil {
		return unexpectedToken(m[1], strings.ReplaceAll(m[2], `\"`, `"`))
	}
	if m := badNumber.FindStringSubmatch(message); m != nil {
		return "not a number or duration: " + m[1] + "…", "durations are written like 800ms, 1.5s, 1m30s, 2h"
	}
	switch {
	case strings.Contains(message, "exceeds maximum allowed nodes"):
		return "the expression has more than 200 parts", "split it: all expectations of a step must hold"
	case strings.Contains(message, "integer literal"):
		return "the number is too large", `compare it as a text: jsonpath("$.id") == "12345678901234567890"`
	case message == "literal not terminated":
		return "the quote is never closed", ""
	case strings.HasPrefix(message, "type ") && strings.HasSuffix(message, "has no field found"):
		return "this is always there", ".found asks about values, like jsonpath(...).found"
	}
	return plainTypes(message), ""
}

func mismatched(operator, a, b string) (message, hint string) {
	if b == "" {
		message = "cannot use " + operator + " on " + a
		if operator == "not" || operator == "!" {
			hint = "not binds tightly: write not (a == b), or a != b"
		}
		if a == "a value" {
			hint = "ask whether it is there: not jsonpath(...).found"
		}
		return message, hint
	}
	message = "cannot use " + operator + " between " + a + " and " + b
	both := a + " " + b
	logical := operator == "and" || operator == "or" || operator == "&&" || operator == "||"
	switch {
	case logical && strings.Contains(both, "a value"):
		hint = "compare the value, or ask whether it is there: jsonpath(...).found"
	case operator == "+" && strings.Contains(both, "a value"):
		hint = "a value is text: + joins it with a text in quotes"
	case strings.Contains(both, "a duration"):
		hint = "a duration is compared with a duration, like 800ms"
	case strings.Contains(both, "a number") && strings.Contains(both, "a text"):
		hint = "a number is written without quotes, a text with them"
	case operator == "in":
		hint = "in takes a list, or a range of numbers; for texts, use contains"
	}
	return message, hint
}

func unexpectedToken(kind, token string) (message, hint string) {
	switch {
	case kind == "EOF":
		return "the expression ends too early", ""
	case token == "=":
		return "unexpected =", "to compare, write =="
	case kind == "Identifier" && durationLiteral.MatchString("1"+token):
		return "unexpected " + token, "write the unit directly behind the number, like 800ms"
	}
	return "unexpected " + token, ""
}

// plainType is a type of the engine in the words of this language.
func plainType(name string) string {
	switch name {
	case "":
		return ""
	case "expect.value":
		return "a value"
	case "time.Duration":
		return "a duration"
	case "string":
		return "a text"
	case "int", "float64":
		return "a number"
	case "bool":
		return "true or false"
	}
	if strings.HasPrefix(name, "[]") {
		return "a list"
	}
	return name
}

var typeName = regexp.MustCompile(`expect\.value|time\.Duration|\[\][\w {}.]+|\bstring\b|\bint\b|\bfloat64\b|\bbool\b`)

// plainTypes rewords the types inside any other message.
func plainTypes(message string) string { return typeName.ReplaceAllStringFunc(message, plainType) }
