package appliance

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// What the record of a call has beside in which a technician was connected with the customer of a job; see [call.CDR].
const (
	attrConnect    = "connect"    // the ticket's id
	attrTechnician = "technician" // who of the roster
)

// Names of the menus that offer a technician the customer; no telephone can dial them. Behind them stand ticket and person.
const (
	connectCode = "connect " // at the end of an announcement, or of a call that the box makes for it
	jobCode     = "job "     // to a technician who calls in
)

// connections connect technicians with the customers of their jobs by the house's number.
type connections struct {
	tickets *tickets
	legs    sync.Map // ids of technicians' legs, whose numbers nobody is shown
	calls   sync.Map // technicians' numbers that the box calls → connectCall, until the call is over
}

// connectDesk leads technicians who call in past their job; it satisfies call.Desk.
type connectDesk struct {
	*desk
	connections *connections
}

// Route says where an arriving leg is led first.
func (d connectDesk) Route(info line.Info, card call.Card) (call.Target, bool) {
	t, ok := d.desk.Route(info, card)
	if !ok || info.Kind != line.Trunk || (t.Kind != call.TargetMenu && t.Kind != call.TargetQueue) {
		return t, ok
	}
	if k, person, has := d.connections.job(card.Number); has {
		return call.Target{Kind: call.TargetFeature, Name: jobCode + k + " " + person}, true
	}
	return t, ok
}

// job is the job that a technician with this telephone is on the way to, or at.
func (c *connections) job(number string) (id, person string, ok bool) {
	p, ok := c.tickets.now.Load().roster.WithPhone(number)
	if !ok {
		return "", "", false
	}
	err := store.TicketBooks{DB: c.tickets.box.db}.View(func(tx ticket.Tx) error {
		n := 0
		for k, err := range tx.Tickets.Find("technician", books.Exactly(p.ID), nil) {
			if err != nil {
				return err
			}
			if n++; n > maxJobs {
				break
			}
			if hasJob(&k, p.ID) && len(k.Phones) > 0 {
				id = k.ID
				break
			}
		}
		return nil
	})
	if err != nil {
		c.tickets.box.log.Error("look up job of technician", "person", p.ID, "error", err)
	}
	return id, p.ID, id != ""
}

// maxJobs bounds how many of a technician's last jobs are looked at for one that is not over.
const maxJobs = 20

// hasJob reports whether a person has a ticket's job, and it is not over. A complaint about the person is kept from them.
func hasJob(k *ticket.Ticket, person string) bool {
	d := k.Dispatch
	return k.IsOpen() && !k.HiddenFrom(person) && d != nil && d.Technician != nil && d.Technician.Person == person && (d.State == ticket.JobAccepted || d.State == ticket.JobArrived)
}

// connectMenus opens the offers of customers; it satisfies call.Menus.
type connectMenus struct {
	call.Menus
	connections *connections
	desk        *desk
}

// Open starts what was dialled.
func (m connectMenus) Open(name string, from line.Info, card call.Card, attrs map[string]string) (call.Menu, error) {
	if name == surveyCode {
		return &rating{best: m.connections.tickets.box.outreach.rules.Load().Survey.Best()}, nil
	}
	rest, in := strings.CutPrefix(name, jobCode)
	if !in {
		var ok bool
		if rest, ok = strings.CutPrefix(name, connectCode); !ok {
			return m.Menus.Open(name, from, card, attrs)
		}
	}
	id, person, _ := strings.Cut(rest, " ")
	c := &connecting{
		ticket: id, person: person, words: []prompt.Phrase{prompt.Recording("conn_offer")},
		numbers: func() []string { return m.connections.numbers(id, person) },
		end:     func() { m.connections.legs.Delete(from.ID) },
	}
	if in {
		c.words = []prompt.Phrase{prompt.Recording("conn_hello"), prompt.Recording("conn_offer"), prompt.Recording("conn_menu")}
		c.elsewhere, _ = m.desk.Route(from, card)
	}
	m.connections.legs.Store(from.ID, nil)
	return c, nil
}

// numbers are where the customer of a person's job may be called; none when it is not this person's any more.
func (c *connections) numbers(id, person string) []string {
	k, err := c.tickets.book.Ticket(id)
	if err != nil || !hasJob(&k, person) {
		return nil
	}
	doc := c.tickets.box.settings.Current()
	return slices.DeleteFunc(slices.Clone(k.Phones), func(n string) bool {
		to, err := reach(doc, n, true, time.Now())
		return err != nil || to.Kind != call.TargetExternal
	})
}

