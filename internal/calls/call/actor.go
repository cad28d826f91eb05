package call

import (
	"context"
	"runtime/debug"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/mailbox"
)

// inboxLimit bounds a call's mailbox. A call gets a few events a second; this many means that it hangs.
const inboxLimit = 4096

// Call owns one State. Only the goroutine in run touches it.
type Call struct {
	id    ID
	hub   *Manager
	inbox *mailbox.Box[Event]
	done  chan struct{}
	began time.Time // with the monotonic clock's reading

	state   State
	pending []Event // answers to effects, taken before anything from the inbox
	legs    []Leg
	ways    map[int]*ladder // by try
	given   map[int]*Call   // legs that another call has, or is getting
	seats   map[int]Seat
	timers  map[Timer]*alarm
	room    Room
	menu    Menu
	record  Recording
	memo    Recording
	left    []Event // what was taken from the inbox and not stepped yet

	keepMemo bool // what memo records is kept whatever becomes of the call
}

// alarm is a timer that is set.
type alarm struct{ *time.Timer }

// rang is an alarm's own end: an alarm that was stopped or set anew while its end waited in the inbox counts for
// nothing.
type rang struct {
	timer Timer
	alarm *alarm
}

func (rang) callEvent() {}

func newCall(hub *Manager, id ID, leg Leg) *Call {
	return &Call{
		id: id, hub: hub,
		inbox: mailbox.New[Event](inboxLimit), done: make(chan struct{}),
		state: New(id, hub.policy()), legs: []Leg{leg},
		ways: map[int]*ladder{}, given: map[int]*Call{}, seats: map[int]Seat{}, timers: map[Timer]*alarm{},
	}
}

// now is the time by the clock as it was when the call came, whatever it has been set to since: the times of one call
// must be in order and as far apart as they were.
func (c *Call) now() time.Time { return c.began.Add(time.Since(c.began)) }

// ID returns the call's name.
func (c *Call) ID() ID { return c.id }

// Queue carries out a queue's command; see [Waiter]. It only posts.
func (c *Call) Queue(cmd QueueCommand) { c.post(QueueSaid{cmd}) }

// Drop ends the call. It only posts; the call's record says what came of it.
func (c *Call) Drop(cause line.Cause) { c.post(Drop{cause}) }

func (c *Call) post(ev Event) { c.inbox.Put(ev) }

// probe is answered by a call whose goroutine lives.
type probe struct{ reply chan<- struct{} }

func (probe) callEvent() {}

// run owns the call from its arrival to its record.
func (c *Call) run(ctx context.Context, info line.Info) {
	defer close(c.done)
	defer c.recoverPanic()
	if c.began = info.At; c.began.IsZero() {
		c.began = time.Now()
	}
	c.room = c.hub.cfg.Rooms.Open()
	defer c.room.Close()
	first := c.first(info)
	c.listen(0, c.legs[0])
	c.take(first)
	var batch []Event
	for c.state.Phase != Over {
		select {
		case <-c.inbox.Ready():
			batch = c.inbox.Take(batch)
			for c.left = batch; len(c.left) > 0 && c.state.Phase != Over; {
				ev := c.left[0]
				c.left = c.left[1:]
				c.take(ev)
			}
		case <-ctx.Done():
			c.take(Drop{line.Shutdown})
			c.take(Fired{Timer{Kind: LingerTimer}})
		}
	}
	c.cleanUp()
}

// first is a call's first event: the leg's arrival, or that somebody is to be called back.
func (c *Call) first(info line.Info) Event {
	switch l := c.legs[0].(type) {
	case *awaited:
		if l.announce != nil {
			return Announces{l.announce}
		}
		return CalledBack{l.back}
	case *moved:
		return Arrive{Info: info, Card: c.hub.cfg.Desk.Card(info), Target: l.to, Routed: true, Up: true, From: l.from.id, Host: l.host}
	}
	desk := c.hub.cfg.Desk
	card := desk.Card(info)
	target, routed := Target{TargetSeat, info.Replaces}, true
	if info.Replaces == "" {
		target, routed = desk.Route(info, card)
	}
	made, up := c.legs[0].(originated)
	if made.to.Kind != 0 {
		target, routed = made.to, true
	}
	return Arrive{Info: info, Card: card, Target: target, Routed: routed, Up: up}
}

