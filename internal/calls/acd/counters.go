package acd

import "time"

// Counters is what happened in a queue since the start or since [ACD.ResetCounters].
type Counters struct {
	Entered         int     `json:"entered"`
	Answered        int     `json:"answered"`
	AnsweredWithin  int     `json:"answered_within"` // of the service level's time
	Abandoned       int     `json:"abandoned"`       // without the short ones
	AbandonedWithin int     `json:"abandoned_within"`
	AbandonedShort  int     `json:"abandoned_short"`
	TimedOut        int     `json:"timed_out"` // left by the ladder or for having waited too long
	LeftByKey       int     `json:"left_by_key"`
	LeftEmpty       int     `json:"left_empty"`
	LedElsewhere    int     `json:"led_elsewhere"`
	Callbacks       int     `json:"callbacks"`        // left to be called back
	CallbacksServed int     `json:"callbacks_served"` // of these by a call back, which counts as answered then
	CallbacksLost   int     `json:"callbacks_lost"`   // not reached, or not before closing
	Refused         int     `json:"refused"`          // full or empty on coming
	Missed          int     `json:"missed"`           // offers that an agent did not take
	WaitTotal       Seconds `json:"wait_total"`       // of those answered
	LongestWait     Seconds `json:"longest_wait"`
	TalkTotal       Seconds `json:"talk_total"`
}

// ServiceLevel returns the first of the two usual figures: those answered in time, of those answered. It is 1
// while there is nothing to measure.
func (c Counters) ServiceLevel() float64 { return ratio(c.AnsweredWithin, c.Answered) }

// ServiceLevel2 returns the second: those answered or gone in time, of those answered or gone.
func (c Counters) ServiceLevel2() float64 {
	return ratio(c.AnsweredWithin+c.AbandonedWithin, c.Answered+c.Abandoned)
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

func (c *Counters) answered(wait time.Duration, sl ServiceLevel) {
	c.Answered++
	if wait <= sl.Within.Duration() {
		c.AnsweredWithin++
	}
	c.WaitTotal += seconds(wait)
	c.LongestWait = max(c.LongestWait, seconds(wait))
}

func (c *Counters) abandoned(wait time.Duration, sl ServiceLevel) {
	if wait < sl.ShortAbandon.Duration() {
		c.AbandonedShort++
		return
	}
	c.Abandoned++
	if wait <= sl.Within.Duration() {
		c.AbandonedWithin++
	}
}

func (c *Counters) exited(word string) {
	switch word {
	case exitTimeout:
		c.TimedOut++
	case exitKey:
		c.LeftByKey++
	case exitEmpty:
		c.LeftEmpty++
	case exitCallback: // counted when it is promised
	default:
		c.LedElsewhere++
	}
}

// zeroCounters begins a new day: the counters and what fewest_calls and least_talk_time compare.
func (s *state) zeroCounters() {
	for _, q := range s.order {
		q.counters = Counters{}
		for _, t := range q.tiers {
			t.calls, t.talk = 0, 0
		}
	}
	for _, a := range s.agents {
		a.calls, a.talk = 0, 0
	}
}
