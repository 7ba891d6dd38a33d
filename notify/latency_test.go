package notify

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
)

// With a clock on the wall and connections of the system, the best of three
// clicks: this machine may have other things to do.
func TestAClickOverRealConnectionsIsAnEditWithinASecond(t *testing.T) {
	fake := slackfake.New(slackfake.Settings{Token: token, AppToken: appToken})
	server := httptest.NewServer(fake)
	defer server.Close()
	w := &world{t: t, path: filepath.Join(t.TempDir(), "forewarn.db"), fake: fake,
		channels: []Channel{NewSlack(SlackSettings{Token: token, Channel: "#alerts", APIURL: server.URL + "/api/"})}}
	w.open()
	defer w.close()
	socket := NewSocket(w.notifier, SocketSettings{AppToken: appToken})
	w.run()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- socket.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	eventually(t, "Slack is connected", func() bool { now, _ := socket.Linked(); return now })

	var acks, edits []time.Duration
	for i := range 3 {
		w.happens(key(i), goesBurning, alert.WentBurning)
		eventually(t, "it is told", func() bool { return len(fake.Top()) > i })
		<-time.After(1100 * time.Millisecond) // the channel's pace
		pressed := time.Now()
		if _, err := fake.Press(ana, fake.Top()[i], string(Acknowledge), ""); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the message is edited", func() bool { return len(fake.Requests("chat.update")) > i })
		acks = append(acks, fake.Envelopes()[i].Acked.Sub(pressed))
		edits = append(edits, fake.Requests("chat.update")[i].At.Sub(pressed))
	}
	t.Logf("acknowledged after %v, edited after %v", acks, edits)
	if ack, edit := slices.Min(acks), slices.Min(edits); ack <= 0 || ack > 100*time.Millisecond || edit > time.Second {
		t.Errorf("acknowledged after %v, edited after %v, want 100 ms and 1 s", ack, edit)
	}
}
