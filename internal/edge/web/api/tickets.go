package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// StoredTicket is a ticket as stored, with what follows from it.
type StoredTicket struct {
	ticket.Ticket
	Rev      uint64    `json:"rev" doc:"The revision, as in the ETag"`
	Deadline time.Time `json:"deadline,omitzero" doc:"The next one to be met"`
	Overdue  bool      `json:"overdue,omitempty"`
	Allowed  []string  `json:"allowed" nullable:"false" doc:"The changes that its state allows"`
}

func showTicket(t ticket.Ticket) StoredTicket {
	deadline := t.Deadline()
	return StoredTicket{
		Ticket: t, Rev: t.Meta.Rev, Deadline: deadline, Overdue: !deadline.IsZero() && !time.Now().Before(deadline), Allowed: t.Allowed(),
	}
}

// TicketFields is what people write in a ticket. A PUT replaces all of it: what is absent is emptied.
type TicketFields struct {
	Priority   string            `json:"priority,omitempty" enum:"low,normal,high,urgent" doc:"Absent: the type's"`
	Subject    string            `json:"subject,omitempty" maxLength:"100" doc:"Needed, unless a template has one"`
	Body       string            `json:"body,omitempty" maxLength:"4000" doc:"In the customer's words"`
	Customer   string            `json:"customer,omitempty" maxLength:"64"`
	Name       string            `json:"name,omitempty" maxLength:"200"`
	Phones     []string          `json:"phones,omitempty" maxItems:"10" nullable:"false" doc:"Where the customer is called, the first first; absent: the customer's own"`
	Vehicle    string            `json:"vehicle,omitempty" maxLength:"64"`
	Plate      string            `json:"plate,omitempty" maxLength:"200"`
	Department string            `json:"department,omitempty" maxLength:"200"`
	Watchers   []string          `json:"watchers,omitempty" maxItems:"30" nullable:"false"`
	Form       map[string]string `json:"form,omitempty" doc:"By the ids of the type's fields"`
	Tags       []string          `json:"tags,omitempty" maxItems:"30" nullable:"false"`
	Complaint  *ticket.Complaint `json:"complaint,omitempty"`
}

func (f TicketFields) onto(t ticket.Ticket) ticket.Ticket {
	if f.Priority != "" {
		t.Priority = ticket.Priority(f.Priority)
	}
	t.Subject, t.Body, t.Customer, t.Name, t.Phones = f.Subject, f.Body, f.Customer, f.Name, f.Phones
	t.Vehicle, t.Plate, t.Department, t.Watchers = f.Vehicle, f.Plate, f.Department, f.Watchers
	t.Form, t.Tags, t.Complaint = f.Form, f.Tags, f.Complaint
	return t
}

// NewTicket is a ticket to be opened.
type NewTicket struct {
	TicketFields
	Type     string        `json:"type,omitempty" maxLength:"100" doc:"Needed, unless a template has one"`
	Template string        `json:"template,omitempty" maxLength:"100" doc:"The id of a template, which fills in what is absent"`
	Owner    string        `json:"owner,omitempty" maxLength:"200" doc:"A person of the roster; absent: who has the least to do"`
	Call     string        `json:"call,omitempty" maxLength:"64" doc:"The call in which it was asked for"`
	From     string        `json:"source,omitempty" enum:"call,voicemail,fax,sms,web,survey,headquarters,callback,api" doc:"Absent: call when there is one, else api"`
	Links    []ticket.Link `json:"links,omitempty" maxItems:"100" nullable:"false"`
}

func (n NewTicket) ticket() ticket.Ticket {
	t := n.onto(ticket.Ticket{Type: n.Type, Owner: n.Owner, Links: n.Links, Source: ticket.Source{Kind: n.From, Ref: n.Call}})
	switch {
	case n.From == "" && n.Call != "":
		t.Source.Kind = "call"
	case n.From == "":
		t.Source.Kind = "api"
	}
	if n.Call != "" {
		t.Links = append(t.Links, ticket.Link{Kind: "call", ID: n.Call})
	}
	return t
}

type ticketOutput struct {
	ETag string `header:"ETag"`
	Body StoredTicket
}

func answerTicket(t ticket.Ticket, err error) (*ticketOutput, error) {
	if err != nil {
		return nil, err
	}
	return &ticketOutput{ETag(t.Meta.Rev), showTicket(t)}, nil
}

