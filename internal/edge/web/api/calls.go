package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/store"
)

type callsInput struct {
	Paging
	From        time.Time `query:"from" doc:"Calls that began at or after this"`
	To          time.Time `query:"to" doc:"Calls that began before this"`
	Customer    string    `query:"customer" maxLength:"64"`
	Number      string    `query:"number" maxLength:"32" doc:"The outside number"`
	Agent       string    `query:"agent" maxLength:"64"`
	Queue       string    `query:"queue" maxLength:"64"`
	Disposition string    `query:"disposition" enum:"rejected,unanswered,menu_only,abandoned,overflowed,answered,interrupted"`
	Direction   string    `query:"direction" enum:"inbound,outbound"`
	Recorded    bool      `query:"recorded" doc:"Only those with a recording"`
	WrapUp      string    `query:"wrap_up" maxLength:"100" doc:"What the agent said it was about: the id of a disposition, or of a group of them"`
}

type callsOutput struct{ Body Page[LoggedCall] }

type callOutput struct{ Body LoggedCall }

type liveCallsOutput struct{ Body Page[call.View] }

type popOutput struct{ Body live.Pop }

type identifyInput struct {
	IDInput
	Body struct {
		Customer string `json:"customer" maxLength:"64" doc:"The customer's id"`
	}
}

type dialInput struct {
	Body struct {
		Number    string `json:"number" minLength:"2" maxLength:"32" doc:"As it would be dialled on the phone"`
		Extension string `json:"extension,omitempty" maxLength:"32" doc:"The phone that rings first; empty: one's own"`
	}
}

type dialOutput struct {
	Body struct {
		Call string `json:"call" doc:"The id that the call will have when the phone is taken up"`
	}
}

// calls are those that were, those that are, and what one does with one's own.
func calls(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "calls", Summary: summary, Perm: perm}
	}
	Add(a, op("list-calls", http.MethodGet, "/calls", "Call records, newest first. A page may be short although there are more", account.CallsRead), a.listCalls)
	Add(a, op("get-call", http.MethodGet, "/calls/{id}", "One call record", account.CallsRead), a.getCall)
	Add(a, op("list-live-calls", http.MethodGet, "/live/calls", "The calls that are up. Of those that one has no part in only who watches over others sees who calls", account.CallsRead), a.liveCalls)
	dial := op("dial", http.MethodPost, "/calls", "Call a number: one's phone rings first", account.CallsControl)
	dial.Status = http.StatusAccepted
	Add(a, dial, a.dial)
	Add(a, op("get-pop", http.MethodGet, "/live/calls/{id}/pop", "What the agent sees of a call that rings or is up", account.CallsControl), a.getPop)
	for _, c := range []struct {
		id, summary string
		do          func(id call.ID, extension string) error
	}{
		{"answer", "Have one's phone, which rings, take the call", a.Calls.Answer},
		{"hold", "Put the other side on hold", func(id call.ID, ext string) error { return a.Calls.Hold(id, ext, true) }},
		{"resume", "Take the other side back from hold", func(id call.ID, ext string) error { return a.Calls.Hold(id, ext, false) }},
	} {
		o := op(c.id+"-call", http.MethodPost, "/live/calls/{id}/"+c.id, c.summary, account.CallsControl)
		o.Status = http.StatusAccepted
		Add(a, o, func(ctx context.Context, in *IDInput) (*struct{}, error) { return nil, a.own(ctx, in.ID, c.do) })
	}
	hangUp := op("hang-up-call", http.MethodPost, "/live/calls/{id}/hang-up", "Hang one's phone up, refuse the call, or give up one that was dialled", account.CallsControl)
	hangUp.Status = http.StatusAccepted
	Add(a, hangUp, func(ctx context.Context, in *IDInput) (*struct{}, error) { return nil, a.hangUp(ctx, in.ID) })
	Add(a, op("identify-caller", http.MethodPut, "/live/calls/{id}/customer",
		"Say who the caller is: one of several with the number, or one whose number is withheld", account.CallsControl), a.identifyCaller)
	end := op("end-call", http.MethodDelete, "/live/calls/{id}", "End somebody's call", account.CallsMonitor)
	Add(a, end, a.endCall)
}

func (a *API) listCalls(_ context.Context, in *callsInput) (*callsOutput, error) {
	after, err := decodeCursor("list-calls", in.Cursor)
	if err != nil {
		return nil, err
	}
	q := store.CallQuery{
		From: in.From, To: in.To, Customer: in.Customer, Number: phone.Normalize(in.Number), Agent: in.Agent, Queue: in.Queue,
		Recorded: in.Recorded, WrapUp: in.WrapUp, Cursor: after, Limit: in.Limit,
	}
	for d := call.Rejected; d <= call.Interrupted; d++ {
		if d.String() == in.Disposition {
			q.Disposition = d
		}
	}
	for _, d := range []line.Direction{line.Inbound, line.Outbound} {
		if d.String() == in.Direction {
			q.Direction = d
		}
	}
	list, next, err := a.Ledger.Search(q)
	if err != nil {
		return nil, err
	}
	out := &callsOutput{}
	if out.Body.Items, err = a.logged(list); err != nil {
		return nil, err
	}
	if next != "" {
		out.Body.NextCursor = encodeCursor("list-calls", next)
	}
	return out, nil
}

