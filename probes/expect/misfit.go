package expect

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

const maxMisfits = 10 // lines of evidence

// misfits tells, in a line each, where a body does not fit. Of alternatives
// that all fail, each is told below a line of its own. Lines beyond the first
// few are only counted: a body can misfit in as many places as it has.
func misfits(e *jsonschema.ValidationError, body any, r *Response) []string {
	l := misfitLines{body: body, response: r}
	l.tell(e, "")
	if l.more > 0 {
		l.lines = append(l.lines, fmt.Sprintf("… and %d more", l.more))
	}
	return l.lines
}

type misfitLines struct {
	body     any
	response *Response
	lines    []string
	more     int // that are not told
}

func (l *misfitLines) tell(e *jsonschema.ValidationError, indent string) {
	switch k := e.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.Reference, *kind.AllOf:
	case *kind.AnyOf, *kind.OneOf:
		line := " fits none of its alternatives:"
		if one, ok := k.(*kind.OneOf); ok && one.Subschemas != nil {
			line = " fits more than one of its alternatives"
		}
		l.line(func() string { return indent + pointer(e) + line })
		for _, cause := range e.Causes {
			l.tell(cause, indent+"  ")
		}
		return
	default:
		if len(e.Causes) == 0 {
			l.line(func() string { return indent + oneLine(l.response.redacted(misfit(e, l.body, l.response))) })
			return
		}
	}
	causes := e.Causes
	if len(l.lines) < maxMisfits {
		causes = slices.Clone(causes)
		slices.SortStableFunc(causes, func(a, b *jsonschema.ValidationError) int { // the library goes through maps
			return slices.CompareFunc(beyond(e, a), beyond(e, b), inPlace)
		})
	}
	for _, cause := range causes {
		l.tell(cause, indent)
	}
}

func (l *misfitLines) line(text func() string) {
	if len(l.lines) == maxMisfits {
		l.more++
		return
	}
	l.lines = append(l.lines, text())
}

// beyond is where a cause of e lies below it.
func beyond(e, cause *jsonschema.ValidationError) []string {
	return cause.InstanceLocation[min(len(e.InstanceLocation), len(cause.InstanceLocation)):]
}

// inPlace orders names, and indices as numbers.
func inPlace(a, b string) int {
	x, notX := strconv.Atoi(a)
	y, notY := strconv.Atoi(b)
	if notX == nil && notY == nil {
		return cmp.Compare(x, y)
	}
	return strings.Compare(a, b)
}

// pointer is the place in the body as a JSON Pointer (RFC 6901).
func pointer(e *jsonschema.ValidationError) string {
	if len(e.InstanceLocation) == 0 {
		return "the whole"
	}
	var b strings.Builder
	for _, token := range e.InstanceLocation {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(token))
	}
	return b.String()
}

func misfit(e *jsonschema.ValidationError, body any, r *Response) string {
	at := pointer(e)
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return at + " lacks " + quoted(k.Missing)
	case *kind.AdditionalProperties:
		return at + " has " + quoted(k.Properties) + ", which the schema does not know"
	case *kind.FalseSchema:
		return at + " must not be there"
	case *kind.Not:
		return at + " fits what it must not"
	case *kind.Contains, *kind.MinContains:
		return at + " lacks an element that the schema wants in it"
	case *kind.UniqueItems:
		return fmt.Sprintf("%s wants no element twice, found [%d] again as [%d]", at, k.Duplicates[0], k.Duplicates[1])
	}
	return at + " wants " + wanted(e.ErrorKind) + ", found " + foundAt(e.InstanceLocation, body, r)
}

func wanted(problem jsonschema.ErrorKind) string {
	switch k := problem.(type) {
	case *kind.Type:
		return strings.Join(k.Want, " or ")
	case *kind.Enum:
		return "one of " + listed(k.Want)
	case *kind.Const:
		return listed([]any{k.Want})
	case *kind.Format:
		if k.Want == "regex" && k.Err != nil {
			return "a pattern (" + k.Err.Error() + ")"
		}
		return "the format " + k.Want
	case *kind.Pattern:
		return "a match of " + k.Want
	case *kind.Minimum:
		return "at least " + decimalOf(k.Want)
	case *kind.Maximum:
		return "at most " + decimalOf(k.Want)
	case *kind.ExclusiveMinimum:
		return "more than " + decimalOf(k.Want)
	case *kind.ExclusiveMaximum:
		return "less than " + decimalOf(k.Want)
	case *kind.MultipleOf:
		return "a multiple of " + decimalOf(k.Want)
	case *kind.MinLength:
		return "at least " + howMany(k.Want, "character")
	case *kind.MaxLength:
		return "at most " + howMany(k.Want, "character")
	case *kind.MinItems:
		return "at least " + howMany(k.Want, "element")
	case *kind.MaxItems:
		return "at most " + howMany(k.Want, "element")
	}
	return "what it is not (" + problem.LocalizedString(message.NewPrinter(language.English)) + ")"
}

func howMany(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func decimalOf(n *big.Rat) string {
	f, _ := n.Float64()
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func quoted(names []string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = strconv.Quote(name)
	}
	slices.Sort(all)
	return cutList(all)
}

// listed are values as JSON writes them.
func listed(values []any) string {
	all := make([]string, len(values))
	for i, v := range values {
		text, _ := json.Marshal(v)
		all[i], _ = cut(string(text))
	}
	return cutList(all)
}

const maxListed = 10

func cutList(all []string) string {
	if more := len(all) - maxListed; more > 0 {
		all = append(all[:maxListed:maxListed], fmt.Sprintf("%d more", more))
	}
	return strings.Join(all, ", ")
}

// foundAt shows what is at a place of the body.
func foundAt(path []string, body any, r *Response) string {
	node := body
	for _, token := range path {
		switch n := node.(type) {
		case map[string]any:
			node = n[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(n) {
				return "something else"
			}
			node = n[i]
		}
	}
	switch n := node.(type) {
	case nil:
		return "null"
	case map[string]any:
		return fmt.Sprintf("an object of %d", len(n))
	case []any:
		return fmt.Sprintf("an array of %d", len(n))
	}
	v, _ := scalarOf(node)
	return v.show(r)
}
