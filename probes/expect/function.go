package expect

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// function is one that takes expressions as arguments.
type function struct {
	usage   string // shown where it is called wrongly
	takes   int    // number of its arguments
	do      operation
	types   []any // of the arguments and the result, one for each combination
	plural  bool  // its first argument is a lookup, of which it sees every place
	timed   bool  // it is handed the response before its arguments, for the time it came
	reveals bool  // what it gives can be a part or another form of its first argument
	ofBytes bool  // it is one of bytes, whatever letters they are: of the body it takes those that came
}

// functions are all functions but those that look into the response.
func functions() map[string]function {
	all := map[string]function{
		"len":     {usage: "len(body)", takes: 1, do: length, types: []any{new(func(string) int), new(func(value) int)}},
		"number":  {usage: `number(jsonpath("$.total"))`, takes: 1, do: toNumber, types: []any{new(func(string) float64), new(func(value) float64)}, reveals: true},
		"replace": {usage: `replace(url, "http:", "https:")`, takes: 3, do: replace, types: []any{new(func(string, string, string) string), new(func(value, string, string) string)}, reveals: true},
		"split":   {usage: `split(header("X-Served-By"), ",")`, takes: 2, do: split, types: []any{new(func(string, string) value), new(func(value, string) value)}, reveals: true},
		"count":   {usage: `count(jsonpath("$.items[*]"))`, takes: 1, do: quantity, types: []any{new(func(value) int)}, plural: true},
		"nth":     {usage: `nth(header("Set-Cookie"), 0)`, takes: 2, do: nth, types: []any{new(func(value, int) value)}, plural: true},
		"until":   {usage: `until(jsonpath("$.expires"))`, takes: 1, do: until, types: moments(), timed: true},
		"since":   {usage: `since(header("Last-Modified"))`, takes: 1, do: since, types: moments(), timed: true},
	}
	for name, change := range changes() {
		all[name] = function{usage: name + "(body)", takes: 1, do: changed(change), reveals: true, ofBytes: ofBytes(name),
			types: []any{new(func(string) string), new(func(value) string)}}
	}
	for name, is := range kinds() {
		all[name] = function{usage: name + `(jsonpath("$.id"))`, takes: 1, do: asked(is),
			types: []any{new(func(string) bool), new(func(value) bool)}}
	}
	return all
}

func ofBytes(name string) bool {
	return slices.Contains([]string{"sha256", "md5", "hex", "base64Encode"}, name)
}

// changes are the functions that make one text of another. They give false for
// a text they cannot read.
func changes() map[string]func(string) (string, bool) {
	always := func(change func(string) string) func(string) (string, bool) {
		return func(s string) (string, bool) { return change(s), true }
	}
	return map[string]func(string) (string, bool){
		"lower":        always(strings.ToLower),
		"upper":        always(strings.ToUpper),
		"trim":         always(strings.TrimSpace),
		"sha256":       always(func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }),
		"md5":          always(func(s string) string { sum := md5.Sum([]byte(s)); return hex.EncodeToString(sum[:]) }),
		"hex":          always(func(s string) string { return hex.EncodeToString([]byte(s)) }),
		"base64Encode": always(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
		"base64Decode": decodeBase64,
		"urlEncode":    always(url.PathEscape),
		"urlDecode":    func(s string) (string, bool) { t, err := url.PathUnescape(s); return t, err == nil },
		"htmlEscape":   always(html.EscapeString),
		"htmlUnescape": always(html.UnescapeString),
	}
}

// changed is undecided for what cannot be changed in that way.
func changed(change func(string) (string, bool)) operation {
	return func(operands ...any) (any, error) {
		s, err := textOf(operands[0])
		if err != nil {
			return "", err
		}
		t, ok := change(s)
		if !ok {
			return "", undecided{"the text is not encoded in that way"}
		}
		return t, nil
	}
}

// decodeBase64 reads both alphabets of RFC 4648, sections 4 and 5, with or
// without padding.
func decodeBase64(s string) (string, bool) {
	s = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimSpace(s)), "=")
	decoded, err := base64.RawStdEncoding.DecodeString(s)
	return string(decoded), err == nil
}

// length counts the characters of a text, the elements of a JSON array or the
// members of a JSON object.
func length(operands ...any) (any, error) {
	if v, ok := operands[0].(value); ok && v.Found && v.size >= 0 {
		return v.size, nil
	}
	s, err := textOf(operands[0])
	return utf8.RuneCountInString(s), err
}

// toNumber is for arithmetic: beside a number a value is read as one anyway,
// and exactly.
func toNumber(operands ...any) (any, error) {
	s, err := textOf(operands[0])
	if err != nil {
		return 0.0, err
	}
	exact, err := number(text(s))
	if err != nil {
		return 0.0, undecided{"it is not a number"}
	}
	near, _ := exact.Float64()
	return near, nil
}

// replace puts one text in the place of every other, within the limit of join.
func replace(operands ...any) (any, error) {
	s, err := textOf(operands[0])
	if err != nil {
		return "", err
	}
	old, by := operands[1].(string), operands[2].(string)
	if grown := len(s) + strings.Count(s, old)*(len(by)-len(old)); grown > max(maxJoined, len(s)) {
		return "", errTooLong
	}
	return strings.ReplaceAll(s, old, by), nil
}
