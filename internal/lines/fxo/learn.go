package fxo

import (
	"context"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Learned says how a profile was come by and how sure it is.
type Learned struct {
	At   time.Time `json:"at"`
	From string    `json:"from"` // "test_call" or "recording"
	// Confidence is from 0 (not observed) to 1, for "dial_tone", "ringback", "hang_up_tone", "polarity", "caller_id".
	Confidence map[string]float64 `json:"confidence"`
	// HangUp is how the line told that the far side had hung up: "tone", "polarity", "loop".
	HangUp []string `json:"hang_up,omitempty"`
	// CallerID is how the numbers of callers came so far: "fsk_between", "fsk_before", "dtmf_before", "dtmf_between".
	CallerID string  `json:"caller_id,omitempty"`
	DialTone float64 `json:"dial_tone_dbm0,omitempty"` // its level
	Tone     float64 `json:"tone_dbm0,omitempty"`      // level of the tone after hanging up
}

// testTape is how much of a test call is kept: all of it.
const testTape = testDialTone + testListen + 40*time.Second

// testLimit is how long a test call can last: what is kept, and pulses for a long number.
const testLimit = testTape + 30*time.Second

// Learn makes a test call on a line, to a number that answers and hangs up after some seconds (another line of the box, or
// a mobile phone), listens, and returns the profile that fits what it heard. Nothing is changed: whoever likes the profile puts
// it into the settings. The line cannot be used meanwhile. The error is [fault.NotFound], [fault.Invalid] for the number,
// or [fault.Busy] when the line was not free or a caller came in.
func (l *Lines) Learn(ctx context.Context, name, number string) (Profile, error) {
	a, err := l.byName(name)
	if err != nil {
		return Profile{}, err
	}
	set := a.settings.Load()
	stages, err := ParseStages(set.Prefix + number)
	if err != nil {
		return Profile{}, err
	}
	if a.seen.Load().Phase != Idle || !a.claimed.CompareAndSwap(false, true) {
		return Profile{}, fault.New(fault.Busy, "line.busy", "learn %q: the line is not free", name)
	}
	defer a.claimed.Store(false)
	ctx, cancel := context.WithTimeoutCause(ctx, testLimit,
		fault.New(fault.Unavailable, "line.silent", "learn %q: the line does not answer", name))
	defer cancel()
	if _, err := a.ear.swap(ctx, testTape); err != nil {
		return Profile{}, err
	}
	done := make(chan bool, 1)
	if err := ask(a.box, tested{stages, done}); err != nil {
		return Profile{}, err
	}
	complete := false
	select {
	case complete = <-done:
	case <-ctx.Done():
	}
	heard, err := a.capture(context.WithoutCancel(ctx))
	if err != nil {
		return Profile{}, err
	}
	if !complete {
		if ctx.Err() != nil {
			return Profile{}, context.Cause(ctx)
		}
		return Profile{}, fault.New(fault.Busy, "line.busy", "learn %q: the line was not free, or a call came in", name)
	}
	p := Study(heard, set.behaviour(l.cfg.Profiles))
	p.Learned.At, p.Learned.From = time.Now().UTC(), "test_call"
	p.Name = name
	a.seen.Load().Count.learn(&p)
	return p, nil
}

// enoughCalls is how many calls without caller ID show that a line has none.
const enoughCalls = 10

// learn adds what a line's callers have shown.
func (c *Counters) learn(p *Profile) {
	best, form := uint64(0), ""
	for _, x := range []struct {
		form string
		n    uint64
	}{{"fsk_between", c.FSKBetween}, {"fsk_before", c.FSKBefore}, {"dtmf_before", c.DTMFBefore}, {"dtmf_between", c.DTMFBetween}} {
		if x.n > best {
			best, form = x.n, x.form
		}
	}
	p.CallerID = AnyCallerID
	switch {
	case best > 0:
		p.Learned.CallerID = form
		p.Learned.Confidence["caller_id"] = float64(best) / float64(best+1)
	case c.NoCallerID >= enoughCalls:
		p.CallerID, p.Learned.CallerID = NoCallerID, "none"
		p.Learned.Confidence["caller_id"] = float64(c.NoCallerID) / float64(c.NoCallerID+enoughCalls)
	}
}
