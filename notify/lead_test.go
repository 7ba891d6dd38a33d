package notify

import (
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// field is the value of a labelled value of m.
func field(m Message, label string) string {
	for _, f := range m.Fields {
		if f.Label == label {
			return f.Value.String()
		}
	}
	return ""
}

// All figures of a message can be worked out from its own clock times:
// 15:18 to 15:56 are 38 min, 15:56 to 16:00 are 4.
func TestAMessageSaysOneLeadTimeInOneWay(t *testing.T) {
	for _, name := range []string{"burning", "resolved"} {
		m := message(t, name)
		if !strings.HasSuffix(m.Text, " Forewarned 38 min before the crossing, off by 4 min.") {
			t.Errorf("%s: the text is %q", name, m.Text)
		}
		want := "38 min before the crossing · expected 16:00 EET, crossed 15:56 EET, off by 4 min"
		if got := field(m, "Forewarned"); got != want {
			t.Errorf("%s: the field is %q, want %q", name, got, want)
		}
	}
	if line := field(message(t, "resolved"), "Time line"); !strings.HasPrefix(line, "forewarned 15:18 EET · crossed 15:56 EET · burning 15:59 EET · ") {
		t.Errorf("the time line is %q", line)
	}
}

func TestARunBeforeTheWarningIsNotItsCrossing(t *testing.T) {
	x := tellings()["burning"]
	x.in.Runs = []alert.Run{{At: at(13, 16), Over: true}, {At: at(13, 18), Over: true}, {At: at(13, 20), Over: true}}
	x.in.Burned, x.in.Promise.Crossed = at(13, 20), time.Time{} // not settled yet
	if m := x.message(t); !strings.Contains(m.Text, "Forewarned 2 min before the crossing, off by 40 min.") {
		t.Errorf("the crossing after the warning of 15:18 EET was at 15:20 EET: %q", m.Text)
	}
}

func TestTimesThatLieTogetherShowTheirSeconds(t *testing.T) {
	x := tellings()["burning"]
	p := promise()
	p.Made, p.First.Expected = at(13, 58).Add(5*time.Second), float64(at(13, 59).Unix())
	x.in.Promise = p
	x.in.Runs = []alert.Run{{At: at(13, 58).Add(53 * time.Second), Over: true}}
	want := "48 s before the crossing · expected 15:59:00 EET, crossed 15:58:53 EET, off by 7 s"
	if got := field(x.message(t), "Forewarned"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	x.s.ChangeAt = at(13, 59).AddDate(0, 0, -1)
	if body := x.message(t).Body; !strings.Contains(body[len(body)-1].String(), "at Tue 17 Nov 15:59 EET, ") {
		t.Errorf("another day needs its name: %q", body)
	}
}
