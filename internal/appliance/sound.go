package appliance

import (
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// rooms makes the sound of calls; it satisfies call.Rooms.
type rooms struct{ engine *media.Engine }

// Open makes a room.
func (r rooms) Open() call.Room { return room{r.engine.NewBridge()} }

type room struct{ *media.Bridge }

// Add gives a party its seat.
func (r room) Add(p media.Port, talk, hear media.Groups) call.Seat { return r.AddVoice(p, talk, hear) }

// Left names the tap's left side.
func (r room) Left(s call.Seat) {
	if m, ok := s.(*media.Member); ok {
		r.SetLeft(m)
	}
}

// Tap lets t hear the room; nil ends that.
func (r room) Tap(t media.Tap) {
	if t != nil {
		r.SetTapGroups(call.RecordedVoices)
	}
	r.SetTap(t)
}

// voice turns words into sound; it satisfies call.Voice.
type voice struct{ prompts *prompt.Library }

// Say renders phrases in a language.
func (v voice) Say(language string, phrases []prompt.Phrase) media.Source {
	return media.Sequence(v.prompts.Render(language, v.masked(language, phrases))...)
}

// masked hides what looks like somebody's number and is no recording: a menu that names its recording by a variable
// ("$caller") must not have the number stand in the log and in the status as a recording that is missing.
func (v voice) masked(language string, phrases []prompt.Phrase) []prompt.Phrase {
	out := phrases
	for i, p := range phrases {
		id := phone.Mask(p.ID)
		if id == p.ID || strings.Trim(p.ID, "+*#0123456789") != "" || v.prompts.Has(language, p.ID) {
			continue
		}
		if &out[0] == &phrases[0] {
			out = slices.Clone(phrases)
		}
		out[i].ID = id
	}
	return out
}

// Music returns the endless music of a class.
func (v voice) Music(class string) media.Source {
	switch class {
	case "ringback":
		return media.Tones(dsp.Ringback)
	case "busy":
		return media.Tones(dsp.Busy)
	}
	return media.Loop(v.prompts.Music(class))
}

// recorders keep calls' sound; it satisfies call.Recorders.
type recorders struct {
	archive  *recording.Archive
	prompts  *prompt.Library
	language func() string // of prompts recorded by phone
}

// Record starts the recording of a call.
func (r recorders) Record(m call.RecordingMeta) call.Recording {
	return r.archive.Record(recording.Meta{Call: string(m.Call), Queue: m.Queue, Agent: m.Agent, At: time.Now()})
}

// Memo starts the recording of a prompt.
func (r recorders) Memo(name string, limit time.Duration, done func(call.Memo)) call.Recording {
	return r.prompts.Memo(r.language(), name, limit, func(length time.Duration, err error) {
		done(call.Memo{Length: length, Err: err})
	})
}
