package call

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
)

// View is a call as it is at one moment, for boards and agents' screens.
type View struct {
	ID          ID                `json:"id"`
	Phase       string            `json:"phase"` // as [Phase.String] says it
	Direction   line.Direction    `json:"direction"`
	From        string            `json:"from"`
	To          string            `json:"to"`
	Line        string            `json:"line"`
	Card        Card              `json:"card"`
	Place       string            `json:"place"` // "queue q_rescue"
	StartedAt   time.Time         `json:"started_at"`
	AnsweredAt  time.Time         `json:"answered_at,omitzero"`
	QueuedAt    time.Time         `json:"queued_at,omitzero"`
	ConnectedAt time.Time         `json:"connected_at,omitzero"`
	HeldSince   time.Time         `json:"held_since,omitzero"`
	Queue       string            `json:"queue,omitempty"`
	Agent       string            `json:"agent,omitempty"`
	Extension   string            `json:"extension,omitempty"` // of who has the call
	Ringing     []string          `json:"ringing,omitempty"`   // extensions and lines that ring for it
	Talking     []string          `json:"talking,omitempty"`   // extensions that speak in it
	Watching    []string          `json:"watching,omitempty"`  // extensions of supervisors who take part
	Slot        string            `json:"slot,omitempty"`      // where it is parked
	Recording   string            `json:"recording,omitempty"`
	Path        []PathStep        `json:"path,omitempty"`
	Attrs       map[string]string `json:"attrs,omitempty"`
	Outside     []OutsideLeg      `json:"-"` // lines to the public network that it occupies
}

// OutsideLeg is a leg of a call in the public network.
type OutsideLeg struct {
	Line   string
	Number string
	Dialed bool // by the box; otherwise it called
}

// view describes the state. It shares nothing with it that changes.
func (s State) view() View {
	r := s.Record
	v := View{
		ID: s.ID, Phase: s.Phase.String(), Direction: r.Direction, From: r.From, To: r.To, Line: r.Line, Card: r.Card,
		Place: s.Place.String(), StartedAt: r.StartedAt, AnsweredAt: r.AnsweredAt, QueuedAt: r.QueuedAt, ConnectedAt: r.ConnectedAt,
		HeldSince: s.HeldAt, Queue: r.Queue, Agent: r.Agent, Extension: r.Extension, Recording: r.Recording,
		Path: append([]PathStep(nil), r.Path...), Attrs: r.Attrs, Slot: s.Slot,
	}
	for _, i := range s.parties() {
		if s.isHouse(i) {
			v.Talking = append(v.Talking, s.Legs[i].Record.Line)
		}
	}
	for _, l := range s.Legs {
		if r := l.Record; r.Kind == line.Trunk && r.Line != "" && !l.Over && !l.Given {
			v.Outside = append(v.Outside, OutsideLeg{r.Line, r.Number, r.Direction == line.Outbound})
		}
		switch {
		case l.Try > 0 && !l.Up && !l.Over && !l.Dropped:
			v.Ringing = append(v.Ringing, l.Record.Line)
		case l.Watch != 0 && !l.Over:
			v.Watching = append(v.Watching, l.Record.Line)
		}
	}
	return v
}

// look is answered by a call with its view.
type look struct{ reply chan<- View }

func (look) callEvent() {}

// What somebody at a screen wants of a call. Extension is the phone of who wants it; a phone that is in none of the
// call's conversations changes nothing.
type (
	// HoldAs puts the other side on hold, or takes it back, as if the phone had done it.
	HoldAs struct {
		Extension string
		On        bool
	}
	// HangUpAs hangs the phone up.
	HangUpAs struct{ Extension string }
	// AnswerAs has the phone, which rings, take the call.
	AnswerAs struct{ Extension string }
	// KnownAs says who the caller is: one of several who share the number, or one whose number is withheld.
	KnownAs struct{ Customer, Name string }
)

func (HoldAs) callEvent()   {}
func (HangUpAs) callEvent() {}
func (AnswerAs) callEvent() {}
func (KnownAs) callEvent()  {}

// legAt is the leg of an extension that speaks in the call; ok is false when there is none.
func (m *machine) legAt(extension string) (leg int, ok bool) {
	legs := m.parties()
	if legs == nil {
		legs = []int{m.Guest}
	}
	for _, i := range legs {
		if r := m.Legs[i].Record; r.Kind == line.Extension && r.Line == extension && !m.Legs[i].Over {
			return i, true
		}
	}
	return 0, false
}

// holdAs keeps the two apart: the other side hears music, and who holds does not hear the other side.
func (m *machine) holdAs(ev HoldAs) {
	leg, ok := m.legAt(ev.Extension)
	if !ok || m.Legs[leg].Apart == ev.On {
		return
	}
	m.Legs[leg].Apart = ev.On
	m.legHeld(leg, ev.On)
}

