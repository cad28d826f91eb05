package exchange

import (
	"fmt"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
)

// Moments of a ring. A port's ring detector needs a few cycles of 25 Hz to believe in a ring and in its end.
const (
	ringDetect  = 120 * time.Millisecond
	ringRelease = 80 * time.Millisecond
	idAfterRing = 600 * time.Millisecond // from the end of the first ring to caller ID (EN 300 659-1: 500 … 2000 ms)
	idToRing    = 500 * time.Millisecond // from caller ID to the first ring
)

// dataCall is the act that sends caller ID as data.
type dataCall struct{ *callerid.Sender }

func (d dataCall) next(out *samples) bool { return d.Next(out[:]) }

// presenting is the act that sends a caller's number on this line; ok is false if the line has no caller ID.
func (p Presentation) presenting(c Caller) (a act, ok bool, err error) {
	m := callerid.Message{Number: c.Number, Name: c.Name, Month: c.At.Month, Day: c.At.Day, Hour: c.At.Hour, Minute: c.At.Minute}
	if c.Withheld {
		m.Number, m.Name, m.NumberAbsence = "", "", callerid.Private
	} else if c.Number == "" {
		m.NumberAbsence = callerid.Unavailable
	}
	if p.NoName {
		m.Name = ""
	}
	switch p.Form {
	case NoNumber:
		return act{}, false, nil
	case DTMF:
		return act{name: "caller id", sound: keyed(p.keys(c), or(p.On, 60*time.Millisecond), or(p.Off, 60*time.Millisecond), orLevel(p.Level, -9)+9)}, true, nil
	case MDMF, SDMF, MDMFV23, SDMFV23:
	}
	format, std := callerid.MDMF, callerid.Bell202
	if p.Form == SDMF || p.Form == SDMFV23 {
		format = callerid.SDMF
	}
	if p.Form == MDMFV23 || p.Form == SDMFV23 {
		std = callerid.V23
	}
	data, err := callerid.Encode(m, format)
	if err != nil {
		return act{}, false, fmt.Errorf("encode caller ID: %w", err)
	}
	return act{name: "caller id", sound: dataCall{callerid.NewSender(std, data, orLevel(p.Level, -13.5))}}, true, nil
}

// keys are what the exchange presses to say a number.
func (p Presentation) keys(c Caller) string {
	switch {
	case c.Withheld:
		return "B10C"
	case c.Number == "":
		return callerid.DTMFKeys("")
	case p.Start != "" || p.End != "":
		return p.Start + c.Number + p.End
	}
	return callerid.DTMFKeys(c.Number)
}

func orLevel(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

// alerting is everything that an exchange does on a line from the beginning of a call until somebody answers.
func (c *LineConfig) alerting(who Caller) (plan, error) {
	id, known, err := c.Presentation.presenting(who)
	if err != nil {
		return plan{}, err
	}
	on, off := or(c.RingOn, time.Second), or(c.RingOff, 4*time.Second)
	var acts []act
	if known && c.Presentation.Timing == BeforeRing {
		acts = append(acts, pause(200*time.Millisecond), id, pause(idToRing))
	}
	if known && c.Presentation.Timing == BetweenRings {
		acts = append(acts, burst(on)...)
		acts = append(acts, pause(idAfterRing-ringRelease), id, pause(time.Second))
		// The second ring comes when it would have come anyway, or later if the data took long.
		if rest := off - idAfterRing - time.Second - dataTime(who, c.Presentation); rest > 0 {
			acts = append(acts, pause(rest))
		}
	}
	first := len(acts)
	acts = append(acts, burst(on)...)
	acts = append(acts, act{frames: max(1, frames(off-ringRelease)), again: true, loop: first})
	return newPlan(acts...), nil
}

// burst is one ring, as the port's detector sees it.
func burst(on time.Duration) []act {
	return []act{
		{name: "ring", ring: true, sound: ringNoise(), frames: max(1, frames(ringDetect))},
		{ring: true, sound: ringNoise(), signal: analog.RingBegins, frames: max(1, frames(on-ringDetect))},
		pause(ringRelease),
		{signal: analog.RingEnds, frames: 1},
	}
}

// dataTime is about how long caller ID takes.
func dataTime(c Caller, p Presentation) time.Duration {
	if p.Form == DTMF {
		return time.Duration(len(p.keys(c))) * (or(p.On, 60*time.Millisecond) + or(p.Off, 60*time.Millisecond))
	}
	return 400*time.Millisecond + time.Duration(len(c.Number)+len(c.Name)+16)*10*time.Second/callerid.Baud
}
