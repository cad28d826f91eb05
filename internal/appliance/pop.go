package appliance

import (
	"context"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/live"
)

// maxPastCalls and maxOpen are what a screen pop shows of earlier calls and of what is open.
const (
	maxPastCalls = 10
	maxOpen      = 20
)

// pop brings who is calling to the screen of the agent whose phone rings.
func (b *Box) pop(ctx context.Context, a call.Alerting) {
	agent := b.agentOf(ctx, a)
	if agent == "" {
		return
	}
	view, err := b.calls.Look(ctx, a.Call)
	if err != nil {
		return // over already
	}
	p, err := b.popOf(view, a)
	if err != nil { // a screen that shows the number alone is better than none
		b.log.Error("look up caller for screen", "call", string(a.Call), "error", err)
	}
	p.Agent, p.Open = agent, crm.For(agent, p.Open)
	b.hub.Publish(live.Event{Topic: live.Me, Agent: agent, Data: p})
}

// Pop is the screen of a call that is up, for an agent who comes back to it: after a page was loaded anew, or on another
// machine.
func (b *Box) Pop(ctx context.Context, id call.ID, extension string) (live.Pop, error) {
	view, err := b.calls.Look(ctx, id)
	if err != nil {
		return live.Pop{}, err
	}
	a := call.Alerting{Call: id, Extension: extension, Card: view.Card}
	p, err := b.popOf(view, a)
	p.Open = crm.For(b.agentOf(ctx, a), p.Open)
	return p, err
}

func (b *Box) popOf(v call.View, a call.Alerting) (live.Pop, error) {
	now := time.Now()
	p := live.Pop{
		Call: v.ID, Offer: a.Offer.ID, Extension: a.Extension, Card: a.Card, Queue: v.Queue, Line: v.Line, Dialed: v.Card.DialedNumber,
		StartedAt: v.StartedAt, QueuedAt: v.QueuedAt, Menu: v.Path, Attrs: v.Attrs,
		Known: []crm.Known{}, Open: []crm.Entry{}, Calls: []live.PastCall{},
	}
	if !v.QueuedAt.IsZero() {
		p.Wait = live.Seconds(now.Sub(v.QueuedAt).Round(time.Second).Seconds())
	}
	for _, id := range subjects(a.Card, v.Attrs) {
		k, err := b.book.Known(id, now.In(b.settings.Current().Location()))
		if err != nil {
			return p, err
		}
		p.Known = append(p.Known, k)
	}
	p.Card = named(p.Card, p.Known)
	return p, b.addHistory(&p)
}

// agentOf is the agent whose screen it is.
func (b *Box) agentOf(ctx context.Context, a call.Alerting) string {
	if a.Offer.Agent != "" {
		return a.Offer.Agent
	}
	agent, err := b.acd.AgentAt(ctx, a.Extension)
	if err != nil {
		return "" // a phone that is nobody's
	}
	return agent
}

// addHistory adds what happened before: of a known customer all of it, of a number that several share or nobody has its
// calls.
func (b *Box) addHistory(p *live.Pop) error {
	who := crm.Subject{}
	if p.Card.Number != "" {
		who.Numbers = []string{p.Card.Number}
	}
	if len(p.Known) == 1 {
		c := p.Known[0].Customer
		who.Customers = c.IDs()
		for _, n := range c.Phones {
			if phone.Normalize(n.Number) != p.Card.Number {
				who.Numbers = append(who.Numbers, n.Number)
			}
		}
	}
	past, err := b.ledger.Past(who, crm.Place{}, maxPastCalls)
	if err != nil {
		return err
	}
	for _, c := range past {
		p.Calls = append(p.Calls, pastCall(c))
	}
	if len(p.Known) != 1 {
		return nil
	}
	for _, v := range p.Known[0].Vehicles {
		who.Vehicles = append(who.Vehicles, v.Vehicle.ID)
	}
	open, err := b.book.Open(who, maxOpen)
	p.Open = append(p.Open, open...)
	return err
}

