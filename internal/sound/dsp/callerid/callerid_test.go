package callerid_test

import (
	"math/rand/v2"
	"testing"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
)

// send is the whole sound of a message with silence around it.
func send(s *callerid.Sender) []int16 {
	out, block := make([]int16, 2400), make([]int16, 160)
	for more := true; more; {
		more = s.Next(block)
		out = append(out, block...)
	}
	return append(out, make([]int16, 800)...)
}

// noise adds white noise of a level in dBm0.
func noise(r *rand.Rand, s []int16, level float64) {
	rms := dsp.Amplitude(level) / 1.41421356
	for i := range s {
		s[i] = dsp.Saturate(int32(float64(s[i]) + rms*r.NormFloat64()))
	}
}

// receive is every message in a sound.
func receive(std callerid.Standard, s []int16) (all []callerid.Message) {
	r := callerid.NewReceiver(std)
	for len(s) > 0 {
		n := min(len(s), 160)
		if data := r.Write(s[:n]); data != nil {
			if m, err := callerid.Decode(data); err == nil {
				all = append(all, m)
			}
		}
		s = s[n:]
	}
	return all
}

var full = callerid.Message{Number: "13800138000", Name: "张三", Month: 5, Day: 17, Hour: 9, Minute: 41}

func TestFSKAtLowLevels(t *testing.T) {
	t.Parallel()
	data, err := callerid.Encode(full, callerid.MDMF)
	if err != nil {
		t.Fatal(err)
	}
	for _, std := range []callerid.Standard{callerid.Bell202, callerid.V23} {
		for _, c := range []struct{ level, snr float64 }{{-3, 40}, {-14, 12}, {-36, 18}, {-40, 25}, {-40, 15}} {
			got := 0
			for i := range uint64(20) {
				s := send(callerid.NewSender(std, data, c.level))
				noise(rand.New(rand.NewPCG(i, 1)), s, c.level-c.snr)
				if all := receive(std, s); len(all) == 1 && all[0] == full {
					got++
				}
			}
			if got != 20 {
				t.Errorf("standard %d, %v dBm0, %v dB: %d of 20", std, c.level, c.snr, got)
			}
		}
	}
}
