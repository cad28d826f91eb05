package call

import (
	"sync"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// fork makes one leg of several phones that ring for the same: the first that answers is the leg, the others stop. It has
// ended when none is left.
func fork(legs []Leg) Leg {
	if len(legs) == 1 {
		return legs[0]
	}
	f := &forked{legs: legs}
	for i, l := range legs {
		l.Listen(func(ev line.Event) { f.hear(i, ev) })
	}
	return f
}

type forked struct {
	legs   []Leg
	events line.Events

	mu    sync.Mutex
	taken int // 1-based: the leg that has answered
	over  int
}

// Info is that of the phone that has answered, at first of any.
func (f *forked) Info() line.Info { return f.leg().Info() }

// Port is its sound.
func (f *forked) Port() media.Port { return f.leg().Port() }

// Listen takes whom the events are told.
func (f *forked) Listen(post func(line.Event)) { f.events.Listen(post) }

func (f *forked) leg() Leg {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.legs[max(f.taken-1, 0)]
}

// Do tells it to the phone that has answered, before that to all.
func (f *forked) Do(cmd line.Command) {
	f.mu.Lock()
	to := f.legs
	if f.taken > 0 {
		to = f.legs[f.taken-1 : f.taken]
	}
	f.mu.Unlock()
	for _, l := range to {
		l.Do(cmd)
	}
}

// hear passes on what concerns the leg that counts. It is called in the order of each phone's events.
func (f *forked) hear(i int, ev line.Event) {
	f.mu.Lock()
	_, up := ev.(line.Answered)
	_, ended := ev.(line.Ended)
	if ended {
		f.over++
	}
	first := up && f.taken == 0
	if first {
		f.taken = i + 1
	}
	pass := f.taken == i+1 || (f.taken == 0 && (!ended || f.over == len(f.legs)))
	f.mu.Unlock()
	if pass {
		f.events.Tell(ev)
	}
	if !first {
		return
	}
	for n, l := range f.legs {
		if n != i {
			l.Do(line.Hangup{Cause: line.AnsweredElsewhere})
		}
	}
}
