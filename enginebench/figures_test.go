package enginebench

import (
	"encoding/gob"
	"slices"
	"strconv"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// stretch is the time in which something was measured.
type stretch struct{ from, to time.Time }

func (s stretch) has(t time.Time) bool { return !t.Before(s.from) && t.Before(s.to) }

// figures are what one prober was measured to do.
type figures struct {
	steps     int           // that arrived at the target
	cold      float64       // connections per step
	cpu       time.Duration // of the prober, per step
	resident  float64       // MB
	jitter    time.Duration // p99 of |interval - every| at the target
	canary    time.Duration // p99 of the target's own timers, meanwhile
	bin       float64       // share of the arrivals in the fullest 10 ms of an interval
	bias50    time.Duration // what was reported less what the target had of it
	bias99    time.Duration
	performed float64 // of the slots due, stored; the engine alone
	failed    float64 // of those, not passed
	unknown   float64 // of those, marked as spoiled by this machine
	lagged    float64 // of those, with a lag of our own noted
}

// measure watches p for d from now on.
func (w *world) measure(p *process, l load, d time.Duration) (figures, stretch, diary) {
	w.Helper()
	conns, s, used := w.diary().Conns, stretch{from: time.Now()}, p.cpu(w)
	time.Sleep(d)
	used = p.cpu(w) - used
	s.to = time.Now()
	var f figures
	f.resident, _ = p.resident(w)
	seen := w.diary()
	for _, arrivals := range seen.Arrivals {
		for _, a := range arrivals {
			if s.has(a.At) {
				f.steps++
			}
		}
	}
	f.cold = float64(seen.Conns-conns) / float64(max(1, f.steps))
	f.cpu = used / time.Duration(max(1, f.steps))
	f.canary = quantile(late(seen.Canary, s), 0.99)
	f.jitter, f.bin = punctual(seen, l, s)
	return f, s, seen
}

func late(canary []lateness, s stretch) (by []time.Duration) {
	for _, c := range canary {
		if s.has(c.At) {
			by = append(by, c.By)
		}
	}
	return by
}

// punctual is the p99 of how far the times between two requests of a path are
// from the interval, and the share of the fullest 10 ms. Of a journey of
// several steps only the first one counts.
func punctual(seen diary, l load, s stretch) (jitter time.Duration, fullest float64) {
	const width = 10 * time.Millisecond
	var off []time.Duration
	bins, all := make([]int, l.every/width+1), 0
	for _, arrivals := range seen.Arrivals {
		var last time.Time
		for i := 0; i < len(arrivals); i += l.steps {
			at := arrivals[i].At
			if !s.has(at) {
				continue
			}
			if !last.IsZero() {
				off = append(off, (at.Sub(last) - l.every).Abs())
			}
			last = at
			bins[time.Duration(at.UnixNano())%l.every/width]++
			all++
		}
	}
	return quantile(off, 0.99), float64(slices.Max(bins)) / float64(max(1, all))
}

// bare measures the bare loop under l.
func (w *world) bare(l load, d time.Duration) figures {
	w.Helper()
	p := start(w, self("bare", "-base", w.base(l), "-authority", w.authority(),
		"-n", strconv.Itoa(l.journeys), "-every", l.every.String()))
	time.Sleep(2 * time.Second)
	f, s, _ := w.measure(p, l, d)
	p.stop(w)
	var looks []look
	if err := gob.NewDecoder(&p.out).Decode(&looks); err != nil {
		w.Fatal(err)
	}
	var over []time.Duration
	looks = slices.DeleteFunc(looks, func(l look) bool { return !s.has(l.At) })
	for _, l := range looks {
		if !l.Failed {
			over = append(over, l.Over)
		}
	}
	f.failed = 1 - float64(len(over))/float64(max(1, len(looks)))
	f.bias50, f.bias99 = quantile(over, 0.5), quantile(over, 0.99)
	return f
}

// full measures the engine under l, and checks that it has counted each slot
// that it missed.
func (w *world) full(l load, d time.Duration) figures {
	w.Helper()
	e := w.engine(l)
	time.Sleep(settling(l))
	f, s, seen := w.measure(e.process, l, d)
	time.Sleep(min(l.every, 10*time.Second)) // until all of it is stored
	runs, missed := e.counted()
	e.end()
	stored := e.runs()
	e.sum(&f, stored, s)
	f.bias50, f.bias99 = bias(stored, seen, s)
	for i, all := range stored {
		n := runs[name(i)]
		if n == 0 || n > len(all) {
			w.Fatalf("%s: %d runs told, %d stored", name(i), n, len(all))
		}
		slots, taken := int(all[n-1].Due.Sub(all[0].Due)/l.every)+1, slotsOf(all[:n])
		if slots-taken != missed[name(i)] {
			w.Errorf("%s: %d of %d slots were not performed, and %d counted as missed", name(i), slots-taken, slots, missed[name(i)])
		}
	}
	return f
}

// slotsOf is how many slots the runs have taken: one that begins more than an
// interval late takes the next slot, together with that one's own run.
func slotsOf(runs []probes.Result) int {
	taken := map[time.Time]bool{}
	for _, r := range runs {
		taken[r.Due] = true
	}
	return len(taken)
}

// settling is how long after the start all journeys run on time.
func settling(l load) time.Duration { return l.every + min(2*l.every, 5*time.Second) }

// sum fills in what the stored runs tell.
func (e *engine) sum(f *figures, stored [][]probes.Result, s stretch) {
	due := float64(e.load.journeys) * float64(s.to.Sub(s.from).Round(e.load.every)/e.load.every)
	var performed int
	var runs, failed, unknown, lagged float64
	for _, all := range stored {
		within := slices.DeleteFunc(slices.Clone(all), func(r probes.Result) bool { return !s.has(r.Due) })
		performed += slotsOf(within)
		for _, r := range within {
			runs++
			if !r.Verdict.Good() {
				failed++
			}
			if r.Verdict == probes.Unknown {
				unknown++
			}
			if r.Lag > 0 {
				lagged++
			}
		}
	}
	f.performed, f.failed, f.unknown, f.lagged = float64(performed)/due, failed/runs, unknown/runs, lagged/runs
}

// bias is by how much the stored durations exceed what the target had of
// them: of each run of one step, the request that arrived in it.
func bias(stored [][]probes.Result, seen diary, s stretch) (p50, p99 time.Duration) {
	var over []time.Duration
	for i, all := range stored {
		arrivals := seen.Arrivals[path(i)]
		for _, r := range all {
			if len(r.Steps) != 1 || !s.has(r.Start) || !r.Verdict.Good() {
				continue
			}
			n, _ := slices.BinarySearchFunc(arrivals, r.Start, func(a arrival, t time.Time) int { return a.At.Compare(t) })
			if n < len(arrivals) && arrivals[n].At.Before(r.Start.Add(r.Duration+2*time.Millisecond)) {
				over = append(over, r.Duration-arrivals[n].Served)
			}
		}
	}
	return quantile(over, 0.5), quantile(over, 0.99)
}

func quantile(of []time.Duration, q float64) time.Duration {
	if len(of) == 0 {
		return 0
	}
	slices.Sort(of)
	return of[int(q*float64(len(of)-1))]
}
