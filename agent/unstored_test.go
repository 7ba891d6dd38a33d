package agent

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestADatabaseThatTakesNothingIsToldOnceAndOnceWhenItIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		a, slack := w.slackAgent()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, Settings{Watches: []Watch{watch("checkout")}}) }()
		move := func(from, to string) {
			if err := os.Rename(from, to); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(10*time.Minute + time.Second)
		away := w.path + ".away"
		move(w.path, away)
		time.Sleep(2 * time.Minute) // as long as a backup may take
		move(away, w.path)
		time.Sleep(5 * time.Minute)
		if said := slack.fake.Top(); len(said) != 0 {
			t.Fatalf("two minutes are told: %v", said)
		}
		move(w.path, away)
		time.Sleep(20 * time.Minute)
		said := slack.fake.Top()
		if len(said) != 1 || !strings.HasPrefix(said[0].Text, "Cannot see: forewarn cannot write its database for 3 min: ") ||
			!strings.Contains(said[0].Reads(), "put the file back") {
			t.Fatalf("after twenty minutes Slack reads %v", said)
		}
		move(away, w.path)
		time.Sleep(20 * time.Minute)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		slack.end()
		w.close()
		if said = slack.fake.Top(); len(said) != 2 || !strings.HasPrefix(said[1].Text, "Sees again: forewarn writes its database again, after ") {
			t.Errorf("when it was over Slack reads %v", said)
		}
	})
}
