package appliance

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// broom notes when it is used.
type broom struct {
	began time.Time
	at    []time.Duration
}

func (b *broom) Clean(_ context.Context, now time.Time) (int, error) {
	b.at = append(b.at, now.Sub(b.began))
	return 1, nil
}

func TestCleaningBeginsSoonAfterTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Minute)
		defer cancel()
		b := &broom{began: time.Now()}
		if err := clean(ctx, b, slog.New(slog.DiscardHandler)); err == nil {
			t.Error("it ended without a cause")
		}
		if want := []time.Duration{time.Minute, 61 * time.Minute, 121 * time.Minute}; !slices.Equal(b.at, want) {
			t.Errorf("cleaned %v after the start, want %v", b.at, want)
		}
	})
}
