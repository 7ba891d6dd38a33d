package agent

import (
	"errors"
	"log/slog"
	"os"
	"syscall"
)

// descriptors are the files and connections that this process holds, and how
// many it may. Both are 0 where that cannot be told.
type descriptors struct{ open, limit int }

func countDescriptors() (d descriptors) {
	var allowed syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &allowed); err != nil || allowed.Cur > 1<<30 {
		return d
	}
	limit := int(allowed.Cur)
	entries, err := os.ReadDir("/proc/self/fd")
	switch {
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return descriptors{limit, limit}
	case err != nil:
		return d
	}
	return descriptors{len(entries) - 1, limit} // without the one that this took
}

// scarce reports whether less than a tenth of them is left. What needs one
// may have failed for the lack of it, whatever it says: a lookup that cannot
// open its files finds that the name does not exist.
func (d descriptors) scarce() bool { return d.limit > 0 && d.limit-d.open < d.limit/10 }

// enough warns at the start of a limit that so many journeys at once would
// meet: each may hold a handful of connections, and the rest of us some dozens.
func (d descriptors) enough(log *slog.Logger, journeys int) {
	const each, ours = 4, 64
	if need := each*journeys + ours; d.limit > 0 && d.limit < need {
		log.Warn("this process may open too few files for all journeys at once: raise LimitNOFILE, or ulimit -n",
			"limit", d.limit, "needed", need)
	}
}
