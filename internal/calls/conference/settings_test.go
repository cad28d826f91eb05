package conference_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/conference"
)

func room(change ...func(*conference.Room)) conference.Room {
	r := conference.DefaultRoom()
	r.Number = "600"
	for _, c := range change {
		c(&r)
	}
	return r
}

func TestValidate(t *testing.T) {
	cases := []struct {
		path   string // of the one problem; "" is none
		change func(*conference.Room)
	}{
		{"", func(*conference.Room) {}},
		{"rooms[0].number", func(r *conference.Room) { r.Number = "" }},
		{"rooms[0].number", func(r *conference.Room) { r.Number = "adhoc-1" }},
		{"rooms[0].number", func(r *conference.Room) { r.Number = "123456789" }},
		{"rooms[0].pin", func(r *conference.Room) { r.PIN = "123" }},
		{"rooms[0].pin", func(r *conference.Room) { r.PIN = "12a4" }},
		{"rooms[0].moderator_pin", func(r *conference.Room) { r.ModeratorPIN = "1234567890123" }},
		{"rooms[0].moderator_pin", func(r *conference.Room) { r.PIN, r.ModeratorPIN = "1234", "1234" }},
		{"rooms[0].moderators[1]", func(r *conference.Room) { r.Moderators = []string{"8001", "x"} }},
		{"rooms[0].wait_for_moderator", func(r *conference.Room) { r.WaitForModerator = true }},
		{"", func(r *conference.Room) { r.WaitForModerator, r.Moderators = true, []string{"8001"} }},
		{"rooms[0].max_parties", func(r *conference.Room) { r.MaxParties = 65 }},
		{"rooms[0].max_parties", func(r *conference.Room) { r.MaxParties = 1 }},
		{"rooms[0].speakers", func(r *conference.Room) { r.Speakers = 0 }},
		{"rooms[0].speakers", func(r *conference.Room) { r.Speakers = 17 }},
		{"rooms[0].announce", func(r *conference.Room) { r.Announce = "loudly" }},
		{"rooms[0].language", func(r *conference.Room) { r.Language = "tlh" }},
		{"rooms[0].music", func(r *conference.Room) { r.Music = "" }},
		{"rooms[0].max_minutes", func(r *conference.Room) { r.MaxMinutes = 0 }},
		{"rooms[0].max_minutes", func(r *conference.Room) { r.MaxMinutes = 1441 }},
		{"rooms[0].after.kind", func(r *conference.Room) { r.After = &conference.Onward{Kind: "moon", Name: "x"} }},
		{"rooms[0].after.name", func(r *conference.Room) { r.After = &conference.Onward{Kind: "menu"} }},
		{"rooms[0].after.name", func(r *conference.Room) { r.After = &conference.Onward{Kind: "conference", Name: "600"} }},
		{"", func(r *conference.Room) { r.After = &conference.Onward{Kind: "hangup"} }},
	}
	for _, c := range cases {
		s := conference.Default()
		s.Rooms = []conference.Room{room(c.change)}
		var paths []string
		for _, p := range s.Validate() {
			paths = append(paths, p.Path)
		}
		if want := []string{c.path}; c.path != "" && !slices.Equal(paths, want) || c.path == "" && len(paths) > 0 {
			t.Errorf("%+v: problems at %v, want %q", s.Rooms[0], paths, c.path)
		}
	}
	twice := conference.Default()
	twice.Rooms = []conference.Room{room(), room()}
	if p := twice.Validate(); len(p) != 1 || p[0].Path != "rooms[1].number" {
		t.Errorf("twice the same number: %v", p)
	}
}

func TestSettingsJSON(t *testing.T) {
	var s conference.Settings
	text := `{"rooms":[{"number":"600","pin":"1234","speakers":6,"after":{"kind":"queue","name":"q"}}]}`
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	if r := s.Rooms[0]; r.MaxParties != 64 || r.Speakers != 6 || r.Announce != conference.ToneNotice || s.AdHoc.MaxParties != 64 {
		t.Errorf("%+v", s)
	}
	if p := s.Validate(); len(p) > 0 {
		t.Error(p)
	}
	refs := s.Targets()
	if len(refs) != 1 || refs[0].Path != "rooms[0].after" || refs[0].Target != (call.Target{Kind: call.TargetQueue, Name: "q"}) {
		t.Errorf("%+v", refs)
	}
	if err := json.Unmarshal([]byte(`{"rooms":[{"speakers":"six"}]}`), &s); err == nil {
		t.Error("nonsense is read")
	}
}

func TestNewRefusesBadSettings(t *testing.T) {
	s := conference.Default()
	s.Rooms = []conference.Room{room(func(r *conference.Room) { r.Speakers, r.PIN = 0, "1" })}
	_, err := conference.New(conference.Config{Settings: s})
	wrong, ok := errors.AsType[fault.Fields](err)
	if fault.CodeOf(err) != fault.Invalid || !ok || len(wrong) != 2 || strings.Count(wrong.Error(), "; ") != 1 {
		t.Errorf("%v", err)
	}
}
