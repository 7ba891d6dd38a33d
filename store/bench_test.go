package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// BenchmarkSave is what one run costs when so many wait at the same time: a
// full commit, shared by them.
func BenchmarkSave(b *testing.B) {
	for _, together := range []int{1, 16, 128} {
		b.Run(fmt.Sprint(together, " together"), func(b *testing.B) {
			db := mustOpen(b)
			runs := make(chan probes.Result)
			var savers sync.WaitGroup
			for range together {
				savers.Go(func() {
					for r := range runs {
						if err := save(context.Background(), db, r); err != nil {
							b.Error(err)
						}
					}
				})
			}
			i := 0
			for b.Loop() {
				runs <- checkoutRun(noon().Add(time.Duration(i) * time.Second))
				i++
			}
			close(runs)
			savers.Wait()
		})
	}
}

// BenchmarkResults30Days reads one of ten journeys, each with a run of five
// steps a minute for 30 days.
func BenchmarkResults30Days(b *testing.B) {
	const journeys, minutes = 10, 30 * 24 * 60
	db := mustOpenAt(b, filepath.Join(b.TempDir(), "forewarn.db"), Options{Ephemeral: true})
	must(b, db.now(context.Background(), func(tx *sql.Tx) error {
		for i := range journeys * minutes {
			r := checkoutRun(noon().Add(time.Duration(i/journeys) * time.Minute))
			r.Journey = fmt.Sprint("journey ", i%journeys)
			if err := db.insertRun(tx, r); err != nil {
				return err
			}
		}
		return nil
	}))
	for b.Loop() {
		n := 0
		must(b, db.Results(context.Background(), "journey 3", noon(), noon().Add(30*24*time.Hour), func(probes.Result) error { n++; return nil }))
		if n != minutes {
			b.Fatalf("%d runs", n)
		}
	}
	copied := filepath.Join(b.TempDir(), "copy.db")
	must(b, db.Backup(context.Background(), copied))
	info, err := os.Stat(copied)
	must(b, err)
	b.ReportMetric(float64(info.Size())/(journeys*minutes), "B/run")
}

// BenchmarkDecide is one silent evaluation of one limit: a full commit of its own.
func BenchmarkDecide(b *testing.B) {
	for name, o := range map[string]Options{"full": {Window: -1}, "ephemeral": {Ephemeral: true}} {
		b.Run(name, func(b *testing.B) {
			db := mustOpenAt(b, filepath.Join(b.TempDir(), "forewarn.db"), o)
			for b.Loop() {
				mustDecide(b, db, noon(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
					in.Good++
					return in, nil, ""
				})
			}
		})
	}
}

// BenchmarkKeep is one run of five steps with the decisions on three limits.
func BenchmarkKeep(b *testing.B) {
	for name, o := range map[string]Options{"full": {Window: -1}, "ephemeral": {Ephemeral: true}} {
		b.Run(name, func(b *testing.B) {
			db := mustOpenAt(b, filepath.Join(b.TempDir(), "forewarn.db"), o)
			run := Run{Result: checkoutRun(noon())}
			for _, limit := range []string{"availability", "latency", "errors"} {
				run.Decisions = append(run.Decisions, Decision{alert.Key{Journey: "checkout", Limit: limit}, noon(),
					func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
						in.Good++
						return in, nil, ""
					}})
			}
			for b.Loop() {
				if _, err := db.Keep(context.Background(), run); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCanonical(b *testing.B) {
	r := checkoutRun(noon())
	for b.Loop() {
		Canonical(r)
	}
}

// BenchmarkSights1000Journeys counts what was seen of a thousand journeys on a
// day of a run each five minutes.
func BenchmarkSights1000Journeys(b *testing.B) {
	const journeys, each = 1000, 24 * 12
	db := mustOpenAt(b, filepath.Join(b.TempDir(), "forewarn.db"), Options{Ephemeral: true})
	must(b, db.now(context.Background(), func(tx *sql.Tx) error {
		for i := range journeys {
			if _, err := tx.Exec("INSERT INTO standing (journey, limit_name, state, decided_ms, body) VALUES (?, 'latency', 1, 0, '{}')", fmt.Sprint("journey ", i)); err != nil {
				return err
			}
		}
		for i := range journeys * each {
			r := checkoutRun(noon().Add(time.Duration(i/journeys) * 5 * time.Minute))
			r.Journey = fmt.Sprint("journey ", i%journeys)
			if err := db.insertRun(tx, r); err != nil {
				return err
			}
		}
		return nil
	}))
	for b.Loop() {
		all, err := db.Sights(context.Background(), noon(), noon().Add(24*time.Hour))
		must(b, err)
		if len(all) != journeys || all[7].Runs != each {
			b.Fatalf("%d journeys, %+v", len(all), all[7])
		}
	}
}
