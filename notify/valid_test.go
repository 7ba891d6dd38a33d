package notify

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/explain"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/probes"
	"github.com/slack-go/slack"
)

// faultsOf is what is wrong with blocks: against the table of Slack's limits,
// and what slack-go's types do not know of them, which is lost when they are
// read and written again.
func faultsOf(t testing.TB, content []byte) []string {
	t.Helper()
	wrong := slackfake.Validate(content)
	var decoded slack.Blocks
	if err := json.Unmarshal(content, &decoded); err != nil {
		return append(wrong, err.Error())
	}
	for _, b := range decoded.BlockSet {
		if _, unknown := b.(*slack.UnknownBlock); unknown {
			wrong = append(wrong, "slack-go does not know a block of type "+string(b.BlockType()))
		}
		if v, ok := b.(interface{ Validate() error }); ok && v.Validate() != nil {
			wrong = append(wrong, v.Validate().Error())
		}
	}
	again, err := json.Marshal(decoded)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(known(t, content), known(t, again)) {
		wrong = append(wrong, "slack-go loses something of "+string(content)+" in "+string(again))
	}
	return wrong
}

// known is JSON without the keys that are as good as not there.
func known(t testing.TB, content []byte) any {
	var v any
	if err := json.Unmarshal(content, &v); err != nil {
		t.Fatal(err)
	}
	return full(v)
}

func full(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, child := range v {
			if child = full(child); child == false || child == "" || child == nil {
				delete(v, k)
			} else {
				v[k] = child
			}
		}
	case []any:
		for i := range v {
			v[i] = full(v[i])
		}
	}
	return v
}

// checkMessage fails the test if m breaks any rule of a message.
func checkMessage(t testing.TB, m Message) {
	t.Helper()
	layouts := [][]slack.Block{blocks(m, m.ID), blocks(repeated(m), m.ID+"/edit")}
	if m.Op == Follow {
		layouts = append(layouts, reply(m, m.ID))
	}
	for _, content := range layouts {
		text, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range faultsOf(t, text) {
			t.Error(fault)
		}
		for _, ping := range (slackfake.Message{Text: entities(m.Text), Blocks: text}).Pings() {
			if ping != mention("U0ANAANA1") && ping != mention("S0ONCALL1") { // as the configuration says
				t.Errorf("pings: %q in %s", ping, text)
			}
		}
	}
	if n := length(m.Text); n > wholeText || n == 0 || !utf8.ValidString(m.Text) {
		t.Errorf("text of %d characters: %q", n, m.Text)
	}
	if n := length(m.Header); n > headText || n == 0 {
		t.Errorf("header of %d characters: %q", n, m.Header)
	}
	if m.Op == Follow && len(m.Reply) == 0 {
		t.Errorf("%s has no reply", m.Kind)
	}
}

func TestEveryMessageIsValid(t *testing.T) {
	for name, x := range tellings() {
		t.Run(name, func(t *testing.T) { checkMessage(t, x.message(t)) })
	}
}

func TestTheFirstSixtyCharactersDecide(t *testing.T) {
	for name, want := range map[string][]string{
		"soon":         {"Soon: ", "1.5 s", "~42 min"},
		"soon-step":    {"Soon: ", "Buy a coffee › pay", "1.5 s"},
		"burning":      {"Burning: ", "1.84 s", "1.5 s"},
		"burning-down": {"Burning: ", "fails", "3 of the last 5 runs"},
		"resolved":     {"Resolved: ", "640 ms", "31 min"},
	} {
		text := tellings()[name].message(t).Text
		for _, w := range want {
			if head := string([]rune(text)[:60]); !strings.Contains(head, w) {
				t.Errorf("%s: the first 60 characters are %q, without %q", name, head, w)
			}
		}
	}
}

func TestALongNameLeavesRoomForWhatMatters(t *testing.T) {
	x := tellings()["soon"]
	x.s.Title = strings.Repeat("A journey with a very long title ", 300)
	if text := x.message(t).Text; !strings.Contains(string([]rune(text)[:70]), "~42 min") || !strings.HasSuffix(text, "Not broken yet. ≈ 160 EUR / hour at risk.") {
		t.Errorf("got %q", text)
	}
}

// extremes are values that have broken messages elsewhere.
func extremes() []string {
	return []string{
		"", " ", "<!channel>", "<!here|here>", "<@U0123456789>", "<!subteam^S0123456789>", "@channel @here @everyone",
		"<https://evil.example|click>", "&amp;&lt;!channel&gt;", "*bold* _italic_ ~gone~ `code` ```block```", "> quote\n- list",
		"\x1b[31mred\x1b[0m\r\n\x00\x07", "שלום עולם", "\u202etfel-ot-thgir\u202c", "\u2028\u2029\ufeff\u200b", "🔥👩‍👩‍👧‍👦",
		strings.Repeat("🔥", 5000), strings.Repeat("&", 10_000), strings.Repeat("<", 10_000), strings.Repeat("x", 10_000),
		strings.Repeat("<!channel>", 1000), "\xff\xfe broken utf-8 \xc3(", "%s%d%!(EXTRA)", "{{.}} ${HOME}", "<!date^0^{time}|x>",
	}
}