type ticketsInput struct {
	Paging
	Owner      string `query:"owner" maxLength:"200" doc:"What somebody has to work on, the next deadline first"`
	Department string `query:"department" maxLength:"200" doc:"Likewise of a department"`
	Customer   string `query:"customer" maxLength:"64"`
	Type       string `query:"type" maxLength:"100"`
	State      string `query:"state" enum:"new,open,waiting,resolved,closed"`
	Priority   string `query:"priority" enum:"low,normal,high,urgent"`
	Tag        string `query:"tag" maxLength:"200"`
	Overdue    bool   `query:"overdue"`
}

type ticketsOutput struct{ Body Page[StoredTicket] }

// FoundTickets are what a search found.
type FoundTickets struct {
	Items []StoredTicket `json:"items" nullable:"false"`
}

type foundTicketsOutput struct{ Body FoundTickets }

type updateTicketInput struct {
	IDInput
	IfMatch
	Body TicketFields
}

// HistoryLine is one thing that happened to a ticket.
type HistoryLine struct{ ticket.Entry }

type historyOutput struct{ Body Page[HistoryLine] }

// tickets are what customers have asked for.
func tickets(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/tickets" + path, Tag: "tickets", Summary: summary, Perm: perm}
	}
	Add(a, op("list-tickets", http.MethodGet, "", "The tickets: somebody's or a department's by the next deadline, otherwise the newest first. "+
		"A page may be short although there are more", account.TicketsRead), a.listTickets)
	Add(a, op("find-tickets", http.MethodGet, "/search", "Tickets by number, telephone number, plate, or words of subject, content and comments; the newest first", account.TicketsRead), a.findTickets)
	Add(a, op("list-tickets-to-call", http.MethodGet, "/to-call", "Resolved tickets whose customers are to be called now, by somebody else than who did the work",
		account.TicketsRead), a.ticketsToCall)
	Add(a, op("get-ticket-figures", http.MethodGet, "/figures", "What the tickets opened on some days show, each as so many of so many", account.CallsMonitor), a.ticketFigures)
	create := op("open-ticket", http.MethodPost, "", "Open a ticket", account.TicketsWrite)
	create.Status = http.StatusCreated
	Add(a, create, a.openTicket)
	Add(a, op("get-ticket-templates", http.MethodGet, "/templates", "Tickets half written, to be opened by open-ticket", account.TicketsRead), a.ticketTemplates)
	Add(a, op("get-ticket-types", http.MethodGet, "/types", "The types of tickets, with their forms", account.TicketsRead), a.ticketTypes)
	Add(a, op("get-ticket", http.MethodGet, "/{id}", "One ticket", account.TicketsRead), a.getTicket)
	Add(a, op("update-ticket", http.MethodPut, "/{id}", "Change what people wrote in a ticket", account.TicketsWrite), a.updateTicket)
	Add(a, op("get-ticket-history", http.MethodGet, "/{id}/history", "What happened to a ticket, oldest first", account.TicketsRead), a.ticketHistory)
	ticketPeople(a, op)
	ticketChanges(a, op)
}

// tickets is the book of tickets for who asks.
func (a *API) tickets(ctx context.Context) *ticket.Book { return a.Tickets.As(personOf(ctx)) }

// personOf is who of the roster asks; "" for somebody who is none of it.
func personOf(ctx context.Context) string { return CallerOf(ctx).Person }

func viewerOf(ctx context.Context) ticket.Viewer { return ticket.Viewer{Person: personOf(ctx)} }

// ticket reads one that who asks may see: of another there is none.
func (a *API) ticket(ctx context.Context, id string) (ticket.Ticket, error) {
	t, err := a.Tickets.Ticket(id)
	if err == nil && t.HiddenFrom(personOf(ctx)) {
		err = ticket.NotThere(id)
	}
	return t, err
}

func (a *API) listTickets(ctx context.Context, in *ticketsInput) (*ticketsOutput, error) {
	after, err := decodeCursor("list-tickets", in.Cursor)
	if err != nil {
		return nil, err
	}
	f := ticket.Filter{
		Owner: in.Owner, Department: in.Department, Customer: in.Customer, Type: in.Type, State: ticket.State(in.State),
		Priority: ticket.Priority(in.Priority), Tag: in.Tag, Overdue: in.Overdue,
	}
	list, next, err := a.Tickets.List(viewerOf(ctx), f, after, in.Limit)
	return &ticketsOutput{ranged("list-tickets", list, next, showTicket)}, err
}

