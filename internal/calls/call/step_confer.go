package call

import "slices"

// confer moves all who speak in the call into a conference of its own, each with a call of its own from then on: whoever
// wants it is the moderator there. A consultation moves as a whole.
func (m *machine) confer(by int) {
	all := m.parties()
	if m.Consult.On && m.Consult.Up {
		all = append(all, m.Consult.Third)
	}
	if !slices.Contains(all, by) || m.Yielding || slices.ContainsFunc(all, func(i int) bool { return !m.stays(i) }) {
		return
	}
	room := Target{TargetConference, AdHocPrefix + string(m.ID)}
	m.note("CONFERENCE", "")
	if m.Consult.Up {
		m.Consult = Consult{} // who was asked comes along
	}
	for _, i := range all {
		if i != m.Guest {
			m.sendOff(SendOff{Leg: i, Target: room, Host: i == by})
		}
	}
	m.leaveTalk()
	m.Host = m.Guest == by
	m.lead(room)
}

// sendOff lets a leg have a call of its own.
func (m *machine) sendOff(p SendOff) {
	m.letGo(p.Leg)
	m.do(p)
}
