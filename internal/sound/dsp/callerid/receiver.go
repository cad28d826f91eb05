package callerid

import (
	"math"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Numbers of the receiver.
const (
	window    = 7     // samples a correlator looks at: a bit is 6.67
	hum       = 400.0 // Hz below which nothing of a message lies, and mains hum does
	carrier   = -52.0 // dBm0 a tone must have, far below any line's attenuation: noise is told by the framing
	bitLength = float64(dsp.SampleRate) / Baud
)

// Receiver finds messages in sound. Make it with [NewReceiver].
//
// Two correlators, each as long as a bit, measure mark and space; their difference is a soft bit for each sample. A
// start bit begins where it falls through zero, found between samples, and each bit is looked at in its middle, where
// the correlators see that bit alone.
type Receiver struct {
	filter dsp.HighPass
	recent [window]float64
	taps   [window][4]float64 // mark's cosine and sine, space's
	floor  float64            // sum of both magnitudes that is no carrier

	before float64 // the soft bit of the sample before
	octet  octetReader
	found  finder
}

// NewReceiver makes a receiver that has heard nothing. That of either standard also reads the other's messages, in a
// little less noise: one is enough on a line whose exchange is not known.
func NewReceiver(std Standard) *Receiver {
	r := &Receiver{filter: dsp.NewHighPass(hum)}
	mark, space := std.frequencies()
	edge := (bitLength - (window - 2)) / 2 // the outer samples count as far as the bit reaches over them
	for i := range r.taps {
		weight := 1.0
		if i == 0 || i == window-1 {
			weight = edge
		}
		at := 2 * math.Pi * float64(i-window/2) / dsp.SampleRate
		r.taps[i] = [4]float64{
			weight * math.Cos(mark*at), weight * math.Sin(mark*at),
			weight * math.Cos(space*at), weight * math.Sin(space*at),
		}
	}
	r.floor = dsp.Amplitude(carrier) * bitLength / 2
	return r
}

// Reset forgets what was heard.
func (r *Receiver) Reset() {
	r.filter.Reset()
	r.recent = [window]float64{}
	r.before = 0
	r.octet = octetReader{}
	r.found = finder{}
}

// Write takes in sound and returns the octets of a message, for [Decode], when its last octet was in it, nil
// otherwise. They are valid until the next Write. At most one message is returned a call: hand in less than a quarter
// of a second.
func (r *Receiver) Write(samples []int16) (data []byte) {
	for _, s := range samples {
		soft := r.soft(float64(s))
		b, ok := r.octet.take(r.before, soft)
		r.before = soft
		switch {
		case ok:
			if m := r.found.take(b); m != nil {
				data = m
			}
		case r.octet.broken:
			r.octet.broken = false
			r.found.n = 0
		}
	}
	return data
}

// soft is what the last bit's time of sound is, from −1 (space) to 1 (mark), 0 without a carrier.
func (r *Receiver) soft(x float64) float64 {
	copy(r.recent[:], r.recent[1:])
	r.recent[window-1] = r.filter.Next(x)
	var mc, ms, sc, ss float64
	for i := range r.taps {
		v, t := r.recent[i], &r.taps[i]
		mc += v * t[0]
		ms += v * t[1]
		sc += v * t[2]
		ss += v * t[3]
	}
	m, s := math.Sqrt(mc*mc+ms*ms), math.Sqrt(sc*sc+ss*ss)
	if m+s < r.floor {
		return 0
	}
	return (m - s) / (m + s)
}
