package conference

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// step takes in one thing that happened. The error is for who asked.
func (s *state) step(in input, now time.Time) ([]effect, error) {
	s.now, s.effects = now, nil
	err := s.take(in)
	s.publishChanged()
	return s.effects, err
}

func (s *state) take(in input) error {
	switch in := in.(type) {
	case entered:
		s.enter(in.Participant)
	case reported:
		s.report(in)
	case played:
		s.playEnded(in)
	case recorded:
		if r := s.rooms[in.number]; r != nil {
			r.recording, r.changed = in.id, true
		}
	case ticked:
		s.tick()
	case changed:
		s.apply(in.Settings)
	case vanished:
		if p := s.parties[in.call]; p != nil {
			s.gone(p)
		}
	case closed:
		s.close()
	default:
		return s.asked(in)
	}
	return nil
}

// asked does what somebody with the right to do so wants of a room.
func (s *state) asked(in input) error {
	switch in := in.(type) {
	case mute:
		p, err := s.insider(in.number, in.call)
		if err == nil {
			s.silence(p, in.on)
		}
		return err
	case kick:
		p, err := s.insider(in.number, in.call)
		if err == nil {
			s.sendAway(p, call.ConferenceOut{Cause: line.NormalClearing}, "conf_kicked")
		}
		return err
	case muteAll:
		r, err := s.open(in.number)
		if err == nil {
			s.silenceAll(r, in.on)
		}
		return err
	case lock:
		r, err := s.open(in.number)
		if err == nil {
			s.setLock(r, in.on)
		}
		return err
	case endRoom:
		r, err := s.open(in.number)
		if err == nil {
			s.end(r, line.NormalClearing, "conf_ended")
		}
		return err
	}
	return nil
}

func (s *state) open(number string) (*room, error) {
	if r := s.rooms[number]; r != nil {
		return r, nil
	}
	return nil, fault.New(fault.NotFound, "conference.not_found", "find conference %q: nobody is there", number)
}

func (s *state) insider(number string, id call.ID) (*party, error) {
	if _, err := s.open(number); err != nil {
		return nil, err
	}
	if p := s.parties[id]; p != nil && p.Room == number && p.phase == Inside {
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "conference.no_party", "find call %s in conference %q: it is not inside", id, number)
}

func (s *state) do(effects ...effect) { s.effects = append(s.effects, effects...) }

// find is the room that a number leads to.
func (s *state) find(number string) (Room, bool) {
	for _, r := range s.settings.Rooms {
		if r.Number == number {
			return r, true
		}
	}
	if name, ok := strings.CutPrefix(number, AdHocPrefix); ok && name != "" {
		r := s.settings.AdHoc
		r.Number, r.PIN, r.ModeratorPIN, r.Moderators, r.WaitForModerator = number, "", "", nil, false
		return r, true
	}
	return Room{}, false
}

// apply changes the settings. Rooms that are open go by the new ones, but for how many are heard at once.
func (s *state) apply(settings Settings) {
	s.settings = settings
	for number, r := range s.rooms {
		if cfg, ok := s.find(number); ok {
			r.Room, r.changed = cfg, true
		}
	}
}

func (s *state) report(in reported) {
	p := s.parties[in.call]
	if p == nil {
		return
	}
	switch f := in.fact.(type) {
	case call.ConferenceKey:
		s.key(p, f.Key)
	case call.ConferenceLeft:
		s.gone(p)
	}
}

func (s *state) key(p *party, key byte) {
	switch p.phase {
	case Asking:
		s.digit(p, key)
	case Inside:
		s.code(p, key)
	case Waiting, Leaving:
	}
}

// playEnded goes on after what was said to a party.
func (s *state) playEnded(in played) {
	p := s.parties[in.call]
	if p == nil || p.play == 0 || p.play != in.play {
		return
	}
	p.play = 0
	switch p.phase {
	case Asking:
		p.until = s.now.Add(digitWait)
	case Waiting, Inside:
		s.do(music{p.Call, s.musicOf(p)})
	case Leaving:
		s.tellOut(p)
	}
}

func (s *state) musicOf(p *party) string {
	if r := s.rooms[p.Room]; r != nil {
		return r.Music
	}
	cfg, _ := s.find(p.Room)
	return cmp.Or(cfg.Music, DefaultRoom().Music)
}

