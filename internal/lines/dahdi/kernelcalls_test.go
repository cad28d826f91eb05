package dahdi

import (
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

const mobile = "13800138000"

// A caller rings, is answered, both hear each other, presses keys, and hangs up: by battery and by busy tone.
func TestKernelCallsIn(t *testing.T) {
	for name, c := range map[string]struct {
		show     exchange.Presentation
		clearing exchange.Clearing
		detail   string
	}{
		"fsk between rings, busy tone":      {exchange.Presentation{Form: exchange.MDMF}, exchange.Clearing{}, "busy tone"},
		"dtmf before the ring, loop opened": {exchange.Presentation{Form: exchange.DTMF, Timing: exchange.BeforeRing}, exchange.Clearing{LoopBreak: 500 * time.Millisecond, Silent: true}, "loop opened"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t, exchange.LineConfig{Presentation: c.show, Clearing: c.clearing}, fxo.Keys)
			l, call := b.ring(exchange.Caller{Number: mobile, Script: []exchange.Action{
				{Wait: time.Second, Say: tone(440, 2*time.Second)}, {Wait: 300 * time.Millisecond, Keys: "159#"}, {Wait: time.Second},
			}})
			if got := l.Info(); got.From != mobile || got.To != "85550001" {
				t.Errorf("from %q to %q", got.From, got.To)
			}
			l.Do(line.Answer{})
			l.wait(t, "answered", 5*time.Second)
			b.until("echo canceller on", func() bool { return canceller(t) == "ACTIVE" })
			go l.media(b.ctx)
			ended := l.wait(t, "ended", 40*time.Second)
			t.Logf("%s, keys %q", ended, l.digits)
			b.until("echo canceller off", func() bool { return canceller(t) == "INACTIVE" })
			if want := "ended:normal_clearing:" + c.detail; ended != want {
				t.Errorf("%s, want %s", ended, want)
			}
			if l.digits != "159#" {
				t.Errorf("keys %q", l.digits)
			}
			if v := best(l.heard, 440); v < -16 {
				t.Errorf("the caller's 440 Hz at %.1f dBm0", v)
			}
			heard := make([]int16, len(call.Result().Heard))
			dsp.ExpandALaw(heard, call.Result().Heard)
			if v := best(heard, 1000); v < -16 {
				t.Errorf("our 1 kHz reached the caller at %.1f dBm0", v)
			}
		})
	}
}

// canceller is the state of our channel's echo canceller, as the kernel tells it.
func canceller(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("/proc/dahdi/1")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\s*1 .*EC: MG2 - ([A-Z]+)`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("no echo canceller:\n%s", text)
	}
	return string(m[1])
}

// We call out: dial tone, digits, ringback, a voice that answers; then we flash, and hang up.
func TestKernelCallsOut(t *testing.T) {
	for method, number := range map[fxo.DialMethod]string{fxo.Keys: mobile, fxo.Pulses: "83120"} {
		t.Run(string(method), func(t *testing.T) { kernelCallsOut(t, method, number) })
	}
}

func kernelCallsOut(t *testing.T, method fxo.DialMethod, number string) {
	t.Helper()
	b := newBed(t, exchange.LineConfig{}, method, exchange.Subscriber{
		Number: number, After: 3 * time.Second,
		Script: []exchange.Action{{Wait: 200 * time.Millisecond, Say: tone(600, 3*time.Second)}, {Stay: true}},
	})
	out, err := b.lines.Dial("l1", number)
	if err != nil {
		t.Fatal(err)
	}
	l := newLeg(out)
	go l.media(b.ctx)
	t.Log(l.wait(t, "answered", 45*time.Second))
	time.Sleep(time.Second)
	l.Do(line.SendDigits{Digits: "!"})
	time.Sleep(1500 * time.Millisecond)
	l.Do(line.Hangup{Cause: line.NormalClearing})
	t.Log(l.wait(t, "ended", 10*time.Second))
	time.Sleep(3 * time.Second) // the kernel waits for a flash to be none
	var dialled, flashed, hungUp bool
	for _, e := range b.st.ex.Journal("exchange/1") {
		t.Logf("%6.2f s %s %s", e.At.Seconds(), e.What, e.Detail)
		dialled = dialled || e.What == "dialed" && e.Detail == number
		flashed = flashed || e.What == "flash"
		hungUp = hungUp || e.What == "hung up"
	}
	if !dialled || !flashed || !hungUp {
		t.Errorf("dialled %v, flashed %v, hung up %v", dialled, flashed, hungUp)
	}
}

// The span is taken out during a call and comes back: the call ends with its reason, and the line rings again.
func TestKernelTakesASpanAway(t *testing.T) {
	b := newBed(t, exchange.LineConfig{}, fxo.Keys)
	l, _ := b.ring(exchange.Caller{Number: mobile, Script: []exchange.Action{{Stay: true}}})
	l.Do(line.Answer{})
	l.wait(t, "answered", 5*time.Second)
	b.take(1)
	if got := l.wait(t, "ended", 10*time.Second); got != "ended:network_out_of_order:port removed" && got != "ended:network_out_of_order:no battery" {
		t.Errorf("%s", got)
	}
	time.Sleep(1500 * time.Millisecond)
	if n := len(b.sys.Spans()); n != 1 {
		t.Errorf("%d spans, want 1", n)
	}
	b.bring(1)
	time.Sleep(2500 * time.Millisecond)
	t.Logf("%+v", b.sys.Spans())
	if n := len(b.sys.Spans()); n != 2 {
		t.Errorf("%d spans, want 2", n)
	}
	b.until("the exchange has seen us hang up", func() bool { return b.st.ex.Free("exchange/1") })
	again, _ := b.ring(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: time.Second}}})
	if got := again.Info().From; got != mobile {
		t.Errorf("after the return: from %q", got)
	}
	again.Do(line.Answer{})
	again.wait(t, "answered", 5*time.Second)
	again.wait(t, "ended", 20*time.Second)
}

// The far end of the wire is gone: the line says that it has no battery, and nobody can call out on it.
func TestKernelWithoutBattery(t *testing.T) {
	b := newBed(t, exchange.LineConfig{}, fxo.Keys)
	b.until("idle", func() bool { return b.lines.Status()[0].State == fxo.Free })
	b.take(2)
	b.until("no battery", func() bool { return b.lines.Status()[0].State == fxo.NoBattery })
	if _, err := b.lines.Dial("l1", mobile); err == nil {
		t.Error("dialled without battery")
	}
	b.until("red alarm", func() bool { return b.sys.Spans()[0].Alarms&Red != 0 })
	b.bring(2)
	b.until("idle again", func() bool { return b.lines.Status()[0].State == fxo.Free })
}

// Frames for which the kernel has no room are counted, and no others.
func TestKernelCountsGaps(t *testing.T) {
	kernel(t)
	spans(t)
	sys, err := Open(Config{Channels: []int{ours}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := sys.close(); err != nil {
			t.Error(err)
		}
	}()
	p := sys.Ports()[0] // without a loop: we are the one who serves it
	p.frame()
	if n := p.Gaps(); n != 0 {
		t.Errorf("%d gaps before the buffers are full", n)
	}
	for range 10 * buffers {
		p.frame()
	}
	if n := p.Gaps(); n < buffers || n > 10*buffers {
		t.Errorf("%d gaps in %d frames at once", n, 10*buffers)
	}
}
