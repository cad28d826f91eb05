package fxo_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

func none(b *bed, d time.Duration) {
	b.t.Helper()
	select {
	case p := <-b.came:
		b.t.Errorf("a call came in: %+v", p.Info())
	case <-time.After(d):
	}
}

func TestACallerWhoGivesUp(t *testing.T) {
	for _, c := range []struct {
		name     string
		form     exchange.Form
		timing   exchange.Timing
		patience time.Duration
	}{
		{"after one ring, with a number", exchange.MDMF, exchange.BetweenRings, 4 * second},
		{"after one ring, the number before it", exchange.DTMF, exchange.BeforeRing, 4 * second},
		{"after one ring, without a number", exchange.NoNumber, exchange.BetweenRings, 2 * second},
		{"in the middle of the number", exchange.MDMF, exchange.BetweenRings, 2 * second},
		{"after many rings", exchange.MDMF, exchange.BetweenRings, 40 * second},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := exchange.Config{Lines: []exchange.LineConfig{{Presentation: exchange.Presentation{Form: c.form, Timing: c.timing}}}}
			on(t, cfg, func(b *bed) {
				b.call(exchange.Caller{Number: mobile, Patience: c.patience})
				p := b.ring(12 * second)
				if !p.waitEnd(60 * second) {
					t.Fatalf("does not end: %s", b.state())
				}
				if got := p.seen(); got != "ended:normal_clearing:them:caller gave up" {
					t.Errorf("leg: %s", got)
				}
				b.free()
				if n := b.lines.Status()[0].Counters.Missed; n != 1 {
					t.Errorf("missed %d", n)
				}
			})
		})
	}
}

func TestACallerWhoGivesUpBeforeTheRingIsNoCall(t *testing.T) {
	cfg := exchange.Config{Lines: []exchange.LineConfig{{Presentation: exchange.Presentation{Form: exchange.DTMF, Timing: exchange.BeforeRing}}}}
	on(t, cfg, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Patience: 1800 * time.Millisecond})
		none(b, 10*second)
		// Its number must not be taken for that of the next caller, who has none.
		b.pass(20 * second)
		b.call(exchange.Caller{Withheld: true, Script: []exchange.Action{{Wait: second}}})
		p := b.ring(12 * second)
		if got := p.Info(); got.From != "" || !got.Withheld {
			t.Errorf("info %+v", got)
		}
	})
}

func TestAWithheldNumber(t *testing.T) {
	for _, form := range []exchange.Form{exchange.MDMF, exchange.SDMF, exchange.DTMF} {
		cfg := exchange.Config{Lines: []exchange.LineConfig{{Presentation: exchange.Presentation{Form: form}}}}
		on(t, cfg, func(b *bed) {
			b.call(exchange.Caller{Number: mobile, Withheld: true})
			if got := b.ring(12 * second).Info(); got.From != "" || !got.Withheld {
				t.Errorf("%s: info %+v", form, got)
			}
		})
	}
}

func TestTheCallersNameArrives(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Name: "王丽"})
		if got := b.ring(12 * second).Info(); got.FromName != "王丽" {
			t.Errorf("info %+v", got)
		}
	})
}

func TestALineWithoutCallerIDOffersWithTheFirstRing(t *testing.T) {
	cfg := exchange.Config{Lines: []exchange.LineConfig{{Presentation: exchange.Presentation{Form: exchange.NoNumber}}}}
	on(t, cfg, func(b *bed) {
		began := time.Now()
		b.call(exchange.Caller{Number: mobile})
		b.ring(12 * second)
		if took := time.Since(began); took > second {
			t.Errorf("offered after %v", took)
		}
	}, profiled(func(p *fxo.Profile) { p.CallerID = fxo.NoCallerID }))
}

func TestADoubleRingIsOneRing(t *testing.T) {
	// 0.4 s on, 0.4 s off, without end: the second burst must not close the window for caller ID of a PBX that sends it
	// late; nor may it be missed that it rings.
	cfg := exchange.Config{Lines: []exchange.LineConfig{{RingOn: 400 * time.Millisecond, RingOff: 400 * time.Millisecond, Presentation: exchange.Presentation{Form: exchange.NoNumber}}}}
	on(t, cfg, func(b *bed) {
		began := time.Now()
		b.call(exchange.Caller{Patience: 20 * second})
		p := b.ring(12 * second)
		if took := time.Since(began); took < 5*second || took > 8*second {
			t.Errorf("offered after %v, want the limit of the window", took)
		}
		if !p.waitEnd(40 * second) {
			t.Error("does not end")
		}
		b.free()
	})
}

func TestACallThatNobodyWantsIsLeftRinging(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		call := b.call(exchange.Caller{Number: mobile, Patience: 30 * second})
		p := b.ring(12 * second)
		p.Do(line.Hangup{Cause: line.Blocked})
		if !p.waitEnd(second) || p.seen() != "ended:blocked:us:left ringing" {
			t.Errorf("leg: %s", p.seen())
		}
		none(b, 35*second)
		if r := call.Result(); r.Answered {
			t.Error("answered")
		}
		b.free()
	})
}

