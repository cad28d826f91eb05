package exchange

import (
	"math/rand/v2"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// state is what a line of ours is in.
type state uint8

const (
	resting state = iota
	alerting
	inviting   // dial tone
	collecting // digits
	switching  // number complete; ringback or what comes in its place
	connected
	released // the far side is gone, we are still there
	dead     // no battery
)

// Limits of the hook, as the exchange sees it (GB/T 3378: a break under 100 ms may be a pulse; a flash is under a second).
const (
	flashAtLeast = 100 * time.Millisecond
	hangupAfter  = 800 * time.Millisecond
	digitTimeout = 5 * time.Second // nothing more is dialled: the number is taken as it is
	lostAfter    = time.Second     // a port reports lost battery after so long
	patientDial  = 20 * time.Second
)

// circuit is one line of ours in the exchange.
type circuit struct {
	ex   *Exchange
	cfg  LineConfig
	port *Port
	wire *wire

	state     state
	n         int // frames in this state
	plan      plan
	far       far
	up        bool // the far side and we are joined
	open      int  // frames for which the loop has been open
	closed    bool // the loop, in the frame before
	reversed  bool
	battery   bool
	cut       bool           // it is to go
	unpowered int            // frames without current
	told      bool           // BatteryLost was …
	to        analog.Handler // … to this one

	ears   *dsp.DTMFReceiver
	digits []byte
	pulses int
	dialed string // the last number

	sent, heard samples
	in, out     analog.Frame
}

func newCircuit(ex *Exchange, cfg LineConfig, rng *rand.Rand) *circuit {
	cfg.Tones = cfg.Tones.orChina()
	return &circuit{
		ex: ex, cfg: cfg, port: &Port{name: cfg.Name}, wire: newWire(cfg.Wire, rng), battery: true,
		ears: dsp.NewDTMFReceiver(),
	}
}

// step is one frame on the line.
func (c *circuit) step() {
	h, echoOff, done := c.port.move()
	signal := func(s analog.Signal) {
		if h != nil {
			h.Signal(s)
		}
	}
	if done {
		signal(analog.HookDone)
	}
	c.sent = samples{}
	c.wire.toExchange(&c.port.said, &c.heard)
	c.power(h, signal)
	c.hook(signal)
	c.n++
	c.serve(signal)
	said := c.port.said
	if echoOff && !c.cfg.Wire.NoCanceller || !c.port.closed {
		said = silent
	}
	if !c.battery {
		c.sent = samples{}
	}
	c.wire.toUs(&c.sent, &said, &c.in)
	c.out = silent
	if h != nil {
		h.Frame(&c.in, &c.out)
	}
	if c.port.said = c.out; !c.port.closed || !c.battery {
		c.port.said = silent
	}
}

// power follows the battery.
func (c *circuit) power(h analog.Handler, signal func(analog.Signal)) {
	switch {
	case c.cut && c.battery:
		c.battery, c.unpowered, c.told = false, 0, false
		c.leave()
		c.enter(dead)
	case !c.cut && !c.battery:
		c.battery = true
		if c.told {
			signal(analog.BatteryBack)
		}
		c.enter(resting)
		c.closed = false
	case !c.battery:
		if c.unpowered++; c.unpowered >= frames(lostAfter) && (!c.told || c.to != h) {
			c.told, c.to = true, h
			signal(analog.BatteryLost)
		}
	}
}

// hook follows the loop: lifting, hanging up, pulses, flashes.
func (c *circuit) hook(signal func(analog.Signal)) {
	if c.state == dead {
		return
	}
	switch was := c.closed; {
	case c.port.closed && !was && c.idle():
		c.closed, c.open = true, 0
		c.lift(signal)
	case c.port.closed && !was:
		c.closed = true
		c.broke(time.Duration(c.open)*frame, signal)
		c.open = 0
	case !c.port.closed && was:
		c.closed, c.open = false, 1
	case !c.port.closed && c.open > 0:
		if c.open++; c.open > frames(hangupAfter) {
			c.open = 0
			c.hangUp(signal)
		}
	}
}

func (c *circuit) idle() bool { return (c.state == resting || c.state == alerting) && c.open == 0 }

// broke takes in a break of the loop that was too short for hanging up.
func (c *circuit) broke(d time.Duration, signal func(analog.Signal)) {
	switch {
	case d < flashAtLeast && (c.state == inviting || c.state == collecting):
		c.pulses++
		c.enter(collecting)
	case d >= flashAtLeast && (c.state == connected || c.state == released):
		c.ex.note(c, "flash", "")
	case d >= flashAtLeast: // while dialling: as if lifted anew
		c.leave()
		c.invite(signal)
	}
}

func (c *circuit) lift(signal func(analog.Signal)) {
	c.wire.trip()
	if c.state == alerting && c.far != nil {
		c.ex.note(c, "answered", "")
		c.up = true
		c.far.lifted()
		c.enter(connected)
		return
	}
	c.ex.note(c, "lifted", "")
	if c.cfg.SeizureReversal {
		c.swap(signal)
	}
	c.invite(signal)
}

func (c *circuit) invite(func(analog.Signal)) {
	c.digits, c.pulses = c.digits[:0], 0
	c.enter(inviting)
	if d := or(c.cfg.DialToneDelay, 200*time.Millisecond); d > 0 {
		c.plan = newPlan(pause(d), toned(c.cfg.Tones.Dial, patientDial), toned(c.cfg.Tones.Busy, 0))
	}
}

func (c *circuit) hangUp(signal func(analog.Signal)) {
	c.ex.note(c, "hung up", "")
	c.leave()
	if c.reversed {
		c.swap(signal)
	}
	c.enter(resting)
}

// leave parts from the far side.
func (c *circuit) leave() {
	if f := c.far; f != nil {
		c.far, c.up = nil, false
		f.hungUp()
	}
}

func (c *circuit) enter(s state) { c.state, c.n, c.plan = s, 0, plan{} }

func (c *circuit) swap(signal func(analog.Signal)) {
	c.reversed = !c.reversed
	signal(analog.Reversed)
}

// serve does what the line's state asks for in this frame.
func (c *circuit) serve(signal func(analog.Signal)) {
	switch c.state {
	case inviting, collecting:
		c.collect()
	case connected:
		c.converse(signal)
	case alerting:
		c.lose()
	case resting, switching, released, dead:
	}
	if a := c.plan.now(); a != nil && c.plan.first() {
		if a.signal != 0 {
			signal(a.signal)
		}
		if a.name != "" {
			c.ex.note(c, a.name, "")
		}
		if a.ring {
			c.wire.trip()
		}
	}
	c.plan.step(&c.sent)
	if c.state == switching && c.far != nil && c.answeredNow() {
		c.up = true
		c.enter(connected)
		if c.cfg.AnswerReversal {
			c.swap(signal)
		}
		c.ex.note(c, "far answered", "")
	}
}

// lose lets a caller go whose patience is at its end.
func (c *circuit) lose() {
	if call, ok := c.far.(*Call); ok && c.n > call.patience {
		c.far = nil
		call.end("caller")
		c.ex.note(c, "gave up", "")
		c.enter(resting)
	}
}

// converse joins the two sides for one frame.
func (c *circuit) converse(signal func(analog.Signal)) {
	if c.far != nil && c.far.talk(&c.heard, &c.sent) {
		return
	}
	c.sent = samples{}
	c.far, c.up = nil, false
	c.release(signal)
}

// release does what the exchange does when the far side has hung up.
func (c *circuit) release(signal func(analog.Signal)) {
	c.ex.note(c, "far hung up", "")
	k := c.cfg.Clearing
	c.enter(released)
	var acts []act
	if k.Delay > 0 {
		acts = append(acts, pause(k.Delay))
	}
	if k.Reversal || c.reversed && c.cfg.AnswerReversal {
		c.reversed = !c.reversed
		acts = append(acts, act{signal: analog.Reversed, frames: 1})
	}
	if k.LoopBreak > 0 {
		acts = append(acts, act{signal: analog.LoopOpened, frames: max(1, frames(k.LoopBreak))})
	}
	tone := c.cfg.Tones.Busy
	if k.Congested {
		tone = c.cfg.Tones.Congestion
	}
	if !k.Silent {
		acts = append(acts, toned(tone, k.BusyFor))
	}
	if k.DialTone {
		acts = append(acts, toned(c.cfg.Tones.Dial, 0))
	}
	c.plan = newPlan(acts...)
}
