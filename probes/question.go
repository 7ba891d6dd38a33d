package probes

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// maxPacket is how long a packet we take over UDP, in bytes: what fits
// everywhere without being split (DNS flag day 2020).
const maxPacket = 1232

// recordTypes are the types of records that can be asked for.
func recordTypes() map[string]dnsmessage.Type {
	return map[string]dnsmessage.Type{
		"A": dnsmessage.TypeA, "AAAA": dnsmessage.TypeAAAA, "CNAME": dnsmessage.TypeCNAME,
		"MX": dnsmessage.TypeMX, "TXT": dnsmessage.TypeTXT, "NS": dnsmessage.TypeNS,
	}
}

// question is one question to a name server. Its number is drawn anew each
// time, so that nobody can answer in the server's place unseen.
type question struct {
	id   uint16
	name string
	dnsmessage.Question
}

func newQuestion(l Lookup) question {
	var id [2]byte
	rand.Read(id[:]) // never fails
	name, _ := dnsmessage.NewName(l.Name + ".")
	return question{binary.BigEndian.Uint16(id[:]), l.Name,
		dnsmessage.Question{Name: name, Type: recordTypes()[l.Type], Class: dnsmessage.ClassINET}}
}

// packet is the question on the wire: recursion is asked for, and room for an
// answer longer than 512 bytes (EDNS, RFC 6891).
func (q question) packet() ([]byte, error) {
	room := dnsmessage.Resource{Body: &dnsmessage.OPTResource{}}
	if err := room.Header.SetEDNS0(maxPacket, dnsmessage.RCodeSuccess, false); err != nil {
		return nil, err
	}
	m := dnsmessage.Message{
		Header:      dnsmessage.Header{ID: q.id, RecursionDesired: true},
		Questions:   []dnsmessage.Question{q.Question},
		Additionals: []dnsmessage.Resource{room},
	}
	return m.Pack()
}

// exchange sends the question and waits for its answer. Packets that answer
// something else are passed over (RFC 5452, section 9).
func (q question) exchange(conn net.Conn, stream bool) ([]byte, error) {
	packet, err := q.packet()
	if err != nil {
		return nil, err
	}
	if stream {
		packet = append(binary.BigEndian.AppendUint16(nil, uint16(len(packet))), packet...)
	}
	if _, err := conn.Write(packet); err != nil {
		return nil, err
	}
	for {
		answer, err := receive(conn, stream)
		if err != nil || q.answeredBy(answer) {
			return answer, err
		}
	}
}

// receive reads one message.
func receive(conn net.Conn, stream bool) ([]byte, error) {
	if !stream {
		packet := make([]byte, 4*maxPacket)
		n, err := conn.Read(packet)
		return packet[:n], err
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	packet := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(conn, packet)
	return packet, err
}

// answeredBy reports whether a message answers this very question. Servers may
// spell the name with other capitals.
func (q question) answeredBy(packet []byte) bool {
	var p dnsmessage.Parser
	header, err := p.Start(packet)
	if err != nil || !header.Response || header.ID != q.id {
		return false
	}
	asked, err := p.Question()
	return err == nil && asked.Type == q.Type && asked.Class == q.Class &&
		strings.EqualFold(asked.Name.String(), q.Name.String())
}

// reply is what a name server said.
type reply struct {
	records []string // of the type that was asked for
	cut     bool     // there is more than fits
	refusal string   // why there are none, in one line; ""
}

// read takes an answer apart.
func (q question) read(packet []byte) (reply, error) {
	var p dnsmessage.Parser
	header, err := p.Start(packet)
	if err == nil {
		err = p.SkipAllQuestions()
	}
	if err != nil {
		return reply{}, fmt.Errorf("the answer of the name server is broken: %w", err)
	}
	said := reply{cut: header.Truncated}
	switch header.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		said.refusal = "no such host: " + q.name
	case dnsmessage.RCodeServerFailure:
		said.refusal = "the name server could not find out about " + q.name + " (SERVFAIL)"
	case dnsmessage.RCodeRefused:
		said.refusal = "the name server refuses to answer about " + q.name + " (REFUSED)"
	default:
		said.refusal = fmt.Sprintf("the name server gave code %d about %s", header.RCode, q.name)
	}
	if said.cut || said.refusal != "" {
		return said, nil
	}
	said.records, err = q.records(&p)
	if err != nil {
		return reply{}, fmt.Errorf("the answer of the name server is broken: %w", err)
	}
	return said, nil
}

// records are those of the type that was asked for, wherever a chain of
// CNAMEs has led.
func (q question) records(p *dnsmessage.Parser) ([]string, error) {
	var found []string
	for {
		answer, err := p.Answer()
		switch {
		case errors.Is(err, dnsmessage.ErrSectionDone):
			return found, nil
		case err != nil:
			return nil, err
		case answer.Header.Type == q.Type:
			found = append(found, spell(answer.Body))
		}
	}
}

// spell is the content of a record as [Lookup].Expect has it: addresses in
// their shortest form, names in lower case without a dot at their end, "10
// mail.example" for MX, and the parts of a TXT put together.
func spell(body dnsmessage.ResourceBody) string {
	switch r := body.(type) {
	case *dnsmessage.AResource:
		return netip.AddrFrom4(r.A).String()
	case *dnsmessage.AAAAResource:
		return netip.AddrFrom16(r.AAAA).String()
	case *dnsmessage.CNAMEResource:
		return hostOf(r.CNAME)
	case *dnsmessage.NSResource:
		return hostOf(r.NS)
	case *dnsmessage.MXResource:
		return fmt.Sprintf("%d %s", r.Pref, hostOf(r.MX))
	case *dnsmessage.TXTResource:
		return strings.Join(r.TXT, "")
	}
	return ""
}

func hostOf(n dnsmessage.Name) string { return strings.ToLower(strings.TrimSuffix(n.String(), ".")) }

// machineServer is the name server that this machine asks first.
func machineServer() (string, error) {
	const file = "/etc/resolv.conf"
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("this machine names no name server: %w: set resolver", err)
	}
	server := firstServer(string(text))
	if server == "" {
		return "", errors.New("this machine names no name server in " + file + ": set resolver")
	}
	return server, nil
}

// firstServer is the first address of a resolv.conf(5), with its port; "" if
// there is none.
func firstServer(text string) string {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != "nameserver" {
			continue
		}
		if ip, err := netip.ParseAddr(words[1]); err == nil {
			return net.JoinHostPort(ip.String(), "53")
		}
	}
	return ""
}