func TestGlareWhileTheRingIsNotYetKnown(t *testing.T) {
	for at := 20 * time.Millisecond; at <= 160*time.Millisecond; at += 20 * time.Millisecond {
		on(t, exchange.Config{Lines: []exchange.LineConfig{{Wire: exchange.Wire{Loss: 6, Noise: -60, Echo: 20}}}}, func(b *bed) {
			b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{
				{Wait: 500 * time.Millisecond, Say: words(t, "zh-CN", "demo_caller_1")}, {Stay: true},
			}})
			b.pass(at)
			leg, err := b.lines.Dial(lineName, "10086")
			if err != nil {
				if fault.CodeOf(err) != fault.Busy {
					t.Error(err)
				}
				return // the ring was known
			}
			out := b.party(leg)
			if !out.waitEnd(12*second) || !strings.Contains(out.seen(), "ended:no_circuit") {
				t.Fatalf("after %v: outgoing leg: %s", at, out.seen())
			}
			in := b.ring(12 * second)
			in.media()
			in.Do(line.Answer{})
			b.pass(2 * second)
			if got := in.seen(); got != "answered:signal" {
				t.Errorf("after %v: incoming leg: %s", at, got)
			}
			in.Do(line.Hangup{})
			b.free()
		})
	}
}

func TestNoCallGoesOutWhereOneIsComingIn(t *testing.T) {
	cfg := exchange.Config{Lines: []exchange.LineConfig{{Presentation: exchange.Presentation{Form: exchange.DTMF, Timing: exchange.BeforeRing}}}}
	on(t, cfg, func(b *bed) {
		b.call(exchange.Caller{Number: mobile})
		b.pass(2100 * time.Millisecond) // the number is there, the ring is not yet
		if b.ex.Free("exchange/1") {
			t.Fatal("nobody calls")
		}
		out := b.dial("10086")
		if !out.waitEnd(second) || out.seen() != "ended:no_circuit:us:line is not free" {
			t.Errorf("leg: %s", out.seen())
		}
		if got := b.ring(5 * second).Info().From; got != mobile {
			t.Errorf("number %q", got)
		}
	})
}

func TestTheBatteryIsLost(t *testing.T) {
	for name, when := range map[string]func(b *bed) *party{
		"at rest": func(*bed) *party { return nil },
		"while it rings": func(b *bed) *party {
			b.call(exchange.Caller{Number: mobile})
			return b.ring(12 * second)
		},
		"in a call": func(b *bed) *party {
			b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Stay: true}}})
			p := b.ring(12 * second)
			p.Do(line.Answer{})
			b.pass(3 * second)
			return p
		},
		"while dialling": func(b *bed) *party {
			p := b.dial(mobile)
			b.pass(2 * second)
			return p
		},
	} {
		t.Run(name, func(t *testing.T) {
			on(t, exchange.Config{}, func(b *bed) {
				p := when(b)
				b.ex.Cut("exchange/1")
				b.pass(2 * second)
				if s := b.lines.Status()[0]; s.State != fxo.NoBattery || s.Fault != "no battery" {
					t.Errorf("state %s (%s)", s.State, s.Fault)
				}
				if p != nil && !strings.HasSuffix(p.seen(), "ended:network_out_of_order:them:no battery") {
					t.Errorf("leg: %s", p.seen())
				}
				if _, err := b.lines.Dial(lineName, mobile); fault.CodeOf(err) != fault.Busy {
					t.Errorf("dial: %v", err)
				}
				if w := b.lines.Ways("town"); len(w) != 0 {
					t.Errorf("ways %v", w)
				}
				b.ex.Mend("exchange/1")
				b.free()
				b.call(exchange.Caller{Number: mobile})
				b.ring(12 * second)
			})
		})
	}
}

func TestThePortIsTakenOutAndPutBack(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Stay: true}}})
		p := b.ring(12 * second)
		p.Do(line.Answer{})
		b.pass(3 * second)
		b.ex.Remove("exchange/1")
		b.pass(2 * second)
		if s := b.lines.Status()[0]; s.State != fxo.NoPort || !strings.HasSuffix(p.seen(), "ended:network_out_of_order:them:port removed") {
			t.Errorf("state %s, leg %s", s.State, p.seen())
		}
		b.ex.Return("exchange/1")
		b.free()
	})
}

func TestALineWithoutDialToneBecomesAFaultAndRecovers(t *testing.T) {
	on(t, exchange.Config{Lines: []exchange.LineConfig{{DialToneDelay: -1}}}, func(b *bed) {
		for range 3 {
			p := b.dial(mobile)
			if !p.waitEnd(20 * second) {
				t.Fatal("does not end")
			}
			b.pass(4 * second)
		}
		if s := b.lines.Status()[0]; s.State != fxo.Faulty || s.Fault != "no dial tone" || s.Counters.Misses != 3 {
			t.Errorf("%+v", s)
		}
		b.call(exchange.Caller{Number: mobile, Patience: 8 * second})
		b.ring(12 * second)
		b.pass(20 * second)
		if s := b.lines.Status()[0]; s.State != fxo.Free {
			t.Errorf("a line that rings is no fault: %+v", s)
		}
	})
}

