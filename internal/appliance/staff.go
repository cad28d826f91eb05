package appliance

import (
	"fmt"
	"time"

	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

// staff is the roster as tickets want it; it satisfies ticket.People.
type staff struct {
	roster *roster.Roster
	hours  *workday.Clock // when the house is open
}

// Person finds somebody by id.
func (s staff) Person(id string) (ticket.Person, bool) {
	p, ok := s.roster.Person(id)
	return person(p), ok
}

func person(p roster.Person) ticket.Person {
	return ticket.Person{ID: p.ID, Name: p.Name, Phone: p.Phone, Mobile: p.Mobile}
}

func persons(list []roster.Person) []ticket.Person {
	out := make([]ticket.Person, len(list))
	for i, p := range list {
		out[i] = person(p)
	}
	return out
}

// Holders are those who have a role, or the next one above that somebody has.
func (s staff) Holders(role, department string, at time.Time) []ticket.Person {
	_, held := s.roster.WithRole(roster.Role(role), department, at)
	return persons(held)
}

// Above are somebody's superiors, the nearest first.
func (s staff) Above(id string, at time.Time) []ticket.Person { return persons(s.roster.Above(id, at)) }

// Owners are those of a department who may own tickets, while the house is open.
func (s staff) Owners(department string, at time.Time) []ticket.Person {
	if !s.hours.Open(at) {
		return nil
	}
	return persons(s.roster.Owners(department, at))
}

// Opens is when the house is open and somebody of the department is there.
func (s staff) Opens(department string, after time.Time) time.Time {
	at := after
	for range 10 { // the hours of the house and somebody's shift meet within days, or never
		there, ok := s.roster.Opens(department, at)
		if !ok {
			break
		}
		if at, ok = s.hours.NextOpen(there); !ok || at.Equal(there) {
			break
		}
	}
	return at
}

// ticketRules makes the rules of tickets of the settings. The first calendar is that of the house.
func ticketRules(d *settings.Document) (*ticket.Rules, *roster.Roster, error) {
	zone := d.Location()
	staffed, err := roster.New(d.Staff(), zone)
	if err != nil {
		return nil, nil, err
	}
	always := workday.Always(zone)
	clocks := map[string]*workday.Clock{"": always}
	for _, c := range d.Calendars {
		k, err := workday.NewClock(c, d.HolidayYears, zone)
		if err != nil { // one that is never open: no deadline would ever come
			k = always
		}
		clocks[c.ID] = k
	}
	house := always
	if len(d.Calendars) > 0 {
		house = clocks[d.Calendars[0].ID]
	}
	return &ticket.Rules{
		Types: d.TicketTypes(), Plan: d.ContactPlan(), Zone: zone, People: staff{staffed, house},
		Clocks: func(id string) ticket.Clock {
			if k, ok := clocks[id]; ok {
				return k
			}
			return always
		},
	}, staffed, nil
}

// sameCalendars reports whether two documents reckon time alike.
func sameCalendars(a, b *settings.Document) bool {
	return a != nil && fmt.Sprint(a.Calendars, a.HolidayYears, a.Dealership.Zone) == fmt.Sprint(b.Calendars, b.HolidayYears, b.Dealership.Zone)
}

// choose are the technicians for a ticket's job, the best first. What counts is worked out from the tickets themselves.
func (t *tickets) choose(k ticket.Ticket, at ticket.Place) (list []ticket.Choice, err error) {
	now := t.now.Load()
	typ, ok := now.rules.Type(k.Type)
	if !ok {
		typ = &ticket.Type{}
	}
	job := roster.Job{Skill: typ.Skill, At: time.Now().In(now.rules.Zone), Outside: true}
	if at.Lat != 0 || at.Lon != 0 {
		job.Place = &roster.Place{Lat: at.Lat, Lon: at.Lon, Datum: at.Datum}
	}
	able := now.roster.Candidates(k.Type, job.At)
	for i := range able {
		c := &able[i]
		if c.Load, c.Met, c.Responses, err = t.book.Jobs(c.Person.ID); err != nil {
			return nil, err
		}
	}
	for _, c := range roster.Choose(job, able) {
		list = append(list, ticket.Choice{
			Person: c.Person.ID, Name: c.Person.Name, Phone: c.Person.Phone, Km: c.Km, Load: c.Load, InTime: c.Met, Of: c.Of, Outside: c.Outside,
		})
	}
	return list, nil
}
