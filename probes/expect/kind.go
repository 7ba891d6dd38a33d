package expect

import (
	"net/netip"
	"regexp"
	"strings"
)

// kinds are the questions what a value is. What JSON gives a type is judged by
// it, any other text by its form.
func kinds() map[string]func(value) bool {
	return map[string]func(value) bool{
		"isNumber":  isNumeric,
		"isInteger": func(v value) bool { return isNumeric(v) && isWhole(v) },
		"isString":  func(v value) bool { return v.Found && (!v.json || !v.bare) },
		"isBoolean": func(v value) bool { return v.untyped(true) && (v.Text == "true" || v.Text == "false") },
		"isList":    func(v value) bool { return v.size >= 0 && strings.HasPrefix(v.Text, "[") },
		"isObject":  func(v value) bool { return v.size >= 0 && strings.HasPrefix(v.Text, "{") },
		"isNull":    func(v value) bool { return !v.Found },
		"isEmpty":   func(v value) bool { return v.Found && (v.size == 0 || v.Text == "") },
		"isDate":    func(v value) bool { _, ok := readMoment(v.Text); return v.untyped(false) && ok },
		"isUUID":    func(v value) bool { return v.untyped(false) && uuid.MatchString(v.Text) },
		"isIPv4":    func(v value) bool { a, err := netip.ParseAddr(v.Text); return err == nil && a.Is4() },
		"isIPv6":    func(v value) bool { a, err := netip.ParseAddr(v.Text); return err == nil && a.Is6() },
	}
}

// uuid is the form of RFC 9562, section 4.
var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$`)

// asked puts a question to a value that is there; null is there, too.
func asked(is func(value) bool) operation {
	return func(operands ...any) (any, error) {
		v, isValue := operands[0].(value)
		if s, ok := operands[0].(string); ok && !isValue {
			v = text(s)
		}
		if !v.Found && !v.json {
			return false, undecided{v.why}
		}
		return is(v), nil
	}
}

// untyped reports whether v can be what JSON writes bare, or is a text.
func (v value) untyped(bare bool) bool { return v.Found && v.size < 0 && (!v.json || v.bare == bare) }

func isNumeric(v value) bool {
	_, err := number(v)
	return err == nil && v.untyped(true)
}

// isWhole goes by the value, not by how it is written: 1.0 is whole.
func isWhole(v value) bool {
	n, err := number(value{Found: true, Text: strings.TrimSpace(v.Text)})
	return err == nil && n.IsInt()
}
