package dsp

import "math"

// Limits of the receiver, after ITU-T Q.24 and EIA-464. Each window is two hops; a tone of 40 ms holds two whole
// windows wherever it begins, one of 20 ms never fills two.
const (
	dtmfHop     = Hop
	dtmfSure    = 4      // what makes a press: two clean windows in a row, or four with other sound besides
	dtmfMisses  = 4      // windows without the key that end it: a 10 ms interruption costs three, a pause of 40 ms five
	dtmfFloor   = -39    // dBm0 each tone must have
	dtmfTwist   = 10.5   // dB by which one may be louder than the other
	dtmfOff     = 0.0155 // share by which a tone may be off (Q.24: 1.5 % must be accepted, 3.5 % refused) …
	dtmfOffMost = 0.024  // … and with what noise may add to the measurement
	dtmfSigmas  = 5      // of the measurement, that count as noise
	dtmfClean   = 0.9    // share of all power in the two tones: speech has more elsewhere (talk-off)
	dtmfPurity  = 0.7    // the same of a key pressed while a prompt's echo is heard
	dtmfGlance  = 0.5    // the same at the first look
	dtmfHold    = 0.8    // the same while a key is held
	dtmfJump    = 0.02   // share by which a tone may move between windows: a voice moves more
	dtmfSwell   = 1.6    // factor of power by which a tone may change between windows
	dtmfRefines = 3      // rounds of the fit
)

// DTMFReceiver recognises keys in sound. Make it with [NewDTMFReceiver].
//
// A first look finds the loudest row and column (Goertzel). Where they have half of the power, two sines of free
// frequency are fitted to the window: how far they are from the key's frequencies and what the fit leaves over
// decide.
type DTMFReceiver struct {
	filter HighPass
	coeff  [8]float64 // 4 rows, 4 columns
	s1, s2 [8]float64
	power  [8]float64 // of the hop before
	energy float64    // of this hop
	before float64    // of the hop before
	window [2 * dtmfHop]float64
	rest   [2 * dtmfHop]float64
	n      int

	last     dtmfFit // what the window before held
	hits     int     // weights of the windows in a row that held it
	misses   int
	pressed  byte
	detected byte
}

// dtmfFit is what a window held; no key is zero.
type dtmfFit struct {
	key    byte
	weight int
	tone   [2]sine
}

// NewDTMFReceiver makes a receiver that has heard nothing.
func NewDTMFReceiver() *DTMFReceiver {
	d := &DTMFReceiver{filter: NewHighPass(mains)}
	for i := range 4 {
		d.coeff[i] = 2 * math.Cos(2*math.Pi*dtmfRows[i]/SampleRate)
		d.coeff[4+i] = 2 * math.Cos(2*math.Pi*dtmfColumns[i]/SampleRate)
	}
	return d
}

// Write takes in sound and returns the key whose press was recognised in it, 0 for none. A press is reported once,
// 30 to 40 ms after its beginning. At most one key is reported a call: hand in 20 ms or less at a time.
func (d *DTMFReceiver) Write(samples []int16) byte {
	d.detected = 0
	for _, s := range samples {
		v := d.filter.Next(float64(s))
		d.energy += v * v
		for i, c := range &d.coeff {
			d.s1[i], d.s2[i] = v+c*d.s1[i]-d.s2[i], d.s1[i]
		}
		d.window[dtmfHop+d.n] = v
		if d.n++; d.n == dtmfHop {
			d.decide(d.judge())
			copy(d.window[:dtmfHop], d.window[dtmfHop:])
			d.n, d.before, d.energy = 0, d.energy, 0
			d.s1, d.s2 = [8]float64{}, [8]float64{}
		}
	}
	return d.detected
}

// Reset forgets what was heard.
func (d *DTMFReceiver) Reset() { *d = DTMFReceiver{filter: NewHighPass(mains), coeff: d.coeff} }

// decide follows the keys of successive windows.
func (d *DTMFReceiver) decide(f dtmfFit) {
	if f.key != 0 && f.key == d.last.key && f.steady(&d.last) {
		d.hits += f.weight
	} else {
		d.hits = f.weight
	}
	d.last = f
	if f.key != 0 && f.key == d.pressed {
		d.misses = 0
		return
	}
	if d.misses++; d.misses >= dtmfMisses {
		d.pressed = 0
	}
	if f.key != 0 && d.hits >= dtmfSure {
		d.pressed, d.detected, d.misses = f.key, f.key, 0
	}
}

