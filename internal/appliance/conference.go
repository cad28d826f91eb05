package appliance

import (
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// halls makes the sound of conferences; it satisfies conference.Rooms.
type halls struct{ engine *media.Engine }

// Open makes a room.
func (h halls) Open(speakers int) conference.Hall {
	b := h.engine.NewBridge()
	b.SetConference(media.Conference{Speakers: speakers})
	b.SetLeft(nil)
	return hall{b}
}

type hall struct{ *media.Bridge }

// Add gives a party its seat.
func (h hall) Add(p media.Port) conference.Seat { return h.Bridge.Add(p) }

// Tap lets t hear the room; nil ends that.
func (h hall) Tap(t media.Tap) { h.SetTap(t) }

// buildConferences makes the conference rooms.
func (b *Box) buildConferences() (err error) {
	b.conferences, err = conference.New(conference.Config{
		Settings: b.settings.Current().ConferenceRooms(), Rooms: halls{b.engine}, Voice: voice{b.prompts},
		Recorders: recorders{b.archive, b.prompts, func() string { return b.settings.Current().Dealership.Language }},
		Publish:   func(ev conference.Event) { b.bus.Publish(ev) }, Alive: b.alive, Logger: b.log,
	})
	return err
}
