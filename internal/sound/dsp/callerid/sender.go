package callerid

import (
	"math"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Standard is a pair of frequencies.
type Standard uint8

// The two standards. Mainland China uses Bell 202's frequencies (YDN 069); those of V.23 are met on imported exchanges.
const (
	Bell202 Standard = iota + 1 // mark 1200 Hz, space 2200 Hz
	V23                         // mark 1300 Hz, space 2100 Hz (ITU-T V.23 §2, mode 2)
)

// Baud is the rate of bits a second.
const Baud = 1200

// frequencies of mark (1) and space (0) in Hz.
func (s Standard) frequencies() (mark, space float64) {
	if s == V23 {
		return 1300, 2100
	}
	return 1200, 2200
}

// Bits before and after the octets.
const (
	seizureBits = 300 // EN 300 659-1 §5.2.3: 300 alternating bits …
	markBits    = 180 // … and 180 ± 25 of mark
	endBits     = 10  // of mark, so that the last octet's stop bit is whole at the receiver
)

// Sender makes the sound of a message. Make it with [NewSender].
type Sender struct {
	data       []byte
	seizure    int
	marks      int
	skewBaud   float64
	skewTone   float64
	steps      [2]float64 // phase per sample of space and mark, in turns
	amplitude  float64
	phase      float64 // turns
	bitLength  float64 // samples
	left       float64 // samples left of this bit
	next       int     // number of the next bit
	bit        uint8
	total      int // bits
	bitsBefore int
}

// Option changes what a [Sender] sends.
type Option func(*Sender)

// Seizure sets the number of alternating bits at the beginning (300).
func Seizure(bits int) Option { return func(s *Sender) { s.seizure = max(0, bits) } }

// Marks sets the number of marks before the first octet (180).
func Marks(bits int) Option { return func(s *Sender) { s.marks = max(0, bits) } }

// Skew makes an exchange that is off: the bit rate and both frequencies are multiplied by 1 + their share, 0.01 = 1 %.
func Skew(baud, frequency float64) Option {
	return func(s *Sender) { s.skewBaud, s.skewTone = baud, frequency }
}

// NewSender makes the sender of the octets that [Encode] made, at a level in dBm0.
func NewSender(std Standard, data []byte, level float64, options ...Option) *Sender {
	s := &Sender{data: data, seizure: seizureBits, marks: markBits, amplitude: dsp.Amplitude(level)}
	for _, o := range options {
		o(s)
	}
	mark, space := std.frequencies()
	s.steps = [2]float64{space * (1 + s.skewTone) / dsp.SampleRate, mark * (1 + s.skewTone) / dsp.SampleRate}
	s.bitLength = dsp.SampleRate / (Baud * (1 + s.skewBaud))
	s.bitsBefore = s.seizure + s.marks
	s.total = s.bitsBefore + 10*len(data) + endBits
	return s
}

// Next makes the next samples. It returns false with the last of them; what is left of the samples is silence.
func (s *Sender) Next(samples []int16) (more bool) {
	for i := range samples {
		for s.left < 0.5 {
			if s.next >= s.total {
				clear(samples[i:])
				return false
			}
			s.bit = s.bitAt(s.next)
			s.next++
			s.left += s.bitLength
		}
		s.left--
		s.phase += s.steps[s.bit]
		s.phase -= math.Floor(s.phase)
		samples[i] = int16(math.Round(s.amplitude * math.Sin(2*math.Pi*s.phase)))
	}
	return true
}

// bitAt is the n-th bit of all that is sent: the octets' bits begin with the lowest, between a start bit 0 and a stop
// bit 1.
func (s *Sender) bitAt(n int) uint8 {
	switch {
	case n < s.seizure:
		return uint8(n & 1)
	case n < s.bitsBefore:
		return 1
	}
	n -= s.bitsBefore
	octet, place := n/10, n%10
	switch {
	case octet >= len(s.data) || place == 9:
		return 1
	case place == 0:
		return 0
	default:
		return s.data[octet] >> (place - 1) & 1
	}
}
