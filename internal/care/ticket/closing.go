package ticket

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// resolve says that the work is done by somebody. What follows is the type's rule of closing.
func (s *step) resolve(e Resolve, by string) error {
	if err := s.filled(AtResolve, e.Text); err != nil {
		return err
	}
	s.resume()
	t := &s.t
	if t.Owner == "" {
		s.assign(Assign{To: by, Why: "worked"})
	}
	t.State, t.Resolution = Resolved, &Resolution{At: s.now, By: by, Text: e.Text}
	s.met(OfResolution)
	s.met(OfProgress)
	s.met(OfDispatch)
	s.withdraw("resolved")
	s.noteText("resolved", e.Text)
	rule := s.Type.Closing.contact()
	spoken := s.Type.Counts && t.Source.Kind == "call"
	for _, a := range t.Attempts {
		spoken = spoken || a.Result == contact.Reached
	}
	switch {
	case rule == ContactNone && s.filled(AtClose, e.Text) == nil:
		s.close(Done)
	case rule == ContactAny && spoken && s.filled(AtClose, e.Text) == nil:
		s.met(OfContact)
		s.close(Contacted)
	default:
		t.Attempts = nil // those from now on are about whether it is done
		s.start(OfClosure)
		s.follow()
	}
	return nil
}

// contact takes an attempt to reach the customer.
func (s *step) contact(e Contact) error {
	a := e.Attempt
	if a.Result == contact.Reached && a.Call == "" && a.Proof == "" {
		return fault.Fields{{Path: "proof", Key: "ticket.proof_missing", Message: "a conversation without a call through the box needs a proof"}}
	}
	t := &s.t
	if i := t.attempt(a.Call); i >= 0 {
		if e.Seen { // somebody was quicker to say what came of it
			t.Attempts[i].Talk, t.Attempts[i].Recording = a.Talk, a.Recording
			return nil
		}
		a.Talk, a.Recording = t.Attempts[i].Talk, t.Attempts[i].Recording
		t.Attempts = slices.Delete(t.Attempts, i, i+1)
	}
	if t.Attempts = append(t.Attempts, a); len(t.Attempts) > maxAttempts {
		t.Attempts = t.Attempts[1:] // the history has them all
	}
	s.note("contact", "result", string(a.Result), "satisfaction", string(a.Satisfaction), "by", a.By, "call", a.Call, "proof", a.Proof, "note", a.Note)
	if a.Satisfaction != contact.Unsaid {
		t.Satisfaction = a.Satisfaction
	}
	if a.Result == contact.Reached {
		s.spoken(a)
	}
	if t.State == Resolved {
		s.verify(a)
	}
	return nil
}

// maxAttempts bounds what a ticket carries of its attempts.
const maxAttempts = 100

// attempt finds the attempt that a call was; -1 when there is none.
func (t *Ticket) attempt(call string) int {
	return slices.IndexFunc(t.Attempts, func(a contact.Attempt) bool { return call != "" && a.Call == call })
}

// spoken notes a conversation: a promise is kept when the dealership called, or, unless somebody has to go there, also when
// the customer did.
func (s *step) spoken(a contact.Attempt) {
	if a.Outbound() || !s.Type.Job {
		s.met(OfContact)
	}
	if d := s.t.Dispatch; a.Outbound() && d != nil && d.Technician != nil && d.Technician.Person == a.By && d.ContactedAt.IsZero() {
		d.ContactedAt, d.Proof = a.At, a.Call
		if a.Call == "" {
			d.Proof = a.Proof
		}
	}
	if s.t.State != Resolved {
		s.progress()
	}
	if a.Inbound {
		s.resume()
	}
}

// verify decides what an attempt means for a ticket whose work is done.
func (s *step) verify(a contact.Attempt) {
	if a.Result == contact.Reached && a.Satisfaction == contact.Dissatisfied {
		s.note("dissatisfied", "by", a.By)
		if s.t.Priority != Urgent {
			s.t.Priority = High
		}
		s.reopen(true)
		return
	}
	if s.verifies(a) && s.filled(AtClose, s.t.Resolution.Text) == nil {
		s.close(Contacted)
		return
	}
	s.follow()
}

