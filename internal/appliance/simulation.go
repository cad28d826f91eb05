package appliance

import (
	"fmt"
	"time"

	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// echoing is the line of the simulation whose port has no echo canceller.
const echoing = "exchange/7"

// plainPort is a port without echo canceller, as cheap gateways have.
type plainPort struct{ *exchange.Port }

// EchoCancel does nothing.
func (plainPort) EchoCancel(bool) {}

// simulated are the ports of the simulated exchange.
func simulated(ex *exchange.Exchange) []fxo.Device {
	var out []fxo.Device
	for _, p := range ex.Ports() {
		if p.Name() == echoing {
			out = append(out, plainPort{p})
			continue
		}
		out = append(out, p)
	}
	return out
}

// simulation is the exchange of demos and tests: eight lines as they are met, each of another kind. Line n is the port
// exchange/n and has the number 6600100n.
func simulation() exchange.Config {
	lines := []exchange.LineConfig{
		// 1 A clean line of a central office.
		{Presentation: exchange.Presentation{Form: exchange.MDMF}},
		// 2 Caller ID by keys before the first ring.
		{Presentation: exchange.Presentation{Form: exchange.DTMF, Timing: exchange.BeforeRing}},
		// 3 A gateway that swaps the wires when the called side answers, and when the far side hangs up.
		{AnswerReversal: true, Clearing: exchange.Clearing{Reversal: true}},
		// 4 A loop that is opened when the far side hangs up (kewlstart), and then no tone.
		{Presentation: exchange.Presentation{Form: exchange.SDMF}, Clearing: exchange.Clearing{LoopBreak: 600 * time.Millisecond, Silent: true}},
		// 5 Busy tone for some seconds, then dial tone: who misses the first hears the second.
		{Presentation: exchange.Presentation{Form: exchange.DTMF}, Clearing: exchange.Clearing{Delay: time.Second, BusyFor: 8 * time.Second, DialTone: true}},
		// 6 Long and old: nine decibels of loss, noise and hum.
		{Wire: exchange.Wire{Loss: 9, Noise: -55, Hum: -45, TripClicks: true}},
		// 7 A hybrid that does not match, on a port without echo canceller: what we say comes back 10 dB weaker.
		{Presentation: exchange.Presentation{Form: exchange.MDMFV23}, Wire: exchange.Wire{Loss: 3, Noise: -62, Echo: 10, EchoDelay: 8 * time.Millisecond}},
		// 8 No caller ID, and congestion tone in place of busy tone.
		{Presentation: exchange.Presentation{Form: exchange.NoNumber}, Clearing: exchange.Clearing{Congested: true}, Wire: exchange.Wire{Loss: 6, Noise: -60, Echo: 14}},
	}
	for i := range lines {
		lines[i].Name = fmt.Sprintf("exchange/%d", i+1)
		lines[i].Number = fmt.Sprintf("6600100%d", i+1)
	}
	return exchange.Config{Seed: 1, Lines: lines}
}
