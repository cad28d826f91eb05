package appliance

import (
	"cmp"
	"context"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/wrapup"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// wrapups joins what agents say of calls to the calls; it satisfies feature.Dispositions.
type wrapups struct {
	box  *Box
	book *wrapup.Book
}

func newWrapUps(b *Box) *wrapups {
	tree := func() wrapup.Tree { return b.settings.Current().DispositionTree() }
	return &wrapups{b, wrapup.NewBook(store.WrapUpBooks{DB: b.db}, b.tickets.book, tree)}
}

// callOf is a call's record as wrapup knows calls.
func callOf(r call.CDR) wrapup.Call {
	number, _ := customersNumber(r)
	return wrapup.Call{
		ID: string(r.ID), Agent: r.Agent, Queue: r.Queue, StartedAt: r.StartedAt, Number: cmp.Or(number, r.Card.Number), Customer: r.Card.Customer,
	}
}

// owe notes, in the transaction of a call's record, that its agent has to say what it was about, when its queue demands that.
func (w *wrapups) owe(tx *store.Tx, r call.CDR) error {
	limit, owed := w.limit(r)
	if !owed {
		return nil
	}
	return w.book.Owe(store.WrapUpsOf(tx), callOf(r), limit)
}

// limit is by when it must be said what a call was about, if it must.
func (w *wrapups) limit(r call.CDR) (at time.Time, owed bool) {
	if r.Agent == "" || r.Queue == "" || r.ConnectedAt.IsZero() || r.Disposition != call.Answered {
		return at, false
	}
	for _, q := range w.box.settings.Current().Queues {
		if q.ID == r.Queue && q.Disposition == acd.Required {
			return r.EndedAt.Add(max(q.DispositionBy.Duration(), q.WrapUp.Duration())), true
		}
	}
	return at, false
}

// recentCall is how long ago a call may have ended of which an agent says by phone what it was about.
const recentCall = time.Hour

// Give says of the last call of the agent at a phone what it was about. The agent need not have been asked for it.
func (w *wrapups) Give(extension, keys string) error {
	ctx, cancel := deadline()
	defer cancel()
	d, err := w.book.Tree().ByKeys(keys)
	if err != nil {
		return err
	}
	agent, err := w.box.acd.AgentAt(ctx, extension)
	if err != nil {
		return fault.New(fault.Conflict, "agent.none_at_extension", "give disposition at %s: %w", extension, err)
	}
	c, err := w.last(ctx, agent)
	if err != nil {
		return err
	}
	had, _, err := w.book.Of(c.ID)
	if err != nil {
		return err
	}
	by := books.By{Who: agent, Via: "phone " + extension, Action: "give-disposition"}
	r, news, err := w.book.Give(ctx, by, agent, c, had.Meta.Rev, wrapup.Words{Disposition: d.ID, Note: had.Note})
	switch {
	case err != nil:
		return err
	case news:
		w.box.acd.Disposed(call.ID(c.ID), r.Queue, agent, r.Disposition)
	default: // somebody has said the same before
		w.box.acd.NothingOwed(call.ID(c.ID), agent)
	}
	return nil
}

// last is the call that an agent is wrapping up, or has had last.
func (w *wrapups) last(ctx context.Context, agent string) (c wrapup.Call, err error) {
	snap, err := w.box.acd.Snapshot(ctx)
	if err != nil {
		return c, err
	}
	for _, a := range snap.Agents {
		if a.Agent != agent || a.WrapUpCall == "" {
			continue
		}
		if v, err := w.box.calls.Look(ctx, a.WrapUpCall); err == nil { // somebody else goes on with it
			c = liveCall(v)
			c.Agent = agent
			return c, nil
		}
		r, ok, err := w.box.ledger.Record(a.WrapUpCall)
		if err == nil && !ok { // a moment later it is there; an older call is not meant
			err = fault.New(fault.Conflict, "wrap_up.no_call", "give disposition of call %s: its record is not written yet", a.WrapUpCall)
		}
		return callOf(r), err
	}
	list, _, err := w.box.ledger.Search(store.CallQuery{Agent: agent, Disposition: call.Answered, Limit: 1})
	if err == nil && (len(list) == 0 || time.Since(list[0].EndedAt) > recentCall) {
		err = fault.New(fault.Conflict, "wrap_up.no_call", "give disposition of agent %s: there is no call of the last hour", agent)
	}
	if err != nil {
		return c, err
	}
	return callOf(list[0]), nil
}

// liveCall is a call that is up as wrapup knows calls.
func liveCall(v call.View) wrapup.Call {
	c := wrapup.Call{ID: string(v.ID), Agent: v.Agent, Queue: v.Queue, StartedAt: v.StartedAt, Number: v.Card.Number, Customer: v.Card.Customer}
	for _, o := range v.Outside {
		if o.Dialed && v.Card.Trunk == "" {
			c.Number = o.Number
		}
	}
	return c
}

// look finds a call, whether it is up or over, with who of the house had part in it.
func (w *wrapups) look(ctx context.Context, id string) (p api.Parties, err error) {
	if v, err := w.box.calls.Look(ctx, call.ID(id)); err == nil {
		p = api.Parties{Call: liveCall(v), Agents: []string{v.Agent}, Extensions: append([]string{v.Extension, v.Line}, v.Talking...)}
		snap, err := w.box.acd.Snapshot(ctx)
		for _, a := range snap.Agents {
			if a.WrapUpCall == v.ID { // who had it, and has transferred it
				p.Agents = append(p.Agents, a.Agent)
			}
		}
		return p, err
	}
	r, ok, err := w.box.ledger.Record(call.ID(id))
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "call.not_found", "find call %s: there is no record", id)
	}
	if err != nil {
		return p, err
	}
	p = api.Parties{Call: callOf(r), Agents: []string{r.Agent}, Extensions: []string{r.Extension}}
	for i, l := range r.Legs {
		if i > 0 && l.AnsweredAt.IsZero() { // it only rang there
			continue
		}
		if p.Agents = append(p.Agents, l.Agent); l.Kind == line.Extension {
			p.Extensions = append(p.Extensions, l.Line)
		}
	}
	return p, nil
}
