package api

import (
	"context"
	"slices"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/hook"
	"github.com/dealerline/dealerline/internal/edge/live"
)

// eyes are what somebody may see of calls that are up. Who watches over others sees all of all. Everybody else sees all of
// the calls that ring or are at their own phone, and of the others what a board on the wall shows: that there is a
// call, where it is and since when, not who calls. Numbers are masked, names, customers and what was keyed in are left
// out. It is the same wherever calls are seen: in lists, in who waits, and in the stream of news.
type eyes struct {
	all              bool
	agent, extension string // "" is none
}

func (a *API) eyes(ctx context.Context) (eyes, error) {
	c := CallerOf(ctx)
	e := eyes{all: c.May(account.CallsMonitor), agent: c.User.Agent}
	if e.all {
		return e, nil
	}
	var err error
	e.extension, err = a.extension(ctx)
	return e, err
}

func same(a, b string) bool { return a != "" && a == b }

// call is a call as these eyes see it.
func (e eyes) call(v call.View) call.View {
	if e.all {
		return v
	}
	v.Watching = nil // who listens in is nobody's business but of those who do
	if same(v.Agent, e.agent) || same(v.Extension, e.extension) || same(v.Line, e.extension) ||
		e.extension != "" && (slices.Contains(v.Ringing, e.extension) || slices.Contains(v.Talking, e.extension)) {
		return v
	}
	return call.View{
		ID: v.ID, Phase: v.Phase, Direction: v.Direction, From: phone.Mask(v.From), To: phone.Mask(v.To), Line: v.Line, Card: onBoard(v.Card),
		Place: v.Place, StartedAt: v.StartedAt, AnsweredAt: v.AnsweredAt, QueuedAt: v.QueuedAt, ConnectedAt: v.ConnectedAt, HeldSince: v.HeldSince,
		Queue: v.Queue, Agent: v.Agent, Extension: v.Extension, Ringing: v.Ringing, Talking: v.Talking, Slot: v.Slot,
	}
}

// record is the record of a call that has just ended.
func (e eyes) record(r call.CDR) hook.CallRecord {
	mine := e.all || same(r.Agent, e.agent) || same(r.Extension, e.extension) || same(r.Line, e.extension) ||
		slices.ContainsFunc(r.Legs, func(l call.LegRecord) bool {
			return same(l.Agent, e.agent) || l.Kind == line.Extension && same(l.Line, e.extension)
		})
	if mine {
		return hook.RecordOf(r)
	}
	return hook.RecordOf(call.CDR{
		ID: r.ID, Direction: r.Direction, From: phone.Mask(r.From), To: phone.Mask(r.To), Line: r.Line, Card: onBoard(r.Card), StartedAt: r.StartedAt,
		AnsweredAt: r.AnsweredAt, QueuedAt: r.QueuedAt, ConnectedAt: r.ConnectedAt, EndedAt: r.EndedAt, Disposition: r.Disposition, Cause: r.Cause,
		EndedBy: r.EndedBy, Queue: r.Queue, Agent: r.Agent, Extension: r.Extension, JoinedTo: r.JoinedTo, JoinedFrom: r.JoinedFrom,
	})
}

// queues are the queues with who waits there: callers who ring at one's own phone as they are, others as on a board.
func (e eyes) queues(list []acd.QueueView) []acd.QueueView {
	if e.all {
		return list
	}
	list = slices.Clone(list)
	for i := range list {
		list[i].Waiting = slices.Clone(list[i].Waiting)
		for j := range list[i].Waiting {
			if w := &list[i].Waiting[j]; e.agent == "" || !slices.Contains(w.Agents, e.agent) {
				w.Card = onBoard(w.Card)
			}
		}
	}
	return list
}

// onBoard is what a board shows of a caller.
func onBoard(c call.Card) call.Card {
	return call.Card{Number: phone.Mask(c.Number), VIP: c.VIP, Language: c.Language, DialedNumber: c.DialedNumber, Trunk: c.Trunk}
}

// CallEnded is a call that is over; its record is stored.
type CallEnded struct {
	Call hook.CallRecord `json:"call"`
}

// news is what these eyes see of an event. What is for one's own agent alone is seen whole.
func (e eyes) news(ev live.Event) any {
	if ev.Topic == live.Me {
		e.all = true
	}
	switch d := ev.Data.(type) {
	case live.CallChanged:
		d.Call = e.call(d.Call)
		return d
	case live.CallEnded:
		return CallEnded{e.record(d.Call)}
	case live.QueuesChanged:
		d.Queues = e.queues(d.Queues)
		return d
	}
	return ev.Data
}
