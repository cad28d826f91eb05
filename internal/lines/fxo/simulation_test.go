package fxo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// day is a simulated day on eight lines, each of another kind: people call in and are called, at random and from a seed. In
// the end each call has ended, no line is stuck, and whoever was shown a number was shown the right one.
type day struct {
	*bed
	mu     sync.Mutex
	rng    *rand.Rand
	number map[string]string // line → who is calling on it
	tally  map[string]int
	wg     sync.WaitGroup
	said   [][]byte
}

const simulatedLines = 8

func (d *day) n(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rng.IntN(n)
}

func (d *day) count(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tally[what]++
}

func kinds(rng *rand.Rand) (all []exchange.LineConfig) {
	forms := []exchange.Presentation{
		{Form: exchange.MDMF},
		{Form: exchange.SDMF},
		{Form: exchange.DTMF, Timing: exchange.BeforeRing},
		{Form: exchange.MDMF, Timing: exchange.BeforeRing},
		{Form: exchange.MDMFV23},
		{Form: exchange.DTMF},
		{Form: exchange.SDMFV23, Timing: exchange.BeforeRing},
		{Form: exchange.NoNumber},
	}
	endings := []exchange.Clearing{
		{},
		{BusyFor: 5 * second},
		{LoopBreak: 600 * time.Millisecond},
		{Reversal: true},
		{Congested: true},
		{Silent: true, DialTone: true},
		{Delay: 1500 * time.Millisecond},
		{BusyFor: 3 * second, DialTone: true},
	}
	for i := range simulatedLines {
		all = append(all, exchange.LineConfig{
			Presentation: forms[i], Clearing: endings[rng.IntN(len(endings))], AnswerReversal: rng.IntN(3) == 0,
			Wire: exchange.Wire{Loss: 3 + 9*rng.Float64(), Noise: -70 + 15*rng.Float64(), Hum: -60 + 20*rng.Float64(), Echo: 10 + 12*rng.Float64(), NoCanceller: i%2 == 0, TripClicks: true},
		})
	}
	return all
}

func subscribers() (all []exchange.Subscriber) {
	for i, o := range []exchange.Outcome{exchange.Answers, exchange.Answers, exchange.NoAnswer, exchange.Busy, exchange.Congested, exchange.Vacant} {
		all = append(all, exchange.Subscriber{
			Number: fmt.Sprintf("1390000000%d", i), Outcome: o, After: time.Duration(3+4*i) * second,
			Script: []exchange.Action{{Wait: second, Keys: "5"}, {Wait: time.Duration(3+i) * second}},
		})
	}
	return all
}

// answer is what the box does with a call that came in.
func (d *day) answer(p *party) {
	defer d.wg.Done()
	in := p.Info()
	d.mu.Lock()
	real := d.number[in.Line]
	d.mu.Unlock()
	switch in.From {
	case real:
		d.count("right number")
	case "":
		d.count("no number")
		if past := d.ex.Journal("exchange/" + in.Line[1:]); real != "" && !excused(past) {
			d.t.Errorf("on %s: no number: %v", in.Line, past[max(0, len(past)-4):])
		}
	default:
		d.t.Errorf("on %s: number %q of %q", in.Line, in.From, real)
	}
	time.Sleep(time.Duration(d.n(6000)) * time.Millisecond)
	if d.n(8) == 0 {
		p.Do(line.Hangup{Cause: line.CallRejected})
	} else {
		p.Do(line.Answer{})
	}
	p.media()
	p.speak(d.said[d.n(len(d.said))])
	if d.n(3) == 0 { // we hang up first, perhaps
		time.Sleep(time.Duration(d.n(12000)) * time.Millisecond)
		p.Do(line.Hangup{Cause: line.NormalClearing})
	}
	d.finish(p)
}

