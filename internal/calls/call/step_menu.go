package call

import (
	"maps"

	"github.com/dealerline/dealerline/internal/base/line"
)

func (m *machine) leadToMenu(t Target) {
	m.Phase = InMenu
	m.answer()
	m.MenuOpen = true
	m.do(OpenMenu{m.Guest, t, m.Record.Card, m.Record.Attrs})
	if m.guest().Up {
		m.do(FeedMenu{MenuStarted{}})
	}
}

// menuSaid does what the open menu wants.
func (m *machine) menuSaid(effects []MenuEffect) {
	for _, e := range effects {
		if m.Phase != InMenu {
			return // an earlier effect led the call away
		}
		switch e := e.(type) {
		case MenuPlay:
			m.say(m.Guest, e.Phrases, e.BargeIn)
		case MenuStop:
			m.Playing = 0
			m.do(Hush{m.Guest}, StopMemo{})
		case MenuArm:
			if e.After > 0 {
				m.do(SetTimer{Timer{Kind: MenuTimer}, e.After})
			} else {
				m.do(ClearTimer{Timer{Kind: MenuTimer}})
			}
		case MenuLanguage:
			m.Language, m.Record.Language = e.Language, e.Language
		case MenuSet:
			m.setAttr(e.Key, e.Value)
		case MenuSkills:
			m.Skills = e.Skills
		case MenuTrace:
			m.note(e.Node, e.Key)
		case MenuRecord:
			m.do(RecordMemo(e))
		case MenuEcho:
			m.do(Echo{m.Guest})
		case MenuGo:
			m.leaveMenu(e.Target)
		}
	}
}

// leaveMenu leads the call on. A menu that dials stays open until somebody answers, so that it can go on when
// nobody does.
func (m *machine) leaveMenu(t Target) {
	m.do(ClearTimer{Timer{Kind: MenuTimer}}, Hush{m.Guest})
	if t.Kind != TargetExtension && t.Kind != TargetExternal {
		m.closeMenu()
	}
	m.lead(t)
}

func (m *machine) closeMenu() {
	if m.MenuOpen {
		m.MenuOpen = false
		m.do(ClearTimer{Timer{Kind: MenuTimer}}, CloseMenu{})
	}
}

// backToMenu returns a call whose number was not reached to the menu that dialled it.
func (m *machine) backToMenu(cause line.Cause) {
	m.Phase = InMenu
	m.do(Hush{m.Guest}, FeedMenu{MenuReturned{cause}})
}

// say plays phrases to a leg and remembers that the guest's menu or queue waits for the end.
func (m *machine) say(leg int, phrases []Phrase, bargeIn string) {
	m.Plays++
	if leg == m.Guest {
		m.Playing = m.Plays
	}
	m.do(Say{leg, m.Plays, phrases, m.Language, bargeIn})
}

func (m *machine) setAttr(key, value string) {
	attrs := make(map[string]string, len(m.Record.Attrs)+1)
	maps.Copy(attrs, m.Record.Attrs)
	attrs[key] = value
	m.Record.Attrs = attrs
}
