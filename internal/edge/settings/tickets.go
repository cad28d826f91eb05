package settings

import (
	"fmt"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/care/wrapup"
)

// Tickets is how the dealership follows what customers ask for.
type Tickets struct {
	// Types are the kinds of tickets; none: those that ship with the program.
	Types []ticket.Type `json:"types,omitempty" nullable:"false"`
	// Templates are tickets half written.
	Templates []ticket.Template `json:"templates,omitempty" nullable:"false"`
	// Contact is how customers are tried; absent: three slots between 09:00 and 20:00.
	Contact *contact.Plan `json:"contact,omitempty"`
	// Dispositions are what agents say of a call when they wrap it up, as a tree; none: those that ship with the program.
	Dispositions []Disposition `json:"dispositions,omitempty" nullable:"false"`
}

// Disposition is one answer to "what was the call about", or a group of them.
type Disposition struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// In is the group that it belongs to; empty: the first level.
	In string `json:"in,omitempty"`
	// Key is the digit that chooses it within its group, 1 to 9.
	Key string `json:"key,omitempty"`
	// Ticket is the type of ticket that it proposes; empty: none.
	Ticket string `json:"ticket,omitempty"`
}

// TicketTypes are the types in force.
func (d *Document) TicketTypes() []ticket.Type {
	if len(d.Tickets.Types) > 0 {
		return d.Tickets.Types
	}
	business := ""
	if len(d.Calendars) > 0 {
		business = d.Calendars[0].ID
	}
	return ticket.DefaultTypes(business)
}

// DispositionsInForce are what agents answer: the dealership's own, or those that ship with the program, as far as there are
// the types of tickets that they propose.
func (d *Document) DispositionsInForce() []Disposition {
	if len(d.Tickets.Dispositions) > 0 {
		return d.Tickets.Dispositions
	}
	types := d.TicketTypes()
	var list []Disposition
	for _, v := range wrapup.Default().Proposing(func(id string) bool {
		return slices.ContainsFunc(types, func(t ticket.Type) bool { return t.ID == id })
	}) {
		list = append(list, Disposition(v))
	}
	return list
}

// DispositionTree is the same as agents walk it.
func (d *Document) DispositionTree() wrapup.Tree {
	list := d.DispositionsInForce()
	tree := make(wrapup.Tree, len(list))
	for i, v := range list {
		tree[i] = wrapup.Disposition(v)
	}
	return tree
}

// ContactPlan is the plan in force.
func (d *Document) ContactPlan() contact.Plan {
	p := contact.DefaultPlan()
	if c := d.Tickets.Contact; c != nil {
		p.Attempts, p.Parts = c.Attempts, c.Parts
	}
	return p
}

// Staff is who works here: the roster's people and, for those agents who are not in it, one with an agent's role.
func (d *Document) Staff() roster.Settings {
	s := roster.Settings{People: slices.Clone(d.Roster.People), Duties: d.Roster.Duties}
	for _, a := range d.Agents {
		i := slices.IndexFunc(s.People, func(p roster.Person) bool { return p.ID == a.ID })
		if i >= 0 && s.People[i].Phone == "" { // called where the agent sits
			s.People[i].Phone = a.Extension
		}
		if i < 0 {
			name := a.Name
			if name == "" {
				name = a.ID
			}
			s.People = append(s.People, roster.Person{ID: a.ID, Name: name, Phone: a.Extension, Role: roster.Agent})
		}
	}
	return s
}

// QueueOf is a queue that an agent serves.
func (d *Document) QueueOf(agent string) (queue string, ok bool) {
	for _, q := range d.Queues {
		if agent != "" && slices.ContainsFunc(q.Agents, func(t acd.Tier) bool { return t.Agent == agent }) {
			return q.ID, true
		}
	}
	return "", false
}

// Calendar finds a calendar.
func (d *Document) Calendar(id string) (workday.Calendar, bool) {
	i := slices.IndexFunc(d.Calendars, func(k workday.Calendar) bool { return k.ID == id })
	if i < 0 {
		return workday.Calendar{}, false
	}
	return d.Calendars[i], true
}

// checkCare checks what tickets follow.
func (c *checker) checkCare() {
	under := func(path string, wrong fault.Fields) {
		for _, w := range wrong {
			if w.Path != "" && w.Path[0] != '[' {
				w.Path = "." + w.Path
			}
			c.add(path+w.Path, "%s", w.Message)
		}
	}
	years := map[int]bool{}
	for i, y := range c.d.HolidayYears {
		if years[y.Year] {
			c.add(fmt.Sprintf("holiday_years[%d].year", i), "%d is there twice", y.Year)
		}
		years[y.Year] = true
		for _, err := range y.Validate() {
			c.addErr(fmt.Sprintf("holiday_years[%d]", i), err)
		}
	}
	under("roster", c.d.Staff().Validate())
	hasClock := func(id string) bool { _, ok := c.d.Calendar(id); return ok }
	hasRole := func(r string) bool { return slices.Contains(roster.Roles(), roster.Role(r)) }
	under("tickets.types", ticket.CheckTypes(c.d.Tickets.Types, hasClock, hasRole))
	under("tickets.templates", ticket.CheckTemplates(c.d.Tickets.Templates, c.d.TicketTypes()))
	if p := c.d.Tickets.Contact; p != nil {
		under("tickets.contact", p.Check())
	}
	c.checkDispositions()
}

const maxDispositions = 300

func (c *checker) checkDispositions() {
	all := c.d.Tickets.Dispositions
	if len(all) > maxDispositions {
		c.add("tickets.dispositions", "are more than %d", maxDispositions)
		return
	}
	groups, keys := map[string]bool{"": true}, map[string]bool{}
	for i, d := range all { // a group comes before what belongs to it, so that there are no circles
		path := fmt.Sprintf("tickets.dispositions[%d]", i)
		if d.ID == "" || groups[d.ID] {
			c.add(path+".id", "%q is empty or there twice", d.ID)
		}
		if d.Name == "" {
			c.add(path+".name", "must not be empty")
		}
		if !groups[d.In] {
			c.add(path+".in", "there is no %q before it", d.In)
		}
		groups[d.ID] = true
		if d.Key != "" && (len(d.Key) != 1 || d.Key < "1" || d.Key > "9") {
			c.add(path+".key", "%q is no digit from 1 to 9", d.Key)
		}
		if at := d.In + " " + d.Key; d.Key != "" && keys[at] {
			c.add(path+".key", "%s is taken in its group", d.Key)
		} else {
			keys[at] = true
		}
		if d.Ticket != "" && !slices.ContainsFunc(c.d.TicketTypes(), func(t ticket.Type) bool { return t.ID == d.Ticket }) {
			c.add(path+".ticket", "there is no type of tickets %q", d.Ticket)
		}
	}
}
