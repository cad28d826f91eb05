package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
	"github.com/dealerline/dealerline/test/spandsp"
	"github.com/dealerline/dealerline/test/spandsp/corpus"
)

// busy measures how soon a busy tone is known, in cycles of its cadence.
func busy(ctx context.Context, _ *spandsp.Peer) error {
	fmt.Println("Busy tone, 425 to 475 Hz, cadence 0.9 to 1.1, after 0 to 0.5 s: heard, cycles until then")
	for _, c := range []struct{ level, snr float64 }{{-3, 30}, {-10, 15}, {-25, 15}, {-40, 15}, {-40, 10}} {
		r := rand.New(rand.NewPCG(uint64(-c.level), 9))
		n, heard, sum, most := 200, 0, 0.0, 0.0
		for range n {
			cycles, ok := busyAfter(r, c.level, c.snr, nil)
			if ok {
				heard++
				sum += cycles
				most = math.Max(most, cycles)
			}
		}
		fmt.Printf("  %4.0f dBm0, %2.0f dB SNR    %d of %d    mean %.2f, most %.2f\n", c.level, c.snr, heard, n, sum/float64(heard), most)
	}
	prompts, err := corpus.Prompts(ctx, ".")
	if err != nil {
		return err
	}
	fmt.Println("the same at −15 dBm0, 25 dB SNR, while a prompt is played and comes back as the line's echo")
	for _, below := range []float64{5, 8, 10, 15} {
		r := rand.New(rand.NewPCG(1, 10))
		n, soon, heard, sum := 400, 0, 0, 0.0
		for range n {
			from := r.IntN(len(prompts) - 8*8000)
			echo := corpus.Gain(prompts[from:from+8*8000], -15-below-dsp.Level(prompts))
			if cycles, ok := busyAfter(r, -15, 25, echo); ok {
				heard++
				sum += cycles
				if cycles <= 3 {
					soon++
				}
			}
		}
		fmt.Printf("  echo %2.0f dB below    %d of %d within 3 cycles, %d within 4 s, mean %.2f\n", below, soon, n, heard, sum/float64(heard))
	}
	return nil
}

func busyAfter(r *rand.Rand, level, snr float64, echo []int16) (cycles float64, ok bool) {
	piece := time.Duration((0.315 + 0.07*r.Float64()) * float64(time.Second))
	begin := r.IntN(4000)
	s := make([]int16, begin+5*8000)
	g := dsp.NewGenerator(dsp.Tone{Freq1: 425 + 50*r.Float64(), Level: level, On: piece, Off: piece})
	g.Next(s[begin:])
	corpus.Noise(r, s, level-snr)
	if echo != nil {
		s = corpus.Mix(s, echo)
	}
	d := progress.New(progress.China())
	for i := 0; i < len(s); i += 160 {
		if e, heard := d.Write(s[i:min(i+160, len(s))]); heard {
			return float64(i+160-begin) / float64(2*dsp.Samples(piece)), e.Tone == progress.Busy
		}
	}
	return 0, false
}

// processor measures what the detectors of a line take.
func processor(ctx context.Context, _ *spandsp.Peer) error {
	s, err := corpus.Speech(ctx, 2, 2*time.Minute)
	if err != nil {
		return err
	}
	fmt.Println("Processor time on speech, share of one core")
	total := 0.0
	for _, c := range []struct {
		name  string
		write func([]int16)
	}{
		{"DTMF", func() func([]int16) { d := dsp.NewDTMFReceiver(); return func(b []int16) { d.Write(b) } }()},
		{"FSK caller ID", func() func([]int16) {
			d := callerid.NewReceiver(callerid.Bell202)
			return func(b []int16) { d.Write(b) }
		}()},
		{"call progress", func() func([]int16) { d := progress.New(progress.China()); return func(b []int16) { d.Write(b) } }()},
		{"fax tones", func() func([]int16) { d := dsp.NewFaxDetector(); return func(b []int16) { d.Write(b) } }()},
	} {
		best := time.Hour
		for range 5 {
			began := time.Now()
			for i := 0; i+160 <= len(s); i += 160 {
				c.write(s[i : i+160])
			}
			best = min(best, time.Since(began))
		}
		share := 100 * best.Seconds() / corpus.Length(s).Seconds()
		total += share
		fmt.Printf("  %-15s %.4f %%\n", c.name, share)
	}
	fmt.Printf("  %-15s %.4f %%\n", "all of a line", total)
	return nil
}
