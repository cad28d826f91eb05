package call

import "github.com/dealerline/dealerline/internal/base/line"

// consult lets a party speak with a number while the rest wait.
func (m *machine) consult(by int, t Target) {
	if m.Consult.On {
		return
	}
	m.Consult = Consult{On: true, By: by, Try: len(m.Tries) + 1}
	m.note("CONSULT", "")
	m.startTry(Try{Role: Consulted, Target: t}, m.Policy.RingTime)
}

func (m *machine) consultAnswered(leg int) {
	c := &m.Consult
	if !c.On || m.Legs[leg].Try != c.Try {
		m.release(leg, line.NormalClearing)
		return
	}
	c.Up, c.Third = true, leg
	m.sit(leg)
	m.do(Hush{c.By})
	m.recordFrom(leg)
	m.do(Publish{Connected{m.ID, m.Record.Agent, m.Legs[leg].Record.Line}})
}

// consultFailed tells the party that the number was not reached, and brings it back to the rest.
func (m *machine) consultFailed(try int) {
	if c := m.Consult; c.On && c.Try == try {
		m.Consult = Consult{}
		m.do(Hush{c.By})
		m.say(c.By, phraseOf("not_reached"), "")
	}
}

// consultEnded: the one who was asked hung up.
func (m *machine) consultEnded() {
	by := m.Consult.By
	m.Consult = Consult{}
	m.do(Hush{by})
}

// giveUpConsult stops it, whether the number rings or speaks.
func (m *machine) giveUpConsult() {
	c := m.Consult
	m.Consult = Consult{}
	if c.Up {
		m.release(c.Third, line.NormalClearing)
	} else {
		m.withdraw(c.Try, line.NormalClearing)
	}
	m.do(Hush{c.By})
}

// complete leaves the one who was asked and the one who waits to each other.
func (m *machine) complete(by int) {
	if !m.Consult.On || m.Consult.By != by {
		return
	}
	if m.handOn(by) {
		m.release(by, line.NormalClearing)
	}
}

// handOn takes the party that consults out of the conversation, and reports whether the call goes on without it.
func (m *machine) handOn(by int) bool {
	c, rest := m.Consult, m.rest(by)
	m.note("TRANSFER", "")
	switch {
	case c.Up:
		m.Consult = Consult{}
		m.Legs[c.Third].Tune = ""
		m.do(Hush{c.Third})
		if len(rest) > 1 {
			m.replace(by, c.Third)
			return true
		}
		m.becomesGuest(rest[0])
		m.Peer, m.Joined = c.Third, nil
		m.Legs[c.Third].From, m.Legs[c.Third].FromAt = m.Legs[by].Record.Line, m.now
		m.join(c.Third)
		return true
	case len(rest) > 1: // the others go on, the number is not wanted any more
		m.giveUpConsult()
		return false
	}
	recall := m.Legs[by].Record.Line
	m.Consult = Consult{} // it rings on, for the one who waits
	m.leaveTalk()
	m.becomesGuest(rest[0])
	m.Phase, m.Recall = Dialing, recall
	m.Tries[c.Try-1].Role = Reach
	m.Place = m.Tries[c.Try-1].Target
	m.Legs[m.Guest].Tune = ""
	m.do(Music{m.Guest, "ringback"})
	return true
}

// threeWay lets all speak with one another.
func (m *machine) threeWay(by int) {
	c := m.Consult
	if !c.On || c.By != by || !c.Up {
		return
	}
	m.Consult = Consult{}
	m.Joined = append(m.Joined, c.Third)
	m.note("THREEWAY", "")
	m.do(Publish{Connected{m.ID, m.Record.Agent, m.Legs[c.Third].Record.Line}})
}

// swap changes who waits: the rest, or the one who was asked.
func (m *machine) swap(by int) {
	if c := &m.Consult; c.On && c.By == by && c.Up {
		c.Away = !c.Away
	}
}
