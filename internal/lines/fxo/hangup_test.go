package fxo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
)

func TestEveryWayInWhichALineSaysThatTheCallerHungUp(t *testing.T) {
	speech := words(t, "zh-CN", "demo_caller_1")
	for _, c := range []struct {
		name     string
		clearing exchange.Clearing
		tones    exchange.Tones
		profile  func(*fxo.Profile)
		say      bool // we play a prompt all the time
		want     string
		within   time.Duration
	}{
		{name: "busy tone without end", want: "busy tone", within: 3 * second},
		{name: "busy tone for four seconds", clearing: exchange.Clearing{BusyFor: 4 * second}, want: "busy tone", within: 3 * second},
		{name: "busy tone while we speak", say: true, want: "busy tone", within: 6 * second},
		{name: "busy tone after a pause", clearing: exchange.Clearing{Delay: 2 * second}, want: "busy tone", within: 5 * second},
		{name: "congestion tone", clearing: exchange.Clearing{Congested: true}, want: "congestion tone", within: 5 * second},
		{name: "the loop is opened", clearing: exchange.Clearing{LoopBreak: 600 * time.Millisecond}, want: "loop opened", within: 100 * time.Millisecond},
		{name: "polarity", clearing: exchange.Clearing{Reversal: true}, want: "polarity", within: 100 * time.Millisecond},
		{
			name: "polarity means nothing here", clearing: exchange.Clearing{Reversal: true}, want: "busy tone", within: 3 * second,
			profile: func(p *fxo.Profile) { p.Polarity.HangUp = fxo.No },
		},
		{name: "dial tone", clearing: exchange.Clearing{Silent: true, DialTone: true, Delay: second}, want: "dial tone", within: 5 * second},
		{name: "one cadence of busy tone, then dial tone", clearing: exchange.Clearing{BusyFor: 700 * time.Millisecond, DialTone: true}, want: "dial tone", within: 5 * second},
		{
			name: "a gateway's own tone, learned", tones: exchange.Tones{Busy: dsp.Tone{Freq1: 425, Level: -15, On: 500 * time.Millisecond, Off: 500 * time.Millisecond}},
			profile: func(p *fxo.Profile) {
				p.Tones = p.Tones.With(progress.Pattern{Tone: progress.Busy, Frequency: 425, CadenceMS: []int{500, 500}, Soundings: 3})
			},
			want: "busy tone", within: 5 * second,
		},
		{
			name: "an unknown tone after long silence", clearing: exchange.Clearing{Delay: 25 * second},
			tones: exchange.Tones{Busy: dsp.Tone{Freq1: 620, Level: -15, On: 250 * time.Millisecond, Off: 250 * time.Millisecond}},
			want:  "tone after silence", within: 30 * second,
		},
		{
			name: "nothing at all", clearing: exchange.Clearing{Silent: true}, want: "silence", within: 130 * second,
			profile: func(p *fxo.Profile) { p.Timing.SilenceLimitMS = 120_000 },
		},
	} {
		for _, w := range []struct {
			name string
			wire exchange.Wire
		}{
			{"clean", exchange.Wire{}},
			{"weak, noisy, with echo", exchange.Wire{Loss: 12, Noise: -56, Hum: -40, Echo: 16, NoCanceller: true}},
		} {
			t.Run(c.name+", "+w.name, func(t *testing.T) {
				cfg := exchange.Config{Seed: 9, Lines: []exchange.LineConfig{{Clearing: c.clearing, Tones: c.tones, Wire: w.wire}}}
				change := func(*fxo.Settings) {}
				if c.profile != nil {
					change = profiled(c.profile)
				}
				on(t, cfg, func(b *bed) {
					call := b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: 3 * second, Say: speech}}})
					p := b.ring(12 * second)
					p.media()
					p.Do(line.Answer{})
					if c.say {
						for range 6 {
							p.speak(words(t, "zh-CN", "main_menu"))
						}
					}
					<-call.Done()
					gone := time.Now()
					if !p.waitEnd(20 * time.Minute) {
						t.Fatalf("does not end: %s\n%s", b.state(), b.journal())
					}
					took := time.Since(gone)
					if got := p.seen(); !strings.HasSuffix(got, ":"+c.want) {
						t.Errorf("leg: %s, want %s", got, c.want)
					}
					if took > c.within {
						t.Errorf("it took %v", took)
					}
					b.free()
				}, change)
			})
		}
	}
}

