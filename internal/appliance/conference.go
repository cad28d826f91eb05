package appliance

import "github.com/dealerline/dealerline/internal/calls/conference"

// buildConferences makes the conference rooms.
func (b *Box) buildConferences() (err error) {
	b.conferences, err = conference.New(conference.Config{
		Settings: b.settings.Current().ConferenceRooms(), Rooms: conference.Sound(b.engine), Voice: voice{b.prompts},
		Recorders: recorders{b.archive, b.prompts, func() string { return b.settings.Current().Dealership.Language }},
		Publish:   func(ev conference.Event) { b.bus.Publish(ev) }, Alive: b.alive, Logger: b.log,
	})
	return err
}
