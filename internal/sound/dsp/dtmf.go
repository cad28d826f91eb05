package dsp

import (
	"strings"
	"time"
)

// Frequencies of ITU-T Q.23 in Hz.
//
//nolint:gochecknoglobals // constant tables
var (
	dtmfRows    = [4]float64{697, 770, 852, 941}
	dtmfColumns = [4]float64{1209, 1336, 1477, 1633}
)

const dtmfKeys = "123A456B789C*0#D"

// DTMFTone is the tone of a key: on for a time, and a pause after it. ok is false for what is no key.
// The column is sent 2 dB louder than the row: lines attenuate high frequencies more.
func DTMFTone(key byte, on, off time.Duration) (t Tone, ok bool) {
	i := strings.IndexByte(dtmfKeys, key)
	if i < 0 {
		return Tone{}, false
	}
	return Tone{Freq1: dtmfRows[i/4], Freq2: dtmfColumns[i%4], Level: dtmfLevel, Twist: dtmfSendTwist, On: on, Off: off, Repeat: 1}, true
}

const (
	dtmfLevel     = -9          // dBm0 of the row; the column is at −7 (GB/T 15279: −9 ± 3 and −7 ± 3)
	dtmfSendTwist = 2           // dB
	dtmfComma     = time.Second // the pause that a comma stands for
)

// DTMFSender makes the sound of several keys. Make it with [NewDTMFSender].
type DTMFSender struct {
	keys    string
	on, off time.Duration
	gain    float64
	tone    Generator
	sending bool
}

// NewDTMFSender makes the sender of keys, each on for a time with a pause after it, louder than usual by gain dB. A
// comma is a pause of one second; what is no key is left out.
func NewDTMFSender(keys string, on, off time.Duration, gain float64) *DTMFSender {
	return &DTMFSender{keys: keys, on: on, off: off, gain: gain}
}

// Next makes the next samples. It returns false with the last of them; what is left of the samples is silence.
func (s *DTMFSender) Next(samples []int16) (more bool) {
	for len(samples) > 0 {
		if !s.sending && !s.begin() {
			clear(samples)
			return false
		}
		n := s.tone.Next(samples)
		s.sending = n == len(samples)
		samples = samples[n:]
	}
	return s.sending || s.keys != ""
}

// begin begins the next key.
func (s *DTMFSender) begin() bool {
	for s.keys != "" {
		key := s.keys[0]
		s.keys = s.keys[1:]
		t, ok := DTMFTone(key, s.on, s.off)
		if key == ',' {
			t, ok = Tone{On: dtmfComma, Repeat: 1}, true
		}
		if ok {
			t.Level += s.gain
			s.tone, s.sending = NewGenerator(t), true
			return true
		}
	}
	return false
}
