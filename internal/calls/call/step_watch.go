package call

import "github.com/dealerline/dealerline/internal/base/line"

// watch lets a supervisor's leg take part in the conversation.
func (m *machine) watch(leg int, w Watch) bool {
	if m.Phase != Talking || m.watched() < 0 || w == 0 {
		return false
	}
	m.Legs[leg].Watch = w
	m.sit(leg)
	m.watching(leg)
	return true
}

func (m *machine) watching(leg int) {
	agent := ""
	if i := m.watched(); i >= 0 {
		agent = m.Legs[i].Record.Line
	}
	m.note("WATCH "+m.Legs[leg].Watch.String(), "")
	m.do(Publish{Watched{m.ID, m.Legs[leg].Record.Line, agent, m.Legs[leg].Watch}})
}

// watcherPressed changes how a supervisor takes part: 4 listens, 5 whispers, 6 barges in, 8 takes the agent's place.
func (m *machine) watcherPressed(leg int, key byte) {
	switch key {
	case '4':
		m.watchAs(leg, DoListen)
	case '5':
		m.watchAs(leg, DoWhisper)
	case '6':
		m.watchAs(leg, DoBarge)
	case '8':
		m.watchAs(leg, DoTakeOver)
	}
}

func (m *machine) watcherAt(extension string) (leg int, ok bool) {
	for i, l := range m.Legs {
		if l.Watch != 0 && !l.Over && l.Record.Line == extension {
			return i, true
		}
	}
	return 0, false
}

func (m *machine) watchAs(leg int, do Around) {
	if m.Phase != Talking || !m.stays(leg) {
		return
	}
	l := &m.Legs[leg]
	was := l.Watch
	switch do {
	case DoListen:
		l.Watch = Listen
	case DoWhisper:
		l.Watch = Whisper
	case DoBarge:
		l.Watch = Barge
	case DoTakeOver:
		m.takeOver(leg)
		return
	default:
		return
	}
	if l.Watch != was { // told once, however often the key is pressed
		m.watching(leg)
	}
}

// takeOver puts the supervisor in the agent's place.
func (m *machine) takeOver(leg int) {
	agent := m.watched()
	if agent < 0 || m.Consult.On {
		return
	}
	m.Legs[leg].Watch = 0
	m.note("TAKEOVER", "")
	m.do(Publish{Watched{m.ID, m.Legs[leg].Record.Line, m.Legs[agent].Record.Line, 0}})
	if m.Typing.On {
		m.typingOver()
	}
	m.inherit(agent, leg)
	m.replace(agent, leg)
	m.release(agent, line.NormalClearing)
	m.nowWith(leg)
	m.do(Begin{m.Record}, Publish{Connected{m.ID, m.Record.Agent, m.Legs[leg].Record.Line}})
}
