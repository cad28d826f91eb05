package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// change is the input of a change of a ticket's state.
type change[B any] struct {
	IDInput
	IfMatch
	Body B
}

// The bodies of changes.
type (
	// Assigning gives a ticket to somebody.
	Assigning struct {
		To string `json:"to" maxLength:"200" doc:"A person of the roster"`
	}
	// Postponing lets a ticket wait for the customer.
	Postponing struct {
		Until time.Time `json:"until"`
		Why   string    `json:"why" maxLength:"4000"`
	}
	// Saying is a text.
	Saying struct {
		Text string `json:"text" maxLength:"4000"`
	}
	// Nothing has to be said.
	Nothing struct{}
	// Reason is why somebody does something.
	Reason struct {
		Why string `json:"why" maxLength:"4000"`
	}
	// Reaching is what came of an attempt to reach the customer.
	Reaching struct {
		Call         string `json:"call,omitempty" maxLength:"64" doc:"The call; absent: it was no call through the box, and proof says what it was"`
		Proof        string `json:"proof,omitempty" maxLength:"4000"`
		Number       string `json:"number,omitempty" maxLength:"40"`
		Result       string `json:"result" enum:"reached,busy,no_answer,powered_off,wrong_number,refused"`
		Satisfaction string `json:"satisfaction,omitempty" enum:"satisfied,neutral,dissatisfied"`
		Note         string `json:"note,omitempty" maxLength:"4000"`
	}
	// Going sends technicians to a place.
	Going struct {
		Place       ticket.Place `json:"place"`
		Technicians []string     `json:"technicians,omitempty" maxItems:"100" nullable:"false" doc:"In this order; absent: the best first, see list-technicians"`
	}
	// Answering is a technician's answer to a job, or news of it.
	Answering struct {
		Person string        `json:"person,omitempty" maxLength:"200" doc:"Absent: who asks"`
		Text   string        `json:"text,omitempty" maxLength:"4000" doc:"What was done, or why not"`
		Parts  []ticket.Part `json:"parts,omitempty" maxItems:"100" nullable:"false"`
	}
	// Retyping makes a ticket one of another type.
	Retyping struct {
		Type string            `json:"type" maxLength:"100"`
		Form map[string]string `json:"form,omitempty" doc:"What is filled in beside; fields that both types have keep their values"`
	}
	// Joining says in which ticket another one goes on.
	Joining struct {
		Ticket string `json:"ticket" maxLength:"64"`
	}
	// Many are tickets to which the same is to happen.
	Many struct {
		Tickets []string `json:"tickets" minItems:"1" maxItems:"500" nullable:"false"`
		Assign  string   `json:"assign,omitempty" maxLength:"200" doc:"Give them to this person"`
		Cancel  string   `json:"cancel,omitempty" maxLength:"4000" doc:"Close them, for this reason"`
	}
	// Happened is what came of it for one of many.
	Happened struct {
		ID      string `json:"id"`
		Problem string `json:"problem,omitempty" doc:"The code of what kept it from happening"`
		Detail  string `json:"detail,omitempty"`
	}
	// AllHappened is what came of it.
	AllHappened struct {
		Items []Happened `json:"items" nullable:"false"`
	}
	// Technicians are those who may be sent, the best first.
	Technicians struct {
		Items []ticket.Choice `json:"items" nullable:"false"`
	}
)

