package probes_test

import (
	"bytes"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/forewarn/forewarn/probes"
)

func TestAServerThatSaysGoodbyeBetweenTwoStepsFailsNoneOverHTTP2(t *testing.T) {
	answer := func(framer *http2.Framer, stream uint32) bool {
		var head bytes.Buffer
		hpack.NewEncoder(&head).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
		return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: head.Bytes(), EndHeaders: true, EndStream: true}) == nil
	}
	leave := func(framer *http2.Framer, stream uint32) bool {
		return framer.WriteGoAway(stream, http2.ErrCodeNo, nil) == nil
	}
	for name, test := range map[string]struct {
		pause time.Duration
		serve func(framer *http2.Framer, stream uint32) bool
	}{
		"before its answer": {0, func(f *http2.Framer, stream uint32) bool { return leave(f, stream) && answer(f, stream) }},
		"after its answer":  {200 * time.Millisecond, func(f *http2.Framer, stream uint32) bool { return answer(f, stream) && leave(f, stream) }},
		"for good":          {200 * time.Millisecond, func(f *http2.Framer, stream uint32) bool { return answer(f, stream) && leave(f, stream) && false }},
		"without a word":    {200 * time.Millisecond, func(f *http2.Framer, stream uint32) bool { return answer(f, stream) && false }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			three := func(requests int32) bool { return requests == 3 }
			s := newHTTP2Site(t, three, test.serve)
			result, transcript := s.runner.Run(t.Context(), probes.Journey{BaseURL: s.url, Timeout: 3 * time.Second, Steps: []probes.Step{
				{Name: "one", URL: "/"}, {Name: "two", URL: "/", Pause: test.pause}, {Name: "three", Method: "POST", Body: "order", URL: "/", Pause: test.pause}}}, time.Time{})
			if result.Verdict != probes.Passed {
				t.Fatalf("%s\n%s", result.Why(), transcript)
			}
			for _, step := range result.Steps {
				if p := step.Phases; step.Reused || p.TLS <= 0 || p.Sum() != step.Duration || step.Proto != "HTTP/2.0" {
					t.Errorf("%s: %+v, reused %v, %s", step.Name, p, step.Reused, step.Proto)
				}
			}
		})
	}
}