func showTickets(list []ticket.Ticket) *foundTicketsOutput {
	out := &foundTicketsOutput{FoundTickets{make([]StoredTicket, len(list))}}
	for i, t := range list {
		out.Body.Items[i] = showTicket(t)
	}
	return out
}

func (a *API) findTickets(ctx context.Context, in *findInput) (*foundTicketsOutput, error) {
	list, err := a.Tickets.Find(viewerOf(ctx), in.Query, in.Limit)
	return showTickets(list), err
}

func (a *API) ticketsToCall(ctx context.Context, in *struct {
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*foundTicketsOutput, error) {
	list, err := a.Tickets.ToCall(viewerOf(ctx), time.Now(), in.Limit)
	return showTickets(list), err
}

func (a *API) openTicket(ctx context.Context, in *struct{ Body NewTicket }) (*ticketOutput, error) {
	t, err := a.draftTicket(in.Body)
	if err != nil {
		return nil, err
	}
	return answerTicket(a.tickets(ctx).Create(ctx, books.By(ByOf(ctx)), t))
}

// TicketTemplates are tickets half written.
type TicketTemplates struct {
	Items []ticket.Template `json:"items" nullable:"false"`
}

// TicketTypes are the types of tickets in force.
type TicketTypes struct {
	Items []ticket.Type `json:"items" nullable:"false"`
}

func (a *API) ticketTemplates(context.Context, *struct{}) (*struct{ Body TicketTemplates }, error) {
	return &struct{ Body TicketTemplates }{TicketTemplates{orEmpty(a.Settings.Current().Tickets.Templates)}}, nil
}

func (a *API) ticketTypes(context.Context, *struct{}) (*struct{ Body TicketTypes }, error) {
	return &struct{ Body TicketTypes }{TicketTypes{orEmpty(a.Settings.Current().TicketTypes())}}, nil
}

func (a *API) getTicket(ctx context.Context, in *IDInput) (*ticketOutput, error) {
	return answerTicket(a.ticket(ctx, in.ID))
}

func (a *API) updateTicket(ctx context.Context, in *updateTicketInput) (*ticketOutput, error) {
	t, err := a.ticket(ctx, in.ID)
	if err == nil {
		err = in.Check(t.Meta.Rev)
	}
	if err != nil {
		return nil, err
	}
	return answerTicket(a.tickets(ctx).Write(ctx, books.By(ByOf(ctx)), in.Body.onto(t)))
}

func (a *API) ticketHistory(ctx context.Context, in *byIDPaging) (*historyOutput, error) {
	if _, err := a.ticket(ctx, in.ID); err != nil {
		return nil, err
	}
	after, err := decodeCursor("get-ticket-history", in.Cursor)
	if err != nil {
		return nil, err
	}
	list, next, err := a.Tickets.History(in.ID, after, in.Limit)
	return &historyOutput{ranged("get-ticket-history", list, next, func(e ticket.Entry) HistoryLine { return HistoryLine{e} })}, err
}

// FiguresOfTickets are what the tickets of some days show.
type FiguresOfTickets struct {
	All    ticket.Figures `json:"all"`
	Groups []ticket.Group `json:"groups" nullable:"false"`
	Whole  bool           `json:"whole" doc:"False: there are more tickets than were counted"`
}

// figureDays is how many days figures may span.
const figureDays = 400

func (a *API) ticketFigures(ctx context.Context, in *struct {
	From string `query:"from" format:"date" required:"true" doc:"The first day, in the dealership's zone"`
	To   string `query:"to" format:"date" required:"true" doc:"The last day"`
	By   string `query:"by" enum:"type,department,owner" default:"type"`
},
) (*struct{ Body FiguresOfTickets }, error) {
	zone := a.here().Location()
	from, err1 := time.ParseInLocation(time.DateOnly, in.From, zone)
	to, err2 := time.ParseInLocation(time.DateOnly, in.To, zone)
	if err1 != nil || err2 != nil || to.Before(from) || to.Sub(from) > figureDays*24*time.Hour {
		return nil, fault.Fields{{Path: "to", Key: "ticket.days", Message: "the last day is not on or after the first, or too far away"}}
	}
	all, groups, whole, err := a.Tickets.Figures(viewerOf(ctx), from, to.AddDate(0, 0, 1), in.By)
	return &struct{ Body FiguresOfTickets }{FiguresOfTickets{all, append([]ticket.Group{}, groups...), whole}}, err
}
