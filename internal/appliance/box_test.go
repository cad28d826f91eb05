package appliance

import (
	"testing"
	"time"
)

func TestManyDaysAreNotMinutes(t *testing.T) {
	const day = 24 * time.Hour
	for days, want := range map[int]time.Duration{0: 0, 30: 30 * day, 213504: maxKeepDays * day, 1 << 40: maxKeepDays * day} {
		if got := keepTime(days); got != want {
			t.Errorf("%d days are kept for %s, want %s", days, got, want)
		}
	}
}
