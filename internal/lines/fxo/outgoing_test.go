package fxo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// profiled makes the first line go by a profile of its own.
func profiled(change func(*fxo.Profile)) func(*fxo.Settings) {
	return func(s *fxo.Settings) {
		p := fxo.China()
		change(&p)
		s.Lines[0].Learned = &p
	}
}

func TestWhatComesOfAnOutgoingCall(t *testing.T) {
	talks := []exchange.Action{{Wait: second, Say: words(t, "zh-CN", "demo_agent_1")}, {Wait: second}}
	silent := []exchange.Action{{Wait: 20 * second}}
	music := words(t, "zh-CN", "main_menu")
	for _, c := range []struct {
		name    string
		line    exchange.LineConfig
		who     exchange.Subscriber
		profile func(*fxo.Profile)
		want    string
	}{
		{
			name: "polarity tells the answer and the end", line: exchange.LineConfig{AnswerReversal: true},
			who:  exchange.Subscriber{After: 6 * second, Script: talks},
			want: "earlymedia ringing earlymedia answered:polarity ended:normal_clearing:them:polarity",
		},
		{
			name: "a voice after ringback", who: exchange.Subscriber{After: 6 * second, Script: talks},
			want: "earlymedia ringing earlymedia answered:voice ended:normal_clearing:them:busy tone",
		},
		{
			name: "ringback stops and nobody speaks", who: exchange.Subscriber{After: 6 * second, Script: silent},
			want: "earlymedia ringing earlymedia answered:ringback ended:normal_clearing:them:busy tone",
		},
		{
			name: "music in place of ringback, no polarity", who: exchange.Subscriber{After: 40 * second, Music: music, Script: silent},
			want: "earlymedia answered:timeout ended:normal_clearing:them:busy tone",
		},
		{
			name: "music in place of ringback, polarity", line: exchange.LineConfig{AnswerReversal: true},
			who:  exchange.Subscriber{After: 12 * second, Music: music, Script: talks},
			want: "earlymedia answered:polarity ended:normal_clearing:them:polarity",
		},
		{
			name: "a voice before the answer counts for nothing where polarity tells", line: exchange.LineConfig{AnswerReversal: true},
			who:     exchange.Subscriber{After: 40 * second, Music: music, Script: talks},
			profile: func(p *fxo.Profile) { p.Polarity.Answer = fxo.Yes },
			want:    "earlymedia answered:polarity ended:normal_clearing:them:polarity",
		},
		{
			name: "a fax answers", who: exchange.Subscriber{After: 2 * second, Script: []exchange.Action{exchange.FaxAnswer(), {Wait: 4 * second}}},
			want: "earlymedia ringing earlymedia answered:fax ended:normal_clearing:them:busy tone",
		},
		{name: "busy", who: exchange.Subscriber{Outcome: exchange.Busy}, want: "earlymedia ended:user_busy:them:busy tone"},
		{name: "congestion", who: exchange.Subscriber{Outcome: exchange.Congested}, want: "earlymedia ended:congestion:them:congestion tone"},
		{name: "wrong number", who: exchange.Subscriber{Outcome: exchange.Vacant}, want: "earlymedia ended:unallocated_number:them:information tones"},
		{
			name: "nobody answers", line: exchange.LineConfig{RingFor: 30 * second}, who: exchange.Subscriber{Outcome: exchange.NoAnswer},
			want: "earlymedia ringing earlymedia ended:no_answer:them:busy tone after ringing",
		},
		{
			name: "lost in the network", who: exchange.Subscriber{Outcome: exchange.Swallowed},
			want: "earlymedia ended:no_user_responding:us:nothing heard after dialling",
		},
		{
			name: "no dial tone", line: exchange.LineConfig{DialToneDelay: -1},
			want: "ended:network_out_of_order:us:no dial tone",
		},
		{
			name: "no dial tone, dialled blindly", line: exchange.LineConfig{DialToneDelay: -1},
			who:     exchange.Subscriber{Outcome: exchange.Busy},
			profile: func(p *fxo.Profile) { p.Dial.WaitDialTone = false },
			want:    "earlymedia ended:user_busy:them:busy tone",
		},
		{
			name: "by pulses", who: exchange.Subscriber{Outcome: exchange.Busy},
			profile: func(p *fxo.Profile) { p.Dial.Method = fxo.Pulses },
			want:    "earlymedia ended:user_busy:them:busy tone",
		},
		{
			name: "wires swapped when the line is taken mean nothing", line: exchange.LineConfig{SeizureReversal: true},
			who: exchange.Subscriber{Outcome: exchange.Busy}, want: "earlymedia ended:user_busy:them:busy tone",
		},
	} {
		for _, w := range []struct {
			name string
			wire exchange.Wire
		}{
			{"clean", exchange.Wire{}},
			{"bad wire", exchange.Wire{Loss: 12, Noise: -50, Hum: -35, Echo: 14, TripClicks: true}},
		} {
			t.Run(c.name+", "+w.name, func(t *testing.T) {
				c.who.Number, c.line.Wire = mobile, w.wire
				cfg := exchange.Config{Seed: 5, Lines: []exchange.LineConfig{c.line}, Subscribers: []exchange.Subscriber{c.who}}
				change := func(*fxo.Settings) {}
				if c.profile != nil {
					change = profiled(c.profile)
				}
				on(t, cfg, func(b *bed) {
					p := b.dial(mobile)
					if !p.waitEnd(3 * time.Minute) {
						t.Fatalf("does not end: %s, %s\n%s", p.seen(), b.state(), b.journal())
					}
					if got := p.seen(); got != c.want {
						t.Errorf("leg:  %s\nwant: %s\n%s", got, c.want, b.journal())
					}
					b.free()
				}, change)
			})
		}
	}
}

