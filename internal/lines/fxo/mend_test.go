package fxo_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// faulty is a port whose driver goes wrong once, when it is to go off hook.
type faulty struct {
	fxo.Device
	wrong atomic.Bool
}

func (f *faulty) SetHook(h analog.Hook) {
	f.Device.SetHook(h)
	if h == analog.OffHook && f.wrong.Swap(false) {
		panic("driver")
	}
}

// A fault ends the call it happens in, and the line is as it was before.
func TestALineIsWholeAgainAfterAFault(t *testing.T) {
	subscribers := []exchange.Subscriber{{Number: mobile, After: 3 * second, Script: []exchange.Action{{Wait: 12 * second}}}}
	for name, wrong := range map[string]func(b *bed){
		"in an outgoing call": func(b *bed) {
			if p := b.dial(mobile); !p.waitEnd(second) {
				b.t.Error("the call does not end")
			}
		},
		"when a call is answered": func(b *bed) {
			call := b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: 5 * second}}})
			p := b.ring(12 * second)
			p.Do(line.Answer{})
			if !p.waitEnd(second) {
				b.t.Error("the call does not end")
			}
			call.HangUp()
		},
		"in a test call": func(b *bed) {
			ctx, cancel := context.WithTimeout(b.t.Context(), 10*second)
			defer cancel()
			if _, err := b.lines.Learn(ctx, lineName, mobile); fault.CodeOf(err) != fault.Busy {
				b.t.Errorf("learned with %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var port *faulty
			synctest.Test(t, func(t *testing.T) {
				b := newBedOn(t, exchange.Config{Lines: []exchange.LineConfig{{}}, Subscribers: subscribers}, func(d fxo.Device) fxo.Device {
					port = &faulty{Device: d}
					return port
				})
				b.pass(second)
				port.wrong.Store(true)
				wrong(b)
				b.pass(10 * second)
				b.free()
				if _, err := b.lines.Learn(b.t.Context(), lineName, mobile); err != nil {
					t.Errorf("a test call afterwards: %v", err)
				}
				b.pass(5 * second)
				b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: second}}})
				in := b.ring(12 * second)
				if in.Info().From != mobile {
					t.Errorf("the next caller is %q", in.Info().From)
				}
				in.Do(line.Answer{})
				if !in.waitEnd(20 * second) {
					t.Error("the next call does not end")
				}
				b.pass(5 * second)
				p := b.dial(mobile)
				select {
				case <-p.up:
				case <-time.After(30 * second):
					t.Errorf("the next outgoing call: %s", p.seen())
				}
				b.stop()
				synctest.Wait()
			})
		})
	}
}

// A line without a port stays one whatever goes wrong with it.
func TestAFaultBringsNoPortBack(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		b.ex.Remove("exchange/1")
		b.pass(second)
		b.lines.Fail(lineName)
		b.pass(5 * second)
		if s := b.lines.Status()[0]; s.State != fxo.NoPort {
			t.Errorf("%s/%s", s.State, s.Phase)
		}
	})
}

// A port that is taken out in a test call gives no more sound: whoever waits for the result is told.
func TestATestCallEndsWithItsPort(t *testing.T) {
	cfg := exchange.Config{Subscribers: []exchange.Subscriber{{Number: mobile, After: 9 * second, Script: []exchange.Action{{Wait: 2 * second}}}}}
	on(t, cfg, func(b *bed) {
		done := make(chan error, 1)
		go func() {
			_, err := b.lines.Learn(b.t.Context(), lineName, mobile)
			done <- err
		}()
		b.pass(8 * second)
		b.ex.Remove("exchange/1")
		select {
		case err := <-done:
			if fault.CodeOf(err) != fault.Unavailable {
				t.Errorf("ended with %v", err)
			}
		case <-time.After(5 * time.Minute):
			t.Error("does not end")
			b.ex.Return("exchange/1")
			if err := <-done; err != nil {
				t.Log(err)
			}
		}
		b.ex.Return("exchange/1")
		b.pass(10 * second)
		b.dial(mobile)
	})
}