// tick ends the waits whose time is over.
func (s *state) tick() {
	for _, p := range slices.Clone(s.order) {
		if due(p.star, s.now) {
			p.star = time.Time{}
			s.help(p)
		}
		if !due(p.until, s.now) {
			continue
		}
		p.until = time.Time{}
		switch p.phase {
		case Asking:
			s.check(p)
		case Waiting:
			s.sendAway(p, call.ConferenceOut{Cause: line.NormalClearing}, "conf_no_moderator")
		case Inside: // alone
			s.sendAway(p, call.ConferenceOut{Cause: line.NormalClearing}, "conf_ended")
		case Leaving:
			s.tellOut(p)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(s.rooms)) {
		if r := s.rooms[number]; r != nil {
			s.watchLength(r)
		}
	}
}

func due(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }

func (s *state) watchLength(r *room) {
	ends := r.begun.Add(r.length())
	switch {
	case due(ends, s.now):
		s.end(r, line.TooLong, "conf_ended")
	case !r.warned && r.length() > warning && due(ends.Add(-warning), s.now):
		r.warned = true
		s.announce(r, prompt.Recording("conf_ending"))
	}
}

// next is the next moment at which something must be done.
func (s *state) next() (at time.Time, ok bool) {
	sooner := func(t time.Time) {
		if !t.IsZero() && (!ok || t.Before(at)) {
			at, ok = t, true
		}
	}
	for _, p := range s.order {
		sooner(p.until)
		sooner(p.star)
	}
	for _, r := range s.rooms {
		ends := r.begun.Add(r.length())
		if !r.warned && r.length() > warning {
			ends = ends.Add(-warning)
		}
		sooner(ends)
	}
	return at, ok
}

// gone forgets a party that is no longer there.
func (s *state) gone(p *party) {
	inside := p.phase == Inside
	s.do(unsit{p.Call})
	s.forget(p)
	if inside {
		s.depart(p)
	}
}

func (s *state) forget(p *party) {
	delete(s.parties, p.Call)
	s.order = slices.DeleteFunc(s.order, func(o *party) bool { return o == p })
	s.touch(p.Room)
}

// tellOut has a party leave at last.
func (s *state) tellOut(p *party) {
	s.do(unsit{p.Call}, tell{p.Party, p.out})
	s.forget(p)
}

// sendAway takes a party out of a room, or turns it away, and says why.
func (s *state) sendAway(p *party, out call.ConferenceOut, why string) {
	inside := p.phase == Inside
	s.farewell(p, out, why)
	if inside {
		s.depart(p)
	}
}

func (s *state) farewell(p *party, out call.ConferenceOut, why string) {
	out.Refused = p.phase != Inside
	if p.phase == Inside {
		s.do(sitLobby{p.Call, p.Port})
	}
	p.phase, p.out, p.star = Leaving, out, time.Time{}
	p.until = s.now.Add(farewellMax)
	s.speak(p, false, "", prompt.Recording(why))
	s.touch(p.Room)
}

// speak says something to one party and asks to be told when it is over.
func (s *state) speak(p *party, mix bool, keys string, phrases ...prompt.Phrase) {
	cfg, ok := s.find(p.Room)
	if !ok {
		cfg = DefaultRoom()
	}
	s.plays++
	p.play = s.plays
	s.do(say{p.Call, p.play, phrases, p.language(cfg), mix, keys})
}

// close sends everybody away at once: the box stops.
func (s *state) close() {
	s.closed = true
	for _, p := range slices.Clone(s.order) {
		p.out = call.ConferenceOut{Cause: line.Shutdown}
		s.tellOut(p)
	}
	for _, number := range slices.Sorted(maps.Keys(s.rooms)) {
		s.over(s.rooms[number])
	}
}

func (s *state) touch(number string) {
	if r := s.rooms[number]; r != nil {
		r.changed = true
		return
	}
	if _, ok := s.find(number); ok {
		s.lobbies = append(s.lobbies, number)
	}
}

// publishChanged tells of all rooms that this step has changed.
func (s *state) publishChanged() {
	for _, r := range s.rooms {
		if r.changed {
			r.changed = false
			s.lobbies = append(s.lobbies, r.number)
		}
	}
	slices.Sort(s.lobbies)
	for _, number := range slices.Compact(s.lobbies) {
		s.do(publish{RoomChanged{s.now, s.view(number)}})
	}
	s.lobbies = s.lobbies[:0]
}
