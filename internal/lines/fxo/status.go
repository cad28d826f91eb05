package fxo

import (
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
)

// LineStatus is a line as the health page shows it.
type LineStatus struct {
	Name     string    `json:"name"`
	Device   string    `json:"device"`
	Group    string    `json:"group,omitempty"`
	Number   string    `json:"number,omitempty"`
	Profile  string    `json:"profile"`
	State    Health    `json:"state"`
	Phase    string    `json:"phase"` // the same in more detail
	Since    time.Time `json:"since"`
	Fault    string    `json:"fault,omitempty"`
	Outbound bool      `json:"outbound,omitempty"` // the call in progress goes out
	DialTone float64   `json:"dial_tone_dbm0,omitempty"`
	Counters Counters  `json:"counters"`
	Gaps     uint64    `json:"gaps,omitempty"` // frames that the port could not say
}

// Health is what a line is in, in a word.
type Health string

// The states of a line on the health page.
const (
	NoBattery Health = "no_battery" // the line is cut or pulled out
	NoPort    Health = "no_port"    // its card is
	Free      Health = "idle"
	Calling   Health = "ringing"
	InUse     Health = "in_use"
	Guarded   Health = "guard" // just hung up
	Faulty    Health = "fault" // there was no dial tone, several times in a row
)

// Status is how all lines are, in the order of the settings.
func (l *Lines) Status() []LineStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]LineStatus, 0, len(l.actors))
	for _, a := range l.actors {
		s, set := a.seen.Load(), a.settings.Load()
		st := LineStatus{
			Name: set.Name, Device: set.Device, Group: set.Group, Number: set.Number, Profile: set.profile(),
			State: s.Health(), Phase: s.Phase.String(), Since: s.Since, Fault: s.Fault, Outbound: s.Leg && s.Outbound,
			DialTone: s.DialTone, Counters: s.Count,
		}
		if set.Learned != nil {
			st.Profile = set.Learned.Name
		}
		switch d := l.devices[set.Device].(type) {
		case nil:
			st.State, st.Fault = NoPort, "there is no such port"
		case Gapped:
			st.Gaps = d.Gaps()
		}
		out = append(out, st)
	}
	return out
}

// Health is the state in a word.
func (s *State) Health() Health {
	switch s.Phase {
	case NoLine:
		if s.Gone {
			return NoPort
		}
		return NoBattery
	case Idle:
		if s.Misses >= s.Rules.Misses {
			return Faulty
		}
		return Free
	case Ringing, Offered, Ignoring:
		return Calling
	case Guard:
		return Guarded
	default:
		return InUse
	}
}

// missing stands for a port that does not exist.
type missing string

func (m missing) Name() string        { return string(m) }
func (m missing) SetHook(analog.Hook) {}
func (m missing) Flash(time.Duration) {}
func (m missing) EchoCancel(bool)     {}
func (m missing) Attach(h analog.Handler) {
	if h != nil {
		h.Signal(analog.Removed)
	}
}
