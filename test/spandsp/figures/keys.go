package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/test/spandsp"
	"github.com/dealerline/dealerline/test/spandsp/corpus"
)

// hear is the keys that we hear.
func hear(s []int16) (all []spandsp.Key) {
	d := dsp.NewDTMFReceiver()
	for i := 0; i < len(s); i += 160 {
		end := min(i+160, len(s))
		if k := d.Write(s[i:end]); k != 0 {
			all = append(all, spandsp.Key{At: end, Key: k})
		}
	}
	return all
}

// sequence is presses one after another, and where each ends.
type sequence struct {
	sound []int16
	keys  []byte
	ends  []int
}

func presses(seed uint64, n int, next func(r *rand.Rand) corpus.Press) (q sequence) {
	r := rand.New(rand.NewPCG(seed, 8))
	q.sound = make([]int16, 800)
	for range n {
		p := next(r)
		q.sound = p.Append(q.sound, r)
		q.keys = append(q.keys, p.Key)
		q.ends = append(q.ends, len(q.sound))
	}
	q.sound = append(q.sound, make([]int16, 800)...)
	return q
}

// right is how many presses were heard once, as what they were, about when they were.
func (q sequence) right(heard []spandsp.Key) (n int) {
	at, begin := 0, 0
	for i, end := range q.ends {
		found, wrong := 0, 0
		for ; at < len(heard) && heard[at].At <= end+160; at++ {
			if heard[at].Key == q.keys[i] && heard[at].At > begin {
				found++
			} else {
				wrong++
			}
		}
		if found == 1 && wrong == 0 {
			n++
		}
		begin = end
	}
	return n
}

func keys(ctx context.Context, p *spandsp.Peer) error {
	base := func(r *rand.Rand) corpus.Press {
		return corpus.Press{Key: corpus.Keypad[r.IntN(16)], RowLevel: -15, ColumnLevel: -15, On: 400, Off: 400, SNR: 40}
	}
	sign := func(r *rand.Rand) float64 { return float64(2*r.IntN(2) - 1) }
	with := func(change func(r *rand.Rand, p *corpus.Press)) func(*rand.Rand) corpus.Press {
		return func(r *rand.Rand) corpus.Press {
			p := base(r)
			change(r, &p)
			return p
		}
	}
	fmt.Println("DTMF: share of presses heard, each once                  ours    spandsp")
	for _, c := range []struct {
		name string
		n    int
		next func(*rand.Rand) corpus.Press
	}{
		{"clean, 50 ms", 2000, base},
		{"both frequencies 1.5 % off", 2000, with(func(r *rand.Rand, p *corpus.Press) { p.RowOff, p.ColumnOff = 0.015*sign(r), 0.015*sign(r) })},
		{"40 ms on, 40 ms off", 2000, with(func(_ *rand.Rand, p *corpus.Press) { p.On, p.Off = 320, 320 })},
		{"column 8 dB below the row", 2000, with(func(_ *rand.Rand, p *corpus.Press) { p.ColumnLevel -= 8 })},
		{"column 4 dB above the row", 2000, with(func(_ *rand.Rand, p *corpus.Press) { p.ColumnLevel += 4 })},
		{"column 8 dB above the row", 2000, with(func(_ *rand.Rand, p *corpus.Press) { p.ColumnLevel += 8 })},
		{"15 dB SNR", 2000, with(func(_ *rand.Rand, p *corpus.Press) { p.SNR = 15 })},
		{"−36 dBm0 each tone", 2000, with(func(_ *rand.Rand, p *corpus.Press) { p.RowLevel, p.ColumnLevel = -36, -36 })},
		{"all these limits at once, by chance", 100_000, corpus.WorstPress},
		{"must not be: row 3.5 % off", 2000, with(func(r *rand.Rand, p *corpus.Press) { p.RowOff = 0.035 * sign(r) })},
		{"must not be: column 3.5 % off", 2000, with(func(r *rand.Rand, p *corpus.Press) { p.ColumnOff = 0.035 * sign(r) })},
		{"must not be: 19 ms", 2000, with(func(_ *rand.Rand, p *corpus.Press) { p.On = 152 })},
	} {
		mine, theirs := 0, 0
		for done := 0; done < c.n; done += 2000 {
			q := presses(uint64(done), 2000, c.next)
			mine += q.right(hear(q.sound))
			heard, err := p.ReceiveKeys(ctx, q.sound)
			if err != nil {
				return err
			}
			theirs += q.right(heard)
		}
		share := func(n int) float64 { return 100 * float64(n) / float64(c.n) }
		fmt.Printf("  %-40s of %6d %9.3f %% %9.3f %%\n", c.name, c.n, share(mine), share(theirs))
	}
	return nil
}

// echo presses keys while a prompt is played and comes back as the line's echo.
func echo(ctx context.Context, p *spandsp.Peer) error {
	fmt.Println("DTMF: share of presses heard over the echo of a prompt  ours    spandsp")
	prompts, err := corpus.Prompts(ctx, ".")
	if err != nil {
		return err
	}
	for _, ms := range []int{60, 100} {
		for _, below := range []float64{10, 15, 20} {
			q := presses(1, 2000, func(r *rand.Rand) corpus.Press {
				return corpus.Press{Key: corpus.Keypad[r.IntN(16)], RowLevel: -14, ColumnLevel: -12, On: 8 * ms, Off: 8 * ms, SNR: 40}
			})
			sound := corpus.Mix(q.sound, corpus.Gain(prompts, -10-below-dsp.Level(prompts)))
			theirs, err := p.ReceiveKeys(ctx, sound)
			if err != nil {
				return err
			}
			fmt.Printf("  %3d ms, echo %2.0f dB below                 of   2000 %9.2f %% %9.2f %%\n", ms, below,
				float64(q.right(hear(sound)))/20, float64(q.right(theirs))/20)
		}
	}
	return nil
}

func talkOff(ctx context.Context, p *spandsp.Peer) error {
	fmt.Println("DTMF: keys heard in what has none                        ours    spandsp")
	talk, err := corpus.Speech(ctx, 1, time.Hour)
	if err != nil {
		return err
	}
	prompts, err := corpus.Prompts(ctx, ".")
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name  string
		sound []int16
	}{
		{"speech, Chinese and English", talk},
		{"the box's prompts", prompts},
		{"conference of three", corpus.Conference(1, time.Hour, talk)},
		{"synthetic music", corpus.Music(1, time.Hour)},
	} {
		theirs, err := p.ReceiveKeys(ctx, c.sound)
		if err != nil {
			return err
		}
		fmt.Printf("  %-40s %8v %9d %10d\n", c.name, corpus.Length(c.sound).Round(time.Second), len(hear(c.sound)), len(theirs))
	}
	return nil
}
