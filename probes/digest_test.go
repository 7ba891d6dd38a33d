package probes_test

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

// digestHall lets in who answers its challenge, computed by RFC 7616, section
// 3.4.1, from its text and not by a library.
type digestHall struct {
	algorithm, opaque, realm string
	stale                    atomic.Bool // the next answer comes too late
	nonces                   atomic.Int32
	last                     atomic.Int32 // the highest count of an answer to the last nonce
}

func (h *digestHall) hash(parts ...string) string {
	text := []byte(strings.Join(parts, ":"))
	switch h.algorithm {
	case "SHA-256":
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:])
	case "SHA-512":
		sum := sha512.Sum512(text)
		return hex.EncodeToString(sum[:])
	case "SHA-512-256":
		sum := sha512.Sum512_256(text)
		return hex.EncodeToString(sum[:])
	}
	sum := md5.Sum(text)
	return hex.EncodeToString(sum[:])
}

// response is what the answer must hold.
func (h *digestHall) response(method, user, password string, said map[string]string) string {
	return h.hash(h.hash(user, h.realm, password), said["nonce"], said["nc"], said["cnonce"], said["qop"], h.hash(method, said["uri"]))
}

// said takes an answer apart.
func said(header string) map[string]string {
	all := map[string]string{}
	for _, pair := range regexp.MustCompile(`(\w+)=(?:"([^"]*)"|([^,\s]+))`).FindAllStringSubmatch(header, -1) {
		all[pair[1]] = pair[2] + pair[3]
	}
	return all
}

func (h *digestHall) nonce() string { return fmt.Sprintf("nonce-%d", h.nonces.Load()) }

// ServeHTTP tells who came in.
func (h *digestHall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := said(r.Header.Get("Authorization"))
	stale := answer["nonce"] != "" && (answer["nonce"] != h.nonce() || h.stale.Swap(false))
	right := answer["response"] == h.response(r.Method, "Mufasa", "Circle of Life", answer) && answer["uri"] == r.RequestURI &&
		answer["realm"] == h.realm && answer["opaque"] == h.opaque && answer["nc"] == fmt.Sprintf("%08x", h.last.Load()+1)
	if stale || !right {
		h.nonces.Add(1)
		h.last.Store(0)
		w.Header().Add("WWW-Authenticate", `Basic realm="older browsers"`)
		w.Header().Add("WWW-Authenticate", fmt.Sprintf(`Digest realm=%q, qop="auth, auth-int", algorithm=%s, nonce=%q, opaque=%q, stale=%v`,
			h.realm, h.algorithm, h.nonce(), h.opaque, stale))
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	h.last.Add(1)
	if r.URL.Path == "/moved" {
		http.Redirect(w, r, "/dir/index.html", http.StatusFound)
		return
	}
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s", r.Method, body)
}

func newDigestHall(algorithm string) *digestHall {
	return &digestHall{algorithm: algorithm, realm: "http-auth@example.org", opaque: "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"}
}

// What our server takes for right is what section 3.9.1 says.
func TestTheServerOfTheseTestsAgreesWithTheExamplesOfRFC7616(t *testing.T) {
	answer := map[string]string{"nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "uri": "/dir/index.html", "nc": "00000001",
		"cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "qop": "auth"}
	for algorithm, want := range map[string]string{
		"MD5":     "8ca523f5e9506fed4657c9700eebdbec",
		"SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		if got := newDigestHall(algorithm).response("GET", "Mufasa", "Circle of Life", answer); got != want {
			t.Errorf("%s: %s, want %s", algorithm, got, want)
		}
	}
}

func mufasa(steps ...probes.Step) probes.Journey {
	return probes.Journey{Secrets: map[string]string{"p": "Circle of Life"}, Steps: steps,
		Auth: probes.Auth{Digest: &probes.Digest{User: "Mufasa", Password: "{{p}}"}}}
}

// statuses are those of a step's hops.
func statuses(s probes.StepResult) (all []int) {
	for _, h := range s.Hops {
		all = append(all, h.Status)
	}
	return all
}

func TestAChallengeIsAnsweredAndIsAHopOfItsOwn(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256", "SHA-512", "SHA-512-256"} {
		hall := newDigestHall(algorithm)
		server := httptest.NewServer(hall)
		defer server.Close()
		j := mufasa(
			probes.Step{Name: "first", Method: "POST", URL: "/dir/index.html?a=b%20c", Body: "coffee",
				Expect: conditions(t, `body == "POST coffee"`, `redirects == 0`)},
			probes.Step{Name: "again", URL: "/dir/index.html", Expect: conditions(t, `status == 200`)},
			probes.Step{Name: "moved", URL: "/moved", Redirects: 1, Expect: conditions(t, `status == 200`, `redirects == 1`)},
		)
		j.BaseURL = server.URL
		result, transcript := take(t, j)
		if result.Verdict != probes.Passed {
			t.Fatalf("%s: %+v\n%s", algorithm, result.Failure, transcript)
		}
		for step, want := range map[string][]int{"first": {401, 200}, "again": {200}, "moved": {302, 200}} {
			s := stepOf(t, result, step)
			followed := map[string]int{"moved": 1}[step]
			if diff := cmp.Diff(want, statuses(s)); diff != "" || s.Phases.Sum() != s.Duration || len(s.Attempts) != 0 || s.Redirects() != followed {
				t.Errorf("%s %s: %s", algorithm, step, diff)
			}
		}
		if shown := transcript.String(); strings.Contains(shown, "Circle") || strings.Contains(shown, "response=") {
			t.Error(shown)
		}
	}
}

