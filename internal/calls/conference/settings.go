package conference

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Bounds of the settings.
const (
	MaxParties = 64  // in one room
	maxRooms   = 200 // in the settings
	minPIN     = 4
	maxPIN     = 12
)

// AdHocPrefix begins the name of a room that is in no settings: one made from a call. No telephone can dial it. Who made
// it is its moderator.
const AdHocPrefix = call.AdHocPrefix

// Settings are the conference rooms. They are one part of the dealership's settings document and are changed as a whole:
// see [Conferences.Apply].
type Settings struct {
	Rooms []Room `json:"rooms"`
	AdHoc Room   `json:"ad_hoc"` // how rooms made from a call are; its number, PINs and moderators do not count
}

// Room is one conference room. In JSON an absent field has the value of [DefaultRoom].
type Room struct {
	Number       string   `json:"number"` // as dialled
	Name         string   `json:"name"`   // for people
	PIN          string   `json:"pin,omitempty"`
	ModeratorPIN string   `json:"moderator_pin,omitempty"`
	Moderators   []string `json:"moderators,omitempty"` // extensions that are moderators without a PIN

	WaitForModerator bool `json:"wait_for_moderator"` // nobody comes in before the first moderator
	EndWithModerator bool `json:"end_with_moderator"` // the last moderator's leaving ends it
	MuteOnEntry      bool `json:"mute_on_entry"`      // all but moderators come in muted

	MaxParties int    `json:"max_parties"` // 2…64
	Speakers   int    `json:"speakers"`    // how many are heard at once, 1…16
	Announce   Notice `json:"announce"`    // of who comes and goes
	Record     bool   `json:"record"`
	Language   string `json:"language"`    // of what all hear
	Music      string `json:"music"`       // class of music for who is alone, or waits
	MaxMinutes int    `json:"max_minutes"` // the longest session, 1…1440

	After *Onward `json:"after,omitempty"` // where who leaves by *8 goes on to; nil: nowhere
}

// Onward is a place a call is led to, as [call.Target], by names.
type Onward struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Notice is how a room tells of those who come and go.
type Notice string

// The ways to announce.
const (
	NoNotice     Notice = "none"
	ToneNotice   Notice = "tone"
	NumberNotice Notice = "number" // the number, or a name if there is one, and that it came or left
)

// DefaultRoom is a room in which everything is as most want it.
func DefaultRoom() Room {
	return Room{
		MaxParties: MaxParties, Speakers: 4, Announce: ToneNotice, Language: prompt.Languages()[0], Music: "default", MaxMinutes: 240,
	}
}

// UnmarshalJSON gives absent fields their default.
func (r *Room) UnmarshalJSON(text []byte) error {
	type plain Room
	p := plain(DefaultRoom())
	if err := json.Unmarshal(text, &p); err != nil {
		return fmt.Errorf("read conference room: %w", err)
	}
	*r = Room(p)
	return nil
}

// Default are settings without a room.
func Default() Settings { return Settings{AdHoc: DefaultRoom()} }

// UnmarshalJSON gives absent fields their default.
func (s *Settings) UnmarshalJSON(text []byte) error {
	type plain Settings
	p := plain(Default())
	if err := json.Unmarshal(text, &p); err != nil {
		return fmt.Errorf("read conferences: %w", err)
	}
	*s = Settings(p)
	return nil
}

// invalid makes one error of all problems, nil for none.
func invalid(problems fault.Fields) error {
	if err := problems.Err(); err != nil {
		return fmt.Errorf("check conference settings: %w", err)
	}
	return nil
}