// verifies reports whether an attempt is the contact that the type's rule asks for.
func (s *step) verifies(a contact.Attempt) bool {
	rule := s.Type.Closing
	return a.Result == contact.Reached && (a.Outbound() || rule.contact() == ContactAny) &&
		(rule.SameMay || a.By != s.t.Resolution.By) &&
		(rule.Unasked || a.Satisfaction != contact.Unsaid) && a.Satisfaction != contact.Dissatisfied
}

// follow says when the customer is called about it next, or gives up.
func (s *step) follow() {
	v := s.Plan.Next(s.t.Attempts, s.t.Phones, s.now, s.Zone)
	s.t.NextCall = v.Next
	switch {
	case v.Reached: // by the one who did the work, or without having asked: somebody has to call again
		s.t.NextCall = s.now
	case v.GiveUp && v.Reason == contact.Refused:
		s.close(Refused)
	case v.GiveUp && v.Reason == contact.WrongNumber: // that proves nothing: somebody has to find a number
		s.note("no_number")
	case v.GiveUp:
		s.do(Text{Template: "unreachable"})
		s.close(Unreachable)
	}
}

// closeVerified closes a ticket that only its form kept open.
func (s *step) closeVerified() error {
	for _, a := range s.t.Attempts {
		if s.verifies(a) {
			if err := s.filled(AtClose, s.t.Resolution.Text); err != nil {
				return err
			}
			s.close(Contacted)
			return nil
		}
	}
	if s.Type.Closing.contact() == ContactNone {
		if err := s.filled(AtClose, s.t.Resolution.Text); err != nil {
			return err
		}
		s.close(Done)
		return nil
	}
	return fault.New(fault.Conflict, "ticket.unverified",
		"close ticket %s: no contact with the customer proves it: by somebody else than who did the work, with result and satisfaction", s.t.Number)
}

func (s *step) close(o Outcome) {
	t := &s.t
	s.withdraw("closed")
	if t.Dispatch.active() {
		t.Dispatch.State = JobCalledOff
	}
	for i := range t.Timers {
		switch m := &t.Timers[i]; {
		case !m.MetAt.IsZero():
		case o == Contacted || o == Done:
			m.meet(s.now)
		default: // neither kept nor broken from now on
			m.pause(s.Clocks, s.now)
		}
	}
	if o == Unreachable || o == Refused {
		s.met(OfClosure)
	}
	t.State, t.Outcome, t.ClosedAt = Closed, o, s.now
	t.NextCall, t.Until, t.Seek = time.Time{}, time.Time{}, time.Time{}
	s.note("closed", "outcome", string(o))
}

// reopen lets the work begin anew; upset customers get somebody above the one who did it.
func (s *step) reopen(upset bool) {
	t := &s.t
	t.State, t.Outcome, t.ClosedAt, t.NextCall = Open, "", time.Time{}, time.Time{}
	t.Reopened++
	t.Attempts, t.Resolution = nil, nil
	if m := t.timer(OfClosure); m != nil {
		m.pause(s.Clocks, s.now)
	}
	s.start(OfResolution)
	s.start(OfProgress)
	switch {
	case upset:
		s.do(Seek{Above: true})
	case t.Owner == "":
		t.State = New
		s.do(Seek{})
	}
}

// filled checks the fields of the form that a step requires. text is what was done.
func (s *step) filled(at, text string) error {
	var wrong fault.Fields
	if at == AtResolve && text == "" {
		wrong.Add("text", "ticket.resolution_missing", "what was done is needed")
	}
	for _, f := range s.Type.Fields {
		if (f.Required == at || (at == AtClose && f.Required == AtResolve)) && s.t.Form[f.ID] == "" {
			wrong.Add("form."+f.ID, "ticket.form_missing", "%s is needed", f.Name)
		}
	}
	return wrong.Err()
}
