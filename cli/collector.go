package cli

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"time"
)

// tuneCollector chooses until ctx ends how much garbage may pile up before it
// is collected. A few runs a second then need little memory, and many little
// processor for collecting. Whoever sets GOGC has chosen already.
//
// The least of the last spans counts, and Go's default until there are enough
// of them: a heap that grew in a burst, as each start is one, stays in pieces.
func tuneCollector(ctx context.Context) {
	const every, spans = 2 * time.Second, 3
	if os.Getenv("GOGC") != "" {
		return
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	read := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	var perSecond []float64
	for before := uint64(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		metrics.Read(read)
		allocated, live := read[0].Value.Uint64(), read[1].Value.Uint64()
		perSecond = append(perSecond, float64(allocated-before)/every.Seconds())
		before = allocated
		if len(perSecond) == spans {
			debug.SetGCPercent(garbage(slices.Min(perSecond), float64(live)))
			perSecond = perSecond[1:]
		}
	}
}

// garbage is the percentage of the live heap that may be garbage, of so many
// bytes allocated a second: what one second leaves behind, where that is
// plenty; of less a smaller part, and of more a larger one. It is bounded both
// ways: collecting a heap that hardly changes costs nothing either way, and a
// large one costs much.
func garbage(perSecond, live float64) int {
	const plenty, least, most = 24 << 20, 20, 400
	return int(min(max(100*perSecond*(perSecond/plenty)/max(live, 1), least), most))
}
