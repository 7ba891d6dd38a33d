package importer

import (
	"regexp"
	"strings"
)

// ofWindows matches a command for Windows' cmd.exe: its first quote, or the end
// of a line before any quote of bash alone, stands behind a caret.
var ofWindows = regexp.MustCompile(`^[^'"]*\^"|^[^']*[ "]\^\r?\n`)

// splitWindows takes a command line apart as cmd.exe does and then the program
// that it starts. Browsers write each backslash twice, though such a program
// takes it once only before a quote: it is meant once.
func splitWindows(text string) (command, error) {
	line, rest := uncaret(text)
	c := command{rest: strings.TrimSpace(rest)}
	var word strings.Builder
	inWord, quoted, opened := false, false, 0
	for i := 0; i < len(line); i++ {
		switch b := line[i]; {
		case b == '\\' && i+1 < len(line) && (line[i+1] == '"' || line[i+1] == '\\'):
			i++
			word.WriteByte(line[i])
			inWord = true
		case b == '"' && quoted && strings.HasPrefix(line[i+1:], `"`): // as it was written of old
			i++
			word.WriteByte('"')
		case b == '"':
			inWord, quoted, opened = true, !quoted, i
		case !quoted && (b == ' ' || b == '\t'):
			if inWord {
				c.words = append(c.words, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteByte(b)
			inWord = true
		}
	}
	if quoted {
		return command{}, neverClosed(line[:opened], `"`)
	}
	if inWord {
		c.words = append(c.words, word.String())
	}
	return c, nil
}

// uncaret is the line that cmd.exe hands on, and what follows it: outside of
// quotes a caret takes the next character as it stands, and joins the next
// line.
func uncaret(text string) (line, rest string) {
	var out strings.Builder
	text = strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n")
	quoted := false
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b == '^' && !quoted && strings.HasPrefix(text[i+1:], "\n\n"):
			out.WriteByte('\n')
			i += 2
		case b == '^' && !quoted:
			if i++; i < len(text) && text[i] != '\n' {
				out.WriteByte(text[i])
			}
		case !quoted && strings.IndexByte("\n&|<>", b) >= 0:
			return out.String(), text[i:]
		case b == '"':
			quoted = !quoted
			out.WriteByte(b)
		default:
			out.WriteByte(b)
		}
	}
	return out.String(), ""
}