// excused reports whether a number may be missing: a call out met the ring, or the caller gave up while it was being sent,
// and perhaps somebody else called so soon that the line could not tell them apart.
func excused(past []exchange.Entry) bool {
	last := past[len(past)-1]
	for i := len(past) - 1; i >= 0 && last.At-past[i].At < 12*second; i-- {
		if past[i].What == "gave up" || past[i].What == "answered" {
			return true
		}
	}
	return false
}

func (d *day) finish(p *party) {
	select {
	case <-p.ended:
	case <-time.After(5 * time.Minute):
		d.t.Errorf("a call on %s does not end: %s", p.Info().Line, p.seen())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, ok := p.events[len(p.events)-1].(line.Ended); ok {
		d.count(p.Info().Direction.String() + " " + e.Cause.String() + " " + e.Detail)
	}
}

func (d *day) callIn() {
	n := d.n(simulatedLines)
	port, name := fmt.Sprintf("exchange/%d", n+1), fmt.Sprintf("l%d", n+1)
	from := fmt.Sprintf("138%08d", d.n(100_000_000))
	script := []exchange.Action{{Wait: time.Duration(d.n(2000)) * time.Millisecond, Say: d.said[d.n(len(d.said))]}, {Wait: time.Duration(d.n(4000)) * time.Millisecond, Keys: "1"}}
	d.mu.Lock()
	defer d.mu.Unlock()
	c, err := d.ex.Call(port, exchange.Caller{Number: from, Patience: time.Duration(1+d.rng.IntN(40)) * second, Script: script})
	if err != nil {
		return // the line is busy: this happens
	}
	d.number[name] = from
	if n == simulatedLines-1 {
		d.number[name] = "" // the line without caller ID
	}
	d.tally["called in"]++
	d.wg.Go(func() { <-c.Done() })
}

func (d *day) callOut() {
	ways := d.lines.Ways("town")
	if len(ways) == 0 {
		return
	}
	leg, err := d.lines.Dial(ways[d.n(len(ways))], fmt.Sprintf("1390000000%d", d.n(7)))
	if err != nil {
		return // taken in the meantime
	}
	d.count("called out")
	p := d.party(leg)
	p.media()
	d.wg.Go(func() {
		if d.n(4) == 0 {
			time.Sleep(time.Duration(d.n(15000)) * time.Millisecond)
			p.Do(line.Hangup{Cause: line.NormalClearing})
		}
		d.finish(p)
	})
}

func TestADayOnEightLines(t *testing.T) {
	seed := uint64(7)
	if s := os.Getenv("FXO_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	calls := simulatedCalls
	if s := os.Getenv("FXO_CALLS"); s != "" {
		var err error
		if calls, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(seed, 1))
		cfg := exchange.Config{Seed: seed, Lines: kinds(rng), Subscribers: subscribers()}
		d := &day{bed: newBed(t, cfg), rng: rng, number: map[string]string{}, tally: map[string]int{}}
		for _, n := range []string{"demo_caller_1", "demo_caller_2", "main_menu", "goodbye"} {
			d.said = append(d.said, words(t, "zh-CN", n))
		}
		ctx, cancel := context.WithCancel(t.Context())
		answering := make(chan struct{})
		go func() {
			defer close(answering)
			for {
				select {
				case p := <-d.came:
					d.wg.Add(1)
					go d.answer(p)
				case <-ctx.Done():
					return
				}
			}
		}()
		d.pass(second)
		for {
			d.mu.Lock()
			enough := d.tally["called in"]+d.tally["called out"] >= calls
			pause := time.Duration(rng.ExpFloat64() * 2.5 * float64(second))
			d.mu.Unlock()
			if enough {
				break
			}
			if d.n(5) < 3 {
				d.callIn()
			} else {
				d.callOut()
			}
			d.pass(pause)
		}
		d.pass(90 * second) // the longest call is over by then
		cancel()
		<-answering
		d.wg.Wait()
		d.free()
		t.Logf("seed %d: %v", seed, d.tally)
		d.stop()
		synctest.Wait()
	})
}

var _ fxo.Acceptor = (*bed)(nil)
