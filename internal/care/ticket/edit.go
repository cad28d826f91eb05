package ticket

import "slices"

// edit takes over what people may write. State, owner, timers and what calls have proved stay.
func (s *step) edit(to Ticket) {
	t := &s.t
	was := t.Priority
	c := to.clone()
	t.Subject, t.Body, t.Department, t.Priority = c.Subject, c.Body, c.Department, c.Priority
	t.Customer, t.Name, t.Phones, t.Vehicle, t.Plate = c.Customer, c.Name, c.Phones, c.Vehicle, c.Plate
	t.Watchers, t.Form, t.Links, t.Tags, t.Relations = c.Watchers, c.Form, c.Links, c.Tags, c.Relations
	if s.Type.Complaint && c.Complaint != nil {
		t.Complaint = c.Complaint
	}
	if t.Priority != was {
		s.note("priority", "from", string(was), "to", string(t.Priority))
		s.retarget()
	}
	if t.HiddenFrom(t.Owner) { // it turns out that the complaint is about its owner
		s.note("about_owner")
		t.Owner = ""
		if t.State == Open || t.State == Waiting {
			s.resume()
			t.State = New
		}
		s.do(Seek{Above: true})
	}
}

// retarget gives the timers that run the targets of the new priority. What has passed counts, and a rung that was climbed is
// not climbed again.
func (s *step) retarget() {
	for i := range s.t.Timers {
		m := &s.t.Timers[i]
		g, ok := s.Type.target(m.Of, s.t.Priority)
		if !ok || !m.running() {
			continue
		}
		n := newTimer(g, s.Clocks, m.Since)
		n.Spent, n.Rounds, n.Missed, n.Late = m.Spent, m.Rounds, m.Missed, m.Late
		if n.Clock != m.Clock { // another clock has other hours: what was spent on the old one does not count there
			n.Spent = 0
		}
		n.arrange(s.Clocks)
		for j := range n.Ladder {
			c := &n.Ladder[j]
			if k := slices.IndexFunc(m.Ladder, func(o Climb) bool { return sameRung(o.Rung, c.Rung) && !o.At.IsZero() }); k >= 0 {
				c.At = m.Ladder[k].At
			}
		}
		if n.Late && n.Deadline.After(s.now) { // there is more time now, but a promise that was broken stays broken
			n.Late = false
		}
		*m = n
	}
	for _, of := range []string{OfContact, OfDispatch, OfProgress, OfResolution} { // targets that only the new priority has
		if s.t.timer(of) == nil && s.t.State != Resolved {
			s.start(of)
		}
	}
}

func sameRung(a, b Rung) bool { return a.After == b.After && a.Role == b.Role }