// connectDialer hides technicians' numbers from those to whom they are connected; it satisfies call.Dialer.
type connectDialer struct {
	call.Dialer
	connections *connections
}

// Dial starts ringing.
func (d connectDialer) Dial(to call.Destination, o call.Outgoing) ([]call.Leg, error) {
	if _, hidden := d.connections.legs.Load(o.From.ID); hidden && to.Kind == line.Trunk {
		o.From.From, o.From.FromName, o.Card.Name = "", "", ""
	}
	return d.Dialer.Dial(to, o)
}

// proven is a call's record as what it proves: of one in which a technician was connected with a customer, the part with the
// customer, which the house has begun.
func (t *tickets) proven(r call.CDR) call.CDR {
	id := r.Attrs[attrConnect]
	if id == "" || len(r.Legs) == 0 {
		return r
	}
	legs := slices.DeleteFunc(slices.Clone(r.Legs[1:]), func(l call.LegRecord) bool { return l.Direction != line.Outbound || l.Kind != line.Trunk })
	if n := len(legs); n > 0 {
		to := phone.Normalize(legs[n-1].Number)
		r.To = to
		legs = slices.DeleteFunc(legs, func(l call.LegRecord) bool { return phone.Normalize(l.Number) != to })
	}
	t.purposes.Store(r.ID, purpose{ticket: id, person: r.Attrs[attrTechnician]})
	r.Direction, r.Agent, r.Legs, r.Attrs = line.Outbound, "", legs, nil
	r.Card = call.Card{Number: r.To}
	return r
}

// connectCall is a call to a technician about a ticket.
type connectCall struct {
	ticket string
	id     call.ID
}

// begin notes that a technician's number is called about a ticket. A number is called once at a time: of whoever asks again for
// the same ticket up is the call that is under way, and about another ticket it is refused.
func (c *connections) begin(number, ticket string, id call.ID) (up call.ID, err error) {
	had, busy := c.calls.LoadOrStore(phone.Normalize(number), connectCall{ticket, id})
	if !busy {
		return "", nil
	}
	if had, ok := had.(connectCall); ok && had.ticket == ticket {
		return had.id, nil
	}
	return "", fault.New(fault.Conflict, "ticket.connecting", "connect technician: %s is being called about another ticket", phone.Mask(number))
}

// over notes that the call is over.
func (c *connections) over(number string) { c.calls.Delete(phone.Normalize(number)) }

// Connect calls a technician, who is then connected with the customer of a job at a key. It returns the call's id; that of the
// call that is under way when there is one already.
func (t *tickets) Connect(_ context.Context, id, person string) (call.ID, error) {
	k, err := t.book.Ticket(id)
	if err != nil {
		return "", err
	}
	if !hasJob(&k, person) {
		return "", fault.New(fault.Conflict, "ticket.no_job", "connect %s with the customer of ticket %s: the job is not this technician's", person, k.Number)
	}
	number := k.Dispatch.Technician.Phone
	if p, ok := t.now.Load().roster.Person(person); ok && p.Phone != "" {
		number = p.Phone
	}
	doc := t.box.settings.Current()
	to, err := reach(doc, number, true, time.Now())
	if err != nil {
		return "", err
	}
	if len(t.box.connections.numbers(id, person)) == 0 {
		return "", fault.New(fault.Conflict, "ticket.no_number", "connect %s with the customer of ticket %s: there is no number that may be called", person, k.Number)
	}
	out := call.Announce{
		Call: call.NewID(), To: to, Name: k.Number, Language: doc.Dealership.Language, Urgent: true, Ring: noticeRing,
		Lead: call.Target{Kind: call.TargetFeature, Name: connectCode + id + " " + person}, Attrs: map[string]string{attrTicket: k.Number, attrNotice: id},
		Done: func(call.Announced) { t.box.connections.over(number) },
	}
	if up, err := t.box.connections.begin(number, id, out.Call); up != "" || err != nil {
		return up, err
	}
	if to.Kind == call.TargetExtension {
		out.From = k.Number
	}
	t.box.calls.Announce(out)
	return out.Call, nil
}
