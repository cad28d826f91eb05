package data

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// Dealership says how much data there is. The zero Seed is a seed like any other.
type Dealership struct {
	Seed                               uint64
	Customers, Vehicles, Visits, Calls int
}

// Layout is raised when the same seed gives other data than before, or the store has other indexes.
const Layout = 2

// Full is the size at which the goals of speed hold: a dealership group of a great city, after many years.
func Full() Dealership {
	return Dealership{Seed: 1, Customers: 1_000_000, Vehicles: 1_300_000, Calls: 3_000_000}
}

// Part is a share of it, one part of so many.
func (d Dealership) Part(parts int) Dealership {
	d.Customers, d.Vehicles, d.Visits, d.Calls = d.Customers/parts, d.Vehicles/parts, d.Visits/parts, d.Calls/parts
	return d
}

// The dealership's time: it opened, it has a telephone system that keeps records, and it is today.
const (
	bookYears = 10
	callYears = 3
)

// Today is the moment at which the data was made.
func Today() time.Time { return time.Date(2026, 6, 1, 18, 0, 0, 0, time.UTC) }

// The kinds of records, each with chance of its own.
const (
	customers = 1 + iota
	vehicles
	visits
	calls
	owners
)

// chance is the chance of one record.
type chance struct{ *rand.Rand }

func (d Dealership) chance(kind, number int) chance {
	return chance{rand.New(rand.NewPCG(d.Seed<<8|uint64(kind), uint64(number)))} //nolint:gosec // made up, not secret
}

// one in a hundred, and so on.
func (c chance) percent(share int) bool { return c.IntN(100) < share }

// pick chooses one of a list.
func pick[T any](c chance, list []T) T { return list[c.IntN(len(list))] }

// often chooses one of a list, those in front much more often than those at the end.
func often[T any](c chance, list []T) T {
	x := c.Float64()
	return list[int(x*x*float64(len(list)))]
}

// id is the id of a record made at a time: a UUIDv7 (RFC 9562 §5.7).
func (c chance) id(at time.Time) string {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(at.UnixMilli())<<16|c.Uint64()&0x0FFF|0x7000) //nolint:gosec // after 1970
	binary.BigEndian.PutUint64(u[8:], c.Uint64()&(1<<62-1)|1<<63)
	return u.String()
}

// moment is the time of the number-th of n things that happened one after another in the years before today, in the hours
// when the house is open (8:30 to 18:00).
func moment(number, n, years int) time.Time {
	begin := Today().AddDate(-years, 0, 0)
	days := Today().Sub(begin).Hours() / 24
	at := float64(number) / float64(max(n, 1)) * days
	day := int(at)
	open := time.Duration((at - float64(day)) * float64(openFor))
	return begin.Truncate(24*time.Hour).AddDate(0, 0, day).Add(opens + open).Truncate(time.Millisecond)
}

// The opening hours in UTC: China is eight hours ahead.
const (
	opens   = 30 * time.Minute
	openFor = 9*time.Hour + 30*time.Minute
)

// scattered is a number less than size that no other has: as if drawn without putting back. It multiplies by a prime
// that is no divisor of size.
func scattered(number, size int) int {
	const prime = 2_654_435_761
	return int((uint64(number)*prime + 12_345) % uint64(size)) //nolint:gosec // not negative
}
