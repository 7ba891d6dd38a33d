package agent

// turn is a lock that is held for as long as a run takes. It is a channel and
// no mutex because tests of time, in which a clock moves on only while all
// wait, see a wait for a channel and none for a mutex.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// Lock waits for the turn.
func (t turn) Lock() { t <- struct{}{} }

// TryLock takes the turn if nobody holds it, and reports whether it did.
func (t turn) TryLock() bool {
	select {
	case t <- struct{}{}:
		return true
	default:
		return false
	}
}

// Unlock gives the turn back.
func (t turn) Unlock() { <-t }
