package config

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	variable  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	oneName   = regexp.MustCompile(`^\{\{ *[A-Za-z0-9_]+ *\}\}$`)
	reference = regexp.MustCompile(`^\$\{[A-Za-z0-9_]+\}$|^\$\{file:[^}]*\}$`)
)

// mostSecretFile bounds what ${file:...} reads, in bytes.
const mostSecretFile = 64 << 10

// quoted is the text of a string with its ${...} replaced.
func (r *reader) quoted(n *node, k *Key) (s string, ok bool) {
	if !r.want(aString, n, k) {
		return "", false
	}
	return r.expand(n, k)
}

// verbatim is quoted, and takes numbers, booleans and dates as written too.
func (r *reader) verbatim(n *node, k *Key) (s string, ok bool) {
	if n.kind == aTable || n.kind == aList {
		return "", r.want(aString, n, k)
	}
	return r.expand(n, k)
}

// expand replaces ${NAME} and ${file:PATH} in a text of the file, once: what
// they give is not looked at again. $${ is a literal ${.
func (r *reader) expand(n *node, k *Key) (s string, ok bool) {
	var out strings.Builder
	ok = true
	rest, literal := n.text, true
	for at := strings.Index(rest, "${"); at >= 0; at = strings.Index(rest, "${") {
		if at > 0 && rest[at-1] == '$' {
			out.WriteString(rest[:at-1] + "${")
			rest = rest[at+2:]
			continue
		}
		from := len(n.text) - len(rest) + at
		name, after, closed := strings.Cut(rest[at+2:], "}")
		if !closed {
			r.wrong(r.within(n, from, len(n.text)), "${ is never closed", "write ${NAME}, or $${ for a literal ${")
			return "", false
		}
		value, found := r.substitute(name, k, r.within(n, from, from+len("${")+len(name)+len("}")))
		out.WriteString(rest[:at] + value)
		rest, literal, ok = after, false, ok && found
	}
	s = out.String() + rest
	r.note(n, k, s, literal)
	return s, ok
}

// note remembers what a secret is, and where one is written in clear.
func (r *reader) note(n *node, k *Key, s string, literal bool) {
	if !k.Secret || s == "" || oneName.MatchString(s) {
		return
	}
	r.keep(s)
	if literal && n.at.to > n.at.from {
		r.clear = append(r.clear, n.at)
	}
}

// substitute looks up what stands between ${ and }.
func (r *reader) substitute(name string, k *Key, at span) (value string, ok bool) {
	if !k.Secret && (strings.HasPrefix(k.Path, "journey.") || strings.HasPrefix(k.Path, "fragment.")) && mayBeSecret([]byte(name)) {
		r.odd(at, "this looks like a secret, and only what stands in secrets is kept out of transcripts and messages",
			"put it in secrets, and write its {{name}} here")
	}
	if path, isFile := strings.CutPrefix(name, "file:"); isFile {
		value, err := r.secretFile(path)
		if err != nil && r.spares(k) {
			return "", false
		}
		if err != nil {
			r.wrong(at, fmt.Sprintf("the file for %s: %v", k.Path, err), fileRemedy(err))
			return "", false
		}
		r.keep(value)
		return value, true
	}
	value, found := r.lookup(name)
	switch {
	case !variable.MatchString(name):
		r.wrong(at, "${...} takes the name of a variable of the environment",
			"letters, digits and _ only; $${ is a literal ${; there are no defaults")
	case !found && r.spares(k):
	case !found:
		r.wrong(at, fmt.Sprintf("the environment has no %s, which %s needs", name, k.Path),
			fmt.Sprintf("set it, as in export %s=..., or read a file with ${file:/path}", name))
	case !utf8.ValidString(value), strings.ContainsRune(value, 0):
		r.wrong(at, fmt.Sprintf("the value of %s, which %s needs, is not text", name, k.Path), "it must be UTF-8 without zero bytes")
	default:
		return value, true
	}
	return "", false
}

// spares reports whether the value of a key may be missing.
func (r *reader) spares(k *Key) bool {
	return r.bare && (k.Secret || k.Type == "URL" || k.Unit == "URL")
}

// secretFile is the content of a file without the end of its last line.
func (r *reader) secretFile(path string) (string, error) {
	content, err := r.smallFile(path, mostSecretFile)
	switch {
	case err != nil:
		return "", err
	case !utf8.Valid(content) || strings.ContainsRune(string(content), 0):
		return "", errors.New("it is not text in UTF-8")
	}
	s := strings.TrimSuffix(string(content), "\n")
	return strings.TrimSuffix(s, "\r"), nil
}

// fileRemedy says what to do about a file that cannot be read, if that is not
// what the error says.
func fileRemedy(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "check the path; a relative one is read from the folder of this file"
	case errors.Is(err, fs.ErrPermission):
		return "let the user that forewarn runs as read it"
	}
	return ""
}

// plainly is an error of the file system without its path, which the excerpt
// shows already.
func plainly(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