func TestMethodsReturnAfterTheEnd(t *testing.T) {
	var b *bed
	on(t, exchange.Config{}, func(bb *bed) {
		b = bb
		p := b.dial(mobile)
		b.pass(2 * second)
		b.stop()
		if !p.waitEnd(second) || !strings.Contains(p.seen(), "shutdown") {
			t.Errorf("leg: %s", p.seen())
		}
		p.Do(line.Hangup{})
		if _, err := b.lines.Dial(lineName, mobile); err == nil {
			t.Error("a call began after the end")
		}
		if err := b.lines.Probe(context.Background()); err == nil {
			t.Error("probed after the end")
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*second)
		defer cancel()
		if _, err := b.lines.Capture(ctx, lineName); err == nil {
			t.Error("captured after the end")
		}
		if _, err := b.lines.Learn(ctx, lineName, mobile); err == nil {
			t.Error("learned after the end")
		}
	})
}

func TestAFingerOnAKeyDoesNotSpoilTheNextCallersNumber(t *testing.T) {
	cfg := exchange.Config{Lines: []exchange.LineConfig{{Presentation: exchange.Presentation{Form: exchange.DTMF, Timing: exchange.BeforeRing}}}}
	on(t, cfg, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: 2 * second, Keys: "111111111"}}})
		p := b.ring(12 * second)
		p.Do(line.Answer{})
		b.pass(2400 * time.Millisecond)
		p.Do(line.Hangup{Cause: line.NormalClearing}) // the keys go on until the exchange knows
		b.pass(1200 * time.Millisecond)
		b.call(exchange.Caller{Number: "13900139000"})
		if got := b.ring(12 * second).Info().From; got != "13900139000" {
			t.Errorf("number %q", got)
		}
	})
}

func TestTheNextCallerComesBeforeTheFirstIsKnownToBeGone(t *testing.T) {
	for _, pr := range []exchange.Presentation{{}, {Form: exchange.DTMF, Timing: exchange.BeforeRing}, {Form: exchange.SDMF, Timing: exchange.BeforeRing}} {
		on(t, exchange.Config{Lines: []exchange.LineConfig{{Presentation: pr}}}, func(b *bed) {
			b.call(exchange.Caller{Number: mobile, Patience: 8 * second})
			first := b.ring(12 * second)
			for !b.ex.Free("exchange/1") {
				b.pass(20 * time.Millisecond)
			}
			b.pass(500 * time.Millisecond)
			b.call(exchange.Caller{Number: "13900139000", Patience: 20 * second})
			next := b.ring(12 * second)
			if got := next.Info().From; got != "13900139000" || first.seen() != "ended:normal_clearing:them:caller gave up" {
				t.Errorf("%v: number %q, first leg %s", pr, got, first.seen())
			}
			if !next.waitEnd(time.Minute) {
				t.Error("does not end")
			}
			b.free()
		})
	}
}

func TestCallerIDByKeysWithOtherFrames(t *testing.T) {
	for _, c := range []struct{ start, end, number, want string }{
		{"D", "C", mobile, mobile},
		{"A", "#", mobile, mobile},
		{"D", "#", "10086", "10086"},
		{"D", " ", mobile, mobile},
		{" ", " ", mobile, mobile},
		{" ", "#", "85551234", "85551234"},
		{"D", " ", "138", ""}, // cut off
	} {
		for _, timing := range []exchange.Timing{exchange.BeforeRing, exchange.BetweenRings} {
			cfg := exchange.Config{Lines: []exchange.LineConfig{{Presentation: exchange.Presentation{Form: exchange.DTMF, Timing: timing, Start: c.start, End: c.end}}}}
			on(t, cfg, func(b *bed) {
				b.call(exchange.Caller{Number: c.number})
				if got := b.ring(12 * second).Info().From; got != c.want {
					t.Errorf("%+v %s: number %q", c, timing, got)
				}
			})
		}
	}
}

func TestANumberCutOffIsNotShownToTheNextCaller(t *testing.T) {
	cfg := exchange.Config{Lines: []exchange.LineConfig{{Presentation: exchange.Presentation{Form: exchange.DTMF}}}}
	on(t, cfg, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Patience: 40 * second})
		if got := b.ring(12 * second); got.Info().From != mobile || !got.waitEnd(time.Minute) {
			t.Fatalf("first call: %+v", got.Info())
		}
		for patience := 2 * second; patience < 4*second; patience += 200 * time.Millisecond {
			b.pass(20 * second)
			b.call(exchange.Caller{Number: mobile, Patience: patience})
			for !b.ex.Free("exchange/1") {
				b.pass(20 * time.Millisecond)
			}
			b.call(exchange.Caller{Number: mobile, Patience: 20 * second})
			p := b.ring(15 * second)
			if got := p.Info().From; got != "" && got != mobile {
				t.Errorf("given up after %v: number %q", patience, got)
			}
			p.waitEnd(time.Minute)
			for len(b.came) > 0 {
				p = <-b.came
				p.waitEnd(time.Minute)
			}
		}
	})
}
