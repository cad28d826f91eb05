package fxo

import (
	"encoding/binary"
	"sync/atomic"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Port is a leg's sound: a media.KeyPort and media.DigitPort between the clock of the device and that of the media.
type Port struct {
	fromLine, toLine elastic
	dial             func(digits string)

	keys    [keySlots]atomic.Uint32 // owned by the device's loop until counted in pressed
	pressed atomic.Uint32
	fetched uint32 // owned by the media clock
}

// keySlots is how many keys may be pressed between two ticks of the media clock.
const keySlots = 16

// Pull implements [media.Port].
func (s *Port) Pull(f *media.Frame) bool { return s.fromLine.take(f) }

// Push implements [media.Port].
func (s *Port) Push(f *media.Frame) { s.toLine.put(f) }

// NextKey implements [media.KeyPort].
func (s *Port) NextKey() (key byte, n uint32, ok bool) {
	p := s.pressed.Load()
	if s.fetched == p {
		return 0, 0, false
	}
	if p-s.fetched > keySlots {
		s.fetched = p - keySlots
	}
	key = byte(s.keys[s.fetched%keySlots].Load())
	s.fetched++
	return key, s.fetched, true
}

// SendDigits implements [media.DigitPort]: keys pressed on a phone that does not send them as sound.
func (s *Port) SendDigits(digits string) { s.dial(digits) }

// Pressed implements [media.KeyPort].
func (s *Port) Pressed() uint32 { return s.pressed.Load() }

// press takes in a key; called by the device's loop alone.
func (s *Port) press(key byte) {
	s.keys[s.pressed.Load()%keySlots].Store(uint32(key))
	s.pressed.Add(1)
}

// Sizes of an elastic buffer, in frames.
const (
	elasticSlots = 16
	elasticRest  = 2 // what it holds when both clocks agree: the jitter of two loops
	elasticMost  = 6 // more is stale: the reader was away
)

// elastic hands frames from one clock to another without a lock: one goroutine puts, one takes. The clocks differ a
// little (50 parts in a million are a frame every 400 s): in silence a frame is left out or waited for, so that nothing is
// heard of it.
type elastic struct {
	in, out atomic.Uint32
	slots   [elasticSlots]slot

	// Owned by the taker.
	next  analog.Frame
	fill  bool // it ran dry and fills up again
	began bool
}

// slot is a frame in words: a writer that laps a reader must not be a data race.
type slot [len(analog.Frame{}) / 8]atomic.Uint64

// put hands a frame over; when nobody takes, the oldest are lost.
func (e *elastic) put(f *analog.Frame) {
	n := e.in.Load()
	s := &e.slots[n%elasticSlots]
	for i := range s {
		s[i].Store(binary.LittleEndian.Uint64(f[8*i:]))
	}
	e.in.Store(n + 1)
}

// take fetches the next frame and reports false for silence (f is then untouched).
func (e *elastic) take(f *analog.Frame) bool {
	in, out := e.in.Load(), e.out.Load()
	depth := in - out
	if depth > elasticMost || !e.began { // stale, or the first time: begin with what is new
		out = in - min(depth, elasticRest)
		depth = in - out
		e.fill = e.fill || !e.began
		e.began = true
	}
	if e.fill = e.fill && depth < elasticRest || depth == 0; e.fill {
		e.out.Store(out)
		return false
	}
	e.read(out)
	silent := dsp.SilentALaw(e.next[:])
	if depth == 1 && silent { // the other clock is slow: wait for it here, where it is not heard
		e.out.Store(out)
		e.fill = true
		return false
	}
	*f = e.next
	out++
	if silent && depth > elasticRest+1 { // it is fast: leave a frame out
		out++
	}
	e.out.Store(out)
	return true
}

// read copies a slot into next.
func (e *elastic) read(n uint32) {
	s := &e.slots[n%elasticSlots]
	for i := range s {
		binary.LittleEndian.PutUint64(e.next[8*i:], s[i].Load())
	}
}
