package appliance

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// outreaching joins callbacks and surveys to the rest of the box.
type outreaching struct {
	tickets *tickets
	store   store.OutreachBooks
	book    *outreach.Book
	rules   atomic.Pointer[outreach.Rules]
	agents  atomic.Pointer[map[string]string] // by extension
	log     *slog.Logger
}

func newOutreach(b *Box) *outreaching {
	o := &outreaching{tickets: b.tickets, log: b.log}
	o.rules.Store(outreachRules(&settings.Document{}))
	o.agents.Store(&map[string]string{})
	o.store = store.OutreachBooks{DB: b.db, Ticket: o.open}
	o.book = outreach.NewBook(o.store, o.rules.Load, time.Now)
	return o
}

func outreachRules(d *settings.Document) *outreach.Rules {
	return &outreach.Rules{Settings: d.OutreachInForce(), Contact: d.ContactPlan(), Zone: d.Location(), Links: d.Site.PublicURL != ""}
}

// follow takes changed settings.
func (o *outreaching) follow(d *settings.Document) error {
	o.rules.Store(outreachRules(d))
	agents := map[string]string{}
	for _, a := range d.Agents {
		if a.Extension != "" {
			agents[a.Extension] = a.ID
		}
	}
	o.agents.Store(&agents)
	return nil
}

const (
	sweepEvery = 20 * time.Second
	sweepMany  = 500
)

// run gives back and ends tasks in time, and makes the callbacks of new visits.
func (o *outreaching) run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := o.look(ctx); err != nil && ctx.Err() == nil {
				o.log.Error("look after callbacks", "error", err)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (o *outreaching) look(ctx context.Context) error {
	if _, err := o.tickets.box.links.Sweep(ctx); err != nil {
		return err
	}
	for {
		n, err := o.book.Sweep(ctx, sweepMany)
		if err != nil {
			return err
		}
		if n < sweepMany {
			break
		}
	}
	for {
		more, err := o.book.Plan(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// open opens the ticket that follows from a customer's answers; there is none when the settings have no such type.
func (o *outreaching) open(tx *store.Tx, by books.By, d outreach.Draft) (string, error) {
	rules := o.tickets.now.Load().rules
	typ, ok := rules.Type(d.Type)
	if !ok {
		return "", nil
	}
	t := ticket.Ticket{
		Type: d.Type, Subject: d.Subject, Body: d.Words, Customer: d.Customer, Name: d.Name, Phones: d.Numbers, Vehicle: d.Vehicle,
		Department: d.Department, Source: ticket.Source{Kind: "survey", Ref: cmp.Or(d.Call, d.Task)},
	}
	if d.Department == "" {
		t.Department = typ.Department
	}
	if d.Call != "" {
		t.Links = []ticket.Link{{Kind: "call", ID: d.Call}}
	}
	if typ.Complaint {
		t.Complaint = &ticket.Complaint{}
		if _, known := rules.People.Person(d.Agent); known { // it is kept from whom it is about
			t.Complaint.About = d.Agent
		}
	}
	made, err := o.tickets.book.Edit(store.TicketsOf(tx), by).Create(t)
	if err == nil {
		o.tickets.book.Wake()
	}
	return made.ID, err
}

// prove takes what a call's record says about callbacks, in the transaction of the record: calls that nobody took, conversations,
// attempts, and what the customer answered after the call.
func (o *outreaching) prove(tx *store.Tx, r call.CDR) error {
	if r.Attrs[attrNotice] != "" { // a call that told somebody of the house is none with a customer
		return nil
	}
	if r.Attrs[attrOutreach] != "" {
		return o.asked(tx, r)
	}
	edit := o.book.Edit(o.store.Of(tx), books.By{Who: "box", Via: "call", Action: "follow-up-call"})
	number, outbound := customersNumber(r)
	if r.Attrs[call.AttrCallbackOf] != "" { // its card is that of the call in which it was asked for
		if r.Disposition != call.Answered {
			return nil // perhaps no customer was called: no agent had answered. The queue tries again
		}
		number, outbound = r.To, true
	}
	number = phone.Normalize(number)
	c := outreach.Call{ID: string(r.ID), Number: number, Customer: r.Card.Customer, Name: r.Card.Name, Queue: r.Queue, Agent: r.Agent, At: r.StartedAt}
	c.Department = o.department(r.Agent)
	err := edit.Rated(c, scoresOf(r.Attrs))
	if !phone.Valid(number) {
		return err
	}
	if a, ok := attempt(r, number, o.caller(r), outbound); ok {
		return errors.Join(err, edit.Proved(a))
	}
	if !outbound && missed(r) {
		err = errors.Join(err, edit.Missed(c))
	}
	return err
}

// caller is the agent who spoke, or from whose phone a call was made that nobody answered.
func (o *outreaching) caller(r call.CDR) string {
	if r.Agent != "" || len(r.Legs) == 0 || r.Legs[0].Kind != line.Extension {
		return r.Agent
	}
	agents := *o.agents.Load()
	return agents[r.Legs[0].Line]
}

// department is that of whoever spoke with the customer.
func (o *outreaching) department(agent string) string {
	now := o.tickets.now.Load()
	if now == nil || agent == "" {
		return ""
	}
	p, _ := now.roster.Person(agent)
	return p.Department
}

// missed reports whether a customer's call is to be returned: it waited or rang in vain. Who has left a menu without choosing
// anything wanted nothing, or has heard it; who was blocked is not called back. What went on in another call is that one's.
func missed(r call.CDR) bool {
	if r.Card.Blocked || r.JoinedTo != "" {
		return false
	}
	switch r.Disposition {
	case call.Abandoned, call.Overflowed, call.Unanswered:
		return true
	case call.MenuOnly:
		return r.Queue != ""
	case call.Rejected, call.Answered, call.Interrupted:
	}
	return false
}

// surveyAttr begins the names of what menus set of a customer's answers: "survey", or "survey_" with a question.
const surveyAttr = "survey"

// scoresOf are the answers among what menus set, by question.
func scoresOf(attrs map[string]string) map[string]int {
	scores := map[string]int{}
	for k, v := range attrs {
		if k != surveyAttr && !strings.HasPrefix(k, surveyAttr+"_") {
			continue
		}
		if n, err := strconv.Atoi(v); err == nil {
			scores[k] = n
		}
	}
	return scores
}
