package acd

import (
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

// input is what happened.
type input interface{ input() }

type (
	joined   struct{ waiting call.Waiting }
	reported struct {
		call call.ID
		fact call.QueueFact
	}
	phoneUsed struct {
		extension string
		busy      bool
	}
	signIn       struct{ agent, extension string }
	signOut      struct{ agent string }
	pause        struct{ agent, reason string }
	unpause      struct{ agent string }
	extendWrapUp struct{ agent string }
	endWrapUp    struct{ agent string }
	disposed     struct { // somebody has said what a call was about
		agent, queue string
		call         call.ID
		disposition  string
	}
	settled struct { // what a call was about is known: an agent need not say it again
		agent string
		call  call.ID
	}
	restored     struct{ presence []Presence }
	changed      struct{ settings Settings }
	ticked       struct{}               // a deadline has come
	reconciled   struct{}               // time to look for what cannot be
	vanished     struct{ call call.ID } // the call no longer exists and never said so
	countersZero struct{}
	drained      struct{} // let nobody join any more
	halted       struct{} // and offer nothing any more
	judged       struct {
		call              call.ID
		number, canonical string
		ok                bool // it can be dialled
		closes            time.Time
		open              bool
	}
	kept struct { // the list of callbacks up to seq
		seq uint64
		ok  bool
	}
	callbacksBegin struct{}
	cancelCallback struct{ id string }
	reached        struct { // a customer spoke with somebody
		number string
		call   call.ID
		at     time.Time
	}
)

func (joined) input()         {}
func (reported) input()       {}
func (phoneUsed) input()      {}
func (signIn) input()         {}
func (signOut) input()        {}
func (pause) input()          {}
func (unpause) input()        {}
func (extendWrapUp) input()   {}
func (endWrapUp) input()      {}
func (disposed) input()       {}
func (settled) input()        {}
func (restored) input()       {}
func (changed) input()        {}
func (ticked) input()         {}
func (reconciled) input()     {}
func (vanished) input()       {}
func (countersZero) input()   {}
func (drained) input()        {}
func (halted) input()         {}
func (judged) input()         {}
func (kept) input()           {}
func (callbacksBegin) input() {}
func (cancelCallback) input() {}
func (reached) input()        {}

// step is the whole behaviour: one thing that happened in, the state changed in place, and what to do out. It has
// no other effect, reads no clock, and draws chance only from the state's seed, so the same inputs at the same
// times give the same outcome. The effects are valid until the next step. An error means that the input was
// refused and changed nothing; stale facts are ignored without error.
func (s *state) step(in input, now time.Time) ([]effect, error) {
	clear(s.effects)
	s.effects = s.effects[:0]
	err := s.take(in, now)
	s.dispatch(now)
	return s.effects, err
}

func (s *state) take(in input, now time.Time) error {
	switch in := in.(type) {
	case joined:
		s.join(in.waiting, now)
	case reported:
		s.fact(in.call, in.fact, now)
	case phoneUsed:
		s.phone(in.extension, in.busy)
	case signIn:
		return s.signIn(in.agent, in.extension, now)
	case signOut:
		return s.signOutByName(in.agent, now)
	case pause:
		return s.pauseByName(in.agent, in.reason, now)
	case unpause:
		return s.unpauseByName(in.agent, now)
	case extendWrapUp:
		return s.extendWrapUp(in.agent, now)
	case endWrapUp:
		return s.endWrapUpByName(in.agent, now)
	case disposed:
		s.disposed(in, now)
	case settled:
		s.settled(in.agent, in.call, now)
	case restored:
		s.restore(in.presence, now)
	case changed:
		s.apply(in.settings, now)
	case ticked:
		s.tick(now)
	case reconciled:
		s.reconcile(now)
	case vanished:
		s.vanish(in.call, now)
	case countersZero:
		s.zeroCounters()
	case drained:
		s.draining = true
	case halted:
		s.halt(now)
	case cancelCallback:
		return s.cancelCallback(in.id, now)
	case moved:
		return s.move(in, now)
	default:
		s.takeBack(in, now)
	}
	return nil
}

// takeBack takes what concerns those who are called back.
func (s *state) takeBack(in input, now time.Time) {
	switch in := in.(type) {
	case judged:
		s.judged(in, now)
	case kept:
		s.listKept(in.seq, in.ok, now)
	case callbacksBegin:
		s.beginCallbacks(now)
	case reached:
		s.reached(in, now)
	}
}

// next returns when the next deadline comes; ok is false when there is none.
func (s *state) next() (at time.Time, ok bool) { return s.timers.next() }

// tick deals with every deadline that has come.
func (s *state) tick(now time.Time) {
	for {
		t, ok := s.timers.due(now)
		switch {
		case !ok:
			return
		case t.entry != nil:
			t.entry.wake = time.Time{}
			s.entryDue(t.entry, now)
		case t.agent != nil:
			t.agent.wake = time.Time{}
			s.agentDue(t.agent, now)
		case t.offer != nil:
			s.offerDue(t.offer, now)
		}
	}
}
