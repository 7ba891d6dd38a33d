package probes

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// Turns lets runs take turns: one at a time at each lock, and no more at a
// host than it may be asked. Who comes first goes first. Its zero value works,
// and is meant to be shared by all runs of a process.
type Turns struct {
	mu    sync.Mutex
	locks map[string]*lock
	gates map[Host]*gate
}

// Host is how much one host is asked at most by all journeys together:
// requests that steps, their redirects and their tokens need. Connections
// without HTTP are not counted.
type Host struct {
	Name     string        // as in URLs, lower case; with a port: that port alone
	Requests int           // so many may begin ...
	Per      time.Duration // ... in any stretch of this length; Requests 0: any number
	AtOnce   int           // under way at the same time; 0: any number
}

// Is reports whether a request to u asks this host. Servers that redirect may
// spell it as they like: with capitals, a dot at its end, no port.
func (h Host) Is(u *url.URL) bool {
	name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	own := url.URL{Host: h.Name}
	return own.Hostname() == name && (own.Port() == "" || own.Port() == port)
}

// Minute is how many requests may begin in a minute; 0 is any number.
func (h Host) Minute() float64 {
	if h.Requests == 0 {
		return 0
	}
	return float64(h.Requests) * float64(time.Minute) / float64(h.Per)
}

// lock is held by one run at a time.
type lock struct {
	place  *semaphore.Weighted
	holder atomic.Value // string: the journey that got it last
}

func (t *Turns) lock(name string) *lock {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.locks[name]
	if l == nil {
		if t.locks == nil {
			t.locks = map[string]*lock{}
		}
		l = &lock{place: semaphore.NewWeighted(1)}
		t.locks[name] = l
	}
	return l
}

// gate is where requests to one host wait. After a reload that changes what
// the host may be asked, it is another.
type gate struct {
	host   Host
	places *semaphore.Weighted // nil: any number

	mu    sync.Mutex
	begun []time.Time // when the last requests began, or will; oldest first, at most host.Requests
}

// at are the gates of a request to u, in an order that is the same for all
// runs: after a reload two may have read their hosts in different orders, and
// each would hold what the other waits for.
func (t *Turns) at(u *url.URL, hosts []Host) []*gate {
	var gates []*gate
	for _, h := range hosts {
		if h.Is(u) {
			gates = append(gates, t.gate(h))
		}
	}
	slices.SortFunc(gates, func(a, b *gate) int { return strings.Compare(a.host.Name, b.host.Name) })
	return gates
}

func (t *Turns) gate(h Host) *gate {
	t.mu.Lock()
	defer t.mu.Unlock()
	g := t.gates[h]
	if g == nil {
		if t.gates == nil {
			t.gates = map[Host]*gate{}
		}
		g = &gate{host: h}
		if h.AtOnce > 0 {
			g.places = semaphore.NewWeighted(int64(h.AtOnce))
		}
		t.gates[h] = g
	}
	return g
}

// enter waits until a request may begin, but not if that is after until. After
// nil the caller leaves.
func (g *gate) enter(ctx context.Context, until time.Time) error {
	if g.places != nil {
		if err := acquire(ctx, g.places, until); err != nil {
			return err
		}
	}
	at, ok := g.book(time.Now(), until)
	if ok && sleep(ctx, time.Until(at)) {
		return nil
	}
	g.leave()
	if ctx.Err() == nil {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}

func (g *gate) leave() {
	if g.places != nil {
		g.places.Release(1)
	}
}

// book is the time at which the next request may begin, and makes it that of
// this one unless it is after until.
func (g *gate) book(now, until time.Time) (at time.Time, ok bool) {
	if g.host.Requests == 0 {
		return now, true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	at = now
	if len(g.begun) == g.host.Requests {
		if free := g.begun[0].Add(g.host.Per); free.After(now) {
			at = free
		}
	}
	if at.After(now) && !until.IsZero() && at.After(until) {
		return at, false
	}
	if len(g.begun) == g.host.Requests {
		g.begun = g.begun[1:]
	}
	g.begun = append(g.begun, at)
	return at, true
}

// acquire is Acquire with an end; a free place is taken even after it.
func acquire(ctx context.Context, places *semaphore.Weighted, until time.Time) error {
	if places.TryAcquire(1) {
		return nil
	}
	if !until.IsZero() {
		limited, cancel := context.WithDeadline(ctx, until)
		defer cancel()
		ctx = limited
	}
	return places.Acquire(ctx, 1)
}

// sleep reports whether d passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// lock takes the journey's lock, if it has one. A run that does not get it is
// not begun, which is nobody's failure.
func (r *run) lock(ctx context.Context) (unlock func(), failure *Failure) {
	if r.journey.Lock == "" {
		return func() {}, nil
	}
	l := r.turns.lock(r.journey.Lock)
	holder, _ := l.holder.Load().(string)
	waited, err := r.patience.wait(func() error { return acquire(ctx, l.place, r.patience.until) })
	r.aside += waited
	switch {
	case err == nil:
		l.holder.Store(r.journey.Name)
		return func() { l.place.Release(1) }, nil
	case ctx.Err() != nil:
		return nil, r.failure(FailSelf, "", "forewarn was stopped while the run waited for the lock "+r.journey.Lock, context.Cause(ctx).Error())
	}
	return nil, r.failure(FailSelf, "", fmt.Sprintf("waited %s for the lock %s, which %s had, until the next run was due: take these journeys less often",
		round(waited), r.journey.Lock, holder), "")
}

// crowded says why a request did not get its turn.
type crowded string

// Error is the reason, in one line.
func (c crowded) Error() string { return string(c) }

// turn waits until the host may be asked once more. After a nil error leave
// ends the asking. A cleanup that gets no turn asks all the same: what was made
// and not taken back burdens the product more than one request.
func (r *run) turn(ctx context.Context, u *url.URL, cleanup bool) (leave func(), err error) {
	var entered []*gate
	leave = func() {
		for _, g := range entered {
			g.leave()
		}
	}
	for _, g := range r.turns.at(u, r.journey.Hosts) {
		waited, err := r.patience.wait(func() error { return g.enter(ctx, r.patience.until) })
		r.aside += waited
		if err != nil && cleanup && ctx.Err() == nil {
			continue
		}
		if err != nil {
			leave()
			return nil, crowded(fmt.Sprintf("waited %s for its turn at %s, until the next run was due: raise what [[host]] allows it, or every",
				round(waited), g.host.Name))
		}
		entered = append(entered, g)
	}
	return leave, nil
}
