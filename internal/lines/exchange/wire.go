package exchange

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// samples is one frame of linear sound.
type samples [len(analog.Frame{})]int16

// wire spoils sound on its way as a pair of copper wires does.
type wire struct {
	cfg    Wire
	rng    *rand.Rand
	gain   float64
	noise  float64 // peak of the uniform noise
	echo   float64
	past   []int16 // what we said, for the echo
	at     int
	hum    dsp.Generator
	humBuf samples
	click  float64 // what is left of a click
}

// maxEchoDelay is the longest echo path of a near-end hybrid that is simulated.
const maxEchoDelay = 60 * time.Millisecond

func newWire(cfg Wire, rng *rand.Rand) *wire {
	w := &wire{cfg: cfg, rng: rng, gain: math.Pow(10, -cfg.Loss/20)}
	if cfg.Noise != 0 {
		// Uniform noise of peak a has the mean square a²/3; a sine of that level has amplitude²/2.
		w.noise = dsp.Amplitude(cfg.Noise) * math.Sqrt(1.5)
	}
	if cfg.Hum != 0 {
		w.hum = dsp.NewGenerator(dsp.Tone{Freq1: 50, Freq2: 150, Level: cfg.Hum})
	}
	if cfg.Echo != 0 {
		w.echo = math.Pow(10, -cfg.Echo/20)
		d := min(or(cfg.EchoDelay, 4*time.Millisecond), maxEchoDelay)
		w.past = make([]int16, max(1, dsp.Samples(d)))
	}
	return w
}

// trip makes a click: the charge of the line settling.
func (w *wire) trip() {
	if w.cfg.TripClicks {
		w.click = 12000
		if w.rng.IntN(2) == 0 {
			w.click = -w.click
		}
	}
}

// toExchange is what the exchange hears of what we say.
func (w *wire) toExchange(out *analog.Frame, heard *samples) {
	for i, a := range out {
		heard[i] = int16(float64(dsp.DecodeALaw(a)) * w.gain)
	}
}

// toUs is what we hear: what the exchange says, and what the wire adds. said is what we said in the frame before.
func (w *wire) toUs(sent *samples, said *analog.Frame, in *analog.Frame) {
	if w.cfg.Hum != 0 {
		w.hum.Next(w.humBuf[:])
	}
	for i, s := range sent {
		v := float64(s) * w.gain
		if w.noise > 0 {
			v += w.noise * (2*w.rng.Float64() - 1)
		}
		if w.cfg.Hum != 0 {
			v += float64(w.humBuf[i])
		}
		if w.echo > 0 {
			v += w.echo * float64(w.past[w.at])
			w.past[w.at] = dsp.DecodeALaw(said[i])
			w.at = (w.at + 1) % len(w.past)
		}
		if w.click != 0 {
			v += w.click
			if w.click *= -0.93; math.Abs(w.click) < 8 {
				w.click = 0
			}
		}
		in[i] = dsp.EncodeALaw(dsp.Saturate(int32(v)))
	}
}
