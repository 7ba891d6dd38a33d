package store

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/forewarn/forewarn/alert"
)

// count is a decision that counts the decisions so far.
func count(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
	in.Limit = latency()
	in.Good++
	return in, nil, ""
}

// Two processes decide on the same limit, each knowing what it wrote last.
func TestNoDecisionOfAnotherProcessIsLost(t *testing.T) {
	const each = 100
	path := filepath.Join(t.TempDir(), "forewarn.db")
	db := mustOpenAt(t, path, Options{Ephemeral: true})
	mustDecide(t, db, noon(), count)
	var both sync.WaitGroup
	for _, process := range []*DB{db, mustAttach(t, path)} {
		both.Go(func() {
			for range each {
				if _, _, err := process.Decide(context.Background(), latency().Key, noon(), count); err != nil {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
	if in := mustDecide(t, db, noon(), count); in.Good != 2*each+2 {
		t.Errorf("%d decisions were made, and %d are known", 2*each+2, in.Good)
	}
}

func TestADecisionThatWasTakenBackIsForgotten(t *testing.T) {
	db := mustOpen(t)
	mustDecide(t, db, noon(), count)
	run := Run{Result: checkoutRun(noon()), Decisions: []Decision{
		{latency().Key, noon(), count},
		{alert.Key{Journey: "checkout", Limit: "errors"}, noon(), func(alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			panic("wrong")
		}},
	}}
	if _, err := db.Keep(context.Background(), run); err == nil || !strings.Contains(err.Error(), "wrong") {
		t.Fatalf("kept: %v", err)
	}
	if in := mustDecide(t, db, noon(), count); in.Good != 2 {
		t.Errorf("the second decision that was kept counts %d", in.Good)
	}
}
