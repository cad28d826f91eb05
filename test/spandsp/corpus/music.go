package corpus

import (
	"math"
	"math/rand/v2"
	"time"
)

// Gain is the sound louder by so many dB.
func Gain(s []int16, db float64) []int16 {
	k, out := math.Pow(10, db/20), make([]int16, len(s))
	for i, v := range s {
		out[i] = saturate(float64(v) * k)
	}
	return out
}

func saturate(v float64) int16 {
	return int16(max(math.MinInt16, min(math.MaxInt16, math.Round(v))))
}

// Mix is several sounds at once, as long as the first; the others begin again when they end.
func Mix(first []int16, others ...[]int16) []int16 {
	out := make([]int16, len(first))
	for i, v := range first {
		sum := float64(v)
		for _, o := range others {
			sum += float64(o[i%len(o)])
		}
		out[i] = saturate(sum)
	}
	return out
}

// instrument is the sample of a note at time t, in seconds, of a frequency, for a length.
type instrument func(hz, t, length float64) float64

var instruments = []instrument{
	func(hz, t, _ float64) float64 { // plucked string
		v := 0.0
		for h := 1.0; h <= 8 && h*hz < 3600; h++ {
			v += math.Sin(2*math.Pi*hz*h*t) * math.Exp(-t*(1.5+h)) / h
		}
		return v
	},
	func(hz, t, length float64) float64 { // organ
		if t > length {
			return 0
		}
		return 0.5*math.Sin(2*math.Pi*hz*t) + 0.3*math.Sin(4*math.Pi*hz*t) + 0.2*math.Sin(8*math.Pi*hz*t)
	},
	func(hz, t, length float64) float64 { // flute: nearly a sine, with vibrato and soft ends
		return math.Sin(2*math.Pi*hz*t+0.6*math.Sin(2*math.Pi*5*t)) * math.Sin(math.Pi*math.Min(1, t/length))
	},
	func(hz, t, length float64) float64 { // synthesiser: a sine, cut off hard, and nothing between two notes
		if t > length {
			return 0
		}
		return math.Sin(2 * math.Pi * hz * t)
	},
	func(hz, t, _ float64) float64 { // bell
		return math.Exp(-3*t) * (math.Sin(2*math.Pi*hz*t) + 0.5*math.Exp(-4*t)*math.Sin(2*math.Pi*2.76*hz*t))
	},
}

// Music is so much of it: pieces of half a minute with one to four voices from a scale, at every tempo, some with a
// drum.
func Music(seed uint64, length time.Duration) (s []int16) {
	r := rand.New(rand.NewPCG(seed, 2))
	for Length(s) < length {
		piece := make([]float64, 30*Rate)
		scale := [][]int{{0, 2, 4, 7, 9}, {0, 2, 4, 5, 7, 9, 11}, {0, 2, 3, 5, 7, 8, 10}}[r.IntN(3)]
		key, beat := 45+r.IntN(12), 60.0/(60+120*r.Float64())
		voices := 1 + r.IntN(4)
		for range voices {
			voice(r, piece, instruments[r.IntN(len(instruments))], scale, key+12*r.IntN(3), beat)
		}
		if r.IntN(3) == 0 {
			drum(r, piece, beat)
		}
		for _, v := range piece {
			s = append(s, saturate(6000*v/math.Sqrt(float64(voices))))
		}
	}
	return s
}

// voice adds a melody: steps of the scale, notes of one beat, half of one or two.
func voice(r *rand.Rand, piece []float64, play instrument, scale []int, key int, beat float64) {
	degree := r.IntN(len(scale))
	for at := 0.0; at < 29; {
		degree += r.IntN(5) - 2
		octave, step := math.Floor(float64(degree)/float64(len(scale))), ((degree%len(scale))+len(scale))%len(scale)
		note := float64(key+scale[step]) + 12*math.Max(-1, math.Min(2, octave))
		length := beat * []float64{0.5, 1, 1, 2}[r.IntN(4)]
		hz := 440 * math.Pow(2, (note-69)/12)
		from := int(at * Rate)
		for i := 0; i < int(1.2*length*Rate) && from+i < len(piece); i++ {
			piece[from+i] += play(hz, float64(i)/Rate, length)
		}
		at += length
		if r.IntN(8) == 0 {
			at += beat // a rest
		}
	}
}

func drum(r *rand.Rand, piece []float64, beat float64) {
	for at := 0.0; at < 29; at += beat {
		from := int(at * Rate)
		for i := 0; i < 600 && from+i < len(piece); i++ {
			piece[from+i] += r.NormFloat64() * math.Exp(-float64(i)/150)
		}
	}
}