// steady reports whether both tones are what they were a hop before: a voice moves.
func (f *dtmfFit) steady(before *dtmfFit) bool {
	for i := range f.tone {
		a, b := &f.tone[i], &before.tone[i]
		if math.Abs(a.w-b.w) > dtmfJump*b.w || a.power() > dtmfSwell*b.power() || b.power() > dtmfSwell*a.power() {
			return false
		}
	}
	return true
}

// judge looks at the window of the hop just heard and the one before.
func (d *DTMFReceiver) judge() dtmfFit {
	var p, now [8]float64
	for i, c := range &d.coeff {
		now[i] = d.s1[i]*d.s1[i] + d.s2[i]*d.s2[i] - c*d.s1[i]*d.s2[i]
		p[i] = now[i] + d.power[i]
	}
	d.power = now
	all := d.energy + d.before
	row, column := loudest(p[:4]), loudest(p[4:])
	// A sine's Goertzel power is its energy times half the number of samples.
	if toLevel(all/(2*dtmfHop)) < dtmfFloor || p[row]+p[4+column] < dtmfGlance*all*dtmfHop/2 {
		return dtmfFit{}
	}
	both, newer := p[row]+p[4+column], now[row]+now[4+column]
	if key := dtmfKeys[4*row+column]; key == d.pressed && both >= dtmfHold*all*dtmfHop/2 && newer > both/3 && newer < 2*both/3 {
		return dtmfFit{key: key} // the key is held: no need to measure it
	}
	f, row, column := d.fit(row, column, p[row] > p[4+column])
	r, c := f.tone[0].power(), f.tone[1].power()
	left := 0.0
	for _, v := range &d.rest {
		left += v * v
	}
	twist := toLevel(r) - toLevel(c)
	if left > (1-dtmfPurity)*all || math.Abs(twist) > dtmfTwist || toLevel(min(r, c)) < dtmfFloor ||
		!f.tone[0].near(dtmfRows[row], left) || !f.tone[1].near(dtmfColumns[column], left) {
		return dtmfFit{}
	}
	f.key, f.weight = dtmfKeys[4*row+column], 1
	switch {
	case left <= (1-dtmfClean)*all:
		f.weight = 2
	case f.tone[0].off(dtmfRows[row]) > dtmfOff || f.tone[1].off(dtmfColumns[column]) > dtmfOff:
		return dtmfFit{}
	}
	return f
}

// fit finds two sines near a row and a column in the window, each in what the other leaves over, and leaves what
// neither explains in rest. Beside a loud tone the first look may have taken a wrong one of the other group: it is
// chosen again once the loud one is out.
func (d *DTMFReceiver) fit(row, column int, rowLouder bool) (f dtmfFit, r, c int) {
	d.rest = d.window
	near := [2]*[4]float64{&dtmfRows, &dtmfColumns}
	at := [2]int{row, column}
	first := 1
	if rowLouder {
		first = 0
	}
	for round := range dtmfRefines {
		for _, i := range [2]int{first, 1 - first} {
			t := &f.tone[i]
			t.add(d.rest[:], 1)
			if round == 0 {
				if i != first {
					at[i] = d.strongest(near[i])
				}
				t.w = 2 * math.Pi * near[i][at[i]] / SampleRate
			}
			t.refine(d.rest[:])
			t.add(d.rest[:], -1)
		}
	}
	return f, at[0], at[1]
}

// strongest is the frequency that rest has most of.
func (d *DTMFReceiver) strongest(hz *[4]float64) int {
	var p [4]float64
	for i, f := range hz {
		a, b := correlateHalves(d.rest[:], 2*math.Pi*f/SampleRate)
		p[i] = real(a)*real(a) + imag(a)*imag(a) + real(b)*real(b) + imag(b)*imag(b)
	}
	return loudest(p[:])
}

// near reports whether a tone can be the one of this frequency. How exactly it was measured follows from what the fit
// left over (the Cramér-Rao bound of a sine in noise): in clean sound the limit is close, and music that is a quarter
// of a tone away is refused.
func (s *sine) near(hz, left float64) bool {
	const n = 2 * dtmfHop
	sigma := math.Sqrt(12*left/n/s.power()/(n*n*n)) * SampleRate / (2 * math.Pi)
	return s.off(hz) <= min(dtmfOffMost, dtmfOff+dtmfSigmas*sigma/hz)
}

// loudest returns the place of the largest value.
func loudest(p []float64) (at int) {
	for i, v := range p {
		if v > p[at] {
			at = i
		}
	}
	return at
}
