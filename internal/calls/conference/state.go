package conference

import (
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Phase is where a party is on its way. The zero value is invalid on purpose.
type Phase uint8

// The phases of a party.
const (
	_       Phase = iota
	Asking        // is asked for a PIN
	Waiting       // for a moderator
	Inside
	Leaving // hears why
)

// String returns the phase's name as it stands in logs and in the API.
func (p Phase) String() string {
	return [...]string{"unknown", "asking", "waiting", "inside", "leaving"}[p]
}

// MarshalText writes the phase's name.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// The ends of waits.
const (
	digitWait   = 15 * time.Second // for the next digit of a PIN
	codeWait    = 3 * time.Second  // for what follows *
	waitMax     = 20 * time.Minute // for a moderator
	aloneMax    = 30 * time.Minute // alone in a room
	farewellMax = 15 * time.Second // for the end of what is said last
	warning     = time.Minute      // before the longest session ends
	wrongSpan   = 10 * time.Minute // in which wrong PINs are counted
)

const (
	maxTries = 3  // at a PIN, a call
	maxWrong = 12 // at a room's PIN from outside, in wrongSpan: then nobody from outside is asked for it
	// maxWrongPhone are those of one phone of the house, at any room: then it is asked for none.
	maxWrongPhone = 6
	maxCalls      = 1000 // in all rooms and lobbies
	volumeBy      = 3    // dB a step
	volumeMax     = 12
)

// party is a call in a conference.
type party struct {
	call.Participant
	phase     Phase
	moderator bool
	joined    time.Time // came inside
	muted     bool      // by itself
	silenced  bool      // by a moderator
	volume    int       // dB

	tries  int
	digits string
	play   int       // what is said to it, if its end matters; else 0
	until  time.Time // its wait ends
	star   time.Time // * was pressed: what follows must come before; else zero
	out    call.ConferenceOut
}

// language is in what the party is spoken to.
func (p *party) language(r Room) string {
	if p.Card.Language != "" {
		return p.Card.Language
	}
	return r.Language
}

// room is one session of a room.
type room struct {
	Room
	number    string
	session   call.ID
	begun     time.Time
	warned    bool
	inside    []*party // in the order in which they came
	locked    bool
	hushed    bool // all but moderators are silenced
	recorded  bool // the recording has begun
	recording string
	peak      int
	changed   bool // to be published
}

// state is all rooms and parties. One goroutine owns it; step changes it in place.
type state struct {
	settings Settings
	wrong    map[string][]time.Time // when wrong PINs came, by room or phone: the last so many, see [party.guesses]
	rooms    map[string]*room
	parties  map[call.ID]*party
	order    []*party // in the order in which they came
	plays    int
	newID    func() call.ID
	name     func(call.Card) []prompt.Phrase // nil: no party has a name
	closed   bool

	now     time.Time // of this step
	effects []effect
	lobbies []string // numbers of rooms to be published
}

func newState(s Settings, newID func() call.ID) *state {
	return &state{settings: s, wrong: map[string][]time.Time{}, rooms: map[string]*room{}, parties: map[call.ID]*party{}, newID: newID}
}