// news brings what happens in the box to those who watch.
func (b *Box) news(ctx context.Context) error {
	events, stop := b.bus.Subscribe(newsBacklog, func(any) bool { return true })
	defer stop()
	queues := time.NewTicker(queueInterval)
	defer queues.Stop()
	lines := time.NewTicker(lineInterval)
	defer lines.Stop()
	dirty, seen := false, map[string]live.Line{}
	for {
		select {
		case ev, ok := <-events:
			if !ok {
				return context.Cause(ctx)
			}
			if led, ok := ev.(call.Led); ok {
				b.identified(ctx, led.Call)
			}
			if b.hub.Wanted() {
				dirty = b.tellEvent(ctx, ev) || dirty
			}
		case <-queues.C:
			if dirty && b.hub.Wanted() {
				b.tellQueues(ctx)
			}
			dirty = false
		case <-lines.C:
			if b.hub.Wanted() {
				b.tellLines(seen)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

const (
	newsBacklog   = 4096
	queueInterval = 500 * time.Millisecond
	lineInterval  = 2 * time.Second
)

// tellEvent publishes one event; queues reports that the queues are others now.
func (b *Box) tellEvent(ctx context.Context, ev any) (queues bool) {
	switch e := ev.(type) {
	case call.Alerting:
		b.pop(ctx, e)
		b.tellCall(ctx, e.Call)
	case call.Started:
		b.tellCall(ctx, e.Call)
	case call.Led:
		b.tellCall(ctx, e.Call)
	case call.Connected:
		b.tellCall(ctx, e.Call)
	case call.Holding:
		b.tellCall(ctx, e.Call)
	case call.Identified:
		b.tellCall(ctx, e.Call)
	case call.Watched:
		b.tellCall(ctx, e.Call)
	case call.ParkedAt:
		b.tellCall(ctx, e.Call)
	case call.Finished:
		d := live.CallEnded{Call: e.Record}
		b.hub.Publish(live.Event{Topic: live.Calls, Data: d})
		if e.Record.Agent != "" {
			b.hub.Publish(live.Event{Topic: live.Me, Agent: e.Record.Agent, Data: d})
		}
	case acd.AgentChanged:
		d := live.AgentChanged{Agent: e.Agent}
		b.hub.Publish(live.Event{Topic: live.Agents, Data: d})
		b.hub.Publish(live.Event{Topic: live.Me, Agent: e.Agent.Agent, Data: d})
		return true
	case acd.Event:
		return true
	}
	return false
}

// tellCall publishes how a call is now, to all who watch calls and to the agent who has it.
func (b *Box) tellCall(ctx context.Context, id call.ID) {
	v, err := b.calls.Look(ctx, id)
	if err != nil {
		return // over already: its end is told
	}
	d := live.CallChanged{Call: v}
	b.hub.Publish(live.Event{Topic: live.Calls, Data: d})
	if v.Agent != "" {
		b.hub.Publish(live.Event{Topic: live.Me, Agent: v.Agent, Data: d})
	}
}

func (b *Box) tellQueues(ctx context.Context) {
	snap, err := b.acd.Snapshot(ctx)
	if err == nil {
		b.hub.Publish(live.Event{Topic: live.Queues, Data: live.QueuesChanged{At: snap.At, Queues: snap.Queues}})
	}
}

// tellLines publishes the lines whose state is another one than before.
func (b *Box) tellLines(seen map[string]live.Line) {
	var changed []live.Line
	for _, l := range b.LiveLines() {
		if seen[l.Name] != l {
			seen[l.Name] = l
			changed = append(changed, l)
		}
	}
	if len(changed) > 0 {
		b.hub.Publish(live.Event{Topic: live.Lines, Data: live.LinesChanged{Lines: changed}})
	}
}
