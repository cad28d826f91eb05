package workday

import (
	"math"
	"slices"
	"time"
)

// walker goes along the open stretches of a clock. All its times are since the instant it began at, so that they add
// up whatever the zone does: from one change of the zone's time to the next, days have 24 hours and midnights are
// where arithmetic puts them.
type walker struct {
	clock  *Clock
	origin time.Time

	now      time.Duration // what lies before was told
	midnight time.Duration // when the day began, or would have
	day      int64         // since 1970-01-01
	change   time.Duration // when the zone's time changes next
	period   int           // of the day, the next to tell
	special  int           // the first special day that is not over
}

const never = time.Duration(math.MaxInt64)

// from begins at t.
func (k *Clock) from(t time.Time) walker {
	w := walker{clock: k, origin: t}
	w.settle()
	return w
}

// settle finds the day and the next change of the zone's time, at the beginning and after each change.
func (w *walker) settle() {
	here := w.origin.Add(w.now).In(w.clock.zone)
	_, offset := here.Zone()
	wall := here.Unix() + int64(offset)
	w.day = floor(wall, secondsPerDay)
	w.midnight = w.now - time.Duration(wall-w.day*secondsPerDay)*time.Second - time.Duration(here.Nanosecond())
	w.change = never
	if _, end := here.ZoneBounds(); !end.IsZero() {
		w.change = end.Sub(w.origin)
	}
	w.period = 0
	w.special, _ = slices.BinarySearchFunc(w.clock.days, w.day, func(s special, day int64) int {
		switch {
		case s.day < day:
			return -1
		case s.day > day:
			return 1
		}
		return 0
	})
}

// next tells the next open stretch that is not over yet, as far as one begins before limit. Stretches that meet, as at
// midnight, are told apart.
func (w *walker) next(limit time.Duration) (from, to time.Duration, ok bool) {
	for w.now < limit {
		if w.now >= w.change {
			w.settle()
		}
		for periods := w.today(); w.period < len(periods); w.period++ {
			from, to = w.midnight+periods[w.period].from, w.midnight+periods[w.period].to
			if from, to = max(from, w.now), min(to, w.change); from < to {
				w.now = to
				return from, to, from < limit
			}
		}
		w.day, w.midnight, w.period = w.day+1, w.midnight+24*time.Hour, 0
		w.now = min(max(w.now, w.midnight), w.change)
	}
	return 0, 0, false
}

// today is the periods of the day.
func (w *walker) today() []stretch {
	days := w.clock.days
	for w.special < len(days) && days[w.special].day < w.day {
		w.special++
	}
	like := time.Weekday(((w.day+4)%7 + 7) % 7) // 1970-01-01 was a Thursday
	if w.special < len(days) && days[w.special].day == w.day {
		like = days[w.special].like
	}
	if like == closed {
		return nil
	}
	return w.clock.week[like]
}
