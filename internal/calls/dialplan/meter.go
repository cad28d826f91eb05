package dialplan

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Used is how long the calls of a class have lasted on one day.
type Used struct {
	Class Class         `cbor:"1,keyasint" json:"class"`
	Day   string        `cbor:"2,keyasint" json:"day"` // of the dealership, as 2026-11-22
	Time  time.Duration `cbor:"3,keyasint" json:"time"`
}

// Meter counts the calls that are up and the time used today, by class. Its methods may be called from any goroutine and
// never wait.
type Meter struct {
	mu      sync.Mutex
	up      map[Class]int
	used    map[Class]Used
	changed chan struct{}
}

// NewMeter makes a meter that goes on from what was kept.
func NewMeter(kept []Used) *Meter {
	m := &Meter{up: map[Class]int{}, used: map[Class]Used{}, changed: make(chan struct{}, 1)}
	for _, u := range kept {
		m.used[u.Class] = u
	}
	return m
}

// Changed is readable after calls have ended, for whoever keeps the meter.
func (m *Meter) Changed() <-chan struct{} { return m.changed }

// All is what to keep.
func (m *Meter) All() []Used {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Values(m.used), func(a, b Used) int { return slices.Index(Classes(), a.Class) - slices.Index(Classes(), b.Class) })
}

// Begin counts a call on a day (as 2026-11-22), if the rule has room for it; the error is [fault.Busy] otherwise. End must
// be called once, with how long they spoke.
func (m *Meter) Begin(r Rule, day string) (end func(spoke time.Duration), err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.used[r.Class]
	switch {
	case r.MaxCalls > 0 && m.up[r.Class] >= r.MaxCalls:
		return nil, fault.New(fault.Busy, "dialplan.calls", "call out, class %s: %d calls are up, as many as may be", r.Class, m.up[r.Class])
	case r.MaxMinutes > 0 && u.Day == day && u.Time >= time.Duration(r.MaxMinutes)*time.Minute:
		return nil, fault.New(fault.Busy, "dialplan.minutes", "call out, class %s: the %d minutes of the day are used up", r.Class, r.MaxMinutes)
	}
	m.up[r.Class]++
	var once sync.Once
	return func(spoke time.Duration) { once.Do(func() { m.end(r.Class, day, spoke) }) }, nil
}

func (m *Meter) end(c Class, day string, spoke time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.up[c]--
	if spoke <= 0 {
		return
	}
	u := m.used[c]
	if u.Day < day {
		u = Used{Class: c, Day: day}
	}
	if u.Day == day {
		u.Time += spoke
	}
	m.used[c] = u
	select {
	case m.changed <- struct{}{}:
	default:
	}
}
