package store

import (
	"slices"
	"sync"
	"time"
)

const (
	// enough is the number of writes that wait for no others any more: to
	// make hundreds at once keeps a processor from everybody's measurements.
	enough = 64

	// most is the number that may share one commit where they have piled up
	// all the same, behind a slow disk.
	most = 512
)

// queue holds the writes that wait for the committer. It wakes it for the first
// of them, and when they should wait no longer, but not for each: to wake a
// goroutine a thousand times a second costs more than what it is woken for.
type queue struct {
	mu      sync.Mutex
	waiting []*write
	ripe    bool          // what waits should wait no longer
	closed  bool          // nothing more is taken
	wake    chan struct{} // of one: sent to under mu only
}

func newQueue() queue { return queue{wake: make(chan struct{}, 1)} }

// put adds w, and reports whether that was still possible.
func (q *queue) put(w *write) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.waiting = append(q.waiting, w)
	ripe := w.urgent || len(q.waiting) >= enough
	if len(q.waiting) == 1 || ripe && !q.ripe {
		q.call()
	}
	q.ripe = q.ripe || ripe
	return true
}

// drop takes w out, and reports whether it still waited.
func (q *queue) drop(w *write) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, w)
	if i < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	return true
}

// close takes no more. What waits should wait no longer.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed, q.ripe = true, true
	q.call()
}

// next waits for a write, then until the window ends or what waits is ripe, and
// takes all of it that may share a commit. None at all says that it is closed.
func (q *queue) next(window time.Duration) []*write {
	for {
		<-q.wake
		if !q.hurries() && window > 0 {
			select {
			case <-q.wake:
			case <-time.After(window):
			}
		}
		if batch, closed := q.take(); len(batch) > 0 || closed {
			return batch
		}
	}
}

func (q *queue) hurries() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ripe
}

func (q *queue) take() (batch []*write, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-q.wake: // called for what is taken now
	default:
	}
	n := min(len(q.waiting), most)
	batch, q.waiting = q.waiting[:n:n], q.waiting[n:]
	if len(q.waiting) == 0 {
		q.waiting, q.ripe = nil, q.closed
	}
	if len(q.waiting) > 0 || q.closed {
		q.call()
	}
	return batch, q.closed
}

func (q *queue) call() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}
