package conference

import (
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// input is something that happened.
type input interface{ conferenceInput() }

type (
	entered  struct{ call.Participant }
	reported struct {
		call call.ID
		fact call.ConferenceFact
	}
	// played: what was said to a party is over.
	played struct {
		call call.ID
		play int
	}
	// recorded: the recording of a session has this id.
	recorded struct{ number, id string }
	// ticked: a deadline has come.
	ticked  struct{}
	changed struct{ Settings }
	// vanished: a call is gone and has not said so.
	vanished struct{ call call.ID }
	closed   struct{}

	mute struct {
		number string
		call   call.ID
		on     bool
	}
	muteAll struct {
		number string
		on     bool
	}
	lock struct {
		number string
		on     bool
	}
	kick struct {
		number string
		call   call.ID
	}
	endRoom struct{ number string }
)

func (entered) conferenceInput()  {}
func (reported) conferenceInput() {}
func (played) conferenceInput()   {}
func (recorded) conferenceInput() {}
func (ticked) conferenceInput()   {}
func (changed) conferenceInput()  {}
func (vanished) conferenceInput() {}
func (closed) conferenceInput()   {}
func (mute) conferenceInput()     {}
func (muteAll) conferenceInput()  {}
func (lock) conferenceInput()     {}
func (kick) conferenceInput()     {}
func (endRoom) conferenceInput()  {}

// effect is what the owner must do after a step, in the order given.
type effect interface{ conferenceEffect() }

type (
	// sitLobby seats a party in a lobby of its own.
	sitLobby struct {
		call call.ID
		port media.Port
	}
	// sit seats a party in a room. The two take it out of where it was.
	sit struct {
		call   call.ID
		number string
		port   media.Port
	}
	// unsit takes a party out of wherever it is.
	unsit struct{ call call.ID }
	// say plays phrases to one party, over the others if mix says so; with a play, played answers.
	say struct {
		call     call.ID
		play     int
		phrases  []prompt.Phrase
		language string
		mix      bool
		keys     string // stop it
	}
	music struct {
		call  call.ID
		class string
	}
	hush struct{ call call.ID }
	talk struct {
		call call.ID
		on   bool
	}
	volume struct {
		call call.ID
		db   int
	}
	openRoom struct {
		number   string
		speakers int
	}
	closeRoom struct{ number string }
	// announce is heard by all in a room; without phrases it is a tone, rising for who comes.
	announce struct {
		number   string
		phrases  []prompt.Phrase
		language string
		came     bool
	}
	startRecording struct {
		number string
		meta   call.RecordingMeta
	}
	stopRecording struct{ number string }
	tell          struct {
		party call.Party
		cmd   call.ConferenceCommand
	}
	publish struct{ event Event }
)

func (sitLobby) conferenceEffect()       {}
func (sit) conferenceEffect()            {}
func (unsit) conferenceEffect()          {}
func (say) conferenceEffect()            {}
func (music) conferenceEffect()          {}
func (hush) conferenceEffect()           {}
func (talk) conferenceEffect()           {}
func (volume) conferenceEffect()         {}
func (openRoom) conferenceEffect()       {}
func (closeRoom) conferenceEffect()      {}
func (announce) conferenceEffect()       {}
func (startRecording) conferenceEffect() {}
func (stopRecording) conferenceEffect()  {}
func (tell) conferenceEffect()           {}
func (publish) conferenceEffect()        {}

// Event is a fact about conferences, for boards. Nobody answers to it.
type Event interface{ conferenceEvent() }

type (
	// RoomChanged says how a room is now; a room that is over has no parties any more.
	RoomChanged struct {
		At   time.Time
		Room RoomView
	}
	// SessionEnded says that the last party has left.
	SessionEnded struct {
		At        time.Time
		Number    string
		Session   call.ID
		Begun     time.Time
		Peak      int // parties at the same time
		Recording string
	}
)

func (RoomChanged) conferenceEvent()  {}
func (SessionEnded) conferenceEvent() {}