// hangUpAs ends a phone's leg, whether it speaks or rings; what that means for the call follows from the leg's end.
func (m *machine) hangUpAs(extension string) {
	if leg, ok := m.legAt(extension); ok {
		m.Legs[leg].Quit = true
		m.drop(leg, line.NormalClearing)
		return
	}
	for i, l := range m.Legs {
		if l.Try == 0 || l.Over || l.Record.Line != extension {
			continue
		}
		if l.Up { // who hears a greeting
			m.Legs[i].Quit = true
			m.drop(i, line.NormalClearing)
		} else {
			m.drop(i, line.CallRejected)
		}
	}
}

// answerAs asks the phones of an extension that ring to take the call; the first that does has it.
func (m *machine) answerAs(extension string) {
	for i, l := range m.Legs {
		if l.Try > 0 && l.Ringback && !l.Up && !l.Over && !l.Dropped && l.Record.Kind == line.Extension && l.Record.Line == extension {
			m.do(Tell{i, line.Answer{}})
		}
	}
}

// knownAs puts the caller's name into the call's record. The card of the call's arrival stays what it was for those who
// decided by it.
func (m *machine) knownAs(ev KnownAs) {
	card := &m.Record.Card
	card.Customer, card.Name, card.Candidates = ev.Customer, ev.Name, nil
	m.do(Begin{m.Record}, Publish{Identified{m.ID, ev.Customer}})
}

// Live are the calls that are up, the oldest first; a call that does not answer before ctx ends is left out.
func (m *Manager) Live(ctx context.Context) []View {
	m.mu.Lock()
	calls := make([]*Call, 0, len(m.calls))
	for _, c := range m.calls {
		calls = append(calls, c)
	}
	m.mu.Unlock()
	out := make([]View, 0, len(calls))
	for _, c := range calls {
		if v, ok := c.look(ctx); ok {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b View) int { return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Look is one call that is up.
func (m *Manager) Look(ctx context.Context, id ID) (View, error) {
	c, err := m.find(id)
	if err != nil {
		return View{}, err
	}
	if v, ok := c.look(ctx); ok {
		return v, nil
	}
	return View{}, errGone(id)
}

func (c *Call) look(ctx context.Context) (View, bool) {
	reply := make(chan View, 1)
	c.post(look{reply})
	select {
	case v := <-reply:
		return v, true
	case <-c.done:
	case <-ctx.Done():
	}
	return View{}, false
}

func errGone(id ID) error {
	return fault.New(fault.NotFound, "call.not_found", "find call %s: it is not up", id)
}

func (m *Manager) find(id ID) (*Call, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.calls[id]; c != nil {
		return c, nil
	}
	return nil, errGone(id)
}

// Hold puts the other side of a phone's call on hold, or takes it back.
func (m *Manager) Hold(id ID, extension string, on bool) error {
	return m.tell(id, HoldAs{extension, on})
}

// HangUp hangs up a phone's part in a call, as if it had been done there.
func (m *Manager) HangUp(id ID, extension string) error { return m.tell(id, HangUpAs{extension}) }

// Answer has a phone that rings for a call take it, where the phone can be told to (its event "talk").
func (m *Manager) Answer(id ID, extension string) error { return m.tell(id, AnswerAs{extension}) }

// Identify says who the caller is: it stands in the call's record, and in what screens show of the call.
func (m *Manager) Identify(id ID, customer, name string) error {
	return m.tell(id, KnownAs{customer, name})
}

func (m *Manager) tell(id ID, ev Event) error {
	c, err := m.find(id)
	if err != nil {
		return err
	}
	c.post(ev)
	return nil
}

// Around does what the user of a phone wants with its conversation: transfer, consult, park, listen in.
func (m *Manager) Around(id ID, extension string, do Around, number string) error {
	return m.tell(id, AroundAs{extension, do, number})
}

// Supervise lets the user of a phone take part in a conversation: how is a [Watch] by name, or "take_over" for one who
// takes part already. Who does not has the phone ring first; the id is that of the call which rings it.
func (m *Manager) Supervise(ctx context.Context, id ID, extension, how string) (ID, error) {
	v, err := m.Look(ctx, id)
	if err != nil {
		return "", err
	}
	w, ok := ParseWatch(how)
	if slices.Contains(v.Watching, extension) {
		do := DoTakeOver
		if ok {
			do = DoListen + Around(w-Listen)
		}
		return "", m.Around(id, extension, do, "")
	}
	if !ok || len(v.Talking) == 0 || slices.Contains(v.Talking, extension) {
		return "", fault.New(fault.Conflict, "call.nothing_to_supervise", "supervise call %s: nobody of the house speaks in it, or it is one's own", id)
	}
	return m.originate(extension, v.Talking[0], Target{TargetWatch, how + " " + string(id)})
}
