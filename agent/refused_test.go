package agent

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/notify/slackfake"
)

func TestARefusedConfigurationIsToldOnceForEachReasonAndOnceWhenOneIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		a, slack := w.slackAgent()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, Settings{Watches: []Watch{watch("checkout")}}) }()
		var want []string
		told := func(more ...string) {
			t.Helper()
			time.Sleep(10 * time.Minute)
			want = append(want, more...)
			said := slack.fake.Top()
			if len(said) != len(want) {
				t.Fatalf("Slack reads %v, want %v", said, want)
			}
			for i, m := range said {
				if !strings.HasPrefix(m.Text, want[i]) {
					t.Errorf("%s\nwant %s", m.Text, want[i])
				}
			}
		}
		const refuses = "Cannot reload: forewarn refuses its new configuration: "
		time.Sleep(time.Second)
		a.Reloaded(errors.New("what is mended within a minute"))
		a.Reloaded(nil)
		told()
		a.Reloaded(errors.New("a.toml:2:1: <!channel> unknown\nand more"))
		slack.fake.Inject(slackfake.Fault{Status: 503, Times: 1})
		told(refuses + "a.toml:2:1: ")
		if reads := slack.fake.Top()[0].Reads(); !strings.Contains(reads, "and more") || !strings.Contains(reads, "forewarn check") {
			t.Error(reads)
		}
		a.Reloaded(errors.New("a.toml:2:1: <!channel> unknown\nand more"))
		told()
		a.Reloaded(errors.New("a.toml:3:1: another"))
		told(refuses + "a.toml:3:1: another.")
		a.Reloaded(nil)
		told("Reloaded: forewarn runs with the configuration on disk again, after 31 min.")
		a.Reloaded(nil)
		told()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		slack.end()
		w.close()
	})
}
