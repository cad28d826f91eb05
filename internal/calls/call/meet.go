package call

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

// seekTime bounds the search for a call that another wants to join.
const seekTime = 2 * time.Second

// carryOutAround does the effects that concern other calls.
func (c *Call) carryOutAround(e Effect) {
	switch e := e.(type) {
	case Resolve:
		c.resolve(e)
	case Yield:
		c.yield(e)
	case Give:
		c.give(e)
	case SendOff:
		c.sendOff(e)
	case PassOn:
		if to := c.given[e.Leg]; to != nil {
			to.post(fromGiven{c.legs[e.Leg], e.Ev})
		}
	case LeadThere:
		c.hub.post(e.To, LedOn{c.id, e.Target, e.Vouched})
	case Refuse:
		c.hub.post(e.To, NotYielded{})
	case Seek:
		go c.seek(e.Target)
	case TakeSlot:
		name, ok := c.hub.takeSlot(c.id, e.Name)
		c.answerWith(SlotIs{name, ok})
	case FreeSlot:
		c.hub.freeSlot(c.id, e.Name)
	case EnterConference:
		c.enterConference(e)
	case TellConference:
		c.hub.cfg.Conferences.Report(c.id, e.Fact)
	}
}

func (c *Call) enterConference(e EnterConference) {
	p := Participant{
		Call: c.id, Room: e.Room, Port: c.legs[e.Leg].Port(), Card: e.Card, Party: c, Host: e.Host, Vouched: e.Vouched,
	}
	if r := c.state.Legs[e.Leg].Record; r.Kind == line.Extension {
		p.Extension = r.Line
	}
	c.hub.cfg.Conferences.Enter(p)
}

// Conference carries out a conference's command; see [Party]. It only posts.
func (c *Call) Conference(cmd ConferenceCommand) { c.post(ConferenceSaid{cmd}) }

// as is a leg's description as that of somebody who calls: for one that was called, its own number is the caller's.
func (c *Call) as(leg int) line.Info {
	in := c.legs[leg].Info()
	if in.Direction == line.Outbound {
		in.From, in.FromName, in.To = in.To, "", ""
		if in.Kind == line.Extension {
			in.From = in.Line
		}
	}
	return in
}

// resolve asks the desk where a number leads that a phone of the house types.
func (c *Call) resolve(e Resolve) {
	in := c.as(e.Leg)
	in.Direction, in.To, in.Replaces = line.Inbound, e.Number, ""
	t, ok := c.hub.cfg.Desk.Route(in, c.state.Record.Card)
	c.answerWith(Resolved{e.Leg, e.For, t, ok})
}

// yield asks the call that has the phone's other leg.
func (c *Call) yield(e Yield) {
	other := c.hub.withLeg(e.CallID)
	if other == nil || other == c || !other.inbox.Put(wanted{c.id, e.CallID}) {
		c.answerWith(NotYielded{})
	}
}

// wanted is another call's [Yield]: the leg is known by its CallID.
type wanted struct {
	by     ID
	callID string
}

func (wanted) callEvent() {}

// handed is a leg on its way from one call to another.
type handed struct {
	leg  Leg
	n    int // its number there
	from *Call
	Gained
}

// fromGiven is what a leg said after its call had given it away.
type fromGiven struct {
	leg Leg
	ev  line.Event
}

func (fromGiven) callEvent() {}

// give sends a leg to another call. Nobody hears it but that call from the moment on in which it takes it.
func (c *Call) give(e Give) {
	h := handed{leg: c.legs[e.Leg], n: e.Leg, from: c, Gained: Gained{
		From: c.id, Info: c.as(e.Leg), Record: c.state.Legs[e.Leg].Record, As: e.As, Watch: e.Watch, Name: e.Name,
	}}
	if to, err := c.hub.find(e.To); err == nil && to.inbox.Put(h) {
		c.given[e.Leg] = to
		return
	}
	c.legs[e.Leg].Do(line.Hangup{Cause: line.NormalClearing})
	c.answerWith(GivenAway{e.Leg})
}

// takeOver makes a leg of another call one of this call's.
func (c *Call) takeOver(h handed) Event {
	n := len(c.legs)
	c.legs = append(c.legs, h.leg)
	c.listen(n, h.leg)
	h.from.post(GivenAway{h.n})
	if in := h.Info; h.As == AsAnswer && in.Kind == line.Extension && h.Record.Agent == "" && c.hub.cfg.AgentAt != nil {
		h.Record.Agent = c.hub.cfg.AgentAt(in.Line)
	}
	return h.Gained
}

// turnAway answers what came too late: legs are hung up, and who wants one gets none.
func (c *Call) turnAway(left []Event) {
	for _, ev := range left {
		switch e := ev.(type) {
		case handed:
			e.leg.Do(line.Hangup{Cause: line.NormalClearing})
			e.from.post(GivenAway{e.n})
		case wanted:
			c.hub.post(e.by, NotYielded{})
		}
	}
}

// seek finds the oldest call that fits and posts its name.
func (c *Call) seek(t Target) {
	ctx, cancel := context.WithTimeout(c.hub.ctx, seekTime)
	defer cancel()
	found := Sought{Target: t}
	if t.Kind == TargetSeat {
		if other := c.hub.withLeg(t.Name); other != nil && other != c {
			found.Call, found.OK = other.id, true
		}
		c.post(found)
		return
	}
	for _, v := range c.hub.Live(ctx) {
		if v.ID != c.id && v.fits(t) {
			found.Call, found.OK = v.ID, true
			break
		}
	}
	c.post(found)
}

// fits reports whether a call is one that a phone wants to join.
func (v View) fits(t Target) bool {
	switch t.Kind {
	case TargetRetrieve:
		return v.Slot == t.Name
	case TargetPickup:
		return slices.ContainsFunc(strings.Split(t.Name, ","), func(e string) bool { return slices.Contains(v.Ringing, e) })
	case TargetWatch:
		_, extension, _ := strings.Cut(t.Name, " ")
		return slices.Contains(v.Talking, extension) || extension == string(v.ID)
	default:
		return false
	}
}

// post gives an event to a call, if it is up.
func (m *Manager) post(id ID, ev Event) {
	if c, err := m.find(id); err == nil {
		c.post(ev)
	}
}

// know remembers which call has a phone's leg, so that another leg can name it.
func (m *Manager) know(c *Call, in line.Info) {
	if in.Kind == line.Extension && in.CallID != "" {
		m.mu.Lock()
		m.byLeg[in.CallID] = c
		m.mu.Unlock()
	}
}

// forgetLegs forgets the legs that a call had.
func (m *Manager) forgetLegs(c *Call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range c.legs {
		if id := l.Info().CallID; m.byLeg[id] == c {
			delete(m.byLeg, id)
		}
	}
}

func (m *Manager) withLeg(callID string) *Call {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.byLeg[callID]
}

// takeSlot finds a parking place for a call: the one it names, or the first that is free.
func (m *Manager) takeSlot(id ID, name string) (string, bool) {
	if m.cfg.Slots == nil {
		return "", false
	}
	all := m.cfg.Slots()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range all {
		if _, taken := m.slots[s]; !taken && (name == "" || name == s) {
			m.slots[s] = id
			return s, true
		}
	}
	return "", false
}

// freeSlots gives back whatever a call that is over still has.
func (m *Manager) freeSlots(id ID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.slots, func(_ string, of ID) bool { return of == id })
}

func (m *Manager) freeSlot(id ID, name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.slots[name] == id {
		delete(m.slots, name)
	}
}