func TestALongCallEndsByItsLimit(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Tone: dsp.Tone{Freq1: 700, Freq2: 900, Level: -20}, For: time.Hour}}})
		p := b.ring(12 * second)
		p.Do(line.Answer{})
		if !p.waitEnd(2*time.Minute) || !strings.HasSuffix(p.seen(), "ended:too_long:us:longest duration") {
			t.Errorf("leg: %s", p.seen())
		}
		b.free()
	}, profiled(func(p *fxo.Profile) { p.Timing.MaxCallMS = 60_000 }))
}

func TestNothingElseEndsACall(t *testing.T) {
	keys := []exchange.Action{{Keys: "1234567890*#123456789"}}
	var cadence []exchange.Action // keys pressed with the cadence of busy tone
	for range 20 {
		cadence = append(cadence, exchange.Action{Wait: 350 * time.Millisecond, Tone: dsp.Tone{Freq1: 697, Freq2: 1209, Level: -10}, For: 350 * time.Millisecond})
	}
	var talk []exchange.Action
	for _, n := range []string{"demo_caller_1", "demo_caller_2", "demo_caller_3", "main_menu", "goodbye"} {
		talk = append(talk, exchange.Action{Say: words(t, "zh-CN", n)}, exchange.Action{Wait: 300 * time.Millisecond, Say: words(t, "en", n)})
	}
	tone := []exchange.Action{{Wait: second, Tone: dsp.Tone{Freq1: 450, Level: -15}, For: 2 * second}, {Wait: 2 * second}}
	for name, script := range map[string][]exchange.Action{
		"two seconds of the network's frequency": tone, "keys": keys, "keys with the cadence of busy tone": cadence, "speech": talk,
		"a fax calling": {exchange.FaxCalling(30 * second)},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := exchange.Config{Lines: []exchange.LineConfig{{Clearing: exchange.Clearing{LoopBreak: 500 * time.Millisecond}, Wire: exchange.Wire{Loss: 3, Noise: -60, Echo: 18}}}}
			on(t, cfg, func(b *bed) {
				call := b.call(exchange.Caller{Number: mobile, Script: script})
				p := b.ring(12 * second)
				p.media()
				p.Do(line.Answer{})
				p.speak(words(t, "en", "main_menu"))
				<-call.Done()
				p.waitEnd(10 * second)
				if got := p.seen(); !strings.HasSuffix(got, "loop opened") || call.Result().EndedBy != "caller" {
					t.Errorf("leg: %s, ended by %s", got, call.Result().EndedBy)
				}
				if name == "keys" && p.keys() != "1234567890*#123456789" {
					t.Errorf("keys %s", p.keys())
				}
			})
		})
	}
}

func TestWeHangUp(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		call := b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Stay: true}}})
		p := b.ring(12 * second)
		p.Do(line.Answer{})
		b.pass(5 * second)
		p.Do(line.Hangup{Cause: line.NormalClearing})
		b.pass(2 * second)
		if got := p.seen(); got != "answered:signal ended:normal_clearing:us:" {
			t.Errorf("leg: %s", got)
		}
		if r := call.Result(); r.EndedBy != "line" {
			t.Errorf("caller: %+v", r)
		}
		p.Do(line.Hangup{}) // a leg that is over takes commands and does nothing
		p.Do(line.Answer{})
		b.free()
	})
}
