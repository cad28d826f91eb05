package spandsp_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
	"github.com/dealerline/dealerline/test/peer"
	"github.com/dealerline/dealerline/test/spandsp"
)

func build(t testing.TB) *spandsp.Peer {
	t.Helper()
	peer.Need(t, "gcc")
	p, err := spandsp.Build(t.Context(), t.TempDir())
	if errors.Is(err, spandsp.ErrMissing) {
		peer.Missing(t, "peer spandsp is not installed (libspandsp-dev)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// full is a message with everything; its name is ASCII, since spandsp takes names as they are.
var full = callerid.Message{Number: "13800138000", Name: "WANG XIAOMING", Month: 5, Day: 17, Hour: 9, Minute: 41}

func octets(t testing.TB, f callerid.Format) []byte {
	t.Helper()
	b, err := callerid.Encode(full, f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func noise(r *rand.Rand, s []int16, level float64) []int16 {
	rms := dsp.Amplitude(level) / math.Sqrt2
	for i := range s {
		s[i] = dsp.Saturate(int32(math.Round(float64(s[i]) + rms*r.NormFloat64())))
	}
	return s
}

var standards = map[string]callerid.Standard{"Bell 202": callerid.Bell202, "V.23": callerid.V23}

func TestWeReadWhatSpandspSends(t *testing.T) {
	t.Parallel()
	p := build(t)
	for name, std := range standards {
		for _, format := range []callerid.Format{callerid.MDMF, callerid.SDMF} {
			want := octets(t, format)
			s, err := p.SendMessages(t.Context(), std == callerid.V23, slices.Repeat([][]byte{want}, 20)...)
			if err != nil {
				t.Fatal(err)
			}
			for _, gain := range []float64{0, -26} { // to −40 dBm0
				sound := slices.Clone(s)
				for i := range sound {
					sound[i] = int16(math.Round(float64(sound[i]) * math.Pow(10, gain/20)))
				}
				noise(rand.New(rand.NewPCG(1, 1)), sound, -14+gain-25)
				r, n := callerid.NewReceiver(std), 0
				for i := 0; i < len(sound); i += 160 {
					if got := r.Write(sound[i:min(i+160, len(sound))]); slices.Equal(got, want) {
						n++
					}
				}
				if n != 20 {
					t.Errorf("%s, format %d, %v dBm0: %d of 20", name, format, -14+gain, n)
				}
			}
		}
	}
}

func TestSpandspReadsWhatWeSend(t *testing.T) {
	t.Parallel()
	p := build(t)
	for name, std := range standards {
		for _, format := range []callerid.Format{callerid.MDMF, callerid.SDMF} {
			want := octets(t, format)
			s := make([]int16, 4000)
			for range 20 {
				s = append(s, sent(callerid.NewSender(std, want, -14))...)
			}
			got, err := p.ReceiveMessages(t.Context(), std == callerid.V23, s)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, m := range got {
				if slices.Equal(m, want) {
					n++
				}
			}
			if n != 20 {
				t.Errorf("%s, format %d: %d of 20, the first % x", name, format, n, got)
			}
		}
	}
}

// sent is a message's sound and half a second of silence.
func sent(s *callerid.Sender) (out []int16) {
	block := make([]int16, 160)
	for more := true; more; {
		more = s.Next(block)
		out = append(out, block...)
	}
	return append(out, make([]int16, 4000)...)
}

const allKeys = "1234567890*#ABCD11"

func ours(s []int16) (keys string) {
	d := dsp.NewDTMFReceiver()
	for i := 0; i < len(s); i += 160 {
		if k := d.Write(s[i:min(i+160, len(s))]); k != 0 {
			keys += string(k)
		}
	}
	return keys
}

func TestKeysBothWays(t *testing.T) {
	t.Parallel()
	p := build(t)
	s, err := p.SendKeys(t.Context(), allKeys, 50, 50, -12, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got := ours(s); got != allKeys {
		t.Errorf("we hear %q", got)
	}
	s = make([]int16, 800)
	for _, k := range []byte(allKeys) {
		tone, _ := dsp.DTMFTone(k, 50e6, 50e6)
		g, block := dsp.NewGenerator(tone), make([]int16, 800)
		g.Next(block)
		s = append(s, block...)
	}
	heard, err := p.ReceiveKeys(t.Context(), append(s, make([]int16, 800)...))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, k := range heard {
		got += string(k.Key)
	}
	if got != allKeys {
		t.Errorf("spandsp hears %q", got)
	}
}
