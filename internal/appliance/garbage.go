package appliance

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How much garbage may gather beside what lives, in percent, before it is collected. A box with few calls keeps its memory
// small; with hundreds of calls a second the collector would take a twentieth of the processor for it (measured).
const (
	garbageOfFew  = 100
	garbageOfMany = 200
)

// manyLive is how much lives in the memory of a box from which garbage may gather. Two hundred recorded calls are half of it.
const manyLive = 64 << 20

// garbageInterval is how often the box looks.
const garbageInterval = 5 * time.Second

// tuneGarbage lets more garbage gather in a busy box than in a quiet one. Who set GOGC knows better.
func tuneGarbage(ctx context.Context) error {
	if os.Getenv("GOGC") != "" {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	now := garbageOfFew
	debug.SetGCPercent(now)
	tick := time.NewTicker(garbageInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		metrics.Read(live)
		if want := garbage(live[0].Value.Uint64()); want != now {
			now = want
			debug.SetGCPercent(now)
		}
	}
}

// garbage is how much may gather, in percent of what lives.
func garbage(live uint64) int {
	if live < manyLive {
		return garbageOfFew
	}
	return garbageOfMany
}
