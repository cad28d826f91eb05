package ticket

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// retype makes a ticket one of another kind, after it has turned out to be that. Number, owner and history stay. What has passed
// counts: of clocks that both types have the new one's time runs from when the old one's began, those that only the new one has begin
// now, and those that it does not have end.
func (s *step) retype(e Retype) error {
	t, from, to := &s.t, s.Type, e.Type
	switch {
	case to.ID == from.ID:
		return fault.Fields{{Path: "type", Key: "ticket.same_type", Message: "it is of that type"}}
	case len(from.Becomes) > 0 && !slices.Contains(from.Becomes, to.ID):
		return &books.RefusedError{Kind: "ticket", Name: t.Number, Change: "retype", State: from.ID, Allowed: slices.Clone(from.Becomes), Key: "ticket.type_not_allowed"}
	case !to.Complaint && t.Complaint != nil && t.Complaint.About != "":
		return fault.New(fault.Conflict, "ticket.about_somebody", "change type of ticket %s: it is a complaint about somebody, who would see it", t.Number)
	case !to.Job && t.Dispatch.active():
		return fault.New(fault.Conflict, "ticket.technician_goes", "change type of ticket %s: somebody goes there", t.Number)
	}
	if t.Priority == cmp.Or(from.Priority, Normal) {
		t.Priority = cmp.Or(to.Priority, Normal)
	}
	if t.Department == from.Department {
		t.Department = to.Department
	}
	switch {
	case !to.Complaint:
		t.Complaint = nil
	case t.Complaint == nil:
		t.Complaint = &Complaint{}
	}
	t.Form = mergedForm(t.Form, e.Form)
	t.Type, s.Type = to.ID, to
	s.note("retyped", "from", from.ID, "to", to.ID)
	t.Timers = slices.DeleteFunc(t.Timers, func(m Timer) bool {
		_, has := to.target(m.Of, t.Priority)
		return !has && m.MetAt.IsZero()
	})
	s.standing((*Timer).run)
	s.retarget()
	s.standing((*Timer).pause)
	if to.Counts && t.Source.Kind == "call" {
		s.met(OfContact)
	}
	return nil
}

// standing does something to the clocks that stand still while a ticket waits: they are let run for a moment, to be given another
// length, and stopped again.
func (s *step) standing(do func(m *Timer, clocks Clocks, now time.Time)) {
	if s.t.State != Waiting {
		return
	}
	for i := range s.t.Timers {
		if m := &s.t.Timers[i]; m.mayPause() && m.MetAt.IsZero() {
			do(m, s.Clocks, s.now)
		}
	}
}

// mergedForm is a form with what was filled in beside.
func mergedForm(form, more map[string]string) map[string]string {
	out := maps.Clone(form)
	for id, v := range more {
		if out == nil {
			out = map[string]string{}
		}
		out[id] = v
	}
	return out
}

// checkRetype finds the type and holds the form against it.
func (e *Edit) checkRetype(k *books.Checker, t *Ticket, v *Retype) {
	typ, ok := e.rules.Type(v.To)
	if !ok {
		k.Wrong("type", "ticket.type_unknown", "%q is no type of tickets", books.Shorten(v.To))
		return
	}
	v.Type = typ
	n := Ticket{Form: mergedForm(t.Form, v.Form)}
	n.checkForm(k, typ, AtCreate)
	for id := range v.Form {
		v.Form[id] = n.Form[id]
	}
}
