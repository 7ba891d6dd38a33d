package probes

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Exchange is one request of a run and its answer, as a report may show them:
// without secrets in any spelling, credentials and values of cookies masked.
type Exchange struct {
	Step     string
	Start    time.Time
	Hop      Hop
	Proto    string  // of the answer, as in "HTTP/2.0"; "" if none came
	Request  Content // as sent
	Response Content // zero if none came
}

// Content is the head and the body of a request or of an answer.
type Content struct {
	Headers []Field // sorted by name
	Body    string  // decompressed, in UTF-8; "" if there is none, or none that is text
	Size    int64   // of the decompressed body in bytes, as far as it was read
	Cut     bool    // Body is not all of it
}

// Exchanges are all HTTP requests of the run in their order, those of earlier
// attempts too, but not of polls. Of each body they have at most the first
// most bytes.
func (t Transcript) Exchanges(most int) []Exchange {
	var all []Exchange
	for _, rec := range t.records {
		for i, earlier := range rec.tries {
			all = t.exchanges(all, rec.result.Name, rec.result.Attempts[i].Start, earlier.hops, most)
		}
		all = t.exchanges(all, rec.result.Name, rec.result.Start, rec.hops, most)
	}
	return all
}

func (t Transcript) exchanges(all []Exchange, step string, start time.Time, hops []hop, most int) []Exchange {
	for _, h := range hops {
		if h.url == nil {
			continue // a look
		}
		e := Exchange{Step: step, Start: start, Hop: h.Hop, Proto: h.answer.proto}
		e.Hop.URL = t.redact.String(e.Hop.URL)
		e.Request = t.content(h.header, h.body, most)
		if h.Status > 0 {
			e.Response = t.content(h.answer.header, string(h.answer.text()), most)
			e.Response.Size = int64(len(h.answer.body))
			e.Response.Cut = e.Response.Cut || h.answer.cut
		}
		all = append(all, e)
		start = start.Add(h.Elapsed)
	}
	return all
}

// Wire is what the last attempt of a step sent and what came, as lines of
// text; "" if it sent nothing. It is as safe as [Transcript.String] and at
// most 24 kB.
func (t Transcript) Wire(step string) string {
	s := &scroll{redact: t.redact}
	for _, rec := range t.records {
		if rec.result.Name == step {
			s.try(try{hops: rec.hops})
		}
	}
	return clip(s.String(), maxDecider)
}

func (t Transcript) content(header http.Header, body string, most int) Content {
	c := Content{Size: int64(len(body)), Cut: len(body) > most}
	for name, values := range header {
		for _, value := range values {
			c.Headers = append(c.Headers, Field{t.redact.String(name), masked(name, t.redact.String(value))})
		}
	}
	slices.SortStableFunc(c.Headers, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	if isText(body) {
		seen := body[:min(len(body), t.redact.reach(most))]
		c.Body = strings.ToValidUTF8(t.redact.prefix(seen, most), "\uFFFD")
	}
	return c
}

// isText reports whether people can read it, by its first bytes.
func isText(body string) bool {
	return strings.HasPrefix(http.DetectContentType([]byte(body[:min(len(body), 512)])), "text/") && !strings.ContainsRune(body, 0)
}
