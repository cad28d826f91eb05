package call

import (
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
)

// Originate calls a number for a phone of the house: the phone rings first, and when it is taken up the number is
// dialled from it, by the same rules as if it had been dialled there. It returns the id that the call will have; the
// call begins when the phone is taken up. A phone that is not, or cannot be reached, leaves a record all the same.
func (m *Manager) Originate(extension, number string) (ID, error) {
	return m.originate(extension, number, Target{})
}

// originate leads the phone to a target, when there is one, rather than to where the number leads.
func (m *Manager) originate(extension, number string, to Target) (ID, error) {
	info := line.Info{Direction: line.Inbound, Kind: line.Extension, Line: extension, From: extension, To: number, At: time.Now()}
	ways := m.cfg.Dialer.Ways(info, Target{Kind: TargetExtension, Name: extension})
	if len(ways) == 0 {
		return "", fault.New(fault.NotFound, "call.no_phone", "call for %s: no such extension", extension)
	}
	id := NewID()
	legs, err := m.cfg.Dialer.Dial(ways[0], Outgoing{Call: id, From: line.Info{From: number}, AutoAnswer: true, Own: true})
	if err != nil {
		return "", err
	}
	m.await(id, info, to, legs)
	return id, nil
}

// Invite dials a number for a conference by the rules of a phone, and seats whoever answers there. It returns the id that
// the party's call will have. A number that is not to be dialled is a [fault.NotFound]; one that asks for a PIN is
// [fault.Denied].
func (m *Manager) Invite(extension, number, room string) (ID, error) {
	by := line.Info{Direction: line.Inbound, Kind: line.Extension, Line: extension, From: extension, To: number, At: time.Now()}
	t, ok := m.cfg.Desk.Route(by, Card{})
	switch {
	case ok && t.Kind == TargetFeature:
		return "", fault.New(fault.Denied, "call.not_dialable", "invite %s: the number asks for more than an API can tell", number)
	case !ok || t.Kind != TargetExtension && t.Kind != TargetExternal:
		return "", fault.New(fault.NotFound, "call.not_dialable", "invite %s: nobody can be dialled there", number)
	}
	id := NewID()
	var legs []Leg
	var err error = fault.New(fault.NotFound, "call.not_dialable", "invite %s: no way leads there", number)
	for _, d := range m.cfg.Dialer.Ways(by, t) {
		if legs, err = m.cfg.Dialer.Dial(d, Outgoing{Call: id, From: by}); err == nil {
			break
		}
	}
	if err != nil {
		return "", err
	}
	in := legs[0].Info()
	in.From, in.FromName, in.To = number, "", room
	m.await(id, in, Target{TargetConference, room}, legs)
	return id, nil
}

// await has the first of several phones that is taken up begin a call.
func (m *Manager) await(id ID, info line.Info, to Target, legs []Leg) {
	o := &origination{
		m: m, id: id, info: info, to: to, legs: legs, kept: make([]line.Events, len(legs)), said: make(chan said, 2*len(legs)),
	}
	given := make(chan struct{})
	o.given, o.quit = given, sync.OnceFunc(func() { close(given) })
	for i, l := range legs {
		l.Listen(func(ev line.Event) { o.hear(i, ev) })
	}
	m.mu.Lock()
	m.origins[id] = o
	m.mu.Unlock()
	go func() {
		defer func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			delete(m.origins, id)
		}()
		o.run()
	}()
}

// Cancel gives up a call that [Manager.Originate] promised, while the phone still rings; from another phone it does
// nothing. The error is [fault.NotFound] when there is no such call any more.
func (m *Manager) Cancel(id ID, extension string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.origins[id]
	if o == nil {
		return errGone(id)
	}
	if o.info.Line == extension {
		o.quit()
	}
	return nil
}

// said is what one of the phones of an origination reports.
type said struct {
	leg int
	ev  line.Event
}

// origination waits for one of an extension's phones to be taken up.
type origination struct {
	m    *Manager
	id   ID
	info line.Info
	to   Target
	legs []Leg
	kept []line.Events // of each leg, from the answer on, for the call that it becomes
	said chan said

	given <-chan struct{} // closed by quit: somebody has given it up
	quit  func()
}

// hear tells run of the answer and the end, each of which a leg says once, and keeps what follows the answer.
func (o *origination) hear(leg int, ev line.Event) {
	switch ev.(type) {
	case line.Answered:
		o.said <- said{leg, ev}
		return
	case line.Ended:
		o.said <- said{leg, ev}
	}
	o.kept[leg].Tell(ev)
}

// run hands the first phone taken up to a call of its own, and stops the others.
func (o *origination) run() {
	ring := o.m.policy().RingTime
	if ring <= 0 {
		ring = time.Minute
	}
	limit := time.NewTimer(ring)
	defer limit.Stop()
	over, cause := map[int]bool{}, line.NoAnswer
	for len(over) < len(o.legs) {
		select {
		case s := <-o.said:
			if _, ok := s.ev.(line.Answered); ok {
				o.stop(s.leg, line.AnsweredElsewhere)
				o.m.accept(o.id, originated{o.legs[s.leg], o.info, o.to, &o.kept[s.leg]})
				return
			}
			if e, ok := s.ev.(line.Ended); ok {
				over[s.leg], cause = true, e.Cause
			}
		case <-limit.C:
			o.stop(-1, line.NoAnswer)
			o.m.refused(o.id, o.info, line.NoAnswer, Unanswered)
			return
		case <-o.given:
			o.stop(-1, line.NormalClearing)
			o.m.refused(o.id, o.info, line.NormalClearing, Unanswered)
			return
		case <-o.m.ctx.Done():
			o.stop(-1, line.Shutdown)
			o.m.refused(o.id, o.info, line.Shutdown, Unanswered)
			return
		}
	}
	o.m.refused(o.id, o.info, cause, Unanswered)
}

// stop hangs up all phones but one.
func (o *origination) stop(but int, cause line.Cause) {
	for i, l := range o.legs {
		if i != but {
			l.Do(line.Hangup{Cause: cause})
		}
	}
}

// originated is a leg that the box made and that now is the caller's: connected already, and as if it had dialled.
type originated struct {
	Leg
	info   line.Info
	to     Target
	events *line.Events
}

// Listen takes over what the leg has said since it was taken up.
func (o originated) Listen(post func(line.Event)) { o.events.Listen(post) }

// Info is that of a phone which has dialled the number.
func (o originated) Info() line.Info {
	in := o.info
	made := o.Leg.Info()
	in.ID, in.CallID = made.ID, made.CallID
	return in
}

// Do leaves out what a connected leg has no use for.
func (o originated) Do(cmd line.Command) {
	switch cmd.(type) {
	case line.Ring, line.Progress, line.Answer:
	default:
		o.Leg.Do(cmd)
	}
}
