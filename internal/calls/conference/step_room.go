package conference

import (
	"slices"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// alone tells the only party of a room that it is, and plays music to it until somebody comes.
func (s *state) alone(r *room, before ...prompt.Phrase) {
	p := r.inside[0]
	p.until = s.now.Add(aloneMax)
	s.speak(p, false, "", append(before, prompt.Recording("conf_alone"))...)
}

// depart does in a room what follows from a party's leaving, which has no seat any more.
func (s *state) depart(p *party) {
	r := s.rooms[p.Room]
	if r == nil {
		return
	}
	r.inside = slices.DeleteFunc(r.inside, func(o *party) bool { return o == p })
	r.changed = true
	switch {
	case len(r.inside) == 0:
		s.over(r)
	case r.EndWithModerator && p.moderator && !slices.ContainsFunc(r.inside, func(o *party) bool { return o.moderator }):
		s.end(r, line.NormalClearing, "conf_ended")
	default:
		s.notice(r, p, false)
		if len(r.inside) == 1 {
			s.alone(r)
		}
	}
}

// end sends all away who are in a room, or wait for it.
func (s *state) end(r *room, cause line.Cause, why string) {
	inside := r.inside
	r.inside = nil
	for _, p := range inside {
		s.farewell(p, call.ConferenceOut{Cause: cause}, why)
	}
	s.over(r)
	for _, p := range slices.Clone(s.order) {
		if p.Room == r.number && p.phase == Waiting {
			s.farewell(p, call.ConferenceOut{Cause: cause}, why)
		}
	}
}

// over closes a room in which nobody is any more.
func (s *state) over(r *room) {
	if r.recorded {
		s.do(stopRecording{r.number})
	}
	s.do(closeRoom{r.number}, publish{SessionEnded{
		At: s.now, Number: r.number, Session: r.session, Begun: r.begun, Peak: r.peak, Recording: r.recording,
	}})
	delete(s.rooms, r.number)
	s.touch(r.number)
}

// announce says something to all in a room.
func (s *state) announce(r *room, phrases ...prompt.Phrase) {
	s.do(announce{number: r.number, phrases: phrases, language: r.Language})
}

// notice tells the others that a party came or left.
func (s *state) notice(r *room, p *party, came bool) {
	switch r.Announce {
	case ToneNotice:
		s.do(announce{number: r.number, came: came})
	case NumberNotice:
		word := "conf_left"
		if came {
			word = "conf_joined"
		}
		s.announce(r, append(s.nameOf(p), prompt.Recording(word))...)
	case NoNotice:
	}
}

// shownDigits are the last ones of a number from outside: all need not know whole numbers.
const shownDigits = 4

// nameOf is what a party is called: by its name, or by its number.
func (s *state) nameOf(p *party) []prompt.Phrase {
	if s.name != nil {
		if n := s.name(p.Card); len(n) > 0 {
			return slices.Clone(n)
		}
	}
	n := p.Card.Number
	digits := make([]byte, 0, len(n))
	for _, c := range []byte(n) {
		if c >= '0' && c <= '9' {
			digits = append(digits, c)
		}
	}
	switch {
	case len(digits) == 0:
		return []prompt.Phrase{prompt.Recording("conf_guest")}
	case p.Card.Trunk == "" && len(digits) < 2*shownDigits:
		return []prompt.Phrase{prompt.Digits(string(digits))}
	default:
		return []prompt.Phrase{prompt.Recording("conf_number_ending"), prompt.Digits(string(digits[max(0, len(digits)-shownDigits):]))}
	}
}
