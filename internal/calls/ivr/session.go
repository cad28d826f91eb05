package ivr

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Settings is what the menus need of the dealership's settings.
type Settings struct {
	Flows     []Shelf
	Calendars []workday.Calendar
	Years     []workday.Year // of public holidays, besides those in the program
	Zone      *time.Location
}

// Menus opens published flows; it satisfies call.Menus.
type Menus struct {
	shelf  atomic.Pointer[edition]
	finder atomic.Pointer[Finder]
}

// edition is everything as published at one moment. It never changes, so a call that holds it keeps its version.
type edition struct {
	world    World
	versions map[string]int
}

// NewMenus makes menus with these settings.
func NewMenus(s Settings) *Menus {
	m := &Menus{}
	m.Apply(s)
	return m
}

// Know has nodes that identify callers ask f from now on.
func (m *Menus) Know(f Finder) { m.finder.Store(&f) }

// find asks whom Know named; before, nobody is known.
func (m *Menus) find(by, digits string) []string {
	if f := m.finder.Load(); f != nil {
		return (*f)(by, digits)
	}
	return nil
}

// Apply puts new settings in force for the calls that arrive from now on.
func (m *Menus) Apply(s Settings) {
	e := &edition{World{Flows: map[string]Flow{}}, map[string]int{}}
	for _, shelf := range s.Flows {
		if v, ok := shelf.Current(); ok {
			e.world.Flows[shelf.ID] = v.Flow
			e.versions[shelf.ID] = v.Version
		}
	}
	calendars := map[string]workday.Calendar{}
	for _, c := range s.Calendars {
		calendars[c.ID] = c
	}
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	e.world.Open = func(id string, at time.Time) bool { return calendars[id].Open(at.In(zone), s.Years...) }
	e.world.Find = m.find
	m.shelf.Store(e)
}

// Open starts a flow for a call.
func (m *Menus) Open(name string, from line.Info, card call.Card, attrs map[string]string) (call.Menu, error) {
	e := m.shelf.Load()
	version, ok := e.versions[name]
	if !ok {
		return nil, fault.New(fault.NotFound, "flow.not_published", "open flow %s: no version is published", name)
	}
	return &Session{fmt.Sprintf("%s@%d", name, version), e.world, NewState(name, from, card, attrs)}, nil
}

// Session is one call in one flow; it satisfies call.Menu.
type Session struct {
	name  string
	world World
	state State
}

// Name is the flow and its version: "main@7".
func (s *Session) Name() string { return s.name }

// Step takes one event.
func (s *Session) Step(ev call.MenuEvent, now time.Time) []call.MenuEffect {
	var effects []call.MenuEffect
	s.state, effects = Step(s.state, ev, s.world, now)
	return effects
}
