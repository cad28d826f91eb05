package call

import "github.com/dealerline/dealerline/internal/base/line"

// Part is what a leg that comes from another call is for.
type Part uint8

// The parts of a leg that another call gives.
const (
	_           Part = iota
	AsPartner        // takes the place of the party that consulted it by a call of its own
	AsAnswer         // takes a call that rings elsewhere
	AsRetriever      // takes the one who is parked
	AsWatcher        // listens in
)

// What can happen to a call through other calls, and through those who speak in it.
type (
	// Resolved: the number typed in a conversation leads there.
	Resolved struct {
		Leg    int
		For    byte
		Target Target
		OK     bool
	}
	// YieldTo: the call To has a party that also is the leg with this CallID here, and wants whom that leg speaks with.
	YieldTo struct {
		To  ID
		Leg int // of the one that is in both
	}
	// NotYielded: the other call has nobody to give.
	NotYielded struct{}
	// LedOn: the other call has led nobody anywhere yet, but would to here: the guest goes there instead.
	LedOn struct {
		From    ID
		Target  Target
		Vouched bool // a conference lets the guest in for the one who was inside already
	}
	// Gained: a leg of another call has come, already connected. It takes the next leg number.
	Gained struct {
		From   ID
		Info   line.Info
		Record LegRecord
		As     Part
		Watch  Watch
		Name   string // the extension that rang, the parking place
	}
	// GivenAway: the other call has the leg.
	GivenAway struct{ Leg int }
	// Sought: the call that [Seek] asked for; OK is false when there is none.
	Sought struct {
		Target Target
		Call   ID
		OK     bool
	}
	// SlotIs: the guest has this parking place; OK is false when none is free.
	SlotIs struct {
		Name string
		OK   bool
	}
	// ConferenceSaid: the conference commands this.
	ConferenceSaid struct{ Cmd ConferenceCommand }
	// AroundAs is what a phone's user wants at a screen, as if it had been typed at the phone.
	AroundAs struct {
		Extension string
		Do        Around
		Number    string // for [DoTransfer] and [DoConsult]
	}
)

// Around is what a party may do with a conversation.
type Around uint8

// What a party may do.
const (
	_            Around = iota
	DoTransfer          // lead the others on to a number, at once
	DoConsult           // speak with a number while the other waits
	DoComplete          // leave those who consult and wait to each other
	DoAbort             // give the consultation up
	DoThreeWay          // let all three speak
	DoSwap              // speak with the one who waits
	DoPark              // park the other
	DoConference        // move all into a conference
	DoListen            // a supervisor: listen only
	DoWhisper           // speak to the agent alone
	DoBarge             // speak to all
	DoTakeOver          // take the agent's place
)

func (Resolved) callEvent()       {}
func (YieldTo) callEvent()        {}
func (NotYielded) callEvent()     {}
func (LedOn) callEvent()          {}
func (Gained) callEvent()         {}
func (GivenAway) callEvent()      {}
func (Sought) callEvent()         {}
func (SlotIs) callEvent()         {}
func (ConferenceSaid) callEvent() {}
func (AroundAs) callEvent()       {}

// What a call has done for all this.
type (
	// Resolve asks where a number dialled by a leg leads. [Resolved] answers.
	Resolve struct {
		Leg    int
		Number string
		For    byte
	}
	// Yield asks the call that has the leg with this CallID for whom it speaks with. [Gained], [LedOn] or [NotYielded]
	// answers.
	Yield struct{ CallID string }
	// Give gives a leg to another call. [GivenAway] answers, also when that call is over: the leg is hung up then.
	Give struct {
		Leg   int
		To    ID
		As    Part
		Watch Watch
		Name  string
	}
	// SendOff makes a call of its own of a leg, which goes to a place. [GivenAway] answers.
	SendOff struct {
		Leg    int
		Target Target
		Host   bool
	}
	// PassOn gives another call what a leg said that it was given.
	PassOn LegSaid
	// LeadThere tells another call where its guest goes; Refuse, that nobody can be given.
	LeadThere struct {
		To      ID
		Target  Target
		Vouched bool
	}
	Refuse struct{ To ID }
	// Seek looks for a call. [Sought] answers.
	Seek struct{ Target Target }
	// TakeSlot takes a parking place, "" any. [SlotIs] answers. FreeSlot gives it back.
	TakeSlot struct{ Name string }
	FreeSlot struct{ Name string }
	// EnterConference seats the guest in a conference. TellConference reports to it.
	EnterConference struct {
		Leg           int
		Room          string
		Card          Card
		Host, Vouched bool
	}
	TellConference struct{ Fact ConferenceFact }
)

func (Resolve) callEffect()         {}
func (Yield) callEffect()           {}
func (Give) callEffect()            {}
func (SendOff) callEffect()         {}
func (PassOn) callEffect()          {}
func (LeadThere) callEffect()       {}
func (Refuse) callEffect()          {}
func (Seek) callEffect()            {}
func (TakeSlot) callEffect()        {}
func (FreeSlot) callEffect()        {}
func (EnterConference) callEffect() {}
func (TellConference) callEffect()  {}