func (a *API) getCall(_ context.Context, in *IDInput) (*callOutput, error) {
	r, ok, err := a.Ledger.Record(call.ID(in.ID))
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "call.not_found", "find call %s: there is no record", in.ID)
	}
	if err != nil {
		return nil, err
	}
	list, err := a.logged([]call.CDR{r})
	if err != nil {
		return nil, err
	}
	return &callOutput{list[0]}, nil
}

func (a *API) liveCalls(ctx context.Context, _ *struct{}) (*liveCallsOutput, error) {
	e, err := a.eyes(ctx)
	if err != nil {
		return nil, err
	}
	list := a.Calls.Live(ctx)
	for i, v := range list {
		list[i] = e.call(v)
	}
	return &liveCallsOutput{Page[call.View]{Items: list}}, nil
}

func (a *API) getPop(ctx context.Context, in *IDInput) (*popOutput, error) {
	id, ext, err := a.part(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := a.Pop(ctx, id, ext)
	p.Agent = CallerOf(ctx).User.Agent
	return &popOutput{p}, err
}

func (a *API) identifyCaller(ctx context.Context, in *identifyInput) (*popOutput, error) {
	c, err := a.Book.Customer(in.Body.Customer)
	if err != nil {
		return nil, err
	}
	id, ext, err := a.part(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.Calls.Identify(id, c.ID, c.Name); err != nil {
		return nil, err
	}
	p, err := a.Pop(ctx, id, ext)
	p.Agent = CallerOf(ctx).User.Agent
	return &popOutput{p}, err
}

func (a *API) dial(ctx context.Context, in *dialInput) (*dialOutput, error) {
	ext, err := a.extension(ctx)
	if err != nil {
		return nil, err
	}
	if in.Body.Extension != "" && in.Body.Extension != ext {
		if !CallerOf(ctx).May(account.CallsMonitor) {
			return nil, fault.New(fault.Denied, "call.not_your_phone", "dial from %s: it is not the caller's phone", in.Body.Extension)
		}
		ext = in.Body.Extension
	}
	if ext == "" {
		return nil, errNoPhone()
	}
	id, err := a.Calls.Originate(ext, in.Body.Number)
	if err != nil {
		return nil, err
	}
	out := &dialOutput{}
	out.Body.Call = string(id)
	return out, a.note(ctx, "call", string(id), map[string]string{"what": "dialled", "number": phone.Mask(in.Body.Number), "extension": ext})
}

func errNoPhone() error {
	return fault.New(fault.Conflict, "call.no_phone_of_yours", "find one's phone: the user has no extension and is signed in nowhere")
}

// extension is the phone of who asks: where their agent is signed in, otherwise their own; "" for none.
func (a *API) extension(ctx context.Context) (string, error) {
	u := CallerOf(ctx).User
	if u.Agent == "" {
		return u.Extension, nil
	}
	snap, err := a.ACD.Snapshot(ctx)
	if err != nil {
		return "", err
	}
	for _, g := range snap.Agents {
		if g.Agent == u.Agent && g.Extension != "" {
			return g.Extension, nil
		}
	}
	return u.Extension, nil
}

// part finds the call and the phone by which who asks takes part in it.
func (a *API) part(ctx context.Context, id string) (call.ID, string, error) {
	ext, err := a.extension(ctx)
	if err != nil {
		return "", "", err
	}
	if ext == "" {
		return "", "", errNoPhone()
	}
	v, err := a.Calls.Look(ctx, call.ID(id))
	if err != nil {
		return "", "", err
	}
	if v.Extension != ext && v.Line != ext && !slices.Contains(v.Ringing, ext) && !slices.Contains(v.Talking, ext) {
		return "", "", fault.New(fault.Denied, "call.not_yours", "find call %s: extension %s has no part in it", id, ext)
	}
	return v.ID, ext, nil
}

// own does something with one's own part of a call.
func (a *API) own(ctx context.Context, id string, do func(id call.ID, extension string) error) error {
	c, ext, err := a.part(ctx, id)
	if err != nil {
		return err
	}
	return do(c, ext)
}

// hangUp hangs one's phone up, or gives up the call that rings it and that one has dialled.
func (a *API) hangUp(ctx context.Context, id string) error {
	err := a.own(ctx, id, a.Calls.HangUp)
	if fault.CodeOf(err) != fault.NotFound {
		return err
	}
	ext, e := a.extension(ctx)
	if e != nil {
		return e
	}
	return a.Calls.Cancel(call.ID(id), ext)
}

func (a *API) endCall(ctx context.Context, in *IDInput) (*struct{}, error) {
	if err := a.Calls.Drop(call.ID(in.ID), line.NormalClearing); err != nil {
		return nil, err
	}
	return nil, a.note(ctx, "call", in.ID, map[string]string{"what": "ended by force"})
}
