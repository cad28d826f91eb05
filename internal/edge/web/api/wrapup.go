package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/care/wrapup"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/hook"
)

// Parties are who of the house had part in a call.
type Parties struct {
	Call       wrapup.Call
	Agents     []string
	Extensions []string
}

// LoggedCall is a call record with what was said of the call.
type LoggedCall struct {
	hook.CallRecord
	WrapUp *CallWrapUp `json:"wrap_up,omitempty"`
}

// CallWrapUp is what was said of a call.
type CallWrapUp struct{ wrapup.Record }

// DispositionChoice is an answer to what a call was about, or a group of answers.
type DispositionChoice struct {
	wrapup.Disposition
	Keys  string `json:"keys,omitempty" doc:"The digits that lead to it from the first level"`
	Group bool   `json:"group,omitempty" doc:"Others belong to it: it is no answer by itself"`
}

// DispositionChoices are all answers, each group before what belongs to it.
type DispositionChoices struct {
	Items []DispositionChoice `json:"items" nullable:"false"`
}

// WrapUpSheet is what an agent sees who wraps a call up.
type WrapUpSheet struct {
	Said     *CallWrapUp     `json:"said,omitempty" doc:"Absent: nobody has said anything, nor has to"`
	Draft    *wrapup.Draft   `json:"draft,omitempty" doc:"What one has typed and not sent"`
	Proposal *TicketProposal `json:"proposal,omitempty" doc:"The ticket that the disposition proposes"`
	Tickets  []StoredTicket  `json:"tickets" nullable:"false" doc:"Those that came of the call, as far as one sees them"`
}

// TicketProposal is a ticket to be opened, or open ones of the same kind that the call may have been about instead.
type TicketProposal struct {
	Ticket NewTicket      `json:"ticket" doc:"As it can be sent to open-ticket-of-call"`
	Open   []StoredTicket `json:"open" nullable:"false"`
}

// WrapUpWords is what somebody says of a call.
type WrapUpWords struct {
	Disposition string `json:"disposition,omitempty" maxLength:"100" doc:"An id of get-dispositions; only a draft may lack it"`
	Note        string `json:"note,omitempty" maxLength:"2000"`
	Draft       bool   `json:"draft,omitempty" doc:"Keep it for oneself, and go on typing later. No If-Match is needed"`
}

// CallTicket is a ticket that comes of a call: one that is there, or a new one.
type CallTicket struct {
	Join string     `json:"join,omitempty" maxLength:"64" doc:"The id of a ticket that is there"`
	Open *NewTicket `json:"open,omitempty" doc:"A new one"`
}

type sheetOutput struct {
	ETag string `header:"ETag"`
	Body WrapUpSheet
}

type missingInput struct {
	Paging
	Agent string `query:"agent" maxLength:"64" doc:"Only this agent's"`
}

// wrapUps are what agents say of calls, and the tickets that come of them.
func wrapUps(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "calls", Summary: summary, Perm: perm}
	}
	Add(a, op("get-dispositions", http.MethodGet, "/dispositions", "What agents answer to what a call was about", account.CallsRead), a.listDispositions)
	Add(a, op("list-calls-without-disposition", http.MethodGet, "/calls/without-disposition",
		"Calls of which nobody has said in time what they were about, though their queues demand it; the newest first", account.CallsRead), a.missingDispositions)
	Add(a, op("get-wrap-up", http.MethodGet, "/calls/{id}/wrap-up", "What was said of a call, what one has typed, and the ticket that is proposed", account.CallsRead), a.getWrapUp)
	Add(a, op("put-wrap-up", http.MethodPut, "/calls/{id}/wrap-up", "Say what a call was about: one's own, or, as who manages agents, anybody's. "+
		"The same once more changes nothing", account.CallsControl), a.putWrapUp)
	post := op("open-ticket-of-call", http.MethodPost, "/calls/{id}/wrap-up/tickets", "Open the ticket that a call was about, or join one that is there", account.TicketsWrite)
	post.Status = http.StatusCreated
	Add(a, post, a.ticketOfCall)
}

