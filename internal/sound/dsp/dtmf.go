package dsp

import (
	"math"
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
// The column is sent 2 dB louder than the row (Q.23: lines attenuate high frequencies more).
func DTMFTone(key byte, on, off time.Duration) (t Tone, ok bool) {
	i := strings.IndexByte(dtmfKeys, key)
	if i < 0 {
		return Tone{}, false
	}
	return Tone{Freq1: dtmfRows[i/4], Freq2: dtmfColumns[i%4], Level: -9, On: on, Off: off, Repeat: 1}, true
}

// Limits of the receiver, after ITU-T Q.24 and EIA-464.
const (
	dtmfBlock     = 102   // samples of one decision, 12.75 ms: a 40 ms tone holds two whole blocks wherever it begins
	dtmfHits      = 2     // blocks in a row that make a press
	dtmfMisses    = 2     // blocks in a row that end it: a 10 ms interruption does not (Q.24: no double)
	dtmfFloor     = -34.0 // dBm0 a tone must have
	dtmfTwist     = 8.0   // dB by which the column may be louder than the row (normal) …
	dtmfReverse   = 6.0   // … and the row louder than the column
	dtmfSelective = 8.0   // dB by which a tone must stand out in its group
	dtmfPurity    = 0.75  // share of all power in the two tones: speech has more elsewhere (talk-off)
	dtmfHarmonic  = 10.0  // dB by which a tone must exceed its second harmonic: speech is rich in harmonics
)

// DTMFReceiver recognises keys in sound. Make it with [NewDTMFReceiver].
type DTMFReceiver struct {
	coeff    [16]float64 // 4 rows, 4 columns, then the second harmonics of each
	s1, s2   [16]float64
	energy   float64
	n        int
	last     byte // what the previous block held, 0 = nothing
	hits     int
	misses   int
	pressed  byte
	detected byte
}

// NewDTMFReceiver makes a receiver that has heard nothing.
func NewDTMFReceiver() *DTMFReceiver {
	d := &DTMFReceiver{}
	for i := range 4 {
		for j, hz := range [4]float64{dtmfRows[i], dtmfColumns[i], 2 * dtmfRows[i], 2 * dtmfColumns[i]} {
			d.coeff[4*j+i] = 2 * math.Cos(2*math.Pi*hz/SampleRate)
		}
	}
	return d
}

// Write takes in sound and returns the key whose press was recognised in it, 0 for none. A press is reported once,
// about 25 ms after its beginning. At most one key is reported a call: hand in 20 ms or less at a time.
func (d *DTMFReceiver) Write(samples []int16) byte {
	d.detected = 0
	for _, s := range samples {
		v := float64(s)
		d.energy += v * v
		for i, c := range d.coeff {
			d.s1[i], d.s2[i] = v+c*d.s1[i]-d.s2[i], d.s1[i]
		}
		if d.n++; d.n == dtmfBlock {
			d.decide(d.block())
			d.n, d.energy = 0, 0
			d.s1, d.s2 = [16]float64{}, [16]float64{}
		}
	}
	return d.detected
}

// decide follows the keys of successive blocks.
func (d *DTMFReceiver) decide(key byte) {
	if key != 0 && key == d.last {
		d.hits++
	} else {
		d.hits = 1
	}
	d.last = key
	if key == d.pressed {
		d.misses = 0
		return
	}
	d.misses++
	if d.pressed != 0 && d.misses >= dtmfMisses {
		d.pressed = 0
	}
	if key != 0 && d.hits >= dtmfHits {
		d.pressed, d.detected, d.misses = key, key, 0
	}
}

// block judges one block of samples: the key it holds, or 0.
func (d *DTMFReceiver) block() byte {
	var p [16]float64 // mean squares
	for i, c := range d.coeff {
		p[i] = (d.s1[i]*d.s1[i] + d.s2[i]*d.s2[i] - c*d.s1[i]*d.s2[i]) * 2 / (dtmfBlock * dtmfBlock)
	}
	row, rowNext := loudest(p[0:4])
	column, columnNext := loudest(p[4:8])
	r, c := toLevel(p[row]), toLevel(p[4+column])
	switch {
	case r < dtmfFloor, c < dtmfFloor, c-r > dtmfTwist, r-c > dtmfReverse,
		r-toLevel(rowNext) < dtmfSelective, c-toLevel(columnNext) < dtmfSelective,
		column != row+1 && r-toLevel(p[8+row]) < dtmfHarmonic, // there the harmonic lies beside the column itself
		c-toLevel(p[12+column]) < dtmfHarmonic,
		p[row]+p[4+column] < dtmfPurity*d.energy/dtmfBlock:
		return 0
	}
	return dtmfKeys[4*row+column]
}

// loudest returns the place of the largest value and the value next to it in size.
func loudest(p []float64) (at int, second float64) {
	for i, v := range p {
		switch {
		case v > p[at]:
			at, second = i, p[at]
		case i != at && v > second:
			second = v
		}
	}
	return at, second
}
