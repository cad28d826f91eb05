package progress

import (
	"math"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// repeated finds the shortest cadence that the pieces repeat.
func (p *pieces) repeated() (best Learned) {
	// In order, without a first sounding that was cut off by the beginning of listening.
	all := make([]piece, 0, keptPieces)
	for i := p.kept() - 1; i >= 0; i-- {
		all = append(all, *p.ago(i))
	}
	if len(all) > 0 && !all[0].sounding {
		all = all[1:]
	}
	if len(all) >= 5 && all[0].ms < all[2].ms*(1-learnTolerance)-slackMS {
		all = all[2:]
	}
	for length := 2; length <= maxCadence/2 && length < len(all); length += 2 {
		l := cadenceOf(all, length)
		// A longer cadence repeats as well as its half: it must be clearly better.
		if l.Confidence > best.Confidence*1.1 {
			best = l
		}
	}
	return best
}

// cadenceOf measures the pieces as a cadence of so many.
func cadenceOf(all []piece, length int) Learned {
	agree, pairs := 0, 0
	for i := length; i < len(all); i++ {
		pairs++
		a, b := &all[i-length], &all[i]
		if math.Abs(a.ms-b.ms) <= learnTolerance*a.ms+slackMS && (!a.sounding || alike(a, b)) {
			agree++
		}
	}
	l := Learned{CadenceMS: make([]int, length)}
	var sums [maxCadence]float64
	var counts [maxCadence]int
	var hz, hz2, power, ms, n float64
	for i := range all {
		q := &all[i]
		sums[i%length] += q.ms
		counts[i%length]++
		ms += q.ms
		if q.sounding {
			hz += q.hz
			hz2 += q.hz * q.hz
			power += q.power
			n++
		}
	}
	for i := range l.CadenceMS {
		l.CadenceMS[i] = int(math.Round(sums[i] / float64(counts[i])))
	}
	l.Frequency = hz / n
	l.Spread = math.Sqrt(math.Max(0, hz2/n-l.Frequency*l.Frequency))
	l.Level = dsp.PowerLevel(power / n / filterGain(l.Frequency))
	l.Heard = milliseconds(ms)
	l.Cycles = (len(all) + 1) / length
	share := float64(agree) / float64(pairs)
	l.Confidence = share * share * (1 - math.Pow(0.5, float64(pairs)/float64(length)+0.5))
	return l
}