// logged are call records with what was said of the calls.
func (a *API) logged(list []call.CDR) ([]LoggedCall, error) {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = string(r.ID)
	}
	said, err := a.WrapUps.OfAll(ids)
	out := make([]LoggedCall, len(list))
	for i, r := range list {
		out[i].CallRecord = hook.RecordOf(r)
		if w, ok := said[string(r.ID)]; ok {
			w.Tickets = nil // the sheet of the call tells those that one may see
			out[i].WrapUp = &CallWrapUp{w}
		}
	}
	return out, err
}

func (a *API) listDispositions(context.Context, *struct{}) (*struct{ Body DispositionChoices }, error) {
	tree := a.WrapUps.Tree()
	out := &struct{ Body DispositionChoices }{DispositionChoices{make([]DispositionChoice, len(tree))}}
	for i, d := range tree {
		out.Body.Items[i] = DispositionChoice{d, tree.Keys(d.ID), tree.IsGroup(d.ID)}
	}
	return out, nil
}

func (a *API) missingDispositions(_ context.Context, in *missingInput) (*struct{ Body Page[CallWrapUp] }, error) {
	const op = "list-calls-without-disposition"
	after, err := decodeCursor(op, in.Cursor)
	if err != nil {
		return nil, err
	}
	list, next, err := a.WrapUps.Missing(in.Agent, time.Now(), after, in.Limit)
	return &struct{ Body Page[CallWrapUp] }{ranged(op, list, next, func(r wrapup.Record) CallWrapUp {
		r.Tickets = nil // as in the log of calls
		return CallWrapUp{r}
	})}, err
}

// myCall finds a call in which who asks had part; or anybody's, for who manages agents.
func (a *API) myCall(ctx context.Context, id string) (c wrapup.Call, err error) {
	p, err := a.Parties(ctx, id)
	if err != nil {
		return c, err
	}
	c = p.Call
	person := personOf(ctx)
	if person != "" && slices.Contains(p.Agents, person) {
		return c, nil
	}
	ext, err := a.extension(ctx)
	if err != nil {
		return c, err
	}
	if ext != "" && slices.Contains(p.Extensions, ext) {
		c.Agent = cmp.Or(c.Agent, person)
		return c, nil
	}
	if !CallerOf(ctx).May(account.AgentsManage) {
		err = fault.New(fault.Denied, "call.not_yours", "wrap up call %s: it was another's", id)
	}
	return c, err
}

