package dsp

import "math"

// FaxTone is a tone by which a fax machine makes itself known (ITU-T T.30 §4).
type FaxTone uint8

// The tones.
const (
	NoFaxTone FaxTone = iota
	CNG               // a calling machine: 1100 Hz, half a second every three and a half
	CED               // an answering machine, or a modem: 2100 Hz, with or without the phase reversals of ANS (V.25)
)

// Limits of the fax tones, in Hz and hops.
const (
	cngHz     = 1100
	cngOff    = 38 // T.30 §4.2: ±38 Hz
	cngMin    = 40 // T.30: 0.5 s ± 15 %
	cngMax    = 62
	cedHz     = 2100
	cedOff    = 15 // T.30 §4.1: ±15 Hz
	cedMin    = 70 // of 2.6 to 4 s: no syllable is so long
	faxGap    = 4  // hops without the tone that end it; a phase reversal costs two
	faxPurity = 0.75
	faxFloor  = -43 // dBm0 (T.30 §4: −43 at the receiver)
	faxQuiet  = 0.1 // share of the tone's power that may be left after CNG
)

// FaxDetector listens for fax machines. Make it with [NewFaxDetector].
type FaxDetector struct {
	filter         HighPass
	n              int
	energy, before float64
	cng, ced       faxRun
}

// faxRun follows one tone.
type faxRun struct {
	meter  ToneMeter
	off    float64 // Hz
	on     int     // hops
	gap    int
	power  float64 // of the tone's hops, mean
	loud   bool    // something else was heard in the gap
	silent bool    // it was reported already
}

// NewFaxDetector makes a detector that has heard nothing.
func NewFaxDetector() *FaxDetector {
	return &FaxDetector{
		filter: NewHighPass(mains),
		cng:    faxRun{meter: NewToneMeter(cngHz), off: cngOff, gap: faxGap},
		ced:    faxRun{meter: NewToneMeter(cedHz), off: cedOff, gap: faxGap},
	}
}

// Write takes in sound and returns the tone recognised in it: CNG at the end of each burst, CED once, 0.7 s after its
// beginning.
func (d *FaxDetector) Write(samples []int16) (tone FaxTone) {
	for _, s := range samples {
		v := d.filter.Next(float64(s))
		d.energy += v * v
		d.cng.meter.Add(v)
		d.ced.meter.Add(v)
		if d.n++; d.n < Hop {
			continue
		}
		energy := d.energy / Hop
		if d.cng.hop(energy, d.before) == faxGap && d.cng.on >= cngMin && d.cng.on <= cngMax && !d.cng.loud {
			tone = CNG
		}
		d.ced.hop(energy, d.before)
		if d.ced.on >= cedMin && !d.ced.silent {
			tone, d.ced.silent = CED, true
		}
		d.n, d.energy, d.before = 0, 0, energy
	}
	return tone
}

// Reset forgets what was heard.
func (d *FaxDetector) Reset() { *d = *NewFaxDetector() }

// hop judges a hop and returns how many have passed since the tone's last, at most faxGap once.
func (f *faxRun) hop(energy, before float64) (gap int) {
	hz, _, power := f.meter.Measure()
	pure := power >= faxPurity*(energy+before) && math.Abs(hz-f.meter.hz) <= f.off+4 && toLevel(power/2) >= faxFloor
	if pure && (f.on < 3 || energy >= faxQuiet*f.power) {
		if f.gap >= faxGap {
			f.on, f.power, f.loud, f.silent = 0, 0, false, false
		}
		f.on += 1 + min(f.gap, f.on)
		f.gap = 0
		f.power += (energy - f.power) / float64(min(f.on, 8))
		return 0
	}
	if f.gap++; f.gap >= 2 && energy > faxQuiet*f.power {
		f.loud = true
	}
	return f.gap
}
