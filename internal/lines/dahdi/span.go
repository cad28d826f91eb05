package dahdi

import (
	"encoding/binary"
	"strings"
	"unsafe"
)

// Alarm is what is wrong with a span (DAHDI_ALARM_* in user.h), 0 = nothing.
type Alarm uint32

// The alarms.
const (
	Recovering  Alarm = 1 << 0
	Loopback    Alarm = 1 << 1
	Yellow      Alarm = 1 << 2 // the far side receives nothing
	Red         Alarm = 1 << 3 // we receive nothing
	Blue        Alarm = 1 << 4 // the far side sends all ones
	NotOpen     Alarm = 1 << 5
	LossSignal  Alarm = 1 << 8
	LossFrame   Alarm = 1 << 9
	LossMulti   Alarm = 1 << 10
	knownAlarms       = Recovering | Loopback | Yellow | Red | Blue | NotOpen | LossSignal | LossFrame | LossMulti
)

// String names the alarms, "" for none.
func (a Alarm) String() string {
	var names []string
	for _, n := range [...]struct {
		bit  Alarm
		name string
	}{
		{Red, "red"},
		{Yellow, "yellow"},
		{Blue, "blue"},
		{Recovering, "recovering"},
		{Loopback, "loopback"},
		{NotOpen, "not_open"},
		{LossSignal, "loss_of_signal"},
		{LossFrame, "loss_of_frame"},
		{LossMulti, "loss_of_multiframe"},
	} {
		if a&n.bit != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ",")
}

// Span is a card, or a part of one, as the kernel describes it.
type Span struct {
	Number      int
	Name        string
	Description string
	Type        string // "FXO", "E1" …; what the driver says
	Alarms      Alarm
	Misses      int // interrupts that came too late since the driver was loaded
	Channels    int // that it has, configured or not
}

// parseSpan reads the kernel's packed words (struct dahdi_spaninfo).
func parseSpan(b *spanInfo) Span {
	i := func(at int) int { return int(int32(binary.LittleEndian.Uint32(b[at:]))) } //nolint:gosec // as the kernel wrote it
	return Span{
		Number: i(0), Name: text(b[4:24]), Description: text(b[24:64]), Alarms: Alarm(i(64)) & knownAlarms, //nolint:gosec // bits
		Misses: i(112), Channels: max(0, min(i(124), maxChannels)), Type: text(b[308:314]),
	}
}

// readSpans asks for all spans.
func (s *System) readSpans() []Span {
	var all []Span
	for n := 1; n <= maxSpans; n++ {
		var info spanInfo
		binary.LittleEndian.PutUint32(info[:], uint32(n))
		if err := ioctl(s.ctl, ioctlSpanStat, unsafe.Pointer(&info)); err != nil {
			continue
		}
		all = append(all, parseSpan(&info))
	}
	return all
}

// dead are the alarms of a span that carries nothing. Yellow is not one of them: the far side hears nothing, we do.
const dead = Red | Blue | NotOpen | LossSignal

// battery reports whether a channel has current. A card for analog lines raises the alarm of the channel alone. That of
// a span goes to its channels too, but only its first and its last change: so the span is asked.
func (s *System) battery(p params) bool {
	var info spanInfo
	binary.LittleEndian.PutUint32(info[:], uint32(p.Span)) //nolint:gosec // as the kernel numbers them
	if err := ioctl(s.ctl, ioctlSpanStat, unsafe.Pointer(&info)); err == nil {
		if a := parseSpan(&info).Alarms; a != 0 {
			return a&dead == 0
		}
	}
	return Alarm(p.Alarms)&Red == 0
}

// look reads the spans' state; the loop calls it now and then.
func (s *System) look() {
	now := s.readSpans()
	s.mu.Lock()
	before := s.spans
	s.spans = now
	s.mu.Unlock()
	for _, sp := range now {
		for _, b := range before {
			if b.Number == sp.Number && b.Alarms != sp.Alarms {
				s.cfg.Logger.Warn("telephony span", "span", sp.Number, "name", sp.Name, "alarms", sp.Alarms.String())
			}
		}
	}
	if len(now) != len(before) {
		s.cfg.Logger.Warn("telephony spans changed", "before", len(before), "now", len(now))
	}
}

// Spans are the cards as they were last seen, a second ago at most while the system runs.
func (s *System) Spans() []Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Span(nil), s.spans...)
}