func (a *API) getWrapUp(ctx context.Context, in *IDInput) (*sheetOutput, error) {
	p, err := a.Parties(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return a.wrapUpSheet(ctx, p.Call)
}

// wrapUpSheet shows a call as who asks wraps it up.
func (a *API) wrapUpSheet(ctx context.Context, c wrapup.Call) (*sheetOutput, error) {
	out := &sheetOutput{ETag: ETag(0)}
	s := &out.Body
	s.Tickets = []StoredTicket{}
	said, ok, err := a.WrapUps.Of(c.ID)
	if err != nil {
		return nil, err
	}
	if ok {
		s.Said, out.ETag = &CallWrapUp{said}, ETag(said.Meta.Rev)
	}
	chosen := said.Disposition
	if d, ok, err := a.WrapUps.Draft(workerOf(ctx), c.ID); err != nil {
		return nil, err
	} else if ok {
		s.Draft, chosen = &d, cmp.Or(d.Disposition, chosen)
	}
	for _, id := range said.Tickets {
		t, err := a.ticket(ctx, id)
		if fault.CodeOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		s.Tickets = append(s.Tickets, showTicket(t))
	}
	if s.Said != nil { // not even that there are others: one may be a complaint about who asks
		s.Said.Tickets = nil
		for _, t := range s.Tickets {
			s.Said.Tickets = append(s.Said.Tickets, t.ID)
		}
	}
	s.Proposal, err = a.proposal(ctx, c, chosen, said.Note)
	return out, err
}

// proposal is the ticket that a disposition proposes for a call; nil for none.
func (a *API) proposal(ctx context.Context, c wrapup.Call, disposition, note string) (*TicketProposal, error) {
	d, _ := a.WrapUps.Tree().Find(disposition)
	if d.Ticket == "" {
		return nil, nil //nolint:nilnil // there is nothing to propose
	}
	n := NewTicket{TicketFields: TicketFields{Subject: d.Name, Body: note}, Type: d.Ticket, Call: c.ID}
	ids := []string{c.Number}
	if c.Number != "" {
		n.Phones = []string{c.Number}
	}
	if c.Customer != "" {
		k, err := a.Book.Known(c.Customer, time.Now().In(a.here().Location()))
		if err != nil && fault.CodeOf(err) != fault.NotFound {
			return nil, err
		}
		if err == nil {
			n.Customer, n.Name = k.Customer.ID, k.Customer.Name
			ids = append(ids, k.Customer.IDs()...)
			if len(k.Vehicles) == 1 { // of several nobody knows which one is meant
				n.Vehicle, n.Plate = k.Vehicles[0].Vehicle.ID, k.Vehicles[0].Vehicle.Plate
			}
		}
	}
	open, err := a.Tickets.OpenOf(viewerOf(ctx), ids, maxProposed)
	p := &TicketProposal{Ticket: n, Open: []StoredTicket{}}
	for _, t := range open {
		if t.Type == d.Ticket {
			p.Open = append(p.Open, showTicket(t))
		}
	}
	return p, err
}

// maxProposed bounds among how many open tickets of a customer those are looked for that a call may have been about.
const maxProposed = 50

func (a *API) putWrapUp(ctx context.Context, in *struct {
	IDInput
	IfMatch
	Body WrapUpWords
},
) (*sheetOutput, error) {
	c, err := a.myCall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	who, by := workerOf(ctx), books.By(ByOf(ctx))
	words := wrapup.Words{Disposition: in.Body.Disposition, Note: in.Body.Note}
	if in.Body.Draft {
		if _, err := a.WrapUps.SaveDraft(ctx, by, who, c.ID, words); err != nil {
			return nil, err
		}
		return a.wrapUpSheet(ctx, c)
	}
	rev, err := in.Rev()
	if err != nil {
		return nil, err
	}
	r, news, err := a.WrapUps.Give(ctx, by, who, c, rev, words)
	if fault.KeyOf(err) == "store.rev" {
		err = stale()
	}
	if err != nil {
		return nil, err
	}
	if news {
		a.ACD.Disposed(call.ID(c.ID), r.Queue, cmp.Or(personOf(ctx), r.Agent), r.Disposition)
	}
	for _, agent := range []string{personOf(ctx), r.Agent, c.Agent} { // who has said it, now or before, and whose the call was
		a.ACD.NothingOwed(call.ID(c.ID), agent)
	}
	return a.wrapUpSheet(ctx, c)
}

func (a *API) ticketOfCall(ctx context.Context, in *struct {
	IDInput
	Body CallTicket
},
) (*ticketOutput, error) {
	c, err := a.myCall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b, by := in.Body, books.By(ByOf(ctx))
	if (b.Join == "") == (b.Open == nil) {
		return nil, fault.Fields{{Path: "join", Key: "wrap_up.one_ticket", Message: "one of join and open is needed"}}
	}
	if b.Join != "" {
		return answerTicket(a.WrapUps.Join(ctx, by, personOf(ctx), c, b.Join))
	}
	b.Open.Call = c.ID
	t, err := a.draftTicket(*b.Open)
	if err != nil {
		return nil, err
	}
	return answerTicket(a.WrapUps.Open(ctx, by, personOf(ctx), c, t))
}

// draftTicket is a ticket as somebody asks for it, with what the customer's record knows.
func (a *API) draftTicket(n NewTicket) (ticket.Ticket, error) {
	t := n.ticket()
	if n.Template != "" {
		list := a.Settings.Current().Tickets.Templates
		i := slices.IndexFunc(list, func(p ticket.Template) bool { return p.ID == n.Template })
		if i < 0 {
			return t, fault.Fields{{Path: "template", Key: "ticket.template_unknown", Message: "there is no such template"}}
		}
		t = list[i].Fill(t)
	}
	if t.Customer == "" {
		return t, nil
	}
	c, err := a.Book.Customer(t.Customer)
	if err != nil {
		return t, err
	}
	t.Customer = c.ID
	if t.Name == "" {
		t.Name = c.Name
	}
	for _, p := range c.Phones {
		if len(n.Phones) == 0 {
			t.Phones = append(t.Phones, p.Number)
		}
	}
	return t, nil
}
