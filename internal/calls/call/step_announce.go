package call

import (
	"maps"

	"github.com/dealerline/dealerline/internal/base/line"
)

// Announces is the first event of a call that is to announce something. Until its phone is taken up it is an attempt to reach
// somebody, as that to call a customer back is; then it is a call in a menu.
type Announces struct{ *Announce }

func (Announces) callEvent() {}

func (m *machine) announces(ev Announces) {
	a := ev.Announce
	kind := line.Trunk
	if a.To.Kind == TargetExtension {
		kind = line.Extension
	}
	m.Back = Back{Announce: a, Stage: BackDialing}
	if a.Language != "" {
		m.Language = a.Language
	}
	m.Place = a.To
	m.Record = CDR{
		ID: m.ID, Direction: line.Outbound, From: a.From, To: a.To.Name, Card: Card{Name: a.Name}, StartedAt: m.now,
		Language: m.Language, Attrs: maps.Clone(a.Attrs),
		Path: []PathStep{{At: m.now, Place: m.Place.String(), Node: "ANNOUNCE"}},
	}
	m.addLeg(line.Info{Direction: line.Outbound, Kind: kind, To: a.To.Name, At: m.now}, 0)
	m.do(Begin{m.Record}, Publish{Started{m.ID, kind.String(), "", m.Record.From, m.Record.To, m.Record.Card}})
	if m.Policy.MaxDuration > 0 {
		m.do(SetTimer{Timer{Kind: DurationTimer}, m.Policy.MaxDuration})
	}
	m.Phase = CallingBack
	m.do(SetTimer{Timer{Kind: BackTimer}, a.Ring})
	m.dialGuest()
}

// listenerDialed keeps the records of a phone of the house apart from those of a line to the outside.
func (m *machine) listenerDialed(in line.Info) {
	if m.Back.Announce == nil || in.Kind != line.Extension {
		return
	}
	m.Record.ExternalLine = ""
	m.do(PhoneBusy{in.Line, true})
}

// listenerUp leads whoever has answered to what is to be said; it reports false for a customer who is called back.
func (m *machine) listenerUp() bool {
	if m.Back.Announce == nil {
		return false
	}
	m.do(ClearTimer{Timer{Kind: BackTimer}})
	m.Back.Stage, m.Record.AnsweredAt = 0, m.now
	m.sit(0)
	if to := m.Back.Announce.Lead; to.Kind != 0 {
		m.lead(to)
	} else {
		m.lead(Target{TargetFeature, announcement})
	}
	return true
}