func TestDigitsArriveAtTheExchangeAsDialled(t *testing.T) {
	for _, c := range []struct{ prefix, number, dialled string }{
		{"", "13800138000", "13800138000"},
		{"", "1380 013-8000", "13800138000"},
		{"9,,", "10086", "910086"},
		{"", "*70,10086#", "*7010086"},
	} {
		cfg := exchange.Config{
			Lines:       []exchange.LineConfig{{Wire: exchange.Wire{Loss: 6, Noise: -55, Echo: 12}}},
			Subscribers: []exchange.Subscriber{{Number: c.dialled, Outcome: exchange.NoAnswer}},
		}
		on(t, cfg, func(b *bed) {
			p := b.dial(c.number)
			b.pass(20 * second)
			if !strings.Contains(b.journal(), "dialed "+c.dialled+"\n") && !strings.HasSuffix(b.journal(), "dialed "+c.dialled) {
				t.Errorf("%q %q: %s", c.prefix, c.number, b.journal())
			}
			p.Do(line.Hangup{Cause: line.NormalClearing})
			if !p.waitEnd(second) || !strings.HasSuffix(p.seen(), "ended:normal_clearing:us:") {
				t.Errorf("hung up: %s", p.seen())
			}
			b.free()
		}, func(s *fxo.Settings) { s.Lines[0].Prefix = c.prefix })
	}
}

func TestCallingOffAtAnyMoment(t *testing.T) {
	for at := time.Duration(0); at < 14*second; at += 770 * time.Millisecond {
		cfg := exchange.Config{Subscribers: []exchange.Subscriber{{Number: mobile, After: 5 * second, Script: []exchange.Action{{Wait: 30 * second}}}}}
		on(t, cfg, func(b *bed) {
			p := b.dial(mobile)
			b.pass(at)
			p.Do(line.Hangup{Cause: line.NormalClearing})
			if !p.waitEnd(second) {
				t.Fatalf("called off after %v: does not end", at)
			}
			b.free()
		})
	}
}

func TestConversationOnAnOutgoingCall(t *testing.T) {
	cfg := exchange.Config{
		Lines: []exchange.LineConfig{{AnswerReversal: true, Wire: exchange.Wire{Loss: 6, Noise: -60, Echo: 12, NoCanceller: true}}},
		Subscribers: []exchange.Subscriber{{Number: mobile, After: 4 * second, Script: []exchange.Action{
			{Wait: second, Keys: "147*"}, {Await: "369#"}, {Wait: second, Say: words(t, "zh-CN", "demo_agent_2")},
		}}},
	}
	on(t, cfg, func(b *bed) {
		p := b.dial(mobile)
		<-p.up
		p.speak(words(t, "en", "demo_caller_1"))
		b.pass(4 * second)
		if p.keys() != "147*" {
			t.Errorf("keys %q", p.keys())
		}
		port, ok := p.Port().(media.KeyPort)
		if !ok {
			t.Fatal("the port has no keys")
		}
		if n := port.Pressed(); n != 4 {
			t.Errorf("%d keys on the port", n)
		}
		for i, want := range "147*" {
			if k, n, ok := port.NextKey(); !ok || k != byte(want) || n != uint32(i+1) {
				t.Errorf("key %c %d %v", k, n, ok)
			}
		}
		p.Do(line.SendDigits{Digits: "36"})
		p.Do(line.SendDigits{Digits: "9"})
		sends, ok := p.Port().(media.DigitPort)
		if !ok {
			t.Fatal("the port sends no keys")
		}
		sends.SendDigits("#")
		if !p.waitEnd(30 * second) {
			t.Fatalf("does not end: %s", b.state())
		}
		if got := b.ex.Visits(mobile); len(got) != 1 || got[0].Keys != "369#" || got[0].EndedBy != "subscriber" {
			t.Errorf("visits %+v", got)
		} else if l := loudness(got[0].Heard); l < -35 {
			t.Errorf("the far side heard %.1f dBm0", l)
		}
		if p.keys() != "147*" {
			t.Errorf("our own keys came back: %q", p.keys())
		}
		if l := loudness(p.listened()); l < -35 {
			t.Errorf("we heard %.1f dBm0", l)
		}
		b.free()
	})
}

