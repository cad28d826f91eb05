package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// maxPlaces bounds how many parking places there are.
const maxPlaces = 100

// Slots are the numbers of the parking places.
func (p Parking) Slots() []string {
	first, err := strconv.Atoi(p.First)
	if err != nil || p.Places < 1 {
		return nil
	}
	out := make([]string, min(p.Places, maxPlaces))
	for i := range out {
		out[i] = fmt.Sprintf("%0*d", len(p.First), first+i)
	}
	return out
}

// ParkTarget is what a number leads to that belongs to parking; ok is false when it is none.
func (d *Document) ParkTarget(number string) (t Target, ok bool) {
	p := d.Calls.Parking
	switch {
	case p.Places < 1:
		return Target{}, false
	case number == p.Number:
		return Target{Kind: "park"}, true
	case slices.Contains(p.Slots(), number):
		return Target{Kind: "retrieve", Name: number}, true
	}
	return Target{}, false
}

// PickupGroup are the other extensions whose calls this one may take.
func (d *Document) PickupGroup(extension string) (others []string) {
	for _, g := range d.Calls.PickupGroups {
		if !slices.Contains(g.Extensions, extension) {
			continue
		}
		for _, e := range g.Extensions {
			if e != extension && !slices.Contains(others, e) {
				others = append(others, e)
			}
		}
	}
	return others
}

// ConferenceRooms are the rooms in which several calls meet; those of a document that says nothing of them are none.
func (d *Document) ConferenceRooms() conference.Settings {
	s := d.Conferences
	if s.AdHoc.MaxParties == 0 {
		s.AdHoc = conference.DefaultRoom()
	}
	return s
}

func (d *Document) hasExtension(number string) bool {
	return slices.ContainsFunc(d.Extensions, func(e sipua.Extension) bool { return e.Number == number })
}

// checkAround checks what happens around conversations.
func (c *checker) checkAround() {
	calls := c.d.Calls
	if h := calls.HoldLimit; h != 0 && (h < 10 || h > 3600) {
		c.add("calls.hold_limit", "is neither 0 nor from 10 seconds to an hour")
	}
	c.checkParking(calls.Parking)
	c.checkConferences()
	calendar := func(id string) bool {
		return slices.ContainsFunc(c.d.Calendars, func(cal workday.Calendar) bool { return cal.ID == id })
	}
	for _, p := range c.d.OutboundClasses.Validate(calendar) {
		c.add("outbound_classes"+p.Path, "%s", p.Message)
	}
	for _, p := range c.d.PhoneBars.Validate(c.d.hasExtension) {
		c.add("phone_bars"+p.Path, "%s", p.Message)
	}
	for i, e := range calls.Supervisors {
		if !c.d.hasExtension(e) {
			c.add(fmt.Sprintf("calls.supervisors[%d]", i), "there is no extension %s", e)
		}
	}
	for i, g := range calls.PickupGroups {
		path := fmt.Sprintf("calls.pickup_groups[%d]", i)
		if g.Name == "" {
			c.add(path+".name", "must not be empty")
		}
		for j, e := range g.Extensions {
			if !c.d.hasExtension(e) {
				c.add(fmt.Sprintf("%s.extensions[%d]", path, j), "there is no extension %s", e)
			}
		}
	}
}

func (c *checker) checkConferences() {
	rooms := c.d.ConferenceRooms()
	for _, p := range rooms.Validate() {
		c.add("conferences."+p.Path, "%s", p.Message)
	}
	for _, r := range rooms.Targets() {
		c.checkTarget("conferences."+r.Path, Target{Kind: r.Target.Kind.String(), Name: r.Target.Name})
	}
}

func (c *checker) checkParking(p Parking) {
	if p == (Parking{}) {
		return
	}
	if p.Places < 0 || p.Places > maxPlaces {
		c.add("calls.parking.places", "is not from 0 to %d", maxPlaces)
	}
	if r := p.Return; r != 0 && (r < 10 || r > 3600) {
		c.add("calls.parking.return", "is neither 0 nor from 10 seconds to an hour")
	}
	for field, number := range map[string]string{"number": p.Number, "first": p.First} {
		if number == "" || len(number) > 8 || strings.Trim(number, "0123456789") != "" {
			c.add("calls.parking."+field, "%q is not a number of up to 8 digits", number)
		}
	}
	taken := append(p.Slots(), p.Number)
	for i, n := range taken {
		if _, ok := c.d.InternalTarget(n); ok {
			c.add("calls.parking", "%s is an extension or an internal number already", n)
		}
		if slices.Contains(taken[:i], n) {
			c.add("calls.parking", "%s is there twice", n)
		}
	}
}
