package notify

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/internal/golden"
	"github.com/forewarn/forewarn/notify/slackfake"
)

func TestWhatIsToldBesideTheOutboxIsValidAndTriedAgain(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		since := time.Now().Add(-4 * time.Minute)
		why := "/var/lib/forewarn.db: disk full: free space on its disk; nothing else needs to be done <!channel>"
		w.fake.Inject(slackfake.Fault{Status: 503, Times: 1})
		if err := w.notifier.CannotKeep(context.Background(), since, why); err == nil {
			t.Error("what Slack refused counts as told")
		}
		if err := w.notifier.CannotKeep(context.Background(), since, why); err != nil {
			t.Error(err)
		}
		if err := w.notifier.KeepsAgain(context.Background(), since); err != nil {
			t.Error(err)
		}
		top := w.wantTop("Cannot see: forewarn cannot write its database for 4 min: nothing is told", "Sees again: forewarn writes its database again, after 4 min")
		if !strings.Contains(top[0].Reads(), "free space on its disk") || len(top[0].Pings()) > 0 {
			t.Errorf("Slack reads %s, which pings %v", top[0].Reads(), top[0].Pings())
		}
		if gap := top[1].At.Sub(top[0].At); gap < time.Second {
			t.Errorf("two messages within %v", gap)
		}
		for _, m := range top {
			for _, fault := range faultsOf(t, m.Blocks) {
				t.Error(fault)
			}
		}
	})
}

func TestWhatForewarnSaysOfItselfReadsAsItsGoldenFile(t *testing.T) {
	d, since := draft{now: at(13, 30)}, at(12, 40)
	for name, m := range map[string]Message{
		"own-cannot-keep":   d.cannotKeep(since, "/var/lib/forewarn.db: disk full: free space on its disk; nothing else needs to be done"),
		"own-keeps-again":   d.keepsAgain(since),
		"own-cannot-reload": d.cannotReload(since, "the old configuration stays: forewarn.toml:2:1: unknown key \"evry\": did you mean \"every\"?\nforewarn.toml:9:1: <!channel> is none"),
		"own-reloads":       d.reloads(since),
	} {
		m.Context = []Text{{words("updated "), d.clock(d.now)}}
		checkMessage(t, m)
		golden.Compare(t, "testdata/"+name+".json", string(payload(t, m)))
		golden.Compare(t, "testdata/"+name+".txt", (&Terminal{}).lines(m))
	}
	storage, reload := alertsOf(d.cannotKeep(since, ""))[0], alertsOf(d.cannotReload(since, ""))[0]
	if over := alertsOf(d.reloads(since))[0]; storage.Fingerprint == reload.Fingerprint || over.Fingerprint != reload.Fingerprint || over.Status != "resolved" {
		t.Errorf("an Alertmanager cannot tell them apart: %+v %+v %+v", storage, reload, over)
	}
}

func TestADeliveryThatCannotBeWrittenDownHoldsNoAnnouncementUp(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		worker := w.notifier.workers[0]
		worker.busy <- struct{}{} // as in keep, while the disk is full
		if err := w.notifier.CannotKeep(context.Background(), time.Now(), "disk full: free space"); err != nil {
			t.Error(err)
		}
		<-worker.busy
		w.wantTop("Cannot see: ")
	})
}
