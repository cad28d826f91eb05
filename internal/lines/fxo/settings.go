package fxo

import (
	"errors"
	"fmt"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Settings are what a dealership says about its analog lines.
type Settings struct {
	Lines  []LineSettings  `json:"lines,omitempty"`
	Groups []GroupSettings `json:"groups,omitempty"`
}

// LineSettings is one line.
type LineSettings struct {
	Name    string `json:"name"`              // of the trunk, for people and for routes
	Device  string `json:"device"`            // of the port
	Group   string `json:"group,omitempty"`   // a name under which lines are chosen together
	Number  string `json:"number,omitempty"`  // the line's own number: what its callers dialled
	Profile string `json:"profile,omitempty"` // "" = "china"
	// Learned replaces the profile named; it is what learning has found out.
	Learned *Profile `json:"learned_profile,omitempty"`
	// Prefix is dialled before every number: "9W" behind a PBX.
	Prefix string `json:"prefix,omitempty"`
	// InboundOnly keeps outgoing calls off the line.
	InboundOnly bool `json:"inbound_only,omitempty"`
	// CaptureSeconds of the line's sound are kept in memory for support; 0 = 30, negative = none.
	CaptureSeconds int `json:"capture_seconds,omitempty"`
}

// GroupSettings is how a line of a group is chosen.
type GroupSettings struct {
	Name   string `json:"name"`
	Choose Choice `json:"choose"`
}

// Choice is an order in which free lines are taken.
type Choice string

// The orders. An exchange that hunts rings the first line first; whoever calls out on the last meets it least.
const (
	FromHighest Choice = "highest"
	RoundRobin  Choice = "round_robin"
)

// Limits of settings.
const (
	maxLines          = 256
	maxCaptureSeconds = 300
	defaultCapture    = 30 * time.Second
)

// Validate returns every problem, each with its place, joined; the error is [fault.Invalid]. profiles are those that can
// be named.
func (s *Settings) Validate(profiles map[string]Profile) error {
	var all []error
	say := func(format string, args ...any) {
		all = append(all, fault.New(fault.Invalid, "lines.invalid", format, args...))
	}
	if len(s.Lines) > maxLines {
		say("lines: %d of them, %d may be", len(s.Lines), maxLines)
	}
	names, devices := map[string]bool{}, map[string]bool{}
	for i := range s.Lines {
		l := &s.Lines[i]
		switch {
		case l.Name == "":
			say("lines[%d].name: missing", i)
		case names[l.Name]:
			say("lines[%d].name: %q is there twice", i, l.Name)
		}
		switch {
		case l.Device == "":
			say("lines[%d].device: missing", i)
		case devices[l.Device]:
			say("lines[%d].device: %q has a line already", i, l.Device)
		}
		names[l.Name], devices[l.Device] = true, true
		if err := l.validate(profiles); err != nil {
			say("lines[%d].%w", i, err)
		}
	}
	for i, g := range s.Groups {
		if g.Name == "" || names[g.Name] {
			say("groups[%d].name: %q is empty or a line's", i, g.Name)
		}
		if g.Choose != FromHighest && g.Choose != RoundRobin {
			say("groups[%d].choose: %q is not %q or %q", i, g.Choose, FromHighest, RoundRobin)
		}
	}
	return errors.Join(all...)
}

func (l *LineSettings) validate(profiles map[string]Profile) error {
	if _, err := ParseStages(l.Prefix); err != nil {
		return fmt.Errorf("prefix: %w", err)
	}
	if l.CaptureSeconds > maxCaptureSeconds {
		return fmt.Errorf("capture_seconds: %d, %d at most", l.CaptureSeconds, maxCaptureSeconds)
	}
	if l.Learned != nil {
		if err := l.Learned.Validate(); err != nil {
			return fmt.Errorf("learned_profile.%w", err)
		}
		return nil
	}
	if _, known := profiles[l.profile()]; !known {
		return fmt.Errorf("profile: there is none of the name %q", l.Profile)
	}
	return nil
}

func (l *LineSettings) profile() string {
	if l.Profile == "" {
		return "china"
	}
	return l.Profile
}

// behaviour is the profile that the line goes by.
func (l *LineSettings) behaviour(profiles map[string]Profile) Profile {
	if l.Learned != nil {
		return *l.Learned
	}
	if p, known := profiles[l.profile()]; known {
		return p
	}
	return China()
}

func (l *LineSettings) capture() time.Duration {
	switch {
	case l.CaptureSeconds == 0:
		return defaultCapture
	case l.CaptureSeconds < 0:
		return 0
	}
	return time.Duration(l.CaptureSeconds) * time.Second
}
