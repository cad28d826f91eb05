package call

import (
	"maps"

	"github.com/dealerline/dealerline/internal/base/line"
)

// Back is how far an attempt to call somebody back is; the zero value is that of any other call.
type Back struct {
	CallBack
	Stage  BackStage
	Failed line.Cause // why it came to nothing
	// Announce is what the guest is called for, if it is not to call a customer back.
	Announce *Announce
}

// BackStage is a stage of an attempt.
type BackStage uint8

// The stages, in their order:
//
//	agent rings ─▶ greeting ─▶ ready ─▶ customer rings ─▶ asked for the key ─▶ joined
const (
	_           BackStage = iota
	BackRinging           // the agent's phone rings, or the agent hears the greeting
	BackReady             // the agent waits; the queue's word is awaited
	BackDialing           // the customer's phone rings
	BackAsking            // the customer is asked for the key
	BackJoined
)

// What can happen to an attempt.
type (
	// CalledBack is its first event.
	CalledBack struct{ CallBack }
	// GuestDialed answers [DialGuest]: a leg to the customer exists, or, with a cause, there is no way left.
	GuestDialed struct {
		Info  line.Info
		Cause line.Cause
	}
)

func (CalledBack) callEvent()  {}
func (GuestDialed) callEvent() {}

// DialGuest dials the customer, or goes on to the next way.
type DialGuest struct {
	Target Target
	Card   Card
	Queue  string
	Own    bool // it rings also where nobody wants to be disturbed
}

func (DialGuest) callEffect() {}

// pending reports whether an attempt has not led to a conversation yet.
func (s State) pending() bool { return s.Back.Stage != 0 && s.Back.Stage != BackJoined }

func (m *machine) calledBack(ev CalledBack) {
	b := ev.CallBack
	m.Back = Back{CallBack: b, Stage: BackRinging}
	if b.Language != "" {
		m.Language = b.Language
	}
	m.Place = Target{TargetQueue, b.Queue}
	m.Record = CDR{
		ID: m.ID, Direction: line.Outbound, From: b.Card.DialedNumber, To: b.Number, Card: b.Card, StartedAt: m.now,
		QueuedAt: b.Since, Language: m.Language, Queue: b.Queue, Attrs: maps.Clone(b.Attrs),
		Path: []PathStep{{At: m.now, Place: m.Place.String(), Node: "CALLBACK"}},
	}
	m.setAttr(AttrCallbackOf, string(b.Of))
	m.addLeg(line.Info{Direction: line.Outbound, Kind: line.Trunk, To: b.Number, At: m.now}, 0)
	m.do(Begin{m.Record}, Publish{Started{m.ID, line.Trunk.String(), "", m.Record.From, m.Record.To, b.Card}})
	if m.Policy.MaxDuration > 0 {
		m.do(SetTimer{Timer{Kind: DurationTimer}, m.Policy.MaxDuration})
	}
	m.Phase = InQueue
	m.startTry(Try{Offer: b.Offer, Target: Target{TargetExtension, b.Offer.Extension}}, b.Offer.Timeout)
}

// backSaid does what the queue commands of an attempt; it reports false for what holds for all calls.
func (m *machine) backSaid(cmd QueueCommand) bool {
	if !m.pending() || m.Phase == Ending {
		return false
	}
	switch cmd.(type) {
	case QueueDial:
		if m.Back.Stage == BackReady {
			m.Back.Stage = BackDialing
			m.do(SetTimer{Timer{Kind: BackTimer}, m.Back.Ring})
			m.dialGuest()
			return true
		}
	case QueueWithdraw:
		m.backFails(line.NormalClearing, "box")
	}
	return true
}

func (m *machine) dialGuest() {
	if a := m.Back.Announce; a != nil {
		m.do(DialGuest{a.To, m.Record.Card, "", a.Urgent})
		return
	}
	m.do(DialGuest{Target{TargetExternal, m.Back.Number}, m.Record.Card, m.Record.Queue, false})
}

// agentReady keeps the agent who has answered and heard the greeting until the customer is there.
func (m *machine) agentReady(leg int) {
	m.Phase, m.Greeted, m.Playing = CallingBack, leg, 0
	m.Back.Stage = BackReady
	m.do(Music{leg, "ringback"})
	m.do(TellQueue{AgentReady{m.Legs[leg].Offer}})
}

func (m *machine) guestDialed(ev GuestDialed) {
	if ev.Cause != line.CauseUnknown {
		m.backFails(ev.Cause, "box")
		return
	}
	l := &m.Legs[0]
	l.Record, l.CallID, l.Over = legRecord(ev.Info), ev.Info.CallID, false
	m.Record.Line, m.Record.ExternalLine = ev.Info.Line, ev.Info.Line
	m.listenerDialed(ev.Info)
	if m.Phase != CallingBack { // given up while the leg was being made
		l.Dropped = false
		m.drop(0, line.NormalClearing)
	}
}

// guestUp asks the customer for the key.
func (m *machine) guestUp() {
	if m.Phase != CallingBack || m.Back.Stage != BackDialing {
		m.drop(0, line.NormalClearing)
		return
	}
	if m.listenerUp() {
		return
	}
	m.Back.Stage, m.Record.AnsweredAt = BackAsking, m.now
	m.sit(0)
	m.do(SetTimer{Timer{Kind: BackTimer}, m.Back.Confirm})
	m.say(0, m.Back.Hello, string(ConfirmKey))
}

// guestEnded goes on to the next way, or gives the attempt up.
func (m *machine) guestEnded(e line.Ended) {
	if m.Back.Stage == BackDialing && e.Cause.TryNext() {
		m.dialGuest()
		return
	}
	m.backFails(e.Cause, by(e, "caller"))
}

// guestConfirms joins agent and customer.
func (m *machine) guestConfirms(key byte) {
	if m.Back.Stage != BackAsking || key != ConfirmKey {
		return
	}
	m.note("", string(key))
	m.do(ClearTimer{Timer{Kind: BackTimer}})
	leg := m.Greeted
	m.Back.Stage, m.Phase = BackJoined, Greeting // the agent's waiting ends as a greeting does
	m.toLeft(0)                                  // the agent had the first seat
	m.join(leg)
}

// backFails ends an attempt that came to nothing.
func (m *machine) backFails(cause line.Cause, who string) {
	m.Back.Failed = cause
	m.do(ClearTimer{Timer{Kind: BackTimer}})
	m.end(cause, who)
}

// backOver ends an attempt whose offer came to nothing before the agent answered.
func (m *machine) backOver() {
	if m.pending() && m.Phase == InQueue && len(m.Tries) > 0 && m.Tries[0].Done {
		m.backFails(line.NoAnswer, "box")
	}
}

// customer is the number outside with which the call is.
func (s State) customer() string {
	if s.Back.Stage != 0 {
		return s.Record.To
	}
	return s.Record.From
}
