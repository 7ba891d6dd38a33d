package probes_test

import (
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/forewarn/forewarn/probes"
)

// stub is a name server over UDP and TCP that answers as reply says; nil
// answers nothing.
func stub(t *testing.T, reply func(m dnsmessage.Message, tcp bool) []dnsmessage.Message) string {
	t.Helper()
	packets := func(query []byte, tcp bool) (all [][]byte) {
		var m dnsmessage.Message
		if err := m.Unpack(query); err != nil {
			t.Errorf("a question that is none: %v", err)
			return nil
		}
		m.Response, m.Additionals = true, nil
		for _, one := range reply(m, tcp) {
			packet, err := one.Pack()
			if err != nil {
				t.Error(err)
			}
			all = append(all, packet)
		}
		return all
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenPacket("udp", listener.Addr().String())
	if err != nil {
		t.Skip("the port is taken over UDP: ", err)
	}
	accept(t, listener, func(c net.Conn) {
		var length [2]byte
		if _, err := io.ReadFull(c, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		io.ReadFull(c, query)
		for _, packet := range packets(query, true) {
			c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packet))), packet...))
		}
		io.Copy(io.Discard, c)
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		query := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(query)
			if err != nil {
				return
			}
			for _, packet := range packets(query[:n], false) {
				conn.WriteTo(packet, from)
			}
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return listener.Addr().String()
}

// answers adds records to an answer.
func answers(m dnsmessage.Message, bodies ...dnsmessage.ResourceBody) []dnsmessage.Message {
	for _, body := range bodies {
		m.Answers = append(m.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET}, Body: body,
		})
	}
	return []dnsmessage.Message{m}
}

func a(last byte) *dnsmessage.AResource { return &dnsmessage.AResource{A: [4]byte{192, 0, 2, last}} }

func rcode(code dnsmessage.RCode) func(dnsmessage.Message, bool) []dnsmessage.Message {
	return func(m dnsmessage.Message, _ bool) []dnsmessage.Message {
		m.RCode = code
		return []dnsmessage.Message{m}
	}
}

