package workday_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/workday"
)

// world is a random calendar around a change of a zone's time, and what an hourglass that asks at each minute whether
// the calendar is open makes of it.
type world struct {
	calendar workday.Calendar
	years    []workday.Year
	zone     *time.Location
	clock    *workday.Clock
	start    time.Time
	open     []bool // each minute from start
	passed   []int  // open minutes from start until each minute
}

const worldDays = 24

// changes are instants around which the zones do what is hard: an hour forth and back, half an hour, at midnight, a
// whole day, and holidays with swap days.
var changes = []struct{ zone, at string }{ //nolint:gochecknoglobals // a constant table
	{"Asia/Shanghai", "2025-09-20"},
	{"Asia/Shanghai", "2026-02-08"},
	{"Asia/Shanghai", "2025-12-24"},
	{"Asia/Shanghai", "1986-04-26"},
	{"Europe/Berlin", "2026-03-20"},
	{"Europe/Berlin", "2026-10-16"},
	{"America/New_York", "2026-03-01"},
	{"America/New_York", "2026-10-24"},
	{"Australia/Lord_Howe", "2026-04-01"},
	{"America/Sao_Paulo", "2018-10-28"},
	{"America/Sao_Paulo", "2018-02-10"},
	{"Pacific/Apia", "2011-12-24"},
}

func newWorld(t *testing.T, r *rand.Rand, seed uint64) *world {
	t.Helper()
	c := changes[seed%uint64(len(changes))]
	w := &world{zone: zone(t, c.zone), calendar: workday.Calendar{Week: map[string][]workday.Period{}, SwapDays: map[string]string{}}}
	names := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	w.start = at(t, w.zone, c.at+" 12:00")
	for len(w.calendar.Week) == 0 {
		for _, d := range names {
			if p := randomPeriods(r); len(p) > 0 {
				w.calendar.Week[d] = p
			}
		}
	}
	date := func() string { return w.start.AddDate(0, 0, r.IntN(worldDays)).Format(time.DateOnly) }
	for range r.IntN(4) {
		w.calendar.Holidays = append(w.calendar.Holidays, date())
	}
	for range r.IntN(3) {
		w.calendar.SwapDays[date()] = names[r.IntN(7)]
	}
	w.calendar.Public = r.IntN(2) == 0
	if r.IntN(2) == 0 {
		own := workday.Year{Year: w.start.Year()}
		seen := map[string]bool{}
		for range r.IntN(8) {
			d := date()
			switch {
			case seen[d] || d[:4] != w.start.Format("2006"):
			case r.IntN(2) == 0:
				own.Holidays = append(own.Holidays, workday.Day{Date: d})
			default:
				own.Swaps = append(own.Swaps, workday.Swap{Date: d, Like: names[r.IntN(5)]})
			}
			seen[d] = true
		}
		w.years = []workday.Year{own}
	}
	var err error
	if w.clock, err = workday.NewClock(w.calendar, w.years, w.zone); err != nil {
		t.Fatal(err)
	}
	return w
}

// fill turns the hourglass over.
func (w *world) fill() {
	passed := 0
	for m := range worldDays * 24 * 60 {
		open := w.calendar.Open(w.start.Add(time.Duration(m)*time.Minute), w.years...)
		w.open, w.passed = append(w.open, open), append(w.passed, passed)
		if open {
			passed++
		}
	}
}

// randomPeriods is up to three periods apart, now and then from or until midnight, or meeting each other.
func randomPeriods(r *rand.Rand) []workday.Period {
	cuts := make([]int, 2*r.IntN(4))
	for i := range cuts {
		switch r.IntN(6) {
		case 0:
			cuts[i] = r.IntN(2) * 24 * 60
		case 1, 2:
			cuts[i] = r.IntN(5 * 60) // where the hours go missing
		default:
			cuts[i] = r.IntN(24 * 60)
		}
	}
	slices.Sort(cuts)
	var periods []workday.Period
	for ; len(cuts) > 0; cuts = cuts[2:] {
		if cuts[0] < cuts[1] {
			periods = append(periods, workday.Period{From: clockFace(cuts[0]), To: clockFace(cuts[1])})
		}
	}
	r.Shuffle(len(periods), func(i, k int) { periods[i], periods[k] = periods[k], periods[i] })
	return periods
}

