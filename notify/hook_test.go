package notify

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/internal/golden"
)

// The bodies that other people's programs are written against.
func TestTheBodiesOfHooksStayAsTheyAre(t *testing.T) {
	home := HookSettings{Name: "pager", Home: "https://forewarn.example"}
	for _, name := range []string{"soon", "burning", "acknowledged", "resolved", "receded", "cannot-see", "sees-again-quiet", "burning-down"} {
		m := message(t, name)
		golden.Compare(t, "testdata/hook-"+name+".json", string(indented(t, jsonBody(m))))
		if alerts := alertsOf(m); alerts != nil {
			golden.Compare(t, "testdata/alertmanager-"+name+".json", string(indented(t, home.group(alerts))))
		}
	}
}

func indented(t *testing.T, body any) []byte {
	t.Helper()
	text, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// An alert is known by its labels: they must not change before it is resolved.
func TestAnAlertKeepsItsLabelsUntilItIsResolved(t *testing.T) {
	first := alertsOf(message(t, "soon"))[0]
	for name, status := range map[string]string{"burning": "firing", "sooner": "firing", "resolved": "resolved", "receded": "resolved", "closed": "resolved"} {
		a := alertsOf(message(t, name))[0]
		if a.Fingerprint != first.Fingerprint || a.Status != status || (status == "firing") != a.EndsAt.IsZero() {
			t.Errorf("%s: %s as %s until %s, first %s", name, a.Status, a.Fingerprint, a.EndsAt, first.Fingerprint)
		}
	}
	for _, name := range []string{"acknowledged", "snoozed", "settled-came"} {
		if a := alertsOf(message(t, name)); a != nil {
			t.Errorf("%s changes an alert: %+v", name, a)
		}
	}
	if a := alertsOf(message(t, "cannot-see"))[0]; a.Labels["alertname"] != "cannot see" || a.Fingerprint == first.Fingerprint {
		t.Errorf("that we cannot see is said of the product: %+v", a)
	}
}

// Prometheus's own library takes the fingerprint of the same labels.
func TestTheFingerprintIsThatOfPrometheus(t *testing.T) {
	for _, labels := range []map[string]string{{}, {"a": "b"}, {"alertname": "journey latency", "journey": "заказ", "location": "kyiv"}} {
		theirs := model.LabelSet{}
		for k, v := range labels {
			theirs[model.LabelName(k)] = model.LabelValue(v)
		}
		if got, want := fingerprint(labels), theirs.Fingerprint().String(); got != want {
			t.Errorf("%v: %s, want %s", labels, got, want)
		}
	}
}

func TestAHookBelievesOnlyTheStatus(t *testing.T) {
	for status, want := range map[int]Class{
		200: none, 202: none, 204: none, 302: Config, 400: Payload, 401: Config, 404: Config, 408: Ambiguous,
		413: Payload, 422: Payload, 429: Rate, 500: Ambiguous, 503: Ambiguous,
	} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			var got string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got = string(body)
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(status)
			}))
			defer server.Close()
			h := NewJSONHook(HookSettings{Name: "pager", URL: server.URL + "/s3cr3t"})
			r, err := h.Deliver(t.Context(), message(t, "burning"))
			if !strings.Contains(got, `"event":"burning"`) {
				t.Errorf("posted %s", got)
			}
			var e *Error
			switch errors.As(err, &e); {
			case want == none && (err != nil || r.Ref == Ref{}):
				t.Errorf("%+v, %v", r, err)
			case want != none && (e == nil || e.Class != want):
				t.Errorf("%v, want the class %v", err, want)
			case want == Rate && e.After != 7*time.Second:
				t.Errorf("waits %v", e.After)
			}
			if err != nil && strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("the error holds the address: %v", err)
			}
		})
	}
}

const none Class = 255 // no failure

// What nothing can be edited in is told of every change, and an alert only of
// those that change it.
func TestAHookIsToldOfEveryChange(t *testing.T) {
	p := &pager{}
	server := httptest.NewServer(p)
	defer server.Close()
	hook, manager := NewJSONHook(HookSettings{Name: "a", URL: server.URL}), NewAlertmanager(HookSettings{Name: "b", URL: server.URL})
	for _, c := range []struct {
		channel Channel
		name    string
		calls   int
	}{{hook, "soon", 1}, {hook, "acknowledged", 2}, {manager, "acknowledged", 2}, {manager, "resolved", 3}} {
		m := message(t, c.name)
		m.Target = Ref{"x", "first"}
		if r := deliver(t, c.channel, m); r.Ref != m.Target {
			t.Errorf("%s becomes %v", c.name, r.Ref)
		}
		if n := len(p.calls()); n != c.calls {
			t.Errorf("%d calls after %s, want %d", n, c.name, c.calls)
		}
	}
}

func TestWhatIsUnknownIsNullForMachines(t *testing.T) {
	m := message(t, "burning-down")
	if b := jsonBody(m); b.Threshold != nil || b.Value == nil {
		t.Errorf("the value is %v and the threshold %v of %s", b.Value, b.Threshold, alert.Availability)
	}
	m.Facts = Facts{}
	if b := jsonBody(m); b.OpenedAt != nil || b.At != nil {
		t.Errorf("moments that were not are %v and %v", b.OpenedAt, b.At)
	}
}
