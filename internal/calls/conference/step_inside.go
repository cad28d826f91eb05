package conference

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

func (p *party) talks() bool { return !p.muted && !p.silenced }

// code takes in a key of who is inside: * and one more.
func (s *state) code(p *party, key byte) {
	if p.star.IsZero() {
		if key == '*' {
			p.star = s.now.Add(codeWait)
		}
		return
	}
	p.star = time.Time{}
	if r := s.rooms[p.Room]; r != nil {
		s.command(p, r, key)
	}
}

// moderators are the codes that change things for others.
const moderators = "2379"

// command does what a code means:
//
//	*1 mute, or no longer       *2 lock, or no longer (moderator)    *3 send away who came last (moderator)
//	*4 hear softer, *5 louder   *6 how many are here                 *7 mute all others, or no longer (moderator)
//	*8 leave                    *9 end for all (moderator)           ** and * alone: help
func (s *state) command(p *party, r *room, key byte) {
	if slices.Contains([]byte(moderators), key) && !p.moderator {
		s.confirm(p, r, prompt.Recording("conf_moderators_only"))
		return
	}
	switch key {
	case '1':
		s.muteSelf(p, r)
	case '2':
		s.setLock(r, !r.locked)
	case '3':
		s.sendLast(p, r)
	case '4':
		s.turn(p, -volumeBy)
	case '5':
		s.turn(p, volumeBy)
	case '6':
		s.confirm(p, r, prompt.Recording("conf_count"), prompt.Number(len(r.inside)))
	case '7':
		s.silenceAll(r, !r.hushed)
	case '8':
		p.out = call.ConferenceOut{Target: r.after(), Cause: line.NormalClearing}
		s.leave(p)
	case '9':
		s.end(r, line.NormalClearing, "conf_ended")
	case '*':
		s.help(p)
	default:
		s.confirm(p, r, prompt.Recording("invalid"))
	}
}

// confirm says something to one party over what the others say.
func (s *state) confirm(p *party, r *room, phrases ...prompt.Phrase) {
	if len(r.inside) == 1 {
		s.speak(p, false, everyKey, phrases...) // music follows
		return
	}
	s.do(say{p.Call, 0, phrases, p.language(r.Room), true, everyKey})
}

func (s *state) help(p *party) {
	r := s.rooms[p.Room]
	if r == nil || p.phase != Inside {
		return
	}
	text := []prompt.Phrase{prompt.Recording("conf_help")}
	if p.moderator {
		text = append(text, prompt.Recording("conf_help_moderator"))
	}
	if len(r.inside) == 1 {
		s.speak(p, false, everyKey, text...)
		return
	}
	s.do(say{p.Call, 0, text, p.language(r.Room), false, everyKey})
}

func (s *state) muteSelf(p *party, r *room) {
	if p.silenced && !p.moderator {
		s.confirm(p, r, prompt.Recording("conf_silenced"))
		return
	}
	on := p.talks()
	p.silenced = false
	s.setMuted(p, on)
	word := "conf_unmuted"
	if on {
		word = "conf_muted"
	}
	s.confirm(p, r, prompt.Recording(word))
}

// setMuted mutes a party by its own will, or no longer.
func (s *state) setMuted(p *party, on bool) {
	p.muted = on
	s.do(talk{p.Call, p.talks()})
	s.touch(p.Room)
}

// silence mutes one party, which cannot undo it; or lets it talk again, whoever had muted it.
func (s *state) silence(p *party, on bool) {
	if p.silenced == on && p.talks() == !on {
		return
	}
	p.silenced, p.muted = on, p.muted && on
	s.do(talk{p.Call, p.talks()})
	s.touch(p.Room)
	word := "conf_unmuted"
	if on {
		word = "conf_silenced"
	}
	s.confirm(p, s.rooms[p.Room], prompt.Recording(word))
}

// silenceAll mutes all but moderators, also those who come later; or ends that.
func (s *state) silenceAll(r *room, on bool) {
	news := r.hushed != on
	r.hushed, r.changed = on, true
	for _, p := range r.inside {
		if p.moderator || p.silenced == on {
			continue
		}
		before := p.talks()
		if p.silenced = on; p.talks() != before {
			s.do(talk{p.Call, p.talks()})
		}
		news = true
	}
	if !news {
		return
	}
	word := "conf_all_unmuted"
	if on {
		word = "conf_all_muted"
	}
	s.announce(r, prompt.Recording(word))
}

func (s *state) setLock(r *room, on bool) {
	if r.locked == on {
		return
	}
	r.locked, r.changed = on, true
	word := "conf_unlocked_now"
	if on {
		word = "conf_locked_now"
	}
	s.announce(r, prompt.Recording(word))
}

// sendLast sends away who came last and is no moderator.
func (s *state) sendLast(by *party, r *room) {
	for _, p := range slices.Backward(r.inside) {
		if p != by && !p.moderator {
			s.sendAway(p, call.ConferenceOut{Cause: line.NormalClearing}, "conf_kicked")
			return
		}
	}
	s.confirm(by, r, prompt.Recording("invalid"))
}

// turn changes how loud a party hears.
func (s *state) turn(p *party, by int) {
	p.volume = max(-volumeMax, min(volumeMax, p.volume+by))
	s.do(volume{p.Call, p.volume})
}

// leave takes a party out by its own will.
func (s *state) leave(p *party) {
	s.tellOut(p)
	s.depart(p)
}
