package probes

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Lookup is a look at what a name server says of a name.
type Lookup struct {
	Name   string   // in ASCII, without the dot at its end
	Type   string   // A, AAAA, CNAME, MX, TXT or NS
	Server string   // IP:port of the name server; "": the first of this machine
	Expect []string // all answers, in any order, addresses in their shortest form, names in lower case without a dot at their end, "10 mail.example" for MX; nil: there is one
}

// lookUp asks once over UDP, as programs do, and again over TCP if the answer
// did not fit. A packet that was lost is not sent again: a limit asks for more
// than one failure.
func (r *run) lookUp(ctx context.Context, l Lookup, rec *record) *Failure {
	server := l.Server
	if server == "" {
		var err error
		if server, err = machineServer(); err != nil {
			return r.failure(FailSelf, resolving.String(), err.Error(), "")
		}
	}
	for _, network := range []string{"udp", "tcp"} {
		records, cut, failure := r.ask(ctx, l, network, server, rec)
		if failure != nil {
			return failure
		}
		if !cut {
			return r.compare(l, records, rec)
		}
		rec.note("<", "the answer does not fit into a packet: asked again over TCP")
	}
	return r.failure(FailProtocol, waiting.String(), server+" cuts its answer short even over TCP", "")
}

// ask sends the question once and reads the answer to it.
func (r *run) ask(ctx context.Context, l Lookup, network, server string, rec *record) (records []string, cut bool, failure *Failure) {
	g, err := r.glance(ctx, network, server, "the answer of "+server)
	g.hop.Method, g.hop.URL, g.hop.answer.proto = "DNS", l.Name+" "+l.Type, "DNS/"+strings.ToUpper(network)
	q := newQuestion(l)
	var packet []byte
	var said reply
	if err == nil {
		g.watch.enter(waiting)
		packet, err = q.exchange(g.conn, network == "tcp")
	}
	if err == nil {
		g.watch.answered()
		said, err = q.read(packet)
		g.hop.answer.body = []byte(strings.Join(said.records, "\n"))
	}
	if failure := r.over(ctx, g, rec, err); failure != nil {
		if l.Server == "" && failure.Kind.blames() { // what does not answer is ours, whatever the product is like
			failure = r.failure(FailSelf, failure.Phase, "this machine's own name server gives no answer: "+failure.Message, "")
		}
		return nil, false, failure
	}
	if said.refusal != "" {
		return nil, false, r.failure(FailResolve, waiting.String(), said.refusal, "")
	}
	return said.records, said.cut, nil
}

// compare holds the answers against what is expected.
func (r *run) compare(l Lookup, records []string, rec *record) *Failure {
	slices.Sort(records)
	records = slices.Compact(records)
	want := slices.Compact(slices.Sorted(slices.Values(l.Expect)))
	is, expected := strings.Join(records, ", "), strings.Join(want, ", ")
	switch {
	case len(records) == 0:
		return r.failure(FailExpect, "expect", fmt.Sprintf("%s has no record of type %s", l.Name, l.Type), "")
	case l.Expect == nil, slices.Equal(want, records):
		rec.note("ok", l.Name+" "+l.Type+" = "+is)
		return nil
	}
	rec.note("no", l.Name+" "+l.Type+" = "+expected)
	return r.failure(FailExpect, "expect", fmt.Sprintf("expected %s %s = %s, found %s", l.Name, l.Type, expected, clip(is, maxFound)), "")
}
