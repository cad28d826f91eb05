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
	dtmfLevel     = -9 // dBm0 of the row; the column is at −7 (GB/T 15279: −9 ± 3 and −7 ± 3)
	dtmfSendTwist = 2  // dB
)

// DTMFTones are the tones of several keys, each on for a time with a pause after it, louder than usual by gain dB. What
// is no key is left out.
func DTMFTones(keys string, on, off time.Duration, gain float64) []Tone {
	all := make([]Tone, 0, len(keys))
	for _, k := range []byte(keys) {
		if t, ok := DTMFTone(k, on, off); ok {
			t.Level += gain
			all = append(all, t)
		}
	}
	return all
}
