package probes_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// The requests of the test suite that AWS published with Signature Version 4
// (aws-sig-v4-test-suite), as far as they sign what forewarn signs, and the two
// of the Amazon S3 API Reference that sign no further header. The suite's paths
// with UTF-8 are of a service that encodes them once, as none but S3 does.
func TestSignaturesAreThoseThatAWSPublished(t *testing.T) {
	const suite, form = "https://example.amazonaws.com", "application/x-www-form-urlencoded"
	const plain, typed = "host;x-amz-date", "content-type;host;x-amz-date"
	const token = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
	const unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	service := probes.SigV4{AccessKey: "AKIDEXAMPLE", SecretKey: "{{secret}}", Region: "us-east-1", Service: "service"}
	temporary := service
	temporary.SessionToken = token
	s3 := probes.SigV4{AccessKey: "AKIAIOSFODNN7EXAMPLE", SecretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", Region: "us-east-1", Service: "s3"}
	suiteTime, s3Time := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC), time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		who       probes.SigV4
		at        time.Time
		step      probes.Step
		headers   string
		signature string
	}{
		"get-vanilla":                           {service, suiteTime, probes.Step{URL: suite + "/"}, plain, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		"get-vanilla-query-order-key-case":      {service, suiteTime, probes.Step{URL: suite + "/?Param2=value2&Param1=value1"}, plain, "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		"get-vanilla-query-unreserved":          {service, suiteTime, probes.Step{URL: suite + "/?" + unreserved + "=" + unreserved}, plain, "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
		"get-vanilla-utf8-query":                {service, suiteTime, probes.Step{URL: suite + "/?ሴ=bar"}, plain, "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
		"get-unreserved":                        {service, suiteTime, probes.Step{URL: suite + "/" + unreserved}, plain, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
		"post-vanilla":                          {service, suiteTime, probes.Step{Method: "POST", URL: suite + "/"}, plain, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		"post-vanilla-query":                    {service, suiteTime, probes.Step{Method: "POST", URL: suite + "/", Query: []probes.Field{{Name: "Param1", Value: "value1"}}}, plain, "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
		"post-x-www-form-urlencoded":            {service, suiteTime, probes.Step{Method: "POST", URL: suite + "/", Form: []probes.Field{{Name: "Param1", Value: "value1"}}}, typed, "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
		"post-x-www-form-urlencoded-parameters": {service, suiteTime, probes.Step{Method: "POST", URL: suite + "/", Body: "Param1=value1", Headers: []probes.Field{{Name: "Content-Type", Value: form + "; charset=utf8"}}}, typed, "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
		"post-sts-header-before":                {temporary, suiteTime, probes.Step{Method: "POST", URL: suite + "/"}, plain + ";x-amz-security-token", "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
		"S3: get bucket lifecycle":              {s3, s3Time, probes.Step{URL: "https://examplebucket.s3.amazonaws.com/?lifecycle"}, "host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
		"S3: list objects":                      {s3, s3Time, probes.Step{URL: "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J"}, "host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(test.at))
				sent := new(recorder)
				test.step.Name, test.step.Auth = "it", &probes.Auth{SigV4: &test.who}
				runner := probes.Runner{Transport: func() http.RoundTripper { return sent }}
				result, transcript := runner.Run(t.Context(), probes.Journey{Steps: []probes.Step{test.step},
					Secrets: map[string]string{"secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}}, time.Time{})
				if result.Verdict != probes.Passed {
					t.Fatal(result.Failure)
				}
				got := sent.last.Header.Get("Authorization")
				if want := ", SignedHeaders=" + test.headers + ", Signature=" + test.signature; !strings.HasSuffix(got, want) {
					t.Errorf("got %s, want %s", got, want)
				}
				if shown := transcript.String(); strings.Contains(shown, "EXAMPLEKEY") || strings.Contains(shown, "wEXAMPLEtc764") {
					t.Error(shown)
				}
			})
		})
	}
}

// recorder answers every request, and keeps the last.
type recorder struct{ last *http.Request }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.last = req
	return &http.Response{StatusCode: 200, Proto: "HTTP/1.1", Header: http.Header{}, Body: io.NopCloser(strings.NewReader("")), Request: req}, nil
}

func TestASignatureIsMadeAnewForEachHopAndNeverForAnotherHost(t *testing.T) {
	var away, last atomic.Value
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		away.Store(r.Header.Get("Authorization") + r.Header.Get("X-Amz-Date"))
	}))
	defer other.Close()
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen := last.Swap(r.Header.Get("Authorization")); seen == r.Header.Get("Authorization") || r.Header.Get("Authorization") == "" {
			t.Errorf("%s came with %q", r.URL, r.Header.Get("Authorization"))
		}
		http.Redirect(w, r, map[string]string{"/a": "/b?x=1", "/b": other.URL}[r.URL.Path], http.StatusFound)
	}))
	defer shop.Close()
	result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "it", URL: "/a", Redirects: 3}},
		Auth: probes.Auth{SigV4: &probes.SigV4{AccessKey: "AKIDEXAMPLE", SecretKey: "wJalrXUtnFEMI", Region: "eu-central-1", Service: "execute-api"}}})
	if result.Verdict != probes.Passed || away.Load() != "" || len(stepOf(t, result, "it").Hops) != 3 {
		t.Errorf("%+v, away %q\n%s", result.Failure, away.Load(), transcript)
	}
}
