package importer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// command is one command line, taken apart as bash does.
type command struct {
	words     []string
	variables map[string]string // what stands in a word for $NAME, by NAME
	rest      string            // what follows the command: a pipe, a redirection
}

// shell reads one command line of bash.
type shell struct {
	text    string
	at      int
	command command
	word    strings.Builder
	inWord  bool
}

// split takes a command line apart. The error says where it breaks off.
func split(text string) (command, error) {
	s := &shell{text: text, command: command{variables: map[string]string{}}}
	for s.at < len(s.text) {
		done, err := s.next()
		if err != nil {
			return command{}, err
		}
		if done {
			break
		}
	}
	s.end()
	return s.command, nil
}

func (s *shell) end() {
	if s.inWord {
		s.command.words = append(s.command.words, s.word.String())
	}
	s.word.Reset()
	s.inWord = false
}

func (s *shell) put(text string) {
	s.word.WriteString(text)
	s.inWord = true
}

// next reads one character and whatever it begins. It is done where the
// command ends.
func (s *shell) next() (done bool, err error) {
	c := s.text[s.at]
	switch c {
	case ' ', '\t', '\r':
		s.end()
	case '\n', ';', '|', '&', '<', '>', '(', ')':
		if c == '\n' && len(s.command.words) == 0 && !s.inWord {
			break
		}
		s.command.rest = strings.TrimSpace(s.text[s.at:])
		return true, nil
	case '\\':
		s.escape()
	case '\'':
		return false, s.single()
	case '"':
		return false, s.double()
	case '$':
		return false, s.dollar()
	case '`':
		return false, errCommand
	case '#':
		if !s.inWord {
			line, _, _ := strings.Cut(s.text[s.at:], "\n")
			s.at += len(line) - 1
			break
		}
		s.put("#")
	default:
		s.put(s.text[s.at : s.at+1]) // a byte, which may be part of a character
	}
	s.at++
	return false, nil
}

// escape reads a backslash outside of quotes: before the end of a line it
// joins the next one.
func (s *shell) escape() {
	rest := s.text[s.at+1:]
	switch {
	case strings.HasPrefix(rest, "\r\n"):
		s.at += 2
	case strings.HasPrefix(rest, "\n"):
		s.at++
	case rest != "":
		s.at++
		s.put(rest[:1])
	}
}

func (s *shell) single() error {
	inside, _, closed := strings.Cut(s.text[s.at+1:], "'")
	if !closed {
		return s.open("'")
	}
	s.put(inside)
	s.at += len(inside) + 2
	return nil
}

func (s *shell) open(quote string) error {
	return neverClosed(s.text[:s.at], quote)
}

func neverClosed(before, quote string) error {
	return fmt.Errorf("character %d: %s is never closed: copy the whole command, and quote it as it was copied",
		utf8.RuneCountInString(before)+1, quote)
}

func (s *shell) double() error {
	start := s.at
	s.put("")
	for s.at++; s.at < len(s.text); {
		c := s.text[s.at]
		next := byte(0)
		if s.at+1 < len(s.text) {
			next = s.text[s.at+1]
		}
		switch {
		case c == '"':
			s.at++
			return nil
		case c == '\\' && next == '\n':
			s.at += 2
		case c == '\\' && next != 0 && strings.IndexByte("$`\"\\", next) >= 0:
			s.put(string(next))
			s.at += 2
		case c == '`':
			return errCommand
		case c == '$' && next != '\'' && next != '"':
			if err := s.dollar(); err != nil {
				return err
			}
		default:
			s.word.WriteByte(c)
			s.at++
		}
	}
	s.at = start
	return s.open(`"`)
}

var errCommand = errors.New("$( and ` run other commands, which an import does not: put what they print in their place")

// dollar reads $'...', $"...", $NAME and ${NAME}.
func (s *shell) dollar() error {
	rest := s.text[s.at+1:]
	switch {
	case strings.HasPrefix(rest, "'"):
		return s.ansi()
	case strings.HasPrefix(rest, `"`):
		s.at++
		return s.double()
	case strings.HasPrefix(rest, "("):
		return errCommand
	}
	name, size := variableName(rest)
	if name == "" {
		s.put("$")
		s.at++
		return nil
	}
	stand := "shell-variable-" + name + "-0Z"
	s.command.variables[name] = stand
	s.put(stand)
	s.at += 1 + size
	return nil
}

// variableName is the name that text begins with, also in braces, and how many
// bytes it takes.
func variableName(text string) (name string, size int) {
	braced := strings.HasPrefix(text, "{")
	inside := strings.TrimPrefix(text, "{")
	for size < len(inside) && isWord(inside[size]) {
		size++
	}
	name = inside[:size]
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return "", 0
	}
	if braced {
		if !strings.HasPrefix(inside[size:], "}") {
			return "", 0
		}
		size += 2
	}
	return name, size
}

// ansi reads $'...' (ANSI-C quoting).
func (s *shell) ansi() error {
	s.put("")
	rest := s.text[s.at+2:]
	for i := 0; i < len(rest); {
		switch rest[i] {
		case '\'':
			s.at += 2 + i + 1
			return nil
		case '\\':
			text, size := ansiEscape(rest[i+1:])
			s.word.WriteString(text)
			i += 1 + size
		default:
			s.word.WriteByte(rest[i])
			i++
		}
	}
	return s.open("$'")
}

// ansiEscape is what follows a backslash in $'...', and its size.
func ansiEscape(text string) (string, int) {
	if text == "" {
		return "", 0
	}
	if at := strings.IndexByte(`abeEfnrtv\'"?`, text[0]); at >= 0 {
		return "\a\b\x1b\x1b\f\n\r\t\v\\'\"?"[at : at+1], 1
	}
	switch text[0] {
	case 'x':
		return number(text, 1, 2, 16)
	case 'u':
		return number(text, 1, 4, 16)
	case 'U':
		return number(text, 1, 8, 16)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return number(text, 0, 3, 8)
	}
	return `\` + text[:1], 1
}

// number reads at most most digits of a character's number after skip bytes.
func number(text string, skip, most, base int) (string, int) {
	end := skip
	for end < len(text) && end < skip+most {
		if _, err := strconv.ParseUint(text[end:end+1], base, 8); err != nil {
			break
		}
		end++
	}
	n, err := strconv.ParseUint(text[skip:end], base, 32)
	if err != nil {
		return `\` + text[:1], 1
	}
	if most > 3 {
		return string(rune(n)), end
	}
	return string([]byte{byte(n)}), end
}