func TestALookupHoldsTheAnswersAgainstWhatIsExpected(t *testing.T) {
	name := dnsmessage.MustNewName("Mail.Example.")
	server := stub(t, func(m dnsmessage.Message, _ bool) []dnsmessage.Message {
		switch m.Questions[0].Type {
		case dnsmessage.TypeA:
			return answers(m, &dnsmessage.CNAMEResource{CNAME: name}, a(2), a(1))
		case dnsmessage.TypeAAAA:
			return answers(m, &dnsmessage.AAAAResource{AAAA: [16]byte{0x20, 1, 0xd, 0xb8, 15: 1}})
		case dnsmessage.TypeMX:
			return answers(m, &dnsmessage.MXResource{Pref: 10, MX: name})
		case dnsmessage.TypeTXT:
			return answers(m, &dnsmessage.TXTResource{TXT: []string{"v=spf1 ", "-all"}})
		case dnsmessage.TypeNS:
			return answers(m, &dnsmessage.NSResource{NS: name})
		case dnsmessage.TypeCNAME:
			return answers(m, &dnsmessage.CNAMEResource{CNAME: name})
		}
		return nil
	})
	for _, test := range []struct {
		kind   string
		expect []string
		wrong  string
	}{
		{"A", nil, ""},
		{"A", []string{"192.0.2.1", "192.0.2.2"}, ""},
		{"A", []string{"192.0.2.1"}, "expected shop.example A = 192.0.2.1, found 192.0.2.1, 192.0.2.2"},
		{"A", []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"}, "found 192.0.2.1, 192.0.2.2"},
		{"AAAA", []string{"2001:db8::1"}, ""},
		{"MX", []string{"10 mail.example"}, ""},
		{"TXT", []string{"v=spf1 -all"}, ""},
		{"NS", []string{"mail.example"}, ""},
		{"CNAME", []string{"mail.example"}, ""},
	} {
		t.Run(test.kind+" "+strings.Join(test.expect, " "), func(t *testing.T) {
			look := probes.Look{Lookup: &probes.Lookup{Name: "shop.example", Type: test.kind, Server: server, Expect: test.expect}}
			result, _ := see(t, look, probes.Network{}, time.Second)
			if test.wrong == "" {
				if result.Verdict != probes.Passed {
					t.Fatalf("%+v", result.Failure)
				}
				return
			}
			wantFailure(t, result.Failure, probes.FailExpect, "expect")
			if !strings.Contains(result.Failure.Message, test.wrong) {
				t.Error(result.Failure.Message)
			}
			if !stepOf(t, result, "look").Answered() {
				t.Error("a wrong answer is an answer, and has a latency")
			}
		})
	}
}

func TestALookupFailsAsTheServerDoes(t *testing.T) {
	for _, test := range []struct {
		name   string
		server string
		kind   probes.FailureKind
		want   string
	}{
		{"NXDOMAIN", stub(t, rcode(dnsmessage.RCodeNameError)), probes.FailResolve, "no such host: shop.example"},
		{"SERVFAIL", stub(t, rcode(dnsmessage.RCodeServerFailure)), probes.FailResolve, "(SERVFAIL)"},
		{"REFUSED", stub(t, rcode(dnsmessage.RCodeRefused)), probes.FailResolve, "(REFUSED)"},
		{"another code", stub(t, rcode(9)), probes.FailResolve, "gave code 9 about shop.example"},
		{"no record", stub(t, rcode(dnsmessage.RCodeSuccess)), probes.FailExpect, "shop.example has no record of type A"},
		{"silence", stub(t, func(dnsmessage.Message, bool) []dnsmessage.Message { return nil }), probes.FailTimeout, "the journey's timeout of 300ms ended while waiting for the answer of 127.0.0.1:"},
		{"nobody there", unusedAddress(t), probes.FailConnect, "connection refused by "},
	} {
		t.Run(test.name, func(t *testing.T) {
			look := probes.Look{Lookup: &probes.Lookup{Name: "shop.example", Type: "A", Server: test.server}}
			result, _ := see(t, look, probes.Network{}, 300*time.Millisecond)
			if f := result.Failure; result.Verdict != probes.Failed || f.Kind != test.kind || !strings.Contains(f.Message, test.want) {
				t.Errorf("%v: %+v", result.Verdict, f)
			}
		})
	}
}

func TestAnswersToOtherQuestionsArePassedOver(t *testing.T) {
	server := stub(t, func(m dnsmessage.Message, _ bool) []dnsmessage.Message {
		forged, other, question := m, m, m
		forged.ID++
		other.Questions = slices.Clone(m.Questions)
		other.Questions[0].Name = dnsmessage.MustNewName("evil.example.")
		question.Response = false
		var all []dnsmessage.Message
		for _, wrong := range []dnsmessage.Message{forged, other, question} {
			all = append(all, answers(wrong, a(66))...)
		}
		return append(all, answers(m, a(1))...)
	})
	look := probes.Look{Lookup: &probes.Lookup{Name: "shop.example", Type: "A", Server: server, Expect: []string{"192.0.2.1"}}}
	if result, _ := see(t, look, probes.Network{}, time.Second); result.Verdict != probes.Passed {
		t.Errorf("%+v", result.Failure)
	}
}

func TestAnAnswerThatDoesNotFitIsAskedForOverTCP(t *testing.T) {
	server := stub(t, func(m dnsmessage.Message, tcp bool) []dnsmessage.Message {
		if !tcp {
			m.Truncated = true
			return answers(m, a(66))
		}
		return answers(m, a(1), a(2))
	})
	look := probes.Look{Lookup: &probes.Lookup{Name: "shop.example", Type: "A", Server: server, Expect: []string{"192.0.2.1", "192.0.2.2"}}}
	result, transcript := see(t, look, probes.Network{}, time.Second)
	step := stepOf(t, result, "look")
	if result.Verdict != probes.Passed || len(step.Hops) != 2 || step.Proto != "DNS/TCP" {
		t.Fatalf("%+v in %+v", result.Failure, step)
	}
	if step.Phases.Sum() != step.Duration || step.Hops[0].Elapsed+step.Hops[1].Elapsed != step.Duration || step.Phases.Wait <= 0 {
		t.Errorf("%+v", step)
	}
	if !strings.Contains(transcript.String(), "asked again over TCP") {
		t.Error(transcript)
	}
}

func TestAnAnswerCutShortOverTCPFails(t *testing.T) {
	server := stub(t, func(m dnsmessage.Message, _ bool) []dnsmessage.Message {
		m.Truncated = true
		return []dnsmessage.Message{m}
	})
	look := probes.Look{Lookup: &probes.Lookup{Name: "shop.example", Type: "A", Server: server}}
	result, _ := see(t, look, probes.Network{}, time.Second)
	wantFailure(t, result.Failure, probes.FailProtocol, "wait")
}
