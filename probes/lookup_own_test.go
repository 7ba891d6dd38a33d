package probes

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"
)

func TestANameServerOfThisMachineThatGivesNoAnswerIsOurFault(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	babbling, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer babbling.Close()
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := babbling.ReadFrom(packet)
			if err != nil {
				return
			}
			babbling.WriteTo(packet[:n/2], from)
		}
	}()
	for name, server := range map[string]string{
		"silent": silent.LocalAddr().String(), "babbling": babbling.LocalAddr().String(), "nobody": "127.0.0.1:1",
	} {
		for own, kind := range map[string]FailureKind{"": FailSelf, server: ""} { // one that is named is what is looked at
			j := Journey{Name: "names", Steps: []Step{{Name: "look"}}}
			r := newRun(new(Runner), &j, time.Time{})
			ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, deadline("the journey's timeout"))
			_, _, f := r.ask(ctx, Lookup{Name: "shop.example", Type: "A", Server: own}, "udp", server, &r.records[0])
			cancel()
			if f == nil || kind == "" && !f.Kind.blames() || kind != "" && (f.Kind != kind || !strings.HasPrefix(f.Message, "this machine")) {
				t.Errorf("%s, named %q: %+v", name, own, f)
			}
		}
	}
}
