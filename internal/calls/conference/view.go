package conference

import (
	"cmp"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

// RoomView is a room in which somebody is, for boards.
type RoomView struct {
	Number    string      `json:"number"`
	Name      string      `json:"name"`
	Session   call.ID     `json:"session,omitempty"` // empty while all wait for a moderator
	Begun     time.Time   `json:"begun,omitzero"`
	Locked    bool        `json:"locked"`
	Muted     bool        `json:"muted"` // all but moderators
	Recording string      `json:"recording,omitempty"`
	Parties   []PartyView `json:"parties"` // those inside in the order in which they came, then those who wait
}

// PartyView is one party.
type PartyView struct {
	Call      call.ID   `json:"call"`
	Number    string    `json:"number,omitempty"`
	Name      string    `json:"name,omitempty"`
	Extension string    `json:"extension,omitempty"` // of a phone of the house
	Phase     Phase     `json:"phase"`
	Moderator bool      `json:"moderator"`
	Muted     bool      `json:"muted"`    // by itself
	Silenced  bool      `json:"silenced"` // by a moderator
	Joined    time.Time `json:"joined,omitzero"`
}

func (p *party) view() PartyView {
	return PartyView{
		Call: p.Call, Number: p.Card.Number, Name: p.Card.Name, Extension: p.Extension, Phase: p.phase, Moderator: p.moderator,
		Muted: p.muted, Silenced: p.silenced, Joined: p.joined,
	}
}

// view describes a room, as far as anybody is there.
func (s *state) view(number string) RoomView {
	v := RoomView{Number: number, Parties: []PartyView{}}
	if cfg, ok := s.find(number); ok {
		v.Name = cfg.Name
	}
	if r := s.rooms[number]; r != nil {
		v.Name, v.Session, v.Begun, v.Locked, v.Muted, v.Recording = r.Name, r.session, r.begun, r.locked, r.hushed, r.recording
		for _, p := range r.inside {
			v.Parties = append(v.Parties, p.view())
		}
	}
	for _, p := range s.order {
		if p.Room == number && (p.phase == Waiting || p.phase == Asking) {
			v.Parties = append(v.Parties, p.view())
		}
	}
	return v
}

// views describes all rooms in which anybody is, by number.
func (s *state) views() []RoomView {
	seen := map[string]bool{}
	out := []RoomView{}
	for _, p := range s.order {
		if _, known := s.find(p.Room); seen[p.Room] || !known && s.rooms[p.Room] == nil {
			continue
		}
		seen[p.Room] = true
		out = append(out, s.view(p.Room))
	}
	slices.SortFunc(out, func(a, b RoomView) int { return cmp.Compare(a.Number, b.Number) })
	return out
}
