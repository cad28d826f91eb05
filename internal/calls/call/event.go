package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Event is what happened to a call.
type Event interface{ callEvent() }

// What can happen to a call.
type (
	// Arrive is the first event.
	Arrive struct {
		Info   line.Info
		Card   Card
		Target Target
		Routed bool
		Up     bool // the leg is connected already: the box called it, or another call had it
		From   ID   // that call
		Host   bool // of the conference that it goes to
	}
	// LegSaid: leg number Leg reports a fact.
	LegSaid struct {
		Leg int
		Ev  line.Event
	}
	// Dialed: the legs of a try exist; they take the next leg numbers.
	Dialed struct {
		Try  int
		Legs []line.Info
	}
	// DialFailed: a try has no way left.
	DialFailed struct {
		Try   int
		Cause line.Cause
	}
	// Forwarded: a try is to be led elsewhere. Cause is why it failed; while there is none nothing has rung yet.
	Forwarded struct {
		Try   int
		Cause line.Cause
		To    Target
		OK    bool
	}
	// Played: a play ended.
	Played struct {
		Play    int
		Outcome media.Outcome
	}
	// MenuSaid: the open menu wants this.
	MenuSaid struct{ Effects []MenuEffect }
	// MenuOpened: the flow or feature that was asked for is open under this name.
	MenuOpened struct{ Name string }
	// MenuMissing: the flow could not be opened.
	MenuMissing struct{ Flow string }
	// QueueSaid: the queue commands this.
	QueueSaid struct{ Cmd QueueCommand }
	// Fired: a timer armed by [Arm] ran out.
	Fired struct{ Timer Timer }
	// RecordingIs: the recording asked for has this id.
	RecordingIs struct{ ID string }
	// MemoDone: the recording of a prompt is over.
	MemoDone struct{ Memo Memo }
	// Drop: somebody with the right to do so ends the call.
	Drop struct{ Cause line.Cause }
)

func (Arrive) callEvent()      {}
func (LegSaid) callEvent()     {}
func (Dialed) callEvent()      {}
func (DialFailed) callEvent()  {}
func (Forwarded) callEvent()   {}
func (Played) callEvent()      {}
func (MenuSaid) callEvent()    {}
func (MenuOpened) callEvent()  {}
func (MenuMissing) callEvent() {}
func (QueueSaid) callEvent()   {}
func (Fired) callEvent()       {}
func (RecordingIs) callEvent() {}
func (MemoDone) callEvent()    {}
func (Drop) callEvent()        {}

// Timer names a timer of a call.
type Timer struct {
	Kind TimerKind
	N    int // the try, for RingTimer
}

// TimerKind is what a timer is for.
type TimerKind uint8

// The timers of a call.
const (
	_             TimerKind = iota
	RingTimer               // a try has rung long enough
	MenuTimer               // see MenuArm
	DurationTimer           // the longest permitted call
	LingerTimer             // legs that did not end when told to
	TypeTimer               // no further key of a number came
	ParkTimer               // parked long enough
	HoldTimer               // N, a leg, has held the other side long enough
	BackTimer               // a customer who is called back has rung, or thought, long enough
)

// Effect is what a call's owner must do after a step, in the order given.
type Effect interface{ callEffect() }

// What a call has done.
type (
	// Tell gives a leg a command.
	Tell struct {
		Leg int
		Cmd line.Command
	}
	// Dial starts a try for a leg; DialNext goes on to its next way. [Dialed] or [DialFailed] answers.
	Dial struct {
		Try, For int
		Target   Target
		Outgoing Outgoing
	}
	DialNext struct{ Try int }
	// AskForward asks where else a try goes that has failed. [Forwarded] answers.
	AskForward struct {
		Try    int
		Target Target
		Cause  line.Cause
	}
	// Sit gives a leg its place in the call's sound, and its voices (see [Voices]); Unsit takes it away.
	Sit struct {
		Leg        int
		Talk, Hear media.Groups
		Codes      bool
	}
	Unsit struct{ Leg int }
	// Voices says in which voices a leg talks, and which it hears. With Codes all its keys are codes, which nobody else
	// gets.
	Voices struct {
		Leg        int
		Talk, Hear media.Groups
		Codes      bool
	}
	// Side names whose sound is the left side of the recording from now on.
	Side struct{ Leg int }
	// Say plays phrases to a leg. [Played] with this number answers.
	Say struct {
		Leg, Play int
		Phrases   []prompt.Phrase
		Language  string
		BargeIn   string
	}
	// Music plays a class of music to a leg until something else does.
	Music struct {
		Leg   int
		Class string
	}
	// Hush ends what a leg hears other than the others.
	Hush struct{ Leg int }
	// OpenMenu opens a flow or a feature code for the guest; FeedMenu gives an event to what is open; CloseMenu ends it.
	OpenMenu struct {
		Leg    int
		Target Target
		Card   Card
		Attrs  map[string]string
	}
	FeedMenu  struct{ Ev MenuEvent }
	CloseMenu struct{}
	// JoinQueue and TellQueue speak to the queues, PhoneBusy about an extension.
	JoinQueue struct {
		Queue  string
		Card   Card
		Skills []string
		Attrs  map[string]string
		Since  time.Time
		// Language is what the caller hears.
		Language string
	}
	TellQueue struct{ Fact QueueFact }
	PhoneBusy struct {
		Extension string
		Busy      bool
	}
	// StartRecording and StopRecording of the whole call; RecordMemo of a prompt by the caller.
	StartRecording struct{ Meta RecordingMeta }
	StopRecording  struct{}
	RecordMemo     MenuRecord
	StopMemo       struct{}
	// Echo has a leg hear itself; [Hush] ends that.
	Echo struct{ Leg int }
	// SetTimer delivers Fired after this long, replacing an earlier one of this name; ClearTimer does not.
	SetTimer struct {
		Timer Timer
		After time.Duration
	}
	ClearTimer struct{ Timer Timer }
	// Begin notes the call, as far as it is known, in the ledger, Finish stores its record and is the last effect of all.
	Begin  struct{ Record CDR }
	Finish struct{ Record CDR }
	// Publish tells the world, which cannot answer back.
	Publish struct{ Notice Notice }
)

func (Tell) callEffect()           {}
func (Dial) callEffect()           {}
func (DialNext) callEffect()       {}
func (AskForward) callEffect()     {}
func (Sit) callEffect()            {}
func (Unsit) callEffect()          {}
func (Voices) callEffect()         {}
func (Side) callEffect()           {}
func (Say) callEffect()            {}
func (Music) callEffect()          {}
func (Hush) callEffect()           {}
func (OpenMenu) callEffect()       {}
func (FeedMenu) callEffect()       {}
func (CloseMenu) callEffect()      {}
func (JoinQueue) callEffect()      {}
func (TellQueue) callEffect()      {}
func (PhoneBusy) callEffect()      {}
func (StartRecording) callEffect() {}
func (StopRecording) callEffect()  {}
func (RecordMemo) callEffect()     {}
func (StopMemo) callEffect()       {}
func (Echo) callEffect()           {}
func (SetTimer) callEffect()       {}
func (ClearTimer) callEffect()     {}
func (Begin) callEffect()          {}
func (Finish) callEffect()         {}
func (Publish) callEffect()        {}
