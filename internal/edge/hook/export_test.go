package hook

import "time"

// Patience plays a delivery that never succeeds and returns how many attempts are made, over how long.
func Patience() (attempts int, over time.Duration) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	start := now
	for j := (Job{State: Waiting, Next: now}); j.State == Waiting; attempts++ {
		now = j.Next
		j = j.failed(now, 500, "")
	}
	return attempts, now.Sub(start)
}
