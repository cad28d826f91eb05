package acd

import (
	"math"
	"time"
)

// Seconds is a length of time in the settings: a JSON number of seconds, fractions allowed.
type Seconds float64

// Duration returns s as a [time.Duration], to the millisecond.
func (s Seconds) Duration() time.Duration {
	return time.Duration(math.Round(float64(s)*1000)) * time.Millisecond
}

// maxSeconds bounds every length of time in the settings: a week.
const maxSeconds Seconds = 7 * 24 * 3600

func (s Seconds) valid() bool { return s >= 0 && s <= maxSeconds } // false for NaN as well
