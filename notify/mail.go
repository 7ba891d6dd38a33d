package notify

import (
	"context"
	"errors"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// Mail reaches people by e-mail. It says what a webhook would: a mail can
// neither be edited nor answered. The mails of one incident stand together,
// as all refer to the same one.
type Mail struct{ settings MailSettings }

// MailSettings are what a Mail needs. Name, Host, Port, From and To are
// required.
type MailSettings struct {
	Name     string // of the route
	Host     string
	Port     int
	From     string
	To       []string
	User     string // "": nobody logs in
	Password string
	TLS      string // "starttls", "implicit" or "none"
}

// NewMail makes the channel. It does not talk to the server yet.
func NewMail(s MailSettings) *Mail { return &Mail{s} }

// Name is that of the route.
func (m *Mail) Name() string { return m.settings.Name }

// Pace is a mail a second, which no server takes for a flood.
func (m *Mail) Pace() time.Duration { return time.Second }

// Check logs in, if there is a user, and sends nothing.
func (m *Mail) Check(ctx context.Context) []Problem {
	c, err := m.client()
	if err == nil {
		err = c.DialWithContext(ctx)
	}
	if err == nil {
		_ = c.Close() // it said all that there is to know
		return nil
	}
	e := m.failure(err)
	what := "route " + clip(m.settings.Name, nameText) + ": " + e.Reason
	if e.Class == Config {
		return []Problem{{What: what, Fix: "check [smtp]", Fatal: true}}
	}
	return []Problem{{What: what, Fix: "check smtp.server and the network; forewarn keeps trying"}}
}

// Deliver sends m as plain text.
func (m *Mail) Deliver(ctx context.Context, message Message) (Receipt, error) {
	if !message.Tried.IsZero() {
		message = repeated(message)
	}
	letter, err := m.letter(message)
	if err != nil {
		return Receipt{}, &Error{Class: Config, Reason: "write a mail: " + clip(err.Error(), whyText)}
	}
	c, err := m.client()
	if err == nil {
		err = c.DialAndSendWithContext(ctx, letter)
	}
	if err == nil || letter.IsDelivered() { // all that failed then was the farewell
		return Receipt{}, nil
	}
	return Receipt{}, m.failure(err)
}

// letter is message as a mail. Its id is that of the delivery, so that a
// mailbox shows a repeat once.
func (m *Mail) letter(message Message) (*mail.Msg, error) {
	letter := mail.NewMsg()
	if err := errors.Join(letter.From(m.settings.From), letter.To(m.settings.To...)); err != nil {
		return nil, err
	}
	host := m.settings.From[strings.LastIndex(m.settings.From, "@")+1:]
	id := strings.ReplaceAll(message.ID, "/", ".")
	incident, _, _ := strings.Cut(message.ID, "/")
	letter.SetMessageIDWithValue(id + "@" + strings.Trim(host, "<> "))
	letter.SetGenHeader(mail.HeaderReferences, "<"+incident+"@"+strings.Trim(host, "<> ")+">")
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday notice answers it
	letter.SetDate()
	letter.Subject(message.Text)
	letter.SetBodyString(mail.TypeTextPlain, strings.Join(lines(message), "\n\n")+"\n")
	return letter, nil
}

// lines are all that m says, as plain text.
func lines(m Message) []string {
	all := append([]string{m.Header}, plainly(m.Body)...)
	var fields []string
	for _, f := range m.Fields {
		fields = append(fields, f.Label+": "+f.Value.String())
	}
	if len(fields) > 0 {
		all = append(all, strings.Join(fields, "\n"))
	}
	m.Buttons = nil // nobody can press one
	return append(all, strings.Join(plainly(smallPrint(m)), "\n"))
}

func (m *Mail) client() (*mail.Client, error) {
	s := m.settings
	options := []mail.Option{mail.WithPort(s.Port), mail.WithTimeout(10 * time.Second), mail.WithTLSPolicy(mail.TLSMandatory)}
	switch s.TLS {
	case "implicit":
		options = append(options, mail.WithSSL())
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	return mail.NewClient(s.Host, options...)
}

// failure is what err, of a mail that is not known to be delivered, means.
// Source of the codes: RFC 5321, 4.2, and RFC 4954, 6.
func (m *Mail) failure(err error) *Error {
	e := &Error{Class: NotSent, Reason: clip(err.Error(), whyText)}
	var sending *mail.SendError
	var reply *textproto.Error
	code := 0
	switch {
	case errors.As(err, &sending):
		code = sending.ErrorCode()
	case errors.As(err, &reply):
		code = reply.Code
	}
	switch {
	case sending != nil && sending.Reason == mail.ErrSMTPDataClose && code == 0:
		e.Class = Ambiguous
		e.Reason = "no answer, may have arrived: " + e.Reason
	case code < 500:
	case sending == nil || sending.Reason == mail.ErrSMTPMailFrom:
		e.Class = Config
	case sending.Reason == mail.ErrSMTPRcptTo:
		e.Class = Destination
	default:
		e.Class = Payload
	}
	return redacted(e, []string{m.settings.Password})
}
