package progress

import (
	"math"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Numbers of the front end.
const (
	hum    = 250.0 // Hz below which no tone lies, and mains hum does
	purity = 0.7   // share of all power that is the tone's

	heldPurity = 0.5 // the same within a sounding, over the echo of a prompt

	hopError  = 8 // Hz by which noise may make a hop's frequency wrong …
	meanError = 2 // … and that of a sounding
)

const (
	minLongest = 300 // ms a tone without pauses lasts at least before it is reported
	beyond     = 100 // ms by which it outlasts the soundings of the other tones
)

// Event is a tone recognised. A tone with pauses is reported at the end of each sounding from the profile's number
// on, a tone without once. Busy, Congestion and Information are proof in any sound; a single note of music can be
// Dial, Ringback or Howler, which mean something only where they are expected.
type Event struct {
	Tone      Tone
	Cycles    int     // soundings that fitted so far
	Frequency float64 // Hz, measured
	Level     float64 // dBm0, measured
}

// Detector follows a line's tones in sound. Make it with [New].
type Detector struct {
	profile Profile
	filter  dsp.HighPass
	bands   []band
	n       int
	energy  float64 // of this hop
	last    float64 // of the hop before
}

// band is one frequency of the profile.
type band struct {
	hz       float64
	meter    dsp.ToneMeter
	gain     float64 // of the filter, in power
	follow   follower
	heard    pieces
	longest  float64 // ms after which a sounding can be none of the cadences'
	endless  Tone    // the tone without pauses, None if there is none
	reported bool
	patterns []Pattern
}

// New makes a detector that has heard nothing. A profile that is not valid may never be recognised.
func New(p Profile) *Detector {
	d := &Detector{profile: p, filter: dsp.NewHighPass(hum)}
	for _, t := range p.Patterns {
		i := slices.IndexFunc(d.bands, func(b band) bool { return b.hz == t.Frequency })
		if i < 0 {
			i = len(d.bands)
			d.bands = append(d.bands, newBand(t.Frequency))
		}
		d.bands[i].add(t, p.CadenceTolerance)
	}
	return d
}

func newBand(hz float64) band {
	return band{hz: hz, meter: dsp.NewToneMeter(hz), gain: filterGain(hz), longest: minLongest}
}

// filterGain is what the filter leaves of a tone's power.
func filterGain(hz float64) float64 {
	ratio := math.Tan(math.Pi*hum/dsp.SampleRate) / math.Tan(math.Pi*hz/dsp.SampleRate)
	return 1 / (1 + math.Pow(ratio, 4))
}

func (b *band) add(t Pattern, tolerance float64) {
	if len(t.CadenceMS) == 0 {
		b.endless = t.Tone
		return
	}
	b.patterns = append(b.patterns, t)
	for i := 0; i < len(t.CadenceMS); i += 2 {
		b.longest = max(b.longest, float64(t.CadenceMS[i])*(1+tolerance)+beyond)
	}
}

// Reset forgets what was heard.
func (d *Detector) Reset() {
	d.filter.Reset()
	d.n, d.energy, d.last = 0, 0, 0
	for i := range d.bands {
		b := &d.bands[i]
		b.meter.Reset()
		b.reported = false
		b.follow, b.heard = follower{}, pieces{}
	}
}

// Write takes in sound and returns the tone recognised in it. At most one is returned a call: hand in 50 ms or less
// at a time.
func (d *Detector) Write(samples []int16) (e Event, ok bool) {
	for _, s := range samples {
		v := d.filter.Next(float64(s))
		d.energy += v * v
		for i := range d.bands {
			d.bands[i].meter.Add(v)
		}
		if d.n++; d.n == dsp.Hop {
			if got, heard := d.hop(); heard {
				e, ok = got, true
			}
		}
	}
	return e, ok
}

// Sounding is how long a pure tone of the profile's frequencies has lasted, 0 if there is none now, with its
// frequency in Hz. It is known before a tone is: whoever waits for dial tone need not wait until it can be nothing
// else.
func (d *Detector) Sounding() (lasts time.Duration, hz float64) {
	for i := range d.bands {
		f := &d.bands[i].follow
		if ms, on := f.lasts(); on && f.inner > 0 {
			return time.Duration(ms * float64(time.Millisecond)), f.sumHz / float64(f.inner)
		}
	}
	return 0, 0
}

// hop judges the hop just heard.
func (d *Detector) hop() (e Event, ok bool) {
	energy := d.energy / dsp.Hop
	both := energy + d.last
	for i := range d.bands {
		b := &d.bands[i]
		if got, heard := d.judge(b, b.measure(energy, both, &d.profile)); heard {
			e, ok = got, true
		}
	}
	d.n, d.energy, d.last = 0, 0, energy
	return e, ok
}

// measure is what the hop was to this band; both is the power of this hop and the one before.
func (b *band) measure(energy, both float64, p *Profile) hop {
	hz, seen, tone := b.meter.Measure()
	right := math.Abs(hz-b.hz) <= p.FrequencyTolerance+hopError && dsp.PowerLevel(tone/2/b.gain) >= p.MinLevel
	return hop{
		tone:   right && tone >= purity*both,
		held:   right && tone >= heldPurity*both,
		power:  seen,
		energy: energy,
		hz:     hz,
	}
}

// judge follows a band's cadence.
func (d *Detector) judge(b *band, h hop) (Event, bool) {
	p, v := b.follow.step(h)
	switch v {
	case broke:
		b.heard.n, b.reported = 0, false
	case ended:
		b.heard.add(p)
		if !p.sounding {
			b.reported = false
			return Event{}, false
		}
		return d.match(b, &p)
	case goesOn:
		ms, on := b.follow.lasts()
		if on && !b.reported && ms > b.longest && b.endless != None {
			b.reported = true
			f := &b.follow
			e := Event{Tone: b.endless, Cycles: 1, Frequency: f.sumHz / float64(f.inner), Level: b.level(f.power, f.sumHz/float64(f.inner))}
			return e, d.near(b, e.Frequency)
		}
	}
	return Event{}, false
}

// level is that of a sounding in dBm0.
func (b *band) level(power, hz float64) float64 {
	return dsp.PowerLevel(power / b.meter.Loss(hz) / b.gain)
}

// near reports whether a sounding's frequency is the band's.
func (d *Detector) near(b *band, hz float64) bool {
	return math.Abs(hz-b.hz) <= d.profile.FrequencyTolerance+meanError
}

// match finds the tone whose cadence most soundings fit.
func (d *Detector) match(b *band, p *piece) (e Event, ok bool) {
	if !d.near(b, p.hz) {
		return Event{}, false
	}
	for i := range b.patterns {
		t := &b.patterns[i]
		n := b.heard.soundings(t.CadenceMS, d.profile.CadenceTolerance)
		if n >= t.Soundings && n > e.Cycles {
			e, ok = Event{Tone: t.Tone, Cycles: n, Frequency: p.hz, Level: b.level(p.power, p.hz)}, true
		}
	}
	return e, ok
}
