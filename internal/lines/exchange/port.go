package exchange

import (
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Port is our end of one line: it satisfies fxo.Device and fxo.Pulser. Its methods take effect with the next step.
type Port struct {
	name string

	mu      sync.Mutex
	handler analog.Handler
	orders  []span
	removed bool
	greet   bool // the handler is still to be told that the port is gone
	echoOff bool

	// Owned by Step.
	spans  []span // what the hook is going to do
	closed bool   // the loop, now
	said   analog.Frame
}

// span is a time for which the loop is open or closed; frames 0 means from now on.
type span struct {
	closed bool
	frames int
	done   bool // HookDone is told at its end
}

// Pulses of a telephone dial: 10 a second, 60 ms open and 40 ms closed, and between digits a pause (ITU-T Q.2, GB/T 15279).
const (
	pulseOpen   = 3  // frames
	pulseClosed = 2  //
	digitPause  = 35 // 700 ms
)

// Name is the port's name in settings.
func (p *Port) Name() string { return p.name }

// Attach makes h the one who hears of everything; nil ends that.
func (p *Port) Attach(h analog.Handler) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handler, p.greet = h, p.removed && h != nil
}

// SetHook opens or closes the loop.
func (p *Port) SetHook(h analog.Hook) { p.order(true, span{closed: h == analog.OffHook}) }

// Flash opens the loop for d.
func (p *Port) Flash(d time.Duration) {
	p.order(false, span{frames: max(1, frames(d))}, span{closed: true, frames: 1, done: true})
}

// Pulse dials digits by pulses.
func (p *Port) Pulse(digits string) {
	var all []span
	for _, d := range digits {
		if d < '0' || d > '9' {
			continue
		}
		n := int(d - '0')
		if n == 0 {
			n = 10
		}
		for range n {
			all = append(all, span{frames: pulseOpen}, span{closed: true, frames: pulseClosed})
		}
		all = append(all, span{closed: true, frames: digitPause})
	}
	if len(all) > 0 {
		all[len(all)-1].done = true
	}
	p.order(false, all...)
}

// EchoCancel takes the wire's echo away, as a card's canceller would.
func (p *Port) EchoCancel(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.echoOff = on
}

// order puts movements of the hook in line; a new state of it (replace) drops what was still to come.
func (p *Port) order(replace bool, s ...span) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.removed {
		return
	}
	if replace {
		p.orders = append(p.orders[:0], span{frames: -1})
	}
	p.orders = append(p.orders, s...)
}

// move advances the hook by one frame and reports whether a movement ended.
func (p *Port) move() (h analog.Handler, echoOff, done bool) {
	p.mu.Lock()
	for _, s := range p.orders {
		if s.frames < 0 { // a new state begins: what was still to come is dropped
			p.spans = p.spans[:0]
			continue
		}
		p.spans = append(p.spans, s)
	}
	p.orders = p.orders[:0]
	h, echoOff = p.handler, p.echoOff
	greet := p.greet
	p.greet = false
	if p.removed {
		h = nil
	}
	handler := p.handler
	p.mu.Unlock()
	if greet {
		handler.Signal(analog.Removed)
	}
	for len(p.spans) > 0 {
		s := &p.spans[0]
		if s.frames == 0 { // from now on
			done = done || p.closed != s.closed
			p.closed = s.closed
			p.spans = p.spans[1:]
			continue
		}
		p.closed = s.closed
		if s.frames--; s.frames > 0 {
			break
		}
		done = done || s.done
		p.spans = p.spans[1:]
		break
	}
	return h, echoOff, done
}

// frames is how many frames a time lasts.
func frames(d time.Duration) int { return int(d / media.FrameDuration) }