func TestTheEchoOfOurOwnVoiceIsNoAnswer(t *testing.T) {
	cfg := exchange.Config{
		Lines:       []exchange.LineConfig{{Wire: exchange.Wire{Loss: 3, Noise: -60, Echo: 10, NoCanceller: true}}},
		Subscribers: []exchange.Subscriber{{Number: mobile, Outcome: exchange.NoAnswer}},
	}
	on(t, cfg, func(b *bed) {
		p := b.dial(mobile)
		b.pass(5 * second)
		for range 3 {
			p.speak(words(t, "zh-CN", "main_menu"))
		}
		b.pass(40 * second)
		if got := p.seen(); got != "earlymedia ringing earlymedia" {
			t.Errorf("leg: %s", got)
		}
	})
}

func loudness(alaw []byte) float64 {
	s := make([]int16, len(alaw))
	dsp.ExpandALaw(s, alaw)
	return dsp.Level(s)
}

func TestFlashReachesTheExchange(t *testing.T) {
	cfg := exchange.Config{Subscribers: []exchange.Subscriber{{Number: mobile, After: 2 * second, Script: []exchange.Action{
		{Say: words(t, "zh-CN", "demo_agent_1")}, {Wait: 10 * second},
	}}}}
	on(t, cfg, func(b *bed) {
		p := b.dial(mobile)
		<-p.up
		p.Do(line.SendDigits{Digits: "!"})
		b.pass(3 * second)
		if !strings.Contains(b.journal(), "flash") {
			t.Errorf("no flash: %s", b.journal())
		}
		if strings.Contains(p.seen(), "ended") {
			t.Errorf("the flash ended the call: %s", p.seen())
		}
		p.Do(line.Hangup{})
		b.free()
	})
}

func TestWhatCannotBeDialledIsRefused(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		for number, code := range map[string]fault.Code{"+86 138": fault.Invalid, "": fault.Invalid, "12x": fault.Invalid, strings.Repeat("1", 80): fault.Invalid} {
			if _, err := b.lines.Dial(lineName, number); fault.CodeOf(err) != code {
				t.Errorf("%q: %v", number, err)
			}
		}
		if _, err := b.lines.Dial("l9", mobile); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("no such line: %v", err)
		}
		b.dial(mobile)
		if _, err := b.lines.Dial(lineName, mobile); fault.CodeOf(err) != fault.Busy {
			t.Errorf("line in use: %v", err)
		}
	})
}

// In a conversation keys are tones, also on a line that dials by pulses: those would be flashes of the hook there.
func TestKeysInAConversationAreTones(t *testing.T) {
	cfg := exchange.Config{Subscribers: []exchange.Subscriber{{
		Number: mobile, After: 3 * second, Script: []exchange.Action{{Say: words(t, "zh-CN", "demo_agent_1")}, {Await: "36#"}, {Wait: second}},
	}}}
	on(t, cfg, func(b *bed) {
		p := b.dial(mobile)
		<-p.up
		b.pass(4 * second)
		p.Do(line.SendDigits{Digits: "36"})
		b.pass(3 * second)
		p.Do(line.SendDigits{Digits: "#"})
		if !p.waitEnd(30 * second) {
			b.t.Fatalf("does not end: %s", b.state())
		}
		if got := b.ex.Visits(mobile); len(got) != 1 || got[0].Keys != "36#" {
			b.t.Errorf("visits %+v", got)
		}
	}, func(s *fxo.Settings) {
		p := fxo.China()
		p.Dial.Method = fxo.Pulses
		s.Lines[0].Learned = &p
	})
}
