package corpus

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Keys is somebody who presses keys for so long: at every pace, for a good part exactly at that of a busy tone, often
// the same key.
func Keys(seed uint64, length time.Duration) (s []int16) {
	const all = "1234567890*#"
	r := rand.New(rand.NewPCG(seed, 3))
	for Length(s) < length {
		on := time.Duration(50+r.IntN(500)) * time.Millisecond
		off := time.Duration(50+r.IntN(500)) * time.Millisecond
		switch r.IntN(3) {
		case 0:
			on, off = 350*time.Millisecond, 350*time.Millisecond
		case 1:
			on = time.Duration(300+r.IntN(100)) * time.Millisecond
			off = on
		}
		key, level := all[r.IntN(len(all))], -20+15*r.Float64()
		for range 5 + r.IntN(20) {
			if r.IntN(3) == 0 {
				key = all[r.IntN(len(all))]
			}
			t, _ := dsp.DTMFTone(key, on, off)
			t.Level = level
			g, block := dsp.NewGenerator(t), make([]int16, dsp.Samples(on+off))
			g.Next(block)
			s = append(s, block...)
		}
		s = append(s, make([]int16, r.IntN(Rate))...)
	}
	return s
}

// Conference is three people who talk at once and by turns, each over a line of another loudness, with a little
// noise. The talk is cut from what is handed in.
func Conference(seed uint64, length time.Duration, talk []int16) []int16 {
	r := rand.New(rand.NewPCG(seed, 4))
	n := int(length.Seconds() * Rate)
	sum := make([]float64, n)
	for range 3 {
		gain := math.Pow(10, -12*r.Float64()/20)
		for at := 0; at < n; {
			turn, from := Rate*(1+r.IntN(10)), r.IntN(len(talk))
			for i := 0; i < turn && at+i < n; i++ {
				sum[at+i] += gain * float64(talk[(from+i)%len(talk)])
			}
			at += turn + r.IntN(6*Rate)
		}
	}
	out := make([]int16, n)
	for i, v := range sum {
		out[i] = saturate(v + 8*r.NormFloat64())
	}
	return out
}

// Staccato is talk chopped at a busy tone's pace, as by a bad mobile connection.
func Staccato(s []int16) []int16 {
	out := make([]int16, len(s))
	for i, v := range s {
		if i/2800%2 == 0 {
			out[i] = v
		}
	}
	return out
}
