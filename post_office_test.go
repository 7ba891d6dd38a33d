package main_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// postPassword lets the user forewarn send mails.
const postPassword = "p0st-0ff1ce-key"

// postOffices take mails of those who log in, over TLS alone: at $POST_IMPLICIT
// from the first byte, at $POST_STARTTLS after a STARTTLS. What they took is in
// mails.txt; post.pem is the authority that signed them.
func postOffices(env *testscript.Env) error {
	certificate, err := selfSigned(filepath.Join(env.WorkDir, "post.pem"), "127.0.0.1")
	if err != nil {
		return err
	}
	env.Setenv("POST_PASSWORD", postPassword)
	for name, implicit := range map[string]bool{"POST_IMPLICIT": true, "POST_STARTTLS": false} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		env.Defer(func() { listener.Close() })
		env.Setenv(name, listener.Addr().String())
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				s := &postSession{taken: filepath.Join(env.WorkDir, "mails.txt"), tls: &tls.Config{Certificates: []tls.Certificate{certificate}}}
				s.secure(conn, implicit)
				go s.serve()
			}
		}()
	}
	return nil
}

// postSession is one customer of a post office.
type postSession struct {
	taken string // the file that mails are added to
	tls   *tls.Config

	conn      net.Conn
	in        *textproto.Reader
	encrypted bool
	known     bool
}

// secure goes on over conn, from now on encrypted if so.
func (s *postSession) secure(conn net.Conn, encrypted bool) {
	if encrypted {
		conn = tls.Server(conn, s.tls)
	}
	s.conn, s.encrypted, s.in = conn, encrypted, textproto.NewReader(bufio.NewReader(conn))
}

func (s *postSession) say(lines ...string) {
	_, _ = fmt.Fprint(s.conn, strings.Join(lines, "\r\n")+"\r\n") // whoever has gone needs no answer
}

func (s *postSession) serve() {
	defer func() { s.conn.Close() }()
	s.say("220 post office")
	for {
		line, err := s.in.ReadLine()
		if err != nil || !s.answer(line) {
			return
		}
	}
}

// answer does what a line asks for; false ends the session.
func (s *postSession) answer(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch {
	case verb == "EHLO" && s.encrypted:
		s.say("250-post office", "250 AUTH PLAIN")
	case verb == "EHLO":
		s.say("250-post office", "250 STARTTLS")
	case verb == "STARTTLS":
		s.say("220 go on")
		s.secure(s.conn, true)
	case verb == "AUTH":
		who, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
		if s.known = err == nil && s.encrypted && string(who) == "\x00forewarn\x00"+postPassword; !s.known {
			s.say("535 5.7.8 wrong password")
			return true
		}
		s.say("235 welcome")
	case verb == "QUIT":
		s.say("221 bye")
		return false
	case !s.known:
		s.say("530 5.7.0 log in first")
	case verb == "DATA":
		s.say("354 go on")
		return s.take()
	default:
		s.say("250 ok")
	}
	return true
}

func (s *postSession) take() bool {
	mail, err := s.in.ReadDotBytes()
	if err != nil {
		return false
	}
	file, err := os.OpenFile(s.taken, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.say("452 no room: " + err.Error())
		return true
	}
	defer file.Close()
	if _, err := file.Write(mail); err != nil {
		s.say("452 no room: " + err.Error())
		return true
	}
	s.say("250 taken")
	return true
}
