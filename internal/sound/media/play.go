package media

import (
	"strings"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// PlayOptions say how something is played to a [Member].
type PlayOptions struct {
	BargeIn string        // keys that stop it at once, in the media loop; "" = none
	Mix     bool          // heard over the others instead of in their place
	Done    func(Outcome) // called exactly once, from the media clock: must only post to a mailbox; may be nil
}

// Outcome is how playing ended.
type Outcome uint8

// The ways in which playing ends.
const (
	_           Outcome = iota
	Finished            // the source was over
	Stopped             // by Stop, another Play, Remove or Close
	Interrupted         // by a key of BargeIn
)

// String returns the outcome's name for logs.
func (o Outcome) String() string {
	return [...]string{"unknown", "finished", "stopped", "interrupted"}[o&3]
}

type player struct {
	source  Source
	options PlayOptions
	after   uint32 // keys pressed before it was asked for
}

func (p *player) stopsAt(key byte) bool { return strings.IndexByte(p.options.BargeIn, key) >= 0 }

func (p *player) end(o Outcome) {
	if p.options.Done != nil {
		p.options.Done(o)
	}
}

// samples plays prompts one after another.
type samples struct {
	rest [][]byte
	pos  int
	loop bool
}

// Samples plays one prompt held in memory as A-law. The last frame is filled up with silence.
func Samples(alaw []byte) Source { return &samples{rest: [][]byte{alaw}} }

// Sequence plays several prompts, joined without a gap.
func Sequence(alaw ...[]byte) Source { return &samples{rest: alaw} }

// Loop plays music for ever. Nothing at all is played as silence.
func Loop(alaw []byte) Source { return &samples{rest: [][]byte{alaw}, loop: true} }

// Next implements [Source].
func (s *samples) Next(f *Frame) bool {
	n := 0
	for n < len(f) && len(s.rest) > 0 {
		k := copy(f[n:], s.rest[0][s.pos:])
		n += k
		if s.pos += k; s.pos < len(s.rest[0]) {
			continue
		}
		s.pos = 0
		if !s.loop {
			s.rest = s.rest[1:]
		} else if len(s.rest[0]) == 0 {
			break
		}
	}
	if n == 0 && !s.loop {
		return false
	}
	copy(f[n:], silence[n:])
	return true
}

// tones plays tones one after another.
type tones struct {
	rest []dsp.Generator
	buf  [FrameSamples]int16
}

// Tones plays tones one after another; one whose Repeat is 0 is the last, for it lasts for ever.
func Tones(segments ...dsp.Tone) Source {
	t := &tones{}
	for _, s := range segments {
		t.rest = append(t.rest, dsp.NewGenerator(s))
	}
	return t
}

// Next implements [Source].
func (t *tones) Next(f *Frame) bool {
	n := 0
	for n < len(f) && len(t.rest) > 0 {
		k := t.rest[0].Next(t.buf[n:])
		if n += k; n < len(f) {
			t.rest = t.rest[1:]
		}
	}
	if n == 0 {
		return false
	}
	clear(t.buf[n:])
	dsp.CompressALaw(f[:], t.buf[:])
	return true
}
