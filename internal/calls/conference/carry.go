package conference

import (
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// hall is a room's sound, with who speaks to all in it.
type hall struct {
	Hall
	speaker *media.Announcer
	record  call.Recording
}

// place is where a party sits.
type place struct {
	Seat
	lobby Hall // its own, until it is inside
}

// carryOut does one effect.
func (c *Conferences) carryOut(e effect) {
	switch e := e.(type) {
	case sitLobby:
		c.leave(e.call)
		lobby := c.cfg.Rooms.Open(0)
		c.seats[e.call] = &place{lobby.Add(e.port), lobby}
	case sit:
		c.leave(e.call)
		if h := c.halls[e.number]; h != nil {
			c.seats[e.call] = &place{Seat: h.Add(e.port)}
		}
	case unsit:
		c.leave(e.call)
	case openRoom:
		h := &hall{Hall: c.cfg.Rooms.Open(e.speakers), speaker: media.NewAnnouncer()}
		h.Add(h.speaker)
		c.halls[e.number] = h
	case closeRoom:
		if h := c.halls[e.number]; h != nil {
			h.Close()
			delete(c.halls, e.number)
		}
	case startRecording:
		c.startRecording(e)
	case stopRecording:
		if h := c.halls[e.number]; h != nil && h.record != nil {
			h.Tap(nil)
			h.record.Close()
			h.record = nil
		}
	case tell:
		e.party.Conference(e.cmd)
	case publish:
		c.cfg.Publish(e.event)
		if s, ok := e.event.(SessionEnded); ok {
			c.cfg.Logger.Info("conference ended", "room", s.Number, "session", string(s.Session), "dur", s.At.Sub(s.Begun), "peak", s.Peak)
		}
	default:
		c.carryOutSound(e)
	}
}

// carryOutSound does the effects that are heard.
func (c *Conferences) carryOutSound(e effect) {
	switch e := e.(type) {
	case say:
		c.say(e)
	case music:
		if s := c.seats[e.call]; s != nil {
			s.Play(c.cfg.Voice.Music(e.class), media.PlayOptions{})
		}
	case hush:
		if s := c.seats[e.call]; s != nil {
			s.Stop()
		}
	case talk:
		if s := c.seats[e.call]; s != nil {
			s.SetTalk(e.on)
		}
	case volume:
		if s := c.seats[e.call]; s != nil {
			s.SetVolume(float64(e.db))
		}
	case announce:
		if h := c.halls[e.number]; h != nil {
			h.speaker.Say(c.sound(e)) // what is too much is left out
		}
	}
}

// leave takes a party's seat away.
func (c *Conferences) leave(id call.ID) {
	p := c.seats[id]
	if p == nil {
		return
	}
	delete(c.seats, id)
	p.Remove()
	if p.lobby != nil {
		p.lobby.Close()
	}
}

func (c *Conferences) say(e say) {
	s := c.seats[e.call]
	o := media.PlayOptions{Mix: e.mix, BargeIn: e.keys}
	if e.play != 0 {
		ended := played{e.call, e.play}
		if s == nil {
			c.inbox.Tell(ended)
			return
		}
		o.Done = func(media.Outcome) { c.inbox.Tell(ended) }
	}
	if s != nil {
		s.Play(c.cfg.Voice.Say(e.language, e.phrases), o)
	}
}

func (c *Conferences) startRecording(e startRecording) {
	h := c.halls[e.number]
	if h == nil {
		return
	}
	h.record = c.cfg.Recorders.Record(e.meta)
	h.Tap(h.record)
	c.inbox.Tell(recorded{e.number, h.record.ID()})
}

// Tones of who comes and goes, in Hz: rising and falling.
const (
	lowTone, highTone = 520, 780
	toneLevel         = -18 // dBm0
	toneTime          = 150 * time.Millisecond
)

// sound is what is announced.
func (c *Conferences) sound(e announce) media.Source {
	if len(e.phrases) > 0 {
		return c.cfg.Voice.Say(e.language, e.phrases)
	}
	first, second := float64(highTone), float64(lowTone)
	if e.came {
		first, second = second, first
	}
	beep := func(hz float64) dsp.Tone { return dsp.Tone{Freq1: hz, Level: toneLevel, On: toneTime, Repeat: 1} }
	return media.Tones(beep(first), beep(second))
}

// Enter seats a party; see [call.Conferences].
func (c *Conferences) Enter(p call.Participant) {
	if !c.inbox.Tell(entered{p}) {
		turnAway(p)
	}
}

// Report tells what a party does; see [call.Conferences].
func (c *Conferences) Report(id call.ID, f call.ConferenceFact) {
	c.inbox.Tell(reported{id, f})
}
