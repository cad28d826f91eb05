package fxo_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/exchange"
)

const (
	mobile = "13800138000"
	second = 1 * time.Second
)

func TestCallerIDInEveryFormAndTiming(t *testing.T) {
	for _, form := range []exchange.Form{exchange.MDMF, exchange.SDMF, exchange.MDMFV23, exchange.SDMFV23, exchange.DTMF, exchange.NoNumber} {
		for _, timing := range []exchange.Timing{exchange.BetweenRings, exchange.BeforeRing} {
			t.Run(form.String()+" "+timing.String(), func(t *testing.T) {
				cfg := exchange.Config{Seed: 3, Lines: []exchange.LineConfig{{
					Presentation: exchange.Presentation{Form: form, Timing: timing},
					Wire:         exchange.Wire{Loss: 6, Noise: -55, Hum: -40, TripClicks: true},
				}}}
				on(t, cfg, func(b *bed) {
					began := time.Now()
					call := b.call(exchange.Caller{
						Number: mobile, Script: []exchange.Action{{Wait: second, Say: words(t, "zh-CN", "demo_caller_1")}},
					})
					p := b.ring(12 * second)
					want := mobile
					if form == exchange.NoNumber {
						want = ""
					}
					if got := p.Info(); got.From != want || got.Direction != line.Inbound || got.To != "85550001" || got.Line != lineName {
						t.Errorf("info %+v", got)
					}
					took := time.Since(began)
					if timing == exchange.BeforeRing && form != exchange.NoNumber && took > 4*second {
						t.Errorf("offered after %v, though the number came before the first ring", took)
					}
					p.media()
					p.Do(line.Answer{})
					if !p.waitEnd(40 * second) {
						t.Fatalf("does not end: %s\n%s", b.state(), b.journal())
					}
					if got := p.seen(); got != "answered:signal ended:normal_clearing:them:busy tone" {
						t.Errorf("leg: %s", got)
					}
					<-call.Done()
					if r := call.Result(); !r.Answered || r.EndedBy != "caller" {
						t.Errorf("caller: %+v", r.EndedBy)
					}
					b.free()
				})
			})
		}
	}
}
