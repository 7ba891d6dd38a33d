package expect

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
)

// explain turns the engine's error into one in the words of this language.
func explain(src string, err error) *Error {
	placed, ok := errors.AsType[*file.Error](err)
	if !ok {
		return whole(src, err.Error(), "")
	}
	end := utf8.RuneCountInString(src)
	place := file.Location{From: min(placed.From, end), To: min(placed.To, end)}
	code := string(unquoted([]rune(src), "\"'`", true))
	message := unspell(placed.Message)
	switch {
	case strings.Contains(message, "exceeds maximum allowed nodes"):
		return whole(src, "the expression has more than 200 parts", "split it: all expectations of a step must hold")
	case strings.Contains(message, "integer literal"):
		return at(src, lastOf(hugeNumber, code, place), "the number is too large", `compare it as a text: jsonpath("$.id") == "12345678901234567890"`)
	case strings.Contains(message, "escape"):
		return at(src, place, "unknown escape inside quotes", "double the backslash, or write the text between backquotes: `\\d+`")
	case message == "literal not terminated":
		return at(src, lastOf(anyQuote, code, place), "the quote is never closed", "")
	case message == "unexpected token EOF" && strings.Count(code, "(") > strings.Count(code, ")"):
		return at(src, place, "the expression ends too early", "a parenthesis is not closed")
	}
	message, hint := reword(message)
	return at(src, place, message, hint)
}

var (
	hugeNumber = regexp.MustCompile(`\d{19,}`)
	anyQuote   = regexp.MustCompile("[\"'`]")
)

// lastOf is the last place in code that a pattern matches, else the fallback.
func lastOf(pattern *regexp.Regexp, code string, fallback file.Location) file.Location {
	all := pattern.FindAllStringIndex(code, -1)
	if len(all) == 0 {
		return fallback
	}
	last := all[len(all)-1]
	from := utf8.RuneCountInString(code[:last[0]])
	return file.Location{From: from, To: from + last[1] - last[0]}
}

var (
	mismatch   = regexp.MustCompile(`^invalid operation: (\S+) \(mismatched types? (.+?)(?: and (.+))?\)$`)
	unexpected = regexp.MustCompile(`^unexpected token (\w+)(?:\("(.*)"\))?$`)
	misused    = regexp.MustCompile(`^cannot use (\S+) as argument \(type \S+\) to call (\S+)`)
	unlisted   = regexp.MustCompile(`^cannot use (\S+) as type (\S+) in array$`)
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
	if m := misused.FindStringSubmatch(message); m != nil {
		return misusedIn(m[2], plainType(m[1]))
	}
	if m := unlisted.FindStringSubmatch(message); m != nil {
		return "cannot look for " + plainType(m[1]) + " in a list of " + strings.TrimPrefix(plainType(m[2]), "a ") + "s",
			"a number is written without quotes, a text with them"
	}
	if m := badNumber.FindStringSubmatch(message); m != nil {
		return "not a number or duration: " + m[1] + "…", "durations are written like 800ms, 1.5s, 1m30s, 2h"
	}
	if strings.Contains(message, "(??)") {
		return "the operator ?? has no place here", "docs/expressions.md has all of them"
	}
	if strings.HasPrefix(message, "type ") && strings.HasSuffix(message, "has no field found") {
		return "this is always there", ".found asks about values, like jsonpath(...).found"
	}
	return plainTypes(message), ""
}

// misusedIn is the message for a function that was handed the wrong type.
func misusedIn(name, given string) (message, hint string) {
	f := functions()[name]
	switch {
	case name == find:
		return "a lookup looks into a text or a value, not " + given, ""
	case f.takes == 1:
		return name + " takes a text or a value, not " + given, ""
	}
	return name + " takes arguments of other types", "write " + f.usage
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
	case logical:
		hint = "both sides must be conditions, like status == 200"
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
	case otherWord(token) != "":
		return "unexpected " + token, otherWord(token)
	case kind == "Identifier" && durationLiteral.MatchString("1"+token):
		return "unexpected " + token, "write the unit directly behind the number, like 800ms"
	}
	return "unexpected " + token, ""
}

// otherWord is what a word of another language is here.
func otherWord(token string) string {
	switch strings.ToLower(token) {
	case "is", "eq", "equal", "equals", "===":
		return "to compare, write =="
	case "contain", "include", "includes", "has":
		return "write contains"
	case "match", "like", "regex", "=~":
		return "write matches"
	case "starts", "startswith", "hasprefix":
		return "write startsWith"
	case "ends", "endswith", "hassuffix":
		return "write endsWith"
	case "and", "or", "not", "in", "contains", "matches":
		return "write " + strings.ToLower(token)
	}
	return ""
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
		return "a condition"
	}
	if strings.HasPrefix(name, "[]") {
		return "a list"
	}
	return name
}

var typeName = regexp.MustCompile(`expect\.value|time\.Duration|\[\][\w {}.]+|\bstring\b|\bint\b|\bfloat64\b|\bbool\b`)

// plainTypes rewords the types inside any other message.
func plainTypes(message string) string { return typeName.ReplaceAllStringFunc(message, plainType) }
