package crm

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Reading is what an odometer showed.
type Reading struct {
	At     time.Time `cbor:"1,keyasint" json:"at"`
	Km     int       `cbor:"2,keyasint" json:"km"`
	Source string    `cbor:"3,keyasint,omitempty" json:"source,omitempty"` // "visit", "call", "import"
	// Doubtful readings contradict the others (they fall, or leap further than a car drives) and are not reckoned with.
	Doubtful bool `cbor:"4,keyasint,omitempty" json:"doubtful,omitempty"`
}

const (
	// usualPerDay is what a car in China is driven on average, about 13,000 km a year; it stands in where readings lack.
	usualPerDay = 36.0
	// usualDays is the weight of the usual figure against the car's own: as if it had been seen for a quarter.
	usualDays = 90.0
	// mostPerDay bounds what a car can be driven day after day: a taxi in two shifts.
	mostPerDay = 600.0
	// leapPerDay and leapKm bound what one can have been driven between two readings: a day and a night on a motorway.
	leapPerDay = 1500.0
	leapKm     = 500.0
	// recent is how far back driving habits are looked at.
	recent = 3 * 365 * 24 * time.Hour
	// shortGap: over less than a fortnight two readings say little of a habit.
	shortGap = 14.0
)

// Estimate is what an odometer shows on a day, as far as that can be known.
type Estimate struct {
	Km     int     `json:"km"`
	Low    int     `json:"low"` // hardly less
	High   int     `json:"high"`
	PerDay float64 `json:"per_day"` // km
	// Readings is how many readings it rests on; 0: on the age of the car alone.
	Readings int       `json:"readings"`
	LastKm   int       `json:"last_km"`
	LastAt   time.Time `json:"last_at,omitzero"`
}

// EstimateMileage reckons what the odometer shows at a time. It goes on from the last trusted reading before that time at
// the car's own pace: the median of the paces between all pairs of recent readings, which one wrong reading does not
// move, weighted against the usual pace by how long the car has been watched. ok is false when neither a reading nor
// the day of sale is known.
func EstimateMileage(readings []Reading, sold Date, at time.Time) (e Estimate, ok bool) {
	points := trusted(readings, sold)
	if len(points) == 0 {
		return Estimate{}, false
	}
	n := slices.IndexFunc(points, func(r Reading) bool { return r.At.After(at) })
	if n == 0 {
		return before(points[0], sold), true
	}
	if n > 0 { // between two readings: on the line between them
		return between(points[n-1], points[n], at, len(points)), true
	}
	last := points[len(points)-1]
	e = Estimate{LastKm: last.Km, LastAt: last.At, Readings: len(points)}
	if last.Source == soldSource || points[0].Source == soldSource {
		e.Readings--
	}
	days := at.Sub(last.At).Hours() / 24
	pace, spread := pace(points)
	e.PerDay = pace
	e.Km = rounded(float64(last.Km) + pace*days)
	e.Low = rounded(float64(last.Km) + max(pace-spread, 0)*days)
	e.High = rounded(float64(last.Km) + min(pace+spread, mostPerDay)*days)
	return e, true
}

// soldSource marks the point that the day of sale gives: a new car has driven nothing.
const soldSource = "sold"

// trusted are the readings that are not doubtful, in order, with the sale before them.
func trusted(readings []Reading, sold Date) []Reading {
	points := slices.DeleteFunc(slices.Clone(readings), func(r Reading) bool { return r.Doubtful })
	slices.SortStableFunc(points, func(a, b Reading) int { return a.At.Compare(b.At) })
	day, err := sold.Time()
	if err != nil || len(points) > 0 && !points[0].At.After(day) {
		return points
	}
	if len(points) > 0 && float64(points[0].Km) > leapKm+mostPerDay*points[0].At.Sub(day).Hours()/24 {
		return points // it was sold used
	}
	return append([]Reading{{At: day, Source: soldSource}}, points...)
}

func before(first Reading, sold Date) Estimate {
	low := 0
	if sold == "" {
		low = first.Km / 2
	}
	return Estimate{Km: first.Km, Low: low, High: first.Km, Readings: 1, LastKm: first.Km, LastAt: first.At}
}

