package call

import (
	"maps"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// AttrCallbackOf is the attribute of a callback's record that names the call in which it was asked for.
const AttrCallbackOf = "callback_of"

// CallBack is one attempt to call somebody back who did not want to wait. It begins as a call whose guest has yet to be
// dialled: the agent of the offer is rung first, hears the offer's greeting, and then waits for the customer. The number
// is dialled when the queue says so ([QueueDial]). The customer hears Hello and presses [ConfirmKey]: only then the two
// are joined, and only then the offer is reported as [OfferJoined]. Whatever else happens ends the call, and the offer is
// reported as [OfferFailed], once: before [OfferAnswered] it was the agent's phone that failed, afterwards the customer's.
type CallBack struct {
	Call     ID
	Of       ID // the call in which it was asked for
	Number   string
	Language string
	Card     Card
	Queue    string
	Attrs    map[string]string
	Since    time.Time // when the customer began to wait
	Offer    Offer
	Ring     time.Duration   // how long the customer's phone rings
	Confirm  time.Duration   // how long the customer has for the key, from the answer on
	Hello    []prompt.Phrase // spoken to the customer: who calls, and the key
}

// ConfirmKey is what a customer who is called back presses: an answering machine does not.
const ConfirmKey = '1'

// QueueDial has a [CallBack] dial the customer.
type QueueDial struct{ Offer OfferID }

func (QueueDial) queueCommand() {}

// AgentReady: the agent of a [CallBack] has heard the greeting and waits for the customer.
type AgentReady struct{ Offer OfferID }

func (AgentReady) queueFact() {}

// CallbackLapsed says that somebody who asked to be called back was not reached, or not in time. It is a [Notice], for
// whoever follows up.
type CallbackLapsed struct {
	Of       ID // the call in which it was asked for
	Queue    string
	Number   string
	Card     Card
	Attempts int
	Why      string // "exhausted": all attempts were in vain; "closing": the hours were over; "queue_gone"
}

func (CallbackLapsed) notice() {}

// CallBack begins a call for an attempt. It does not block; what becomes of it is reported to the queues.
func (m *Manager) CallBack(b CallBack) {
	b.Attrs = maps.Clone(b.Attrs)
	c := newCall(m, b.Call, &awaited{back: b, info: line.Info{
		Direction: line.Outbound, Kind: line.Trunk, From: b.Card.DialedNumber, To: b.Number, At: time.Now(),
	}})
	m.mu.Lock()
	if m.shut {
		m.mu.Unlock()
		m.cfg.Queues.Report(b.Call, OfferFailed{Offer: b.Offer.ID, Cause: line.RecoveryOnTimer})
		return
	}
	m.calls[b.Call] = c
	m.mu.Unlock()
	go func() {
		defer m.forget(b.Call)
		c.run(m.ctx, c.legs[0].Info())
	}()
}

// Command gives a call what its queue commands; a call that is over needs none.
func (m *Manager) Command(id ID, cmd QueueCommand) {
	if c, err := m.find(id); err == nil {
		c.Queue(cmd)
	}
}

// awaited stands for a guest who is yet to be dialled.
type awaited struct {
	back     CallBack
	announce *Announce // what is to be said; nil: a customer is called back
	info     line.Info
	post     func(line.Event)
}

// Info is that of a leg to the number.
func (a *awaited) Info() line.Info { return a.info }

// Port is none: nobody is there to hear.
func (a *awaited) Port() media.Port { return nil }

// Listen takes whom the end is told.
func (a *awaited) Listen(post func(line.Event)) { a.post = post }

// Do ends it, when told so.
func (a *awaited) Do(cmd line.Command) {
	if h, ok := cmd.(line.Hangup); ok {
		a.post(line.Ended{Cause: h.Cause})
	}
}

// dialGuest tries the ways to the customer until one rings.
func (c *Call) dialGuest(e DialGuest) {
	cfg := &c.hub.cfg
	l := c.ways[0]
	if l == nil {
		from := c.legs[0].Info()
		l = newLadder(cfg.Dialer.Ways(from, e.Target), Outgoing{Call: c.id, From: from, Card: e.Card, Queue: e.Queue, Own: e.Own})
		c.ways[0] = l
	}
	cause := line.NoRoute
	for len(l.rest) > 0 {
		d := l.rest[0]
		l.rest = l.rest[1:]
		legs, err := cfg.Dialer.Dial(d, l.out)
		if err != nil {
			cause = causeOf(err)
			cfg.Logger.Info("dial", "call", string(c.id), "line", d.Line, "cause", cause.String(), "error", err)
			continue
		}
		c.legs[0] = fork(legs)
		c.listen(0, c.legs[0])
		c.answerWith(GuestDialed{Info: c.legs[0].Info()})
		return
	}
	c.answerWith(GuestDialed{Cause: cause})
}