// Validate returns everything that is wrong with the settings by themselves. Whether the places they lead to exist, only
// the whole document knows: see [Settings.Targets].
func (s Settings) Validate() fault.Fields {
	v := validator{}
	v.check(len(s.Rooms) <= maxRooms, "rooms", "are more than %d", maxRooms)
	seen := map[string]bool{}
	for i, r := range s.Rooms {
		path := fmt.Sprintf("rooms[%d]", i)
		v.check(isNumber(r.Number, 1, 8), path+".number", "must be 1 to 8 digits")
		v.check(!seen[r.Number], path+".number", "%q is used twice", r.Number)
		seen[r.Number] = true
		v.access(path, r)
		v.room(path, r)
	}
	v.room("ad_hoc", s.AdHoc)
	return v.problems
}

type validator struct{ problems fault.Fields }

func (v *validator) check(ok bool, path, format string, args ...any) {
	if !ok {
		v.problems.Add(path, "settings.invalid", format, args...)
	}
}

func (v *validator) access(path string, r Room) {
	v.check(r.PIN == "" || isNumber(r.PIN, minPIN, maxPIN), path+".pin", "must be %d to %d digits", minPIN, maxPIN)
	v.check(r.ModeratorPIN == "" || isNumber(r.ModeratorPIN, minPIN, maxPIN), path+".moderator_pin", "must be %d to %d digits", minPIN, maxPIN)
	v.check(r.PIN == "" || r.PIN != r.ModeratorPIN, path+".moderator_pin", "is that of the other parties")
	for i, m := range r.Moderators {
		v.check(isNumber(m, 1, 16), fmt.Sprintf("%s.moderators[%d]", path, i), "is not an extension")
	}
	v.check(!r.WaitForModerator || r.ModeratorPIN != "" || len(r.Moderators) > 0, path+".wait_for_moderator",
		"nobody can be the moderator")
}

func (v *validator) room(path string, r Room) {
	v.check(r.MaxParties >= 2 && r.MaxParties <= MaxParties, path+".max_parties", "must be 2 to %d", MaxParties)
	v.check(r.Speakers >= 1 && r.Speakers <= media.MaxSpeakers, path+".speakers", "must be 1 to %d", media.MaxSpeakers)
	v.check(slices.Contains([]Notice{NoNotice, ToneNotice, NumberNotice}, r.Announce), path+".announce", "unknown way %q", r.Announce)
	v.check(slices.Contains(prompt.Languages(), r.Language), path+".language", "unknown language %q", r.Language)
	v.check(r.MaxMinutes >= 1 && r.MaxMinutes <= 24*60, path+".max_minutes", "must be 1 to %d", 24*60)
	v.check(r.Music != "", path+".music", "is missing")
	if r.After != nil {
		kind, ok := call.ParseTargetKind(r.After.Kind)
		v.check(ok, path+".after.kind", "unknown kind %q", r.After.Kind)
		v.check(!ok || kind == call.TargetHangup || r.After.Name != "", path+".after.name", "is missing")
		v.check(kind != call.TargetConference || r.After.Name != r.Number, path+".after.name", "leads back to the same room")
	}
}

// Ref is a place in the settings that leads elsewhere.
type Ref struct {
	Path   string
	Target call.Target
}

// Targets are the places that the settings lead to.
func (s Settings) Targets() []Ref {
	var out []Ref
	add := func(path string, r Room) {
		if r.After != nil {
			out = append(out, Ref{path + ".after", r.after()})
		}
	}
	for i, r := range s.Rooms {
		add(fmt.Sprintf("rooms[%d]", i), r)
	}
	add("ad_hoc", s.AdHoc)
	return out
}

// after is where who leaves goes on to; the zero target is nowhere.
func (r Room) after() call.Target {
	if r.After == nil {
		return call.Target{}
	}
	kind, _ := call.ParseTargetKind(r.After.Kind)
	return call.Target{Kind: kind, Name: r.After.Name}
}

func (r Room) length() time.Duration { return time.Duration(r.MaxMinutes) * time.Minute }

func isNumber(s string, least, most int) bool {
	return len(s) >= least && len(s) <= most && strings.Trim(s, "0123456789") == ""
}