func clockFace(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// eachWorld runs a test in random worlds that are the same in every run.
func eachWorld(t *testing.T, n int, test func(t *testing.T, w *world, r *rand.Rand)) {
	t.Helper()
	for seed := range uint64(n) {
		r := rand.New(rand.NewPCG(seed, 6)) //nolint:gosec // random tests, not secrets
		w := newWorld(t, r, seed)
		test(t, w, r)
		if t.Failed() {
			t.Fatalf("seed %d: %s, %+v, years %+v", seed, w.zone, w.calendar, w.years)
		}
	}
}

// instant is some time of a world, to the nanosecond.
func (w *world) instant(r *rand.Rand) time.Time {
	return w.start.Add(time.Duration(r.Int64N(worldDays * 24 * int64(time.Hour))))
}

func TestTheClockAgreesWithAnHourglass(t *testing.T) {
	eachWorld(t, 24, func(t *testing.T, w *world, r *rand.Rand) {
		t.Helper()
		w.fill()
		minute := func(i int) time.Time { return w.start.Add(time.Duration(i) * time.Minute) }
		for i, open := range w.open {
			if w.clock.Open(minute(i)) != open || w.clock.Open(minute(i).Add(59*time.Second)) != open {
				t.Fatalf("%v: open %v, the calendar says %v", minute(i), !open, open)
			}
		}
		for range 80 {
			a, b := r.IntN(len(w.open)), r.IntN(len(w.open))
			if got, want := w.clock.Between(minute(a), minute(b)), time.Duration(w.passed[b]-w.passed[a])*time.Minute; got != want {
				t.Fatalf("between %v and %v: %v, want %v", minute(a), minute(b), got, want)
			}
			w.addByHourglass(t, a, r.IntN(3000))
		}
	})
}

// addByHourglass counts d open minutes from a, one after the other.
func (w *world) addByHourglass(t *testing.T, a, d int) {
	t.Helper()
	i, left := a, d
	for i < len(w.open) && (left > 0 || !w.open[i] && d == 0) {
		if w.open[i] {
			left--
		}
		i++
	}
	if i == len(w.open) {
		return // beyond the world
	}
	from, want := w.start.Add(time.Duration(a)*time.Minute), w.start.Add(time.Duration(i)*time.Minute)
	if got := w.clock.Add(from, time.Duration(d)*time.Minute); !got.Equal(want) {
		t.Fatalf("%v and %d minutes: %v, want %v", from, d, got, want)
	}
}

func TestDeadlinesNeverMoveEarlier(t *testing.T) {
	eachWorld(t, 84, func(t *testing.T, w *world, r *rand.Rand) {
		t.Helper()
		for range 100 {
			from, d, more := w.instant(r), time.Duration(r.Int64N(int64(60*time.Hour))), time.Duration(r.Int64N(int64(time.Hour)))
			due := w.clock.Add(from, d)
			if later := w.clock.Add(from, d+more); later.Before(due) {
				t.Fatalf("from %v: %v is %v, but %v is %v", from, d, due, d+more, later)
			}
			if later := w.clock.Add(from.Add(more), d); later.Before(due) {
				t.Fatalf("%v: from %v it is %v, but from %v %v", d, from, due, from.Add(more), later)
			}
			began := w.instant(r)
			ended := began.Add(more)
			resumed := w.clock.Resume(due, began, ended)
			if resumed.Before(due) {
				t.Fatalf("a wait from %v to %v moved %v to %v", began, ended, due, resumed)
			}
			if left := w.clock.Between(began, due); left > 0 && w.clock.Between(ended, resumed) != left {
				t.Fatalf("%v was left, after the wait %v", left, w.clock.Between(ended, resumed))
			}
		}
	})
}

func TestAddingAndTakingAwayMeet(t *testing.T) {
	eachWorld(t, 84, func(t *testing.T, w *world, r *rand.Rand) {
		t.Helper()
		k := w.clock
		for range 100 {
			from, a, b := w.instant(r), time.Duration(r.Int64N(int64(40*time.Hour))), 1+time.Duration(r.Int64N(int64(40*time.Hour)))
			due := k.Add(from, a)
			if got := k.Between(from, due); got != a {
				t.Fatalf("%v from %v is %v, but that is %v later", a, from, due, got)
			}
			if got, want := k.Add(due, b), k.Add(from, a+b); !got.Equal(want) {
				t.Fatalf("%v and then %v from %v: %v, at once %v", a, b, from, got, want)
			}
			if got, want := k.Back(k.Add(from, b), b), k.Add(from, 0); !got.Equal(want) {
				t.Fatalf("%v forth and back from %v: %v, want %v", b, from, got, want)
			}
			back := k.Back(from, b)
			if got := k.Between(back, from); got != b || !k.Open(back) {
				t.Fatalf("%v back from %v is %v (open %v), but that is %v earlier", b, from, back, k.Open(back), got)
			}
			w.parts(t, from, due, w.instant(r))
		}
	})
}

// parts checks that working time adds up over any instant between, and where it begins and ends.
func (w *world) parts(t *testing.T, a, b, c time.Time) {
	t.Helper()
	k := w.clock
	if k.Between(a, b)+k.Between(b, c) != k.Between(a, c) || k.Between(a, b) != -k.Between(b, a) {
		t.Fatalf("%v, %v, %v do not add up", a, b, c)
	}
	opens, ok := k.NextOpen(a)
	if !ok || !k.Open(opens) || k.Between(a, opens) != 0 || k.Open(a) != opens.Equal(a) {
		t.Fatalf("%v: opens %v (%v)", a, opens, ok)
	}
	if closes, ok := k.Closes(opens); ok && (k.Open(closes) || !k.Open(closes.Add(-1)) || k.Between(opens, closes) != closes.Sub(opens)) {
		t.Fatalf("%v: open from %v to %v", a, opens, closes)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	k := clock(t, office(), z)
	from := at(t, z, "2026-01-30 11:00")
	var due time.Time
	if n := testing.AllocsPerRun(100, func() {
		due = k.Add(from, 30*510*time.Minute)
		_ = k.Between(from, due)
		_ = k.Back(due, time.Hour)
		_ = k.Open(due)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAddThirtyWorkingDays(b *testing.B) {
	for _, name := range []string{"Asia/Shanghai", "Europe/Berlin"} {
		z := zone(b, name)
		k, from := clock(b, office(), z), at(b, z, "2026-01-30 11:00")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				k.Add(from, 30*510*time.Minute)
			}
		})
	}
}

func BenchmarkBetweenThirtyDays(b *testing.B) {
	z := zone(b, "Asia/Shanghai")
	k, from := clock(b, office(), z), at(b, z, "2026-01-30 11:00")
	to := from.AddDate(0, 0, 30)
	b.ReportAllocs()
	for b.Loop() {
		k.Between(from, to)
	}
}

func BenchmarkBackTwoHours(b *testing.B) {
	z := zone(b, "Asia/Shanghai")
	k, from := clock(b, office(), z), at(b, z, "2026-02-24 09:00")
	b.ReportAllocs()
	for b.Loop() {
		k.Back(from, 2*time.Hour)
	}
}

func BenchmarkOpen(b *testing.B) {
	z := zone(b, "Asia/Shanghai")
	k, from := clock(b, office(), z), at(b, z, "2026-02-24 09:00")
	b.ReportAllocs()
	for b.Loop() {
		k.Open(from)
	}
}
