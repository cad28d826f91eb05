package acd

import "time"

// average is a moving average: plain over the first few values, then exponential.
type average struct {
	value time.Duration
	n     int
}

// averageOver is how many values the moving average looks back over, roughly.
const averageOver = 16

func (a *average) add(v time.Duration) {
	a.n = min(a.n+1, averageOver)
	a.value += (v - a.value) / time.Duration(a.n)
}

// expectedWait estimates how long the caller at a position will wait, 0 when nobody is there to take calls.
//
// With n agents who each need the time h for a call, one becomes free every h/n, so place p is reached after
// p·h/n. h is the moving average of talk and wrap-up in this queue, and the settings' handle_time until a first
// call is over. An agent who serves several queues in which callers wait counts for each of them by the fraction.
func (q *queue) expectedWait(position int) time.Duration {
	agents := 0.0
	for _, t := range q.tiers {
		if t.agent.serving() {
			agents += 1 / float64(max(t.agent.queuesWaiting(q), 1))
		}
	}
	if agents == 0 {
		return 0
	}
	handle := q.handle.value
	if q.handle.n == 0 {
		handle = q.HandleTime.Duration()
	}
	return time.Duration(float64(position) * float64(handle) / agents)
}

// queuesWaiting counts the queues of an agent in which callers wait, with q in any case.
func (a *agent) queuesWaiting(q *queue) int {
	n := 0
	for _, t := range a.tiers {
		if t.queue == q || len(t.queue.waiting) > 0 {
			n++
		}
	}
	return n
}
