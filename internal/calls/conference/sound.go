package conference

import "github.com/dealerline/dealerline/internal/sound/media"

// Sound makes the sound of rooms in a media engine.
func Sound(e *media.Engine) Rooms { return rooms{e} }

type rooms struct{ engine *media.Engine }

// Open makes a room whose recording holds the same on both sides.
func (r rooms) Open(speakers int) Hall {
	b := r.engine.NewBridge()
	b.SetConference(media.Conference{Speakers: speakers})
	b.SetLeft(nil)
	return bridge{b}
}

// bridge is a media bridge as a hall.
type bridge struct{ *media.Bridge }

// Add gives a party its seat.
func (b bridge) Add(p media.Port) Seat { return b.Bridge.Add(p) }

// Tap lets t hear the room; nil ends that.
func (b bridge) Tap(t media.Tap) { b.SetTap(t) }
