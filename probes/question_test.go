package probes

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/net/dns/dnsmessage"
)

func TestTheFirstNameServerOfTheMachineIsAsked(t *testing.T) {
	for text, want := range map[string]string{
		"nameserver 192.0.2.53\nnameserver 192.0.2.54\n":         "192.0.2.53:53",
		"# nameserver 192.0.2.1\nsearch example\nnameserver ::1": "[::1]:53",
		"nameserver fe80::1%eth0\n":                              "[fe80::1%eth0]:53",
		"nameserver\nnameserver x\n":                             "",
		"":                                                       "",
	} {
		if got := firstServer(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzFirstServer(f *testing.F) {
	f.Add("nameserver 192.0.2.53\noptions edns0\n")
	f.Fuzz(func(t *testing.T, text string) {
		if server := firstServer(text); len(server) > 100 {
			t.Errorf("%q", server)
		}
	})
}

// No packet may stop us, and what is read of one can be shown.
func FuzzAnswers(f *testing.F) {
	q := newQuestion(Lookup{Name: "shop.example", Type: "A"})
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: q.id, Response: true}, Questions: []dnsmessage.Question{q.Question}}
	m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}, Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, 1}}}}
	packet, err := m.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packet, "A")
	f.Add(packet[:20], "TXT")
	f.Fuzz(func(t *testing.T, packet []byte, kind string) {
		if _, known := recordTypes()[kind]; !known {
			kind = "TXT"
		}
		q := newQuestion(Lookup{Name: "shop.example", Type: kind})
		q.answeredBy(packet)
		said, err := q.read(packet)
		if err != nil && len(said.records) > 0 {
			t.Error("records of an answer that is broken")
		}
		for _, r := range said.records {
			if shown := printable(r); !utf8.ValidString(shown) {
				t.Errorf("%q", shown)
			}
		}
	})
}
