package enginebench

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// BenchmarkEngine measures what docs/engine.md shows. Figures of the bare loop
// end in -bare. A share is written as %name.
func BenchmarkEngine(b *testing.B) {
	program := *shipped
	if program == "" && *profile == "" {
		program = build(b)
	}
	const answer = 5 * time.Millisecond
	for _, perSecond := range []int{1000, 2500, 4000} {
		b.Run(fmt.Sprintf("rate/http-%d", perSecond), func(b *testing.B) {
			benchmarkRate(b, program, load{journeys: perSecond, steps: 1, every: time.Second, delay: answer})
		})
	}
	b.Run("rate/https-800", func(b *testing.B) {
		benchmarkRate(b, program, load{journeys: 800, steps: 1, every: time.Second, delay: answer, secure: true})
	})
	b.Run("memory/no-limits", func(b *testing.B) {
		benchmarkMemory(b, program, load{journeys: 1000, steps: 5, every: 10 * time.Second, delay: answer})
	})
	b.Run("memory/a-latency-limit-each", func(b *testing.B) {
		benchmarkMemory(b, program, load{journeys: 1000, steps: 5, every: 10 * time.Second, delay: answer, limits: true})
	})
	for _, journeys := range []int{1, 1000, 5000} {
		b.Run(fmt.Sprintf("start/%d", journeys), func(b *testing.B) {
			benchmarkStart(b, program, load{journeys: journeys, steps: 1, every: 10 * time.Second, delay: answer})
		})
	}
	b.Run("slow-target", func(b *testing.B) { benchmarkSlowTarget(b, program) })
	b.Run("busy-machine", func(b *testing.B) { benchmarkBusyMachine(b, program) })
	b.Run("binary", func(b *testing.B) {
		info, err := os.Stat(build(b))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	})
}

// benchmarkRate is what runs on time cost, and how true their figures are.
func benchmarkRate(b *testing.B, program string, l load) {
	w := newWorld(b, program, l.delay)
	for b.Loop() {
		bare, full := w.bare(l, *window), w.full(l, *window)
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(100*full.performed, "%performed")
		b.ReportMetric(100*full.failed, "%failed")
		b.ReportMetric(100*bare.failed, "%failed-bare")
		b.ReportMetric(100*full.unknown, "%unknown")
		b.ReportMetric(100*full.bin, "%fullest-10ms")
		b.ReportMetric(float64(full.steps)/window.Seconds(), "steps/s")
		b.ReportMetric(full.cold, "conns/step")
		b.ReportMetric(us(full.cpu), "cpu-us/step")
		b.ReportMetric(us(bare.cpu), "cpu-us/step-bare")
		b.ReportMetric(us(full.cpu)/us(bare.cpu), "cpu-ratio")
		b.ReportMetric(ms(full.jitter), "jitter-p99-ms")
		b.ReportMetric(ms(bare.jitter), "jitter-p99-ms-bare")
		b.ReportMetric(ms(full.canary), "canary-p99-ms")
		b.ReportMetric(ms(bare.canary), "canary-p99-ms-bare")
		b.ReportMetric(ms(full.bias50), "bias-p50-ms")
		b.ReportMetric(ms(bare.bias50), "bias-p50-ms-bare")
		b.ReportMetric(ms(full.bias99), "bias-p99-ms")
		b.ReportMetric(ms(bare.bias99), "bias-p99-ms-bare")
		b.ReportMetric(full.resident, "MB")
	}
}

// benchmarkStart is how long after its start the program looks at the first
// journey, and how many it has looked at within their interval.
func benchmarkStart(b *testing.B, program string, l load) {
	for b.Loop() {
		w := newWorld(b, program, l.delay)
		e := w.engine(l)
		time.Sleep(l.every + 2*time.Second)
		first, last, soon := e.began.Add(l.every), time.Time{}, 0
		for _, arrivals := range w.diary().Arrivals {
			if at := arrivals[0].At; at.Before(e.began.Add(l.every)) {
				soon++
			}
			if arrivals[0].At.Before(first) {
				first = arrivals[0].At
			}
			if arrivals[0].At.After(last) {
				last = arrivals[0].At
			}
		}
		e.end()
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(ms(first.Sub(e.began)), "first-ms")
		b.ReportMetric(last.Sub(e.began).Seconds(), "last-s")
		b.ReportMetric(100*float64(soon)/float64(l.journeys), "%within-interval")
	}
}

// benchmarkSlowTarget is how often a target is asked that takes 5 s, as a
// share of how often one is asked that takes 5 ms.
func benchmarkSlowTarget(b *testing.B, program string) {
	l := load{journeys: 500, steps: 1, every: 10 * time.Second, timeout: 9 * time.Second}
	for b.Loop() {
		var performed []float64
		for _, delay := range []time.Duration{5 * time.Millisecond, 5 * time.Second} {
			l.delay = delay
			f := newWorld(b, program, delay).full(l, (*window).Round(l.every))
			performed = append(performed, f.performed)
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(100*performed[0], "%performed-5ms")
		b.ReportMetric(100*performed[1], "%performed-5s")
	}
}

// benchmarkBusyMachine is what is said of runs while other processes keep all
// processors busy.
func benchmarkBusyMachine(b *testing.B, program string) {
	l := load{journeys: 200, steps: 1, every: time.Second, delay: 50 * time.Millisecond}
	w := newWorld(b, program, l.delay)
	for b.Loop() {
		for _, burners := range []int{0, 1, 8} {
			var busy []*process
			for range burners {
				busy = append(busy, start(b, self("burner")))
			}
			f := w.full(l, *window)
			for _, p := range busy {
				p.kill()
			}
			of := fmt.Sprintf("-%dx", burners)
			b.ReportMetric(100*f.lagged, "%lag-noted"+of)
			b.ReportMetric(100*f.unknown, "%unknown"+of)
			b.ReportMetric(ms(f.bias99), "bias-p99-ms"+of)
		}
		b.ReportMetric(0, "ns/op")
	}
}

func us(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