func TestAnAnswerThatCameTooLateIsGivenAnewOnce(t *testing.T) {
	hall := newDigestHall("MD5")
	server := httptest.NewServer(hall)
	defer server.Close()
	j := mufasa(probes.Step{Name: "a", URL: "/"}, probes.Step{Name: "b", URL: "/"})
	j.BaseURL = server.URL
	stepped := func(_, step string) { hall.stale.Store(step == "a") }
	result, _ := probes.Runner{Stepped: stepped}.Run(t.Context(), j, time.Time{})
	if diff := cmp.Diff([]int{401, 200}, statuses(stepOf(t, result, "b"))); diff != "" || result.Verdict != probes.Passed {
		t.Errorf("%+v: %s", result.Failure, diff)
	}
}

func TestAPasswordThatDigestRefusesIsToldAndTriedOnce(t *testing.T) {
	for name, test := range map[string]struct {
		serve  http.Handler
		step   probes.Step
		hops   []int
		reason string
	}{
		"wrong password": {newDigestHall("SHA-256"), probes.Step{}, []int{401, 401},
			"status 401 Unauthorized, expected below 400: the server refuses the user or the password of digest"},
		"its own expectation": {newDigestHall("MD5"), probes.Step{Expect: conditions(t, `status == 200`)}, []int{401, 401},
			"expected status == 200, found status = 401: the server refuses the user or the password of digest"},
		"no challenge": {answer(401, ""), probes.Step{}, []int{401},
			"status 401 Unauthorized, expected below 400: the server asks for nothing that digest can answer: no challenge found"},
		"another algorithm": {newDigestHall("MD5-sess"), probes.Step{}, []int{401},
			"status 401 Unauthorized, expected below 400: the server asks for nothing that digest can answer: no challenge found"},
	} {
		server := httptest.NewServer(test.serve)
		defer server.Close()
		test.step.Name, test.step.URL = "it", server.URL
		test.step.Auth = &probes.Auth{Digest: &probes.Digest{User: "Mufasa", Password: "Hakuna Matata"}}
		result, transcript := take(t, probes.Journey{Steps: []probes.Step{test.step}})
		it := stepOf(t, result, "it")
		if diff := cmp.Diff(test.hops, statuses(it)); diff != "" || it.Failure == nil || it.Failure.Message != test.reason {
			t.Errorf("%s: %+v %s\n%s", name, it.Failure, diff, transcript)
		}
	}
}

func TestNoAnswerOfDigestLeavesForAnotherHost(t *testing.T) {
	var came atomic.Value
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came.Store(r.Header.Get("Authorization"))
		w.Header().Set("WWW-Authenticate", `Digest realm="trap", qop="auth", nonce="x"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer other.Close()
	hall := newDigestHall("MD5")
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, other.URL, http.StatusFound)
			return
		}
		hall.ServeHTTP(w, r)
	}))
	defer shop.Close()
	j := mufasa(probes.Step{Name: "in", URL: "/"}, probes.Step{Name: "away", URL: "/away", Redirects: 2, Expect: conditions(t, `status == 401`)},
		probes.Step{Name: "elsewhere", URL: other.URL, Expect: conditions(t, `status == 401`)})
	j.BaseURL = shop.URL
	result, transcript := take(t, j)
	if diff := cmp.Diff([]int{302, 401}, statuses(stepOf(t, result, "away"))); diff != "" || result.Verdict != probes.Passed || came.Load() != "" {
		t.Errorf("%+v %v %s\n%s", result.Failure, came.Load(), diff, transcript)
	}
	if diff := cmp.Diff([]int{401}, statuses(stepOf(t, result, "elsewhere"))); diff != "" {
		t.Error(diff)
	}
}

// curl, which shares no line with us, is let in by the same server.
func TestCurlAgreesOnDigest(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip(err)
	}
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		server := httptest.NewServer(newDigestHall(algorithm))
		defer server.Close()
		out, err := exec.CommandContext(t.Context(), curl, "-sS", "--noproxy", "*", "--digest", "-u", "Mufasa:Circle of Life", "-d", "coffee", server.URL+"/dir/index.html").CombinedOutput()
		if err != nil || string(out) != "POST coffee" {
			t.Errorf("%s: %q %v", algorithm, out, err)
		}
	}
}
