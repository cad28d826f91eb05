package call

import (
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Conferences is where the parties of several calls meet; conference satisfies it. No method blocks: answers come as
// [ConferenceCommand]s.
type Conferences interface {
	// Enter seats a party. It is refused by a [ConferenceOut], never by silence.
	Enter(p Participant)
	// Report tells what a party does.
	Report(id ID, f ConferenceFact)
}

// AdHocPrefix begins the name of a conference that is made from a call, whose id follows. No telephone can dial it.
const AdHocPrefix = "adhoc-"

// Participant is a call whose guest enters a conference.
type Participant struct {
	Call  ID
	Room  string     // its number
	Port  media.Port // the party's sound; the conference seats it
	Card  Card
	Party Party
	// Extension is the party's phone, if it is one of the house.
	Extension string
	// Host may do what moderators may: the room is theirs. Vouched needs no PIN and no open door: it comes in the place of
	// one who was inside.
	Host, Vouched bool
}

// Party is a call seen from its conference. It never blocks.
type Party interface{ Conference(cmd ConferenceCommand) }

// ConferenceFact is what became of a party.
type ConferenceFact interface{ conferenceFact() }

// The facts a call reports to its conference.
type (
	// ConferenceKey: the party pressed a key.
	ConferenceKey struct{ Key byte }
	// ConferenceLeft: the party hung up; the last fact.
	ConferenceLeft struct{}
)

func (ConferenceKey) conferenceFact()  {}
func (ConferenceLeft) conferenceFact() {}

// ConferenceCommand is what a conference has a call do.
type ConferenceCommand interface{ conferenceCommand() }

type (
	// ConferenceIn: the party is inside, among the others.
	ConferenceIn struct{}
	// ConferenceOut ends a party's part: its seat is gone. The call goes on to Target, or ends with Cause when there is none.
	// Refused: it was never inside, and whoever led it here may have it back.
	ConferenceOut struct {
		Target  Target
		Cause   line.Cause
		Refused bool
	}
)

func (ConferenceIn) conferenceCommand()  {}
func (ConferenceOut) conferenceCommand() {}
