package notify

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
)

func withFiles() slackfake.Settings {
	return slackfake.Settings{Scopes: []string{"chat:write", "files:write", "channels:read", "groups:read", "channels:history"}}
}

// warned has checkout-1 go soon after an hour of runs.
func (w *world) warned() {
	began := w.walks()
	w.run()
	w.happens(key(1), func(in *alert.Incident) {
		goesSoon(in)
		in.Promise.Since = began
	}, alert.WentSoon)
	w.pass(time.Second)
}

func TestThePictureFollowsIntoTheThread(t *testing.T) {
	inWorld(t, withFiles(), func(w *world) {
		w.warned()
		soon := w.wantTop("Soon: ")[0]
		replies := w.fake.Replies(soon)
		files := w.fake.Files()
		if len(replies) != 1 || len(files) != 1 || replies[0].File != files[0].ID {
			t.Fatalf("replies %v, files %d", replies, len(files))
		}
		if img, err := png.Decode(bytes.NewReader(files[0].Content)); err != nil || img.Bounds().Dx() != 1200 {
			t.Errorf("the file is no picture: %v", err)
		}
		if files[0].AltText != soon.Text {
			t.Errorf("who cannot see it is told %q", files[0].AltText)
		}
		for _, want := range []string{"A typical run since", "• pay › wait for the server: 200 ms → 440 ms (+240 ms)", "• log in › TLS handshake: 20 ms → 20 ms (+0 ms)"} {
			if !strings.Contains(replies[0].Text, want) {
				t.Errorf("nothing of %q in\n%s", want, replies[0].Text)
			}
		}
		if pings := replies[0].Pings(); len(pings) > 0 {
			t.Errorf("pings %q", pings)
		}
	})
}

func TestWithoutTheScopeNoPictureIsTried(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.warned()
		if n := len(w.fake.Requests("files.getUploadURLExternal")); n != 0 {
			t.Errorf("%d uploads were asked for", n)
		}
		w.wantTop("Soon: ")
	})
}

func TestAPictureNeverHoldsUpAMessage(t *testing.T) {
	for _, fault := range []slackfake.Fault{
		{Method: "files.getUploadURLExternal", Hang: true}, {Method: "upload", Hang: true}, {Method: "upload", Status: 500},
		{Method: "files.completeUploadExternal", Code: "fatal_error"}, {Method: "files.completeUploadExternal", Drop: true},
	} {
		inWorld(t, withFiles(), func(w *world) {
			w.fake.Inject(fault)
			w.warned()
			w.happens(key(2), goesBurning, alert.WentBurning)
			w.pass(1500 * time.Millisecond)
			w.wantTop("Soon: ", "Burning: ")
			w.wantState("inc-1/soon/1/slack", "sent")
			w.pass(time.Minute)
			if said := w.log.String(); !strings.Contains(said, "show the picture of a message") {
				t.Errorf("%+v: nobody is told that the picture is missing", fault)
			}
		})
	}
}

func TestAScopeThatIsTakenAwayEndsThePictures(t *testing.T) {
	inWorld(t, withFiles(), func(w *world) {
		w.fake.Inject(slackfake.Fault{Method: "files.getUploadURLExternal", Code: "missing_scope"})
		w.warned()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(3 * time.Second)
		w.wantTop("Soon: ", "Burning: ")
		if n := len(w.fake.Requests("files.getUploadURLExternal")); n != 1 {
			t.Errorf("%d uploads were asked for, want 1", n)
		}
	})
}