func between(a, b Reading, at time.Time, n int) Estimate {
	share := at.Sub(a.At).Hours() / max(b.At.Sub(a.At).Hours(), 1)
	km := rounded(float64(a.Km) + share*float64(b.Km-a.Km))
	days := max(b.At.Sub(a.At).Hours()/24, 1)
	return Estimate{Km: km, Low: a.Km, High: max(b.Km, a.Km), PerDay: float64(b.Km-a.Km) / days, Readings: n, LastKm: a.Km, LastAt: a.At}
}

// pace is how far the car is driven in a day, in km, and how far off that may be.
func pace(points []Reading) (perDay, spread float64) {
	last := points[len(points)-1]
	for len(points) > 2 && last.At.Sub(points[0].At) > recent {
		points = points[1:]
	}
	if len(points) > 24 {
		points = points[len(points)-24:]
	}
	var slopes []float64
	for i := range points {
		for j := i + 1; j < len(points); j++ {
			if days := points[j].At.Sub(points[i].At).Hours() / 24; days >= shortGap {
				slopes = append(slopes, float64(points[j].Km-points[i].Km)/days)
			}
		}
	}
	if len(slopes) == 0 {
		return usualPerDay, usualPerDay
	}
	own := median(slopes)
	for i, s := range slopes {
		slopes[i] = math.Abs(s - own)
	}
	watched := last.At.Sub(points[0].At).Hours() / 24
	trust := watched / (watched + usualDays)
	perDay = min(max(own*trust+usualPerDay*(1-trust), 0), mostPerDay)
	// 1.48 makes a median of distances a standard deviation; a fifth is the least that seasons and holidays do.
	return perDay, max(1.48*median(slopes), perDay/5) + usualPerDay*(1-trust)
}

func median(values []float64) float64 {
	slices.Sort(values)
	if n := len(values); n%2 == 0 {
		return (values[n/2-1] + values[n/2]) / 2
	}
	return values[len(values)/2]
}

func rounded(km float64) int { return int(math.Round(min(km, maxKm))) }

// follows reports whether b may come after a on one odometer.
func follows(a, b Reading) bool {
	days := b.At.Sub(a.At).Hours() / 24
	return b.Km >= a.Km && float64(b.Km-a.Km) <= leapKm+leapPerDay*days
}

// judged returns the readings in the order of time, the newest of too many, with those marked doubtful that are not
// part of the longest series without contradiction. Where two contradict each other and no third decides, the later is
// doubted.
func judged(readings []Reading) []Reading {
	if len(readings) == 0 {
		return nil
	}
	out := slices.Clone(readings)
	for i := range out {
		out[i].At = out[i].At.UTC().Truncate(time.Second)
	}
	slices.SortStableFunc(out, func(a, b Reading) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Km, b.Km)) })
	out = slices.CompactFunc(out, func(a, b Reading) bool { return a.At.Equal(b.At) && a.Km == b.Km })
	if n := len(out) - maxReading; n > 0 {
		out = out[n:]
	}
	length, previous := make([]int, len(out)), make([]int, len(out))
	end := 0
	for i := range out {
		out[i].Doubtful = true
		length[i], previous[i] = 1, -1
		for j := i - 1; j >= 0; j-- {
			if length[j]+1 > length[i] && follows(out[j], out[i]) {
				length[i], previous[i] = length[j]+1, j
			}
		}
		if length[i] > length[end] {
			end = i
		}
	}
	for i := end; i >= 0; i = previous[i] {
		out[i].Doubtful = false
	}
	return out
}

// Doubt is why a reading cannot be true, as a message id; empty when it can.
func Doubt(readings []Reading, r Reading, now time.Time) string {
	switch {
	case r.At.After(now.Add(24 * time.Hour)):
		return "vehicle.reading_future"
	case r.Km < 0 || r.Km > maxKm:
		return "vehicle.mileage_range"
	}
	for _, other := range trusted(readings, "") {
		earlier, later := other, r
		if other.At.After(r.At) {
			earlier, later = r, other
		}
		if !follows(earlier, later) {
			if later.Km < earlier.Km {
				return "vehicle.mileage_falls"
			}
			return "vehicle.mileage_leaps"
		}
	}
	return ""
}
