package exchange_test

import (
	"context"
	"hash/fnv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

func TestTheSameSeedIsTheSameSound(t *testing.T) {
	sum := func(seed uint64) uint64 {
		ex, err := exchange.New(exchange.Config{Seed: seed, Lines: []exchange.LineConfig{{
			Name: "exchange/1", Number: "1", Wire: exchange.Wire{Loss: 4, Noise: -40, Hum: -30, Echo: 10, TripClicks: true},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		p := plug(t, ex, 0)
		if _, err := ex.Call("1", exchange.Caller{Number: "13800138000"}); err != nil {
			t.Fatal(err)
		}
		p.run(10 * time.Second)
		h := fnv.New64a()
		for _, s := range p.heard {
			_, _ = h.Write([]byte{byte(s), byte(s >> 8)})
		}
		return h.Sum64()
	}
	if first := sum(1); first != sum(1) || first == sum(2) {
		t.Error("noise does not go by its seed")
	}
}

func TestTheWireSpoilsSoundAsConfigured(t *testing.T) {
	p := newPhone(t, exchange.LineConfig{DialToneDelay: -1, Wire: exchange.Wire{Noise: -45, Hum: -30}})
	p.run(time.Second)
	rest := p.heard[len(p.heard)-4000:]
	if l := dsp.Power(rest, 50); l < -31.5 || l > -28.5 {
		t.Errorf("hum at %.1f", l)
	}
	filter := dsp.NewHighPass(600)
	quiet := make([]int16, len(rest))
	for i, s := range rest {
		quiet[i] = int16(filter.Next(float64(s)))
	}
	if l := dsp.Level(quiet); l < -48 || l > -43 {
		t.Errorf("noise at %.1f", l)
	}
	p = newPhone(t, exchange.LineConfig{DialToneDelay: -1, Wire: exchange.Wire{Loss: 6, Echo: 12}})
	p.port.SetHook(analog.OffHook)
	p.run(200 * time.Millisecond)
	g := dsp.NewGenerator(dsp.Tone{Freq1: 1000, Level: -10})
	p.say = make([]int16, 8000)
	g.Next(p.say)
	p.run(800 * time.Millisecond)
	if l := dsp.Power(p.heard[len(p.heard)-4000:], 1000); l < -23 || l > -21 {
		t.Errorf("echo at %.1f, want -22", l)
	}
	p.port.EchoCancel(true)
	p.say = make([]int16, 8000)
	g.Next(p.say)
	p.run(800 * time.Millisecond)
	if l := dsp.Power(p.heard[len(p.heard)-4000:], 1000); l > -60 {
		t.Errorf("echo at %.1f though it is cancelled", l)
	}
}

func TestBatteryAndPort(t *testing.T) {
	p := newPhone(t, exchange.LineConfig{})
	p.run(time.Second)
	p.ex.Cut("exchange/1")
	p.run(2 * time.Second)
	other := plug(t, p.ex, 0) // whoever comes later hears of it, too
	p.run(time.Second)
	p.ex.Mend("exchange/1")
	p.run(time.Second)
	p.ex.Remove("exchange/1")
	third := plug(t, p.ex, 0)
	p.run(time.Second)
	p.ex.Return("exchange/1")
	p.run(time.Second)
	for want, got := range map[string][]string{
		"battery_lost": p.signals, "battery_lost battery_back removed": other.signals, "removed returned": third.signals,
	} {
		if strings.Join(got, " ") != want {
			t.Errorf("signals %v, want %s", got, want)
		}
	}
}

func TestRunKeepsTimeAndSaysWhenItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone(t, exchange.LineConfig{})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.ex.Run(ctx) }()
		time.Sleep(time.Minute)
		cancel()
		if err := <-done; err == nil {
			t.Error("no cause of the end")
		}
		if p.n < 2999 || p.n > 3001 {
			t.Errorf("%d frames in a minute", p.n)
		}
		if p.signals[len(p.signals)-1] != "stopped" {
			t.Errorf("signals %v", p.signals)
		}
	})
}

func TestWhatCannotBe(t *testing.T) {
	if _, err := exchange.New(exchange.Config{Lines: []exchange.LineConfig{{Name: "a"}, {Name: "a"}}}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("two ports of one name: %v", err)
	}
	p := newPhone(t, exchange.LineConfig{})
	if _, err := p.ex.Call("nobody", exchange.Caller{}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("%v", err)
	}
	if _, err := p.ex.Call("85550001", exchange.Caller{Number: "not a number"}); err == nil {
		t.Error("a number that cannot be sent")
	}
	if _, err := p.ex.Call("85550001", exchange.Caller{}); err != nil {
		t.Error(err)
	}
	if _, err := p.ex.Call("85550001", exchange.Caller{}); fault.CodeOf(err) != fault.Busy {
		t.Errorf("a line that rings is called again: %v", err)
	}
}
