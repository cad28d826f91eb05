package exchange

import (
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

const frame = media.FrameDuration

// silent is a frame of nothing.
var silent = func() (f media.Frame) { //nolint:gochecknoglobals // a constant frame
	for i := range f {
		f[i] = dsp.SilenceALaw
	}
	return f
}()

// interdigit is the pause after which a train of pulses is a digit.
const interdigit = 300 * time.Millisecond

// collect takes in digits until they are a number.
func (c *circuit) collect() {
	if k := c.ears.Write(c.heard[:]); k != 0 {
		c.digit(k)
		return
	}
	if c.pulses > 0 && c.closed && c.n > frames(interdigit) {
		d := byte('0' + c.pulses%10)
		c.pulses = 0
		c.digit(d)
		return
	}
	if c.state == collecting && c.pulses == 0 && c.n > frames(digitTimeout) {
		c.connect(string(c.digits))
	}
}

func (c *circuit) digit(k byte) {
	c.enter(collecting)
	if k == '#' && len(c.digits) > 0 {
		c.connect(string(c.digits))
		return
	}
	c.digits = append(c.digits, k)
	if n := string(c.digits); c.ex.complete(n) || len(n) > 24 {
		c.connect(n)
	}
}

// connect switches the call that was dialled.
func (c *circuit) connect(number string) {
	c.dialed = number
	c.ex.note(c, "dialed", number)
	c.enter(switching)
	after := pause(or(c.cfg.PostDialDelay, 500*time.Millisecond))
	if other := c.ex.byNumber(number); other != nil {
		c.connectLine(other, after)
		return
	}
	s, known := c.ex.subscribers[number]
	if !known {
		s = Subscriber{Outcome: Vacant}
	}
	busy, ring := toned(c.cfg.Tones.Busy, 0), toned(c.cfg.Tones.Ringback, or(c.cfg.RingFor, time.Minute))
	if len(s.Music) > 0 {
		ring.sound = &clip{alaw: s.Music, loop: true}
	}
	switch s.Outcome {
	case Busy:
		c.plan = newPlan(after, busy)
	case Congested:
		c.plan = newPlan(after, toned(c.cfg.Tones.Congestion, 0))
	case Vacant:
		c.plan = newPlan(after, act{sound: informationTones()}, act{sound: &clip{alaw: c.ex.announcement}}, act{sound: informationTones()},
			act{sound: &clip{alaw: c.ex.announcement}}, busy)
	case Swallowed:
		c.plan = newPlan(act{frames: -1})
	case Answers, NoAnswer:
		c.plan = newPlan(after, ring, busy)
		if s.Outcome == Answers {
			c.far = &callee{person: newPerson(s.Script, s.Hear), ex: c.ex, number: number, wait: frames(or(c.cfg.PostDialDelay, 500*time.Millisecond) + s.After)}
		}
	}
}

// connectLine rings another of our own lines.
func (c *circuit) connectLine(other *circuit, after act) {
	busy := toned(c.cfg.Tones.Busy, 0)
	if other == c || other.state != resting || other.closed {
		c.plan = newPlan(after, busy)
		return
	}
	p, err := other.cfg.alerting(Caller{Number: c.cfg.Number})
	if err != nil {
		c.plan = newPlan(after, busy)
		return
	}
	a, b := &patch{}, &patch{}
	a.peer, b.peer = b, a
	a.line, b.line = c, other
	c.far, other.far = a, b
	other.enter(alerting)
	other.plan = p
	c.plan = newPlan(after, toned(c.cfg.Tones.Ringback, or(c.cfg.RingFor, time.Minute)), busy)
}

// answeredNow reports whether the called side has just answered.
func (c *circuit) answeredNow() bool {
	switch f := c.far.(type) {
	case *callee:
		return c.n >= f.wait
	case *patch:
		return f.peer.up
	}
	return false
}

// callee is a subscriber whom we called.
type callee struct {
	*person
	ex     *Exchange
	number string
	wait   int
	over   bool
}

func (p *callee) talk(in, out *samples) bool {
	if p.step(in, out) {
		return true
	}
	p.end("subscriber")
	return false
}

func (p *callee) lifted() {}
func (p *callee) hungUp() { p.end("line") }

func (p *callee) end(by string) {
	if !p.over {
		p.over = true
		all := append(p.ex.visits[p.number], Result{Answered: p.at > 0 || p.n > 0, EndedBy: by, Keys: string(p.all), Heard: p.heard})
		if n := len(all) - keptVisits; n > 0 {
			all = slices.Delete(all, 0, n) // which lets go of their sound
		}
		p.ex.visits[p.number] = all
	}
}

// patch joins two of our own lines.
type patch struct {
	peer *patch
	line *circuit
	said samples // by our line in this frame, for the other
	up   bool    // this side answered
	gone bool
}

func (p *patch) talk(in, out *samples) bool {
	p.said = *in
	*out = p.peer.said
	return !p.peer.gone
}

func (p *patch) lifted() { p.up = true }

func (p *patch) hungUp() {
	p.gone = true
	o := p.peer.line
	if o.far != p.peer {
		return
	}
	if o.state == alerting {
		o.far = nil
		o.enter(resting)
	}
}

// complete reports whether a number is somebody's and cannot become longer.
func (e *Exchange) complete(number string) bool {
	found := false
	for n := range e.numbers() {
		if n != number && strings.HasPrefix(n, number) {
			return false
		}
		found = found || n == number
	}
	return found
}
