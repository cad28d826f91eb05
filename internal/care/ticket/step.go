package ticket

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// Env is what the rules depend on beside the ticket.
type Env struct {
	Type   *Type
	Clocks Clocks
	Plan   contact.Plan
	Zone   *time.Location
}

// changes are the events that a state allows. Rearrange and Tick are allowed in each, and do nothing in the last.
var changes = map[State][]string{ //nolint:gochecknoglobals // a constant table
	New: {
		"assign", "postpone", "progress", "resolve", "contact", "cancel", "merge", "edit", "retype", "dispatch", "accept", "decline", "arrive", "complete",
		"call_off",
	},
	Open: {
		"assign", "wait", "progress", "resolve", "contact", "cancel", "merge", "edit", "retype", "dispatch", "accept", "decline", "arrive", "complete",
		"call_off",
	},
	Waiting: {
		"assign", "resume", "progress", "resolve", "contact", "cancel", "merge", "edit", "retype", "dispatch", "accept", "decline", "arrive", "complete",
		"call_off",
	},
	Resolved: {"assign", "contact", "close", "reopen", "cancel", "merge", "edit"},
	Closed:   {"reopen"},
}

// Allowed are the changes that the ticket's state allows people.
func (t *Ticket) Allowed() []string {
	return slices.DeleteFunc(slices.Clone(changes[t.State]), func(s string) bool { return s == "postpone" })
}

// step is one change in the making.
type step struct {
	Env
	t       Ticket
	by      string
	now     time.Time
	effects []Effect
}

// Start is a new ticket in its first state: its timers run, and somebody is looked for to own it unless it has an owner.
func Start(t Ticket, by string, now time.Time, env Env) (Ticket, []Effect) {
	s := step{Env: env, t: t.clone(), by: by, now: now}
	n := &s.t
	n.State, n.CreatedAt, n.CreatedBy = New, now, by
	n.Priority = cmp.Or(n.Priority, env.Type.Priority, Normal)
	n.Department = cmp.Or(n.Department, env.Type.Department)
	if n.Complaint == nil && env.Type.Complaint {
		n.Complaint = &Complaint{}
	}
	for _, of := range []string{OfContact, OfDispatch, OfProgress, OfResolution} {
		s.start(of)
	}
	if env.Type.Counts && n.Source.Kind == "call" {
		s.met(OfContact)
	}
	s.note("created", "source", n.Source.Kind)
	if owner := n.Owner; owner != "" && !n.HiddenFrom(owner) {
		s.assign(Assign{To: owner, Why: "creator"})
	} else {
		n.Owner = ""
		s.do(Seek{})
	}
	return s.t, s.effects
}

// Step is what an event makes of a ticket, and what follows from it. by is who did it: a person of the roster, a user, or
// "box". An error means that nothing changed.
func Step(t Ticket, ev Event, by string, now time.Time, env Env) (Ticket, []Effect, error) {
	s := step{Env: env, t: t.clone(), by: by, now: now}
	if err := s.take(ev); err != nil {
		return t, nil, err
	}
	return s.t, s.effects, nil
}

func (s *step) take(ev Event) error {
	switch ev.(type) {
	case Tick:
		s.tick()
		return nil
	case Rearrange:
		s.rearrange()
		return nil
	}
	if !slices.Contains(changes[s.t.State], ev.name()) {
		return s.refuse(ev)
	}
	switch e := ev.(type) {
	case Assign:
		if s.t.HiddenFrom(e.To) {
			return fault.New(fault.Denied, "ticket.about_owner", "assign ticket %s: it is a complaint about that person", s.t.Number)
		}
		s.assign(e)
	case Postpone:
		s.t.Seek = e.Until
	case Wait:
		s.wait(e)
	case Resume:
		s.resume()
	case Tell:
		s.noteText("progress", e.Text)
		s.progress()
	case Resolve:
		return s.resolve(e, s.by)
	case Contact:
		return s.contact(e)
	case Close:
		return s.closeVerified()
	case Cancel:
		s.close(Cancelled)
		s.noteText("cancelled", e.Why)
	case Reopen:
		s.reopen(false)
		s.noteText("reopened", e.Why)
	case MergeInto:
		s.t.Relations = append(s.t.Relations, Relation{"merged_into", e.Ticket})
		s.close(Merged)
		s.note("merged", "number", e.Number)
	case Rewrite:
		s.edit(e.To)
	case Retype:
		return s.retype(e)
	default:
		return s.field(ev)
	}
	return nil
}

// field takes the events of a dispatch.
func (s *step) field(ev Event) error {
	switch e := ev.(type) {
	case SendOut:
		return s.sendOut(e)
	case Accept:
		return s.accept(e)
	case Decline:
		return s.decline(e)
	case Arrive:
		return s.arrive(e)
	case Complete:
		return s.complete(e)
	case CallOff:
		return s.callOff(e)
	}
	return s.refuse(ev)
}