// take steps the state with one event and with whatever the effects answer.
func (c *Call) take(ev Event) {
	if p, ok := ev.(probe); ok {
		p.reply <- struct{}{}
		return
	}
	if l, ok := ev.(look); ok {
		l.reply <- c.state.view()
		return
	}
	if r, ok := ev.(redial); ok {
		c.redial(r.try)
		return
	}
	if ev = c.known(ev); ev == nil {
		return
	}
	if r, ok := ev.(rang); ok {
		if c.timers[r.timer] != r.alarm {
			return
		}
		delete(c.timers, r.timer)
		ev = Fired{r.timer}
	}
	c.pending = append(c.pending[:0], ev)
	c.settle()
}

// settle steps the state with what is pending and with whatever the effects answer.
func (c *Call) settle() {
	for len(c.pending) > 0 && c.state.Phase != Over {
		ev := c.pending[0]
		c.pending = c.pending[1:]
		var effects []Effect
		c.state, effects = Step(c.state, ev, c.now())
		for _, e := range effects {
			c.carryOut(e)
		}
	}
}

// answerWith queues what an effect brought about, so that it is stepped before anything else.
func (c *Call) answerWith(ev Event) { c.pending = append(c.pending, ev) }

// known says in this call's words what another call, or a leg given by it, says; nil is nothing.
func (c *Call) known(ev Event) Event {
	switch e := ev.(type) {
	case handed:
		return c.takeOver(e)
	case fromGiven:
		if n := slices.IndexFunc(c.legs, func(l Leg) bool { return l == e.leg || movedFrom(l) == e.leg }); n >= 0 {
			return LegSaid{n, e.ev}
		}
		return nil
	case wanted:
		n := slices.IndexFunc(c.legs, func(l Leg) bool { return l.Info().CallID == e.callID })
		if n < 0 {
			c.hub.post(e.by, NotYielded{})
			return nil
		}
		return YieldTo{e.by, n}
	}
	return ev
}

func (c *Call) listen(n int, leg Leg) {
	c.hub.know(c, leg.Info())
	leg.Listen(func(ev line.Event) { c.post(LegSaid{n, ev}) })
}

func (c *Call) cleanUp() {
	c.inbox.Close()
	c.turnAway(c.left)
	c.turnAway(c.inbox.Take(nil))
	c.hub.forgetLegs(c)
	c.hub.freeSlots(c.id)
	for _, t := range c.timers {
		t.Stop()
	}
	if c.record != nil {
		c.record.Close()
	}
	if c.keepMemo && c.memo != nil {
		c.memo.Close()
	}
	c.memo = nil // a prompt is not closed: who hangs up while speaking it has not said that it is good
}

// recoverPanic ends this one call when its goroutine hits a fault of ours: its legs are hung up and its record
// is written; all other calls go on.
func (c *Call) recoverPanic() {
	p := recover()
	if p == nil {
		return
	}
	c.hub.cfg.Logger.Error("call failed", "call", string(c.id), "panic", p, "stack", string(debug.Stack()))
	c.cleanUp()
	for n, l := range c.legs {
		if c.given[n] == nil { // another call has it, or turns it away
			l.Do(line.Hangup{Cause: line.TemporaryFailure})
		}
	}
	if c.state.Phase == Over {
		return
	}
	c.releaseQueues()
	r := c.state.Record
	if r.StartedAt.IsZero() { // the fault came before the first step
		in := c.legs[0].Info()
		r.Direction, r.From, r.To, r.Line, r.StartedAt = in.Direction, in.From, in.To, in.Line, in.At
	}
	r.ID, r.Cause, r.EndedBy, r.EndedAt = c.id, line.TemporaryFailure, "box", c.now()
	r.Disposition = Interrupted
	c.hub.cfg.Ledger.Finish(r)
	c.hub.publish(Finished{r})
}

// releaseQueues has the queues let go of the call, of an agent who speaks with it, and of the phones it uses; lamps go out.
func (c *Call) releaseQueues() {
	queues := c.hub.cfg.Queues
	queues.Report(c.id, CallGone{})
	for _, l := range c.state.Legs {
		if l.Over || l.Given {
			continue
		}
		if l.Offer != 0 {
			queues.Report(c.id, ConversationEnded{Offer: l.Offer})
		}
		if l.Record.Kind != line.Extension {
			continue
		}
		if l.Try == 0 || c.state.Tries[l.Try-1].Offer.ID == 0 {
			queues.Phone(l.Record.Line, false)
		}
		c.hub.publish(PhoneIs{Call: c.id, Extension: l.Record.Line, CallID: l.CallID, State: LineFree})
	}
	if s := c.state.Slot; s != "" {
		c.hub.publish(ParkedAt{c.id, s, false})
	}
	if c.state.Phase == Conferring {
		c.hub.cfg.Conferences.Report(c.id, ConferenceLeft{})
	}
}
