package conference

import (
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

const everyKey = "0123456789*#"

// enter takes in a party that has come to the door of a room.
func (s *state) enter(c call.Participant) {
	if old := s.parties[c.Call]; old != nil {
		s.gone(old)
	}
	if s.closed || len(s.parties) >= maxCalls {
		s.do(tell{c.Party, call.ConferenceOut{Cause: line.TemporaryFailure, Refused: true}})
		return
	}
	p := &party{Participant: c, phase: Asking}
	s.parties[c.Call] = p
	s.order = append(s.order, p)
	s.do(sitLobby{p.Call, p.Port})
	cfg, ok := s.find(p.Room)
	if !ok {
		s.sendAway(p, call.ConferenceOut{Cause: line.UnallocatedNumber}, "conf_unknown")
		return
	}
	p.moderator = s.isModerator(p, cfg)
	switch {
	case p.moderator || p.Vouched || cfg.PIN == "" && cfg.ModeratorPIN == "":
		s.admit(p, cfg)
	case s.guessed(p):
		s.sendAway(p, call.ConferenceOut{Cause: line.CallRejected}, "conf_pin_failed")
	default:
		s.ask(p, cfg)
	}
}

// guesses is where wrong PINs of a party count, and how many are one too many: those from outside at the room, whoever
// calls, those of a phone of the house at the phone, whatever the room.
func (p *party) guesses() (key string, most int) {
	if p.Card.Trunk == "" {
		return phoneKey + p.Extension, maxWrongPhone
	}
	return p.Room, maxWrong
}

// phoneKey parts phones from rooms, whose numbers begin with a digit.
const phoneKey = "phone "

// guessed reports whether somebody seems to be guessing PINs.
func (s *state) guessed(p *party) bool {
	key, most := p.guesses()
	w := s.wrong[key]
	return len(w) >= most && s.now.Sub(w[len(w)-most]) < wrongSpan
}

func (s *state) guess(p *party) {
	key, most := p.guesses()
	if p.digits == "" || key == phoneKey {
		return
	}
	w := append(s.wrong[key], s.now)
	s.wrong[key] = w[max(0, len(w)-most):]
}

// isModerator: by the phone that calls. The number of who comes by a trunk is what somebody elsewhere has set.
func (s *state) isModerator(p *party, cfg Room) bool {
	if strings.HasPrefix(p.Room, AdHocPrefix) {
		return p.Host
	}
	return p.Card.Trunk == "" && slices.Contains(cfg.Moderators, p.Card.Number)
}

// ask wants a PIN. Who is no moderator needs none if there is only the moderators'.
func (s *state) ask(p *party, cfg Room, before ...prompt.Phrase) {
	p.digits, p.until = "", s.now.Add(2*digitWait) // until what is said is over
	question := "conf_pin"
	if cfg.PIN == "" {
		question = "conf_pin_moderator"
	}
	s.speak(p, false, everyKey, append(before, prompt.Recording(question))...)
	s.touch(p.Room)
}

// digit takes in a key of a PIN: # ends it, * begins anew.
func (s *state) digit(p *party, key byte) {
	switch {
	case key == '#':
		s.check(p)
		return
	case key == '*':
		p.digits = ""
	case key >= '0' && key <= '9':
		p.digits += string(key)
	default:
		return
	}
	p.until = s.now.Add(digitWait)
	if len(p.digits) > maxPIN {
		s.check(p)
	}
}

// check compares what was typed, which may be nothing.
func (s *state) check(p *party) {
	cfg, ok := s.find(p.Room)
	switch {
	case !ok:
		s.sendAway(p, call.ConferenceOut{Cause: line.UnallocatedNumber}, "conf_unknown")
		return
	case same(p.digits, cfg.ModeratorPIN):
		p.moderator = true
		s.admit(p, cfg)
		return
	case same(p.digits, cfg.PIN), cfg.PIN == "" && p.digits == "":
		s.admit(p, cfg)
		return
	}
	s.guess(p)
	if p.tries++; p.tries >= maxTries {
		s.sendAway(p, call.ConferenceOut{Cause: line.CallRejected}, "conf_pin_failed")
		return
	}
	s.ask(p, cfg, prompt.Recording("conf_pin_wrong"))
}

func same(typed, pin string) bool {
	return pin != "" && subtle.ConstantTimeCompare([]byte(typed), []byte(pin)) == 1
}

// admit lets a party in, if there is room and nobody has locked the door.
func (s *state) admit(p *party, cfg Room) {
	r := s.rooms[p.Room]
	switch {
	case r != nil && r.locked && !p.moderator && !p.Vouched:
		s.sendAway(p, call.ConferenceOut{Cause: line.CallRejected}, "conf_locked")
	case s.present(p.Room) >= cfg.MaxParties:
		s.sendAway(p, call.ConferenceOut{Cause: line.UserBusy}, "conf_full")
	case cfg.WaitForModerator && !p.moderator && r == nil:
		p.phase, p.until = Waiting, s.now.Add(waitMax)
		s.speak(p, false, "", prompt.Recording("conf_wait"))
		s.touch(p.Room)
	default:
		s.come(p, cfg)
	}
}

// present is how many are in a room or wait for its moderator.
func (s *state) present(number string) (n int) {
	for _, p := range s.order {
		if p.Room == number && (p.phase == Inside || p.phase == Waiting) {
			n++
		}
	}
	return n
}

// come seats a party among the others.
func (s *state) come(p *party, cfg Room) {
	r := s.rooms[p.Room]
	if r == nil {
		r = &room{Room: cfg, number: p.Room, session: s.newID(), begun: s.now}
		s.rooms[p.Room] = r
		s.do(openRoom{r.number, r.Speakers})
	}
	p.phase, p.joined, p.until, p.play = Inside, s.now, time.Time{}, 0
	p.silenced, p.muted = r.hushed && !p.moderator, r.MuteOnEntry && !p.moderator
	r.inside = append(r.inside, p)
	r.peak, r.changed = max(r.peak, len(r.inside)), true
	s.do(sit{p.Call, r.number, p.Port}, tell{p.Party, call.ConferenceIn{}})
	if !p.talks() {
		s.do(talk{p.Call, false})
	}
	s.welcome(p, r)
	if p.moderator {
		for _, w := range slices.Clone(s.order) {
			if w.Room == p.Room && w.phase == Waiting {
				s.come(w, cfg)
			}
		}
	}
}

func (s *state) welcome(p *party, r *room) {
	if len(r.inside) == 1 {
		s.alone(r, prompt.Recording("conf_welcome"))
		return
	}
	if len(r.inside) == 2 {
		first := r.inside[0]
		first.until, first.play = time.Time{}, 0
		s.do(hush{first.Call})
	}
	greeting := []prompt.Phrase{prompt.Recording("conf_welcome")}
	switch {
	case r.recorded:
		greeting = append(greeting, prompt.Recording("conf_recorded"))
	case r.Record:
		r.recorded = true
		s.do(startRecording{r.number, call.RecordingMeta{Call: r.session, Number: r.number}})
		s.announce(r, prompt.Recording("conf_recorded"))
	}
	if p.muted {
		greeting = append(greeting, prompt.Recording("conf_muted"))
	}
	s.confirm(p, r, greeting...)
	s.notice(r, p, true)
}