// ticketChanges are the changes of a ticket's state. Each names what was read by If-Match, so that of two at once one wins.
func ticketChanges(a *API, op func(id, method, path, summary string, perm account.Permission) Op) {
	post := func(id, path, summary string, perm account.Permission) Op {
		return op(id, http.MethodPost, "/{id}"+path, summary, perm)
	}
	const read, write, manage = account.TicketsRead, account.TicketsWrite, account.TicketsManage
	do(a, post("assign-ticket", "/owner", "Give a ticket to somebody", write), func(b Assigning) ticket.Event { return ticket.Assign{To: b.To} })
	do(a, post("wait-with-ticket", "/waiting", "Wait for the customer; clocks that may stand still do", write),
		func(b Postponing) ticket.Event { return ticket.Wait{Until: b.Until, Why: b.Why} })
	do(a, post("resume-ticket", "/resume", "Wait no longer", write), func(Nothing) ticket.Event { return ticket.Resume{} })
	do(a, post("tell-progress", "/progress", "The customer was told how it goes", write), func(b Saying) ticket.Event { return ticket.Tell{Text: b.Text} })
	do(a, post("resolve-ticket", "/resolution", "The work is done; the customer has yet to say so", write),
		func(b Saying) ticket.Event { return ticket.Resolve{Text: b.Text} })
	do(a, post("close-ticket", "/close", "Close a ticket whose closing rule is fulfilled", write), func(Nothing) ticket.Event { return ticket.Close{} })
	do(a, post("cancel-ticket", "/cancel", "Close a ticket without the work", manage), func(b Reason) ticket.Event { return ticket.Cancel{Why: b.Why} })
	do(a, post("reopen-ticket", "/reopen", "Open a ticket again", write), func(b Reason) ticket.Event { return ticket.Reopen{Why: b.Why} })
	do(a, post("retype-ticket", "/type", "Make a ticket one of another type. What has passed counts for its clocks", write),
		func(b Retyping) ticket.Event { return ticket.Retype{To: b.Type, Form: b.Form} })
	do(a, post("call-off-technician", "/dispatch/end", "Nobody has to go any more", write), func(b Reason) ticket.Event { return ticket.CallOff{Why: b.Why} })
	Add(a, post("report-contact", "/contacts", "What came of an attempt to reach the customer", write), a.reportContact)
	Add(a, op("list-technicians", http.MethodGet, "/{id}/technicians", "Who may be sent, the best first, and why", read), a.listTechnicians)
	Add(a, post("dispatch-technician", "/dispatch", "Ask technicians to go, one after the other", write), a.dispatch)
	for id, word := range map[string]string{"accept-job": "accept", "decline-job": "decline", "arrive-at-job": "arrive", "complete-job": "complete"} {
		Add(a, post(id, "/dispatch/"+word, "A technician's word: "+word, read), a.answerJob(word))
	}
	Add(a, post("comment-ticket", "/comments", "Write something into a ticket's history", write), a.commentTicket)
	Add(a, post("merge-ticket", "/merge", "Let a ticket go on in another one", write), a.mergeTicket)
	split := post("split-ticket", "/parts", "Make a ticket of its own of something that the customer also asked for", write)
	split.Status = http.StatusCreated
	Add(a, split, a.splitTicket)
	Add(a, post("relate-tickets", "/relations", "Two tickets have to do with each other", write), a.relateTickets)
	Add(a, op("change-tickets", http.MethodPost, "/bulk", "Let the same happen to many tickets", manage), a.changeTickets)
}

// do adds an operation that lets an event happen.
func do[B any](a *API, op Op, event func(B) ticket.Event) {
	Add(a, op, func(ctx context.Context, in *change[B]) (*ticketOutput, error) {
		return a.happen(ctx, in.ID, in.IfMatch, event(in.Body))
	})
}

// happen lets something happen to a ticket that who asks may see, under the revision that was read.
func (a *API) happen(ctx context.Context, id string, m IfMatch, ev ticket.Event) (*ticketOutput, error) {
	t, err := a.ticket(ctx, id)
	if err == nil {
		err = m.Check(t.Meta.Rev)
	}
	if err != nil {
		return nil, err
	}
	return answerTicket(a.tickets(ctx).Do(ctx, books.By(ByOf(ctx)), id, t.Meta.Rev, ev))
}

