package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Leg is one party's connection, whatever it runs on. Its events come in order, those from before Listen
// included, and after line.Ended none; post only puts them into the call's mailbox.
type Leg interface {
	Info() line.Info
	Port() media.Port
	Listen(post func(line.Event))
	Do(cmd line.Command)
}

// Desk knows who calls and where calls go. It is asked once for an arriving leg and once for a number dialled.
type Desk interface {
	// Card looks the caller up.
	Card(info line.Info) Card
	// Route says where an arriving leg is led first; NoRoute if nowhere.
	Route(info line.Info, card Card) (Target, bool)
	// Instead says where a call for t goes in its place: before anything rings (cause is line.CauseUnknown), or because t
	// was not reached; ok is false when nowhere else.
	Instead(t Target, cause line.Cause) (other Target, ok bool)
}

// Destination is one way to reach a target.
type Destination struct {
	Kind   line.Kind
	Line   string // extension or trunk
	Number string // for a trunk: the number as dialled
}

// Outgoing is what a leg made by the box shows to the called side.
type Outgoing struct {
	Call       ID
	From       line.Info // of the caller's leg
	Card       Card
	Queue      string // the queue that offers the call, if one does
	Own        bool   // the phone's user asked for it, or left it: it rings although it is not to be disturbed
	AutoAnswer bool
}

// Dialer makes legs.
type Dialer interface {
	// Ways lists the ways to a target, best first; for a trunk number one per trunk that may carry it.
	Ways(from line.Info, t Target) []Destination
	// Dial starts ringing: one leg for each phone that is registered under an extension.
	Dial(d Destination, o Outgoing) ([]Leg, error)
}

// Yielders free lines for calls that matter more than others.
type Yielders interface {
	// MakeWay has a call that occupies one of these busy ways end, if a number among them must get through and there is such
	// a call; it reports whether it is worth trying again. It never waits.
	MakeWay(busy []Destination) bool
}

// Rooms makes the sound of calls.
type Rooms interface{ Open() Room }

// Room is the sound of one call. The first seat is the caller's.
type Room interface {
	// Add seats a party that talks in these voices, and hears those.
	Add(p media.Port, talk, hear media.Groups) Seat
	Tap(t media.Tap)
	// Left names the seat on the tap's left side; at first it is the first one.
	Left(s Seat)
	Close()
}

// Seat is one party in a room.
type Seat interface {
	Play(src media.Source, o media.PlayOptions)
	Stop()
	// SetVoice says in which voices the party talks, and which it hears.
	SetVoice(talk, hear media.Groups)
	// SetKeys says whether keys that the party presses go to those who hear it, as they do at first.
	SetKeys(on bool)
	Remove()
}

// Voice turns words into sound.
type Voice interface {
	// Say renders phrases in a language; what has no recording is left out and logged.
	Say(language string, phrases []prompt.Phrase) media.Source
	// Music returns the endless music of a class ("ringback" and "busy" are tones).
	Music(class string) media.Source
}

// Recorders keep calls' sound.
type Recorders interface {
	// Record starts a recording; it neither blocks nor fails: what came of it is the recording's own verdict.
	Record(m RecordingMeta) Recording
	// Memo records the caller alone into a new prompt, see [MenuRecord]; done only posts. The prompt is kept when the
	// recording is closed; one that is never closed leaves nothing behind.
	Memo(name string, max time.Duration, done func(Memo)) Recording
}

// Messages keeps what callers say to voicemail boxes.
type Messages interface {
	// Record starts the recording of a call's guest into a message that a menu has begun; done only posts. What was said
	// when it is closed is kept.
	Record(message string, of ID, limit time.Duration, done func(Memo)) Recording
}

// RecordingMeta says what a recording is of; retention goes by the queue.
type RecordingMeta struct {
	Call   ID
	Queue  string
	Agent  string
	Number string
}

// Recording is a recording that runs.
type Recording interface {
	media.Tap
	ID() string
	Close() // ends it; safe to call twice
}

// Memo is a finished recording of a prompt. Length is 0 when nothing was kept, Err then says why, if not for
// silence.
type Memo struct {
	Length time.Duration
	Err    error
}

// Ledger keeps call records.
type Ledger interface {
	// Begin notes that a call is up, so that it gets its record also if the box stops. It does not block.
	Begin(r CDR)
	// Finish stores the record; it returns when the record is durable or the ledger has taken it over for
	// later (a full disk).
	Finish(r CDR)
}
