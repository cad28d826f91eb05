package dsp

import "math"

// NominalLevel is the level, in dBm0, that speech in a conference is brought to. ITU-T P.800 and its like speak at −26 dB
// below the overload point, and that point is +6.15 dBm0 in A-law (G.711 §4: a sine of +3.14 dBm0 and the same peak).
const NominalLevel = -20

// What a [Leveller] goes by. Levels are in dBm0, steps a frame of 20 ms.
const (
	levelFloor   = -65 // below this, quiet is quiet
	noiseFrames  = 10  // in one of the windows whose minima are the line's noise …
	noiseWindows = 10  // … of which there are so many: noise that begins is known after 2 s
	noiseLoudest = -36 // what is louder is never taken for noise: it may be a tone or music that somebody wants heard
	gateOpens    = 9   // dB above the noise, and …
	gateSoftest  = -50 // … at least this loud
	gateSlack    = 3   // dB less keep it open
	gateHolds    = 20  // frames after the last that did
	speechFrames = 100 // of active speech, over which its level is averaged
	breath       = 12  // dB below the speaker's own level: breathing counts for less
	breathShare  = 10  // by so much
	gainMost     = 18  // dB either way
	gainUp       = 0.2 // dB a frame: 10 dB a second of speech
	gainDown     = 0.5
	loudestFrame = -8  // dBm0: what would become louder is turned down at once
	rankFalls    = 0.5 // dB a frame, so that a pause between words loses nobody his turn
	ramp         = 40  // samples from one gain to the next: 5 ms …
	shortRamp    = 8   // … and when it must be fast
	unity        = 1 << 12
)

// Leveller brings one party's speech slowly to a common level and shuts out the noise of its line while it does not
// speak. It works on frames of 20 ms. Make it with [NewLeveller].
type Leveller struct {
	target  float64
	gain    float64 // dB
	limited float64 // dB, for this frame
	speech  float64 // mean square of active speech …
	frames  int     // … over so many frames so far
	quiet   [noiseWindows]float64
	window  int
	n       int // frames in this window
	open    bool
	held    int     // frames for which the gate stays open
	rank    float64 // dB
	applied int32   // at the end of the last frame, of unity
}

// NewLeveller makes a leveller that has heard nothing, for a target in dBm0.
func NewLeveller(target float64) *Leveller {
	l := &Leveller{target: target}
	for i := range l.quiet {
		l.quiet[i] = math.Inf(1)
	}
	return l
}

// Listen takes in what the party says, as it came. It reports whether that is speech, and by how many dB it stands out
// from the line's noise, a little smoothed: who stands out most should be heard first.
func (l *Leveller) Listen(a []byte) (rank float64, speech bool) {
	square := meanSquareALaw(a)
	level := max(toLevel(square), levelFloor)
	noise := l.noise(level)
	above := level - noise
	l.rank = max(l.rank-rankFalls, above)
	l.gate(level, min(noise, noiseLoudest))
	if l.open && (above >= gateOpens || level+l.gain > l.target) {
		l.adapt(square, level)
	}
	l.limited = min(l.gain, loudestFrame-level)
	return l.rank, l.open
}

// Rest takes in a frame in which nothing came.
func (l *Leveller) Rest() {
	l.rank = max(l.rank-rankFalls, 0)
	l.applied = 0
	if l.held--; l.held <= 0 {
		l.open = false
	}
}

// Shape makes of the frame just listened to what the others get: with the party's gain, or fading to nothing if it is
// not to be heard. It reports whether any sound is left.
func (l *Leveller) Shape(a []byte, heard bool) bool {
	to := int32(0)
	if heard {
		to = int32(unity * math.Pow(10, l.limited/20))
	}
	from := l.applied
	l.applied = to
	if from == 0 && to == 0 {
		return false
	}
	if from == unity && to == unity {
		return true
	}
	steps := ramp
	if heard && l.limited < l.gain {
		steps = shortRamp
	}
	for i, v := range a {
		g := to
		if i < steps {
			g = from + (to-from)*int32(i+1)/int32(steps) //nolint:gosec // at most ramp
		}
		a[i] = linearToALaw[uint16(Saturate(int32(alawToLinear[v])*g/unity))>>3] //nolint:gosec // the sample's bits
	}
	return true
}

// Gain is what the party's speech is amplified by, in dB.
func (l *Leveller) Gain() float64 { return l.gain }

// noise is the level of the line when nobody speaks: the least of the last two seconds, for even who speaks without a
// pause stops for a moment in every t and p.
func (l *Leveller) noise(level float64) float64 {
	l.quiet[l.window] = min(l.quiet[l.window], level)
	least := math.Inf(1)
	for _, q := range l.quiet {
		least = min(least, q)
	}
	if l.n++; l.n == noiseFrames {
		l.n, l.window = 0, (l.window+1)%noiseWindows
		l.quiet[l.window] = math.Inf(1)
	}
	return least
}

func (l *Leveller) gate(level, noise float64) {
	opens := max(noise+gateOpens, gateSoftest)
	switch {
	case level >= opens, l.open && level >= opens-gateSlack:
		l.open, l.held = true, gateHolds
	case l.open:
		l.held--
		l.open = l.held > 0
	}
}

// adapt learns how loud the party speaks, and moves the gain towards what that needs.
func (l *Leveller) adapt(square, level float64) {
	l.frames = min(l.frames+1, speechFrames)
	n := float64(l.frames)
	if level < toLevel(l.speech)-breath {
		n *= breathShare
	}
	l.speech += (square - l.speech) / n
	need := max(-gainMost, min(gainMost, l.target-toLevel(l.speech)))
	l.gain += max(-gainDown, min(gainUp, need-l.gain))
}

func meanSquareALaw(a []byte) float64 {
	if len(a) == 0 {
		return 0
	}
	sum := uint64(0)
	for _, v := range a {
		s := int64(alawToLinear[v])
		sum += uint64(s * s) //nolint:gosec // a square
	}
	return float64(sum) / float64(len(a))
}
