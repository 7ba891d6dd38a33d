package expect

// Error says what is wrong with an expression, where, and what to do.
type Error struct {
	Source  string // the whole expression
	Offset  int    // in runes from the start of Source; -1: the whole expression
	Length  int    // in runes; at least 1 where Offset is not -1
	Message string // lower case, one line
	Hint    string // what to do; may be ""
}

// Error is the message, with its hint where there is one.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + ": " + e.Hint
}
