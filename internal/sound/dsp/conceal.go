package dsp

// Concealer fills in for lost packets after the manner of ITU-T G.711 Appendix I: it repeats the last pitch period,
// fading, and blends back into the sound that follows. Unlike the appendix it delays nothing: the blend at the
// beginning of a gap happens inside the repeated period. The zero value is ready.
type Concealer struct {
	past   [historySamples]int16
	period [maxPitch]int16 // the piece repeated
	pitch  int
	pos    int // in period
	lost   int // samples concealed in the present gap

	blended bool
}

// Constants of G.711 Appendix I, in samples.
const (
	minPitch       = 40  // 200 Hz … the search begins at 5 ms
	maxPitch       = 120 // 66 Hz
	corrSamples    = 160 // 20 ms compared
	historySamples = maxPitch + corrSamples + minPitch
	fadeAfter      = 80  // the first 10 ms are not attenuated
	fadeLength     = 400 // then it falls to nothing within 50 ms (20 % each 10 ms)
)

// Good takes in sound that did arrive. After a gap its beginning is blended with what was made up.
func (c *Concealer) Good(s []int16) {
	if c.blended = c.lost > 0; c.blended {
		n := min(len(s), c.pitch/4+c.lost/5, 80)
		for i := range n {
			a := int32(c.next())
			s[i] = int16((int32(s[i])*int32(i+1) + a*int32(n-i-1)) / int32(n)) //nolint:gosec // between two samples
		}
		c.lost = 0
	}
	c.remember(s)
}

// Blended reports whether the last call of Good changed what it was given.
func (c *Concealer) Blended() bool { return c.blended }

// Conceal makes up sound in the place of what was lost.
func (c *Concealer) Conceal(out []int16) {
	if c.lost == 0 {
		c.begin()
	}
	for i := range out {
		out[i] = c.next()
	}
}

// Reset forgets all that was heard.
func (c *Concealer) Reset() { *c = Concealer{} }

func (c *Concealer) remember(s []int16) {
	if len(s) >= historySamples {
		copy(c.past[:], s[len(s)-historySamples:])
		return
	}
	copy(c.past[:], c.past[len(s):])
	copy(c.past[historySamples-len(s):], s)
}

// begin finds the pitch and prepares the piece to repeat, its end blended into what comes before its beginning.
func (c *Concealer) begin() {
	c.pitch, c.pos = c.findPitch(), 0
	end := historySamples
	copy(c.period[:], c.past[end-c.pitch:])
	n := c.pitch / 4
	for i := range n {
		a := int32(c.past[end-n+i])                                               // the end of the period
		b := int32(c.past[end-n+i-c.pitch])                                       // what led to its beginning
		c.period[c.pitch-n+i] = int16((a*int32(n-i-1) + b*int32(i+1)) / int32(n)) //nolint:gosec // between two samples
	}
}

func (c *Concealer) next() int16 {
	v := int32(c.period[c.pos])
	if c.pos++; c.pos >= c.pitch {
		c.pos = 0
	}
	if over := c.lost - fadeAfter; over > 0 {
		v = v * int32(max(0, fadeLength-over)) / fadeLength //nolint:gosec // 0…400
	}
	c.lost++
	return int16(v) //nolint:gosec // only attenuated
}

// findPitch returns the lag at which the recent past resembles itself most (normalised cross-correlation).
func (c *Concealer) findPitch() int {
	best, at := -1.0, maxPitch
	tail := c.past[historySamples-corrSamples:]
	for lag := minPitch; lag <= maxPitch; lag++ {
		var corr, energy float64
		shifted := c.past[historySamples-corrSamples-lag:]
		for i, v := range tail {
			w := float64(shifted[i])
			corr += float64(v) * w
			energy += w * w
		}
		if corr <= 0 {
			continue
		}
		if score := corr * corr / max(energy, 1); score > best {
			best, at = score, lag
		}
	}
	return at
}
