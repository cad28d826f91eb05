package call

import "github.com/dealerline/dealerline/internal/base/line"

// moved is a connected leg of another call that gets a call of its own, as if its user had called.
type moved struct {
	Leg
	info line.Info
	to   Target
	host bool
	from *Call
	n    int // its number there
}

// Info is that of somebody who calls.
func (l *moved) Info() line.Info { return l.info }

// Listen hears the leg in place of the call that had it, and tells that call so.
func (l *moved) Listen(post func(line.Event)) {
	l.Leg.Listen(post)
	l.from.post(GivenAway{l.n})
}

// Do leaves out what a connected leg has no use for.
func (l *moved) Do(cmd line.Command) {
	switch cmd.(type) {
	case line.Ring, line.Progress, line.Answer:
	default:
		l.Leg.Do(cmd)
	}
}

// movedFrom is the leg as the other call knew it; nil for any that was not moved.
func movedFrom(l Leg) Leg {
	if m, ok := l.(*moved); ok {
		return m.Leg
	}
	return nil
}

// sendOff makes a call of its own of a leg.
func (c *Call) sendOff(e SendOff) {
	l := &moved{Leg: c.legs[e.Leg], info: c.as(e.Leg), to: e.Target, host: e.Host, from: c, n: e.Leg}
	l.info.Replaces = ""
	if l.info.To == "" {
		l.info.To = e.Target.Name
	}
	if to := c.hub.accept(NewID(), l); to != nil {
		c.given[e.Leg] = to
		return
	}
	c.answerWith(GivenAway{e.Leg})
}
