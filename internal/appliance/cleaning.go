package appliance

import (
	"context"
	"log/slog"
	"time"
)

// When the retention rule is applied to recordings: soon after the start, once calls are taken again, so that a box
// that is restarted every hour cleans too, and then at intervals.
const (
	firstCleaning = time.Minute
	cleanInterval = time.Hour
)

// cleaner deletes what is kept no longer.
type cleaner interface {
	Clean(ctx context.Context, now time.Time) (int, error)
}

// clean applies the retention rule from time to time until ctx ends.
func clean(ctx context.Context, recordings cleaner, log *slog.Logger) error {
	t := time.NewTimer(firstCleaning)
	defer t.Stop()
	for {
		select {
		case now := <-t.C:
			if n, err := recordings.Clean(ctx, now); err != nil || n > 0 {
				log.Info("old recordings deleted", "count", n, "error", err)
			}
			t.Reset(cleanInterval)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
