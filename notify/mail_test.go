package notify

import (
	"bufio"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
)

// postOffice takes mails without TLS. Commands that begin with the key of
// refuse are answered by its value; "" cuts the connection.
type postOffice struct {
	refuse map[string]string
	mu     sync.Mutex
	mails  []string
	to     []string
}

func (p *postOffice) listen(t *testing.T) *net.TCPAddr {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
	return l.Addr().(*net.TCPAddr)
}

func (p *postOffice) serve(c net.Conn) {
	defer c.Close()
	in := textproto.NewReader(bufio.NewReader(c))
	say := func(line string) { fmt.Fprint(c, line+"\r\n") }
	say("220 post office")
	for {
		line, err := in.ReadLine()
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(line, " ")
		if answer, refused := p.refuse[verb]; refused {
			if answer == "" {
				return
			}
			say(answer)
			continue
		}
		switch verb {
		case "RCPT":
			p.mu.Lock()
			p.to = append(p.to, line)
			p.mu.Unlock()
		case "DATA":
			say("354 go on")
			body, err := in.ReadDotBytes()
			answer, refused := p.refuse["."]
			if err != nil || refused && answer == "" {
				return
			}
			if refused {
				say(answer)
				continue
			}
			p.mu.Lock()
			p.mails = append(p.mails, string(body))
			p.mu.Unlock()
		case "QUIT":
			say("221 bye")
			return
		}
		say("250 ok")
	}
}

// got is what it has taken, and for whom.
func (p *postOffice) got() (mails, to []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.mails), slices.Clone(p.to)
}

func (p *postOffice) channel(t *testing.T) *Mail {
	at := p.listen(t)
	return NewMail(MailSettings{Name: "mail", Host: at.IP.String(), Port: at.Port, TLS: "none",
		From: "forewarn <forewarn@shop.example>", To: []string{"ann@shop.example", "bob@shop.example"}})
}

func TestAMailSaysAllThatAMessageDoes(t *testing.T) {
	p := &postOffice{}
	m := p.channel(t)
	if problems := m.Check(t.Context()); problems != nil {
		t.Errorf("problems: %v", problems)
	}
	burning := message(t, "burning")
	burning.Header += " 🔥 <!channel>\r\nBcc: everybody@shop.example"
	if r := deliver(t, m, burning); r.Ref != (Ref{}) {
		t.Errorf("a mail can be edited: %v", r)
	}
	deliver(t, m, message(t, "resolved"))
	mails, to := p.got()
	if len(mails) != 2 || len(to) != 4 {
		t.Fatalf("%d mails to %q", len(mails), to)
	}
	first, err := mail.ReadMessage(strings.NewReader(mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Message-Id": "<inc-42.burning.1.slack@shop.example>", "References": "<inc-42@shop.example>",
		"Auto-Submitted": "auto-generated", "Bcc": ""}
	for name, value := range want {
		if got := first.Header.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if !strings.Contains(mails[0], "Do first") || !strings.Contains(mails[1], "References: <inc-42@shop.example>") {
		t.Errorf("mails:\n%s\n%s", mails[0], mails[1])
	}
}

func TestEveryFailureOfAMailIsWhatItMeans(t *testing.T) {
	for name, c := range map[string]struct {
		verb, answer string
		want         Class
	}{
		"the sender is refused":    {"MAIL", "550 5.7.1 who are you", Config},
		"a recipient is refused":   {"RCPT", "550 5.1.1 nobody of that name", Destination},
		"greylisted":               {"RCPT", "450 4.2.0 later", NotSent},
		"the mail is refused":      {".", "554 5.6.0 no", Payload},
		"the mailbox is full":      {".", "452 4.2.2 full", NotSent},
		"no answer to the mail":    {".", "", Ambiguous},
		"no answer to the command": {"DATA", "", NotSent},
		"no greeting":              {"EHLO", "", NotSent},
	} {
		t.Run(name, func(t *testing.T) {
			p := &postOffice{refuse: map[string]string{c.verb: c.answer}}
			if c.verb == "EHLO" {
				p.refuse["HELO"] = ""
			}
			_, err := p.channel(t).Deliver(t.Context(), message(t, "burning"))
			if err == nil || errorOf(err).Class != c.want {
				t.Errorf("%v is %v, want %v", err, errorOf(err).Class, c.want)
			}
		})
	}
}

// A server that hangs up instead of saying good-bye has the mail all the same.
func TestAMailThatWasTakenIsSent(t *testing.T) {
	p := &postOffice{refuse: map[string]string{"QUIT": ""}}
	deliver(t, p.channel(t), message(t, "burning"))
	if mails, _ := p.got(); len(mails) != 1 {
		t.Errorf("%d mails", len(mails))
	}
}