// reportContact takes what somebody says of a call. That there was one, with the customer, is looked up: it is no tick box.
func (a *API) reportContact(ctx context.Context, in *struct {
	IDInput
	Body Reaching
},
) (*ticketOutput, error) {
	t, err := a.ticket(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	at := contact.Attempt{
		At: time.Now().UTC(), By: creditOf(ctx), Call: b.Call, Number: phone.Normalize(b.Number), Result: contact.Result(b.Result),
		Satisfaction: contact.Satisfaction(b.Satisfaction), Proof: b.Proof, Note: b.Note,
	}
	if b.Call != "" {
		if err := a.seenCall(ctx, t, &at); err != nil {
			return nil, err
		}
	}
	return answerTicket(a.tickets(ctx).Do(ctx, books.By(ByOf(ctx)), t.ID, 0, ticket.Contact{Attempt: at}))
}

// CallProof is what the box knows of a call with somebody outside.
type CallProof struct {
	At        time.Time
	Number    string // normalised
	Customer  string // id
	Inbound   bool
	Connected bool // somebody spoke
	Recording string
}

// seenCall fills in what the box knows of a call, and refuses one that was not with the customer.
func (a *API) seenCall(ctx context.Context, t ticket.Ticket, at *contact.Attempt) error {
	p, ok, err := a.Proof(ctx, call.ID(at.Call))
	switch {
	case err != nil:
		return err
	case !ok, (p.Customer == "" || p.Customer != t.Customer) && !t.HasPhone(p.Number):
		return fault.Fields{{Path: "call", Key: "ticket.call_of_another", Message: "there is no such call with the customer"}}
	case at.Result == contact.Reached && !p.Connected:
		return fault.Fields{{Path: "result", Key: "ticket.call_unanswered", Message: "nobody answered that call"}}
	}
	at.At, at.Number, at.Inbound, at.Recording = p.At, p.Number, p.Inbound, p.Recording
	return nil
}

func (a *API) listTechnicians(ctx context.Context, in *struct {
	IDInput
	Lat float64 `query:"lat" minimum:"-90" maximum:"90"`
	Lon float64 `query:"lon" minimum:"-180" maximum:"180"`
},
) (*struct{ Body Technicians }, error) {
	t, err := a.ticket(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := a.Choose(t, ticket.Place{Lat: in.Lat, Lon: in.Lon})
	return &struct{ Body Technicians }{Technicians{append([]ticket.Choice{}, list...)}}, err
}

func (a *API) dispatch(ctx context.Context, in *change[Going]) (*ticketOutput, error) {
	t, err := a.ticket(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	able, err := a.Choose(t, in.Body.Place)
	if err != nil {
		return nil, err
	}
	if named := in.Body.Technicians; len(named) > 0 {
		by := map[string]ticket.Choice{}
		for _, c := range able {
			by[c.Person] = c
		}
		able = nil
		for _, id := range named {
			c := by[id]
			c.Person = id
			able = append(able, c)
		}
	}
	return a.happen(ctx, in.ID, in.IfMatch, ticket.SendOut{Place: in.Body.Place, Choices: able})
}

// answerJob takes a technician's word. Somebody who may change tickets says it for the technician.
func (a *API) answerJob(word string) func(context.Context, *change[Answering]) (*ticketOutput, error) {
	return func(ctx context.Context, in *change[Answering]) (*ticketOutput, error) {
		who := personOf(ctx)
		if p := in.Body.Person; p != "" && p != who {
			if !CallerOf(ctx).May(account.TicketsWrite) {
				return nil, fault.New(fault.Denied, keyDenied, "%s job for %s", word, p)
			}
			who = p
		}
		b := in.Body
		ev := map[string]ticket.Event{
			"accept": ticket.Accept{Person: who, How: "api"}, "decline": ticket.Decline{Person: who, How: "api", Why: b.Text},
			"arrive": ticket.Arrive{Person: who}, "complete": ticket.Complete{Person: who, Text: b.Text, Parts: b.Parts},
		}[word]
		return a.happen(ctx, in.ID, in.IfMatch, ev)
	}
}

func (a *API) commentTicket(ctx context.Context, in *struct {
	IDInput
	Body Saying
},
) (*struct{ Body HistoryLine }, error) {
	if _, err := a.ticket(ctx, in.ID); err != nil {
		return nil, err
	}
	e, err := a.tickets(ctx).Comment(ctx, books.By(ByOf(ctx)), in.ID, in.Body.Text)
	return &struct{ Body HistoryLine }{HistoryLine{e}}, err
}

func (a *API) mergeTicket(ctx context.Context, in *change[Joining]) (*ticketOutput, error) {
	t, err := a.ticket(ctx, in.ID)
	if err == nil {
		err = in.Check(t.Meta.Rev)
	}
	if err == nil {
		_, err = a.ticket(ctx, in.Body.Ticket)
	}
	if err != nil {
		return nil, err
	}
	return answerTicket(a.tickets(ctx).Merge(ctx, books.By(ByOf(ctx)), in.ID, t.Meta.Rev, in.Body.Ticket))
}

func (a *API) splitTicket(ctx context.Context, in *struct {
	IDInput
	Body NewTicket
},
) (*ticketOutput, error) {
	if _, err := a.ticket(ctx, in.ID); err != nil {
		return nil, err
	}
	return answerTicket(a.tickets(ctx).Split(ctx, books.By(ByOf(ctx)), in.ID, in.Body.ticket()))
}

func (a *API) relateTickets(ctx context.Context, in *struct {
	IDInput
	Body Joining
},
) (*ticketOutput, error) {
	for _, id := range []string{in.ID, in.Body.Ticket} {
		if _, err := a.ticket(ctx, id); err != nil {
			return nil, err
		}
	}
	if err := a.tickets(ctx).Relate(ctx, books.By(ByOf(ctx)), in.ID, in.Body.Ticket); err != nil {
		return nil, err
	}
	return answerTicket(a.ticket(ctx, in.ID))
}

func (a *API) changeTickets(ctx context.Context, in *struct{ Body Many }) (*struct{ Body AllHappened }, error) {
	var ev ticket.Event = ticket.Cancel{Why: in.Body.Cancel}
	if in.Body.Assign != "" {
		ev = ticket.Assign{To: in.Body.Assign}
	}
	if (in.Body.Assign == "") == (in.Body.Cancel == "") {
		return nil, fault.Fields{{Path: "assign", Key: "ticket.one_change", Message: "one of assign and cancel is needed"}}
	}
	out := &struct{ Body AllHappened }{AllHappened{[]Happened{}}}
	for _, b := range a.tickets(ctx).DoAll(ctx, viewerOf(ctx), books.By(ByOf(ctx)), in.Body.Tickets, ev) {
		h := Happened{ID: b.ID}
		if b.Error != nil {
			p := a.problem(ctx, b.Error)
			h.Problem, h.Detail = p.Code, p.Detail
		}
		out.Body.Items = append(out.Body.Items, h)
	}
	return out, nil
}
