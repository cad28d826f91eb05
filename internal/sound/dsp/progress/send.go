package progress

import (
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Sender makes the sound of a tone, again and again. Make it with [NewSender].
type Sender struct {
	tone   dsp.Generator
	pieces []int // samples of sounding, pause …; none is a tone without pauses
	at     int   // piece
	left   int   // samples of it
}

// NewSender makes the sender of a profile's tone at a level in dBm0.
func NewSender(p Pattern, level float64) *Sender {
	s := &Sender{tone: dsp.NewGenerator(dsp.Tone{Freq1: p.Frequency, Level: level})}
	for _, ms := range p.CadenceMS {
		s.pieces = append(s.pieces, dsp.Samples(time.Duration(ms)*time.Millisecond))
	}
	if len(s.pieces) > 0 {
		s.left = s.pieces[0]
	}
	return s
}

// Next makes the next samples.
func (s *Sender) Next(samples []int16) {
	if len(s.pieces) == 0 {
		s.tone.Next(samples)
		return
	}
	for len(samples) > 0 {
		for s.left == 0 {
			s.at = (s.at + 1) % len(s.pieces)
			s.left = s.pieces[s.at]
		}
		n := min(s.left, len(samples))
		if s.at%2 == 0 {
			s.tone.Next(samples[:n])
		} else {
			clear(samples[:n])
		}
		s.left -= n
		samples = samples[n:]
	}
}

// Pattern is the profile's tone of a meaning; ok is false if it has none.
func (p Profile) Pattern(t Tone) (pattern Pattern, ok bool) {
	for _, q := range p.Patterns {
		if q.Tone == t {
			return q, true
		}
	}
	return Pattern{}, false
}