// spoil puts value wherever something from outside can stand.
func spoil(x telling, value string) telling {
	x.s = Subject{
		Title: value, Feature: value, Steps: []string{value, value}, Runbook: "https://wiki.example/" + value,
		Links:    []Link{{value, value}, {value, "https://x.example/?q=" + value}, {value, "javascript:" + value}, {value, value}},
		Business: x.s.Business, Toll: x.s.Toll, Command: value, Change: value, ChangeAt: x.s.ChangeAt, Rule: x.s.Rule,
		Since: value, SinceAt: x.s.ChangeAt, Course: x.s.Course, Why: spoiled(x.s.Why, value),
	}
	x.in.Limit.Journey, x.in.Limit.Limit, x.in.Location = value, value, value
	x.in.Why, x.in.FailedAt, x.in.AckBy, x.ev.By, x.in.BlindWhy = value, value, value, value, value
	if x.in.Limit.Step != "" {
		x.in.Limit.Step = value
	}
	return x
}

// spoiled is c with value for all names in it.
func spoiled(c *explain.Change, value string) *explain.Change {
	if c == nil {
		return nil
	}
	spoilt := *c
	spoilt.Parts, spoilt.Places, spoilt.Failures = slices.Clone(c.Parts), slices.Repeat(c.Places, 5), slices.Clone(c.Failures)
	for i := range spoilt.Parts {
		spoilt.Parts[i].Step = value
	}
	for i := range spoilt.Places {
		spoilt.Places[i].Location = value
	}
	for i := range spoilt.Failures {
		spoilt.Failures[i].Step, spoilt.Failures[i].Kind = value, probes.FailureKind(clip(value, nameText))
	}
	return &spoilt
}

func TestNoValueFromOutsideBreaksAMessageOrPingsAnybody(t *testing.T) {
	for name, x := range tellings() {
		for _, value := range extremes() {
			checkMessage(t, spoil(x, value).message(t))
			if t.Failed() {
				t.Fatalf("%s with %.40q", name, value)
			}
		}
	}
}

// mixture is a value made of pieces of the extremes, cut anywhere.
func mixture(r *rand.Rand, of []string) string {
	var b strings.Builder
	for range 1 + r.IntN(8) {
		from := of[r.IntN(len(of))]
		at := r.IntN(len(from) + 1)
		b.WriteString(from[at:min(len(from), at+r.IntN(80))])
	}
	return b.String()
}

// A hundred thousand of them: go test -run Mixture -count 500.
func TestNoMixtureOfValuesBreaksAMessageOrPingsAnybody(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r, all, values := rand.New(rand.NewPCG(seed, 0)), tellings(), extremes()
	names := slices.Sorted(maps.Keys(all))
	for range 200 {
		name, value := names[r.IntN(len(names))], mixture(r, values)
		checkMessage(t, spoil(all[name], value).message(t))
		if t.Failed() {
			t.Fatalf("%s with %q", name, value)
		}
	}
}

func TestNoNumberBreaksAMessage(t *testing.T) {
	for name, x := range tellings() {
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, 0, 1e-9, 1e300, math.MaxFloat64} {
			x.in.Value, x.in.Worst, x.in.Limit.Value = v, v, v
			p := alert.Promise{Made: x.now}
			p.Crossing.Earliest, p.Crossing.Expected, p.Crossing.Latest = v, v, v
			p.First = p.Crossing
			x.in.Promise, x.ev.Promise = &p, &p
			checkMessage(t, x.message(t))
			if t.Failed() {
				t.Fatalf("%s with %g", name, v)
			}
		}
		x.in = alert.Incident{State: x.in.State}
		x.s, x.now = Subject{}, time.Time{}
		checkMessage(t, x.message(t))
	}
}

func TestATerminalGetsNoControlCharacters(t *testing.T) {
	for _, value := range extremes() {
		m := spoil(tellings()["burning-down"], value).message(t)
		for _, r := range (&Terminal{}).lines(m) {
			if r < ' ' && r != '\n' || r == 0x7f || r == '\u202e' {
				t.Fatalf("%q stands in the lines for %.20q", r, value)
			}
		}
	}
}

func FuzzNoValueFromOutsideBreaksAMessage(f *testing.F) {
	all := tellings()
	names := slices.Sorted(maps.Keys(all))
	for i, value := range extremes() {
		f.Add(value, uint8(i%len(names)))
	}
	f.Fuzz(func(t *testing.T, value string, kind uint8) {
		checkMessage(t, spoil(all[names[int(kind)%len(names)]], value).message(t))
	})
}

func TestTheValidatorAcceptsTheModelsOfSlack(t *testing.T) {
	models, err := filepath.Glob("testdata/models/*.json")
	if err != nil || len(models) == 0 {
		t.Fatal("no models", err)
	}
	for _, file := range models {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var m struct{ Blocks json.RawMessage }
		if err := json.Unmarshal(content, &m); err != nil {
			t.Fatal(err)
		}
		for _, fault := range faultsOf(t, m.Blocks) {
			t.Errorf("%s: %s", file, fault)
		}
	}
}