func (s *step) refuse(ev Event) error {
	return &books.RefusedError{
		Kind: "ticket", Name: s.t.Number, Change: ev.name(), State: string(s.t.State), Allowed: s.t.Allowed(), Key: "ticket.not_allowed",
	}
}

func (s *step) do(e Effect) { s.effects = append(s.effects, e) }

// note writes into the history; pairs are names and values, empty values are left out.
func (s *step) note(what string, pairs ...string) {
	n := Note{What: what}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			if n.Args == nil {
				n.Args = map[string]string{}
			}
			n.Args[pairs[i]] = pairs[i+1]
		}
	}
	s.do(n)
}

func (s *step) noteText(what, text string) { s.do(Note{What: what, Text: text}) }

func (s *step) assign(e Assign) {
	s.note("assigned", "to", e.To, "from", s.t.Owner, "why", e.Why)
	s.t.Owner, s.t.Seek = e.To, time.Time{}
	if s.t.State == New {
		s.t.State = Open
	}
}

func (s *step) wait(e Wait) {
	s.t.State, s.t.Until = Waiting, e.Until
	for i := range s.t.Timers {
		if m := &s.t.Timers[i]; m.mayPause() {
			m.pause(s.Clocks, s.now)
		}
	}
	s.noteText("waiting", e.Why)
}

func (s *step) resume() {
	if s.t.State != Waiting {
		return
	}
	s.t.State, s.t.Until = Open, time.Time{}
	for i := range s.t.Timers {
		if m := &s.t.Timers[i]; m.Paused && m.MetAt.IsZero() {
			m.run(s.Clocks, s.now)
		}
	}
	s.note("resumed")
}

// closureMinutes is how long a ticket may wait for the contact that closes it when its type does not say: three days, in which
// three slots can be tried.
const closureMinutes = 3 * 24 * 60

// start starts the timer of a target, when the type has it.
func (s *step) start(of string) {
	g, ok := s.Type.target(of, s.t.Priority)
	if !ok && of == OfClosure && s.Type.Closing.contact() != ContactNone {
		g, ok = Target{Of: OfClosure, Within: closureMinutes}, true
	}
	if !ok {
		return
	}
	if m := s.t.timer(of); m != nil {
		m.again(s.Clocks, s.now)
		return
	}
	s.t.Timers = append(s.t.Timers, newTimer(g, s.Clocks, s.now))
}

// met notes that a promise is kept.
func (s *step) met(of string) {
	if m := s.t.timer(of); m != nil {
		m.meet(s.now)
	}
}

// progress begins the time anew in which the customer must hear something.
func (s *step) progress() {
	if m := s.t.timer(OfProgress); m != nil && m.running() {
		m.again(s.Clocks, s.now)
	}
}

func (s *step) tick() {
	if s.t.State == Closed {
		return
	}
	if s.t.State == Waiting && !s.t.Until.IsZero() && !s.now.Before(s.t.Until) {
		s.resume()
	}
	var told []Escalate
	for i := range s.t.Timers {
		m := &s.t.Timers[i]
		rungs, missed := m.climb(s.now)
		if missed {
			s.note("missed", "of", m.Of)
		}
		for _, c := range rungs {
			told = append(told, Escalate{m.Of, c})
		}
	}
	slices.SortStableFunc(told, func(a, b Escalate) int { return a.Climb.Due.Compare(b.Climb.Due) })
	for _, e := range told {
		s.do(e)
	}
	if o := s.t.Dispatch.asked(); o != nil && !s.now.Before(o.Until) {
		s.answered(o, SaidNone, "", "")
		s.ask()
	}
	if !s.t.Seek.IsZero() && !s.now.Before(s.t.Seek) {
		s.t.Seek = time.Time{}
		s.do(Seek{})
	}
}

func (s *step) rearrange() {
	for i := range s.t.Timers {
		if m := &s.t.Timers[i]; s.t.State != Closed && m.running() {
			m.arrange(s.Clocks)
		}
	}
}

// clone is a copy that shares nothing that a step changes.
func (t *Ticket) clone() Ticket {
	c := *t
	c.Timers = slices.Clone(t.Timers)
	for i := range c.Timers {
		c.Timers[i].Ladder = slices.Clone(c.Timers[i].Ladder)
	}
	c.Attempts, c.Links, c.Relations = slices.Clone(t.Attempts), slices.Clone(t.Links), slices.Clone(t.Relations)
	c.Phones, c.Watchers, c.Tags, c.Form = slices.Clone(t.Phones), slices.Clone(t.Watchers), slices.Clone(t.Tags), maps.Clone(t.Form)
	if t.Complaint != nil {
		v := *t.Complaint
		c.Complaint = &v
	}
	if t.Resolution != nil {
		v := *t.Resolution
		c.Resolution = &v
	}
	if t.Dispatch != nil {
		v := *t.Dispatch
		v.Offers, v.Choices, v.Parts = slices.Clone(v.Offers), slices.Clone(v.Choices), slices.Clone(v.Parts)
		c.Dispatch = &v
	}
	return c
}
