package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
)

// Limits of waiting for a line that somebody else gives up.
const (
	redialEvery = 150 * time.Millisecond
	wayEvery    = 10 // redials until another line is asked for
	redials     = 60 // in all: nine seconds
)

// ladder is the ways of one try.
type ladder struct {
	all, rest []Destination
	out       Outgoing
	busy      []Destination // ways on which all lines were taken
	again     int           // how often it was begun anew
}

func newLadder(ways []Destination, out Outgoing) *ladder {
	return &ladder{all: ways, rest: ways, out: out}
}

// redial has a try begin anew with its ways.
type redial struct{ try int }

func (redial) callEvent() {}

// dialNext tries the ways of a try until one rings.
func (c *Call) dialNext(try int) {
	l := c.ways[try]
	cause := line.NoRoute
	for l != nil && len(l.rest) > 0 {
		d := l.rest[0]
		l.rest = l.rest[1:]
		legs, err := c.hub.cfg.Dialer.Dial(d, l.out)
		if err != nil {
			cause = causeOf(err)
			if fault.CodeOf(err) == fault.Busy {
				l.busy = append(l.busy, d)
			}
			c.hub.cfg.Logger.Info("dial", "call", string(c.id), "line", d.Line, "cause", cause.String(), "error", err)
			continue
		}
		infos := make([]line.Info, len(legs))
		for i, leg := range legs {
			infos[i] = leg.Info()
			n := len(c.legs)
			c.legs = append(c.legs, leg)
			c.listen(n, leg)
		}
		c.answerWith(Dialed{try, infos})
		return
	}
	if l != nil && c.madeWay(l) {
		time.AfterFunc(redialEvery, func() { c.post(redial{try}) })
		return
	}
	c.answerWith(DialFailed{try, cause})
}

// redial goes through the ways again, if somebody still waits for that.
func (c *Call) redial(try int) {
	if t := c.state.Tries[try-1]; t.Done || t.Live > 0 || c.state.Phase == Over {
		return
	}
	c.pending = c.pending[:0]
	c.dialNext(try)
	c.settle()
}

// madeWay asks for a line when all were taken, and reports whether it is worth beginning anew.
func (c *Call) madeWay(l *ladder) bool {
	y := c.hub.cfg.Yielders
	if y == nil || len(l.busy) == 0 || l.again >= redials {
		return false
	}
	if l.again%wayEvery == 0 && !y.MakeWay(l.busy) {
		return false
	}
	l.again++
	l.rest, l.busy = l.all, nil
	return true
}
