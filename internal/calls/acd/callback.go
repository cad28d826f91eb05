package acd

import (
	"slices"
	"sort"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

// Callback is somebody who does not want to wait any longer and is called back when the turn comes: what is kept of it
// over a restart.
type Callback struct {
	ID        string            `json:"id"`
	Of        call.ID           `json:"of"` // the call in which it was asked for
	Queue     string            `json:"queue"`
	Number    string            `json:"number"` // that is dialled
	Language  string            `json:"language,omitempty"`
	Card      call.Card         `json:"card"`
	Skills    []string          `json:"skills,omitempty"`
	Attrs     map[string]string `json:"attrs,omitempty"`
	Since     time.Time         `json:"since"` // waiting began, in whatever queue
	Joined    time.Time         `json:"joined"`
	Requested time.Time         `json:"requested"`
	Expires   time.Time         `json:"expires"`             // before the closing of that day
	NotBefore time.Time         `json:"not_before,omitzero"` // after an attempt in vain
	Attempts  int               `json:"attempts"`            // so far, in which the customer was dialled
}

// Outbound makes the calls to those who are called back; *call.Manager satisfies it. No method blocks.
type Outbound interface {
	CallBack(b call.CallBack)
	Command(id call.ID, cmd call.QueueCommand)
}

// Rules says what may be dialled, and until when. No method blocks.
type Rules interface {
	// Dialable returns a number the way it is compared with others; ok is false when it cannot be dialled.
	Dialable(number string) (canonical string, ok bool)
	// Closes returns when a calendar closes for the day; open is false when it will not be open any more today.
	Closes(calendar string, at time.Time) (closes time.Time, open bool)
}

// Outcome is how a callback ended.
type Outcome string

// The ends of a callback.
const (
	BackServed    Outcome = "served"     // the customer spoke with somebody
	BackCalledIn  Outcome = "called_in"  // the customer was faster and waits again
	BackCanceled  Outcome = "canceled"   // somebody with the right to do so gave it up
	BackExhausted Outcome = "exhausted"  // all attempts were in vain
	BackClosing   Outcome = "closing"    // the hours are over
	BackQueueGone Outcome = "queue_gone" // the queue is no longer in the settings
)

// callback is one customer who is to be called back. Its entry is the place that was kept: it is in no queue's list of
// those who wait.
type callback struct {
	*entry
	id        string
	of        call.ID
	number    string // canonical; the entry's is the order of arrival
	requested time.Time
	expires   time.Time
	notBefore time.Time
	attempts  int
	live      *entry // the caller who asks for it still waits
	offer     *offer // the attempt in flight
	keep      uint64 // what waits for the list to be kept, 0 for nothing
	ended     bool
}

// How callbacks are done where the settings leave no choice.
const (
	// longestCallback is how long somebody is called back for whose queue has no calendar.
	longestCallback = 24 * time.Hour
	// agentGreeting is the most that an agent's greeting may take before the customer is dialled.
	agentGreeting = time.Minute
)

// attempt is the waiter of a callback: it makes the call with the offer.
type attempt struct {
	to   Outbound
	back call.CallBack
}

// Queue carries out a command.
func (a attempt) Queue(cmd call.QueueCommand) {
	if _, ok := cmd.(call.QueueOffer); ok {
		a.to.CallBack(a.back)
		return
	}
	a.to.Command(a.back.Call, cmd)
}

// nobody makes no calls: every attempt is as if the agent's phone could not be reached.
type nobody struct{}

func (nobody) CallBack(call.CallBack)             {}
func (nobody) Command(call.ID, call.QueueCommand) {}

// ready reports whether the customer may be called now, if the turn has come.
func (c *callback) ready(now time.Time) bool {
	return c.live == nil && c.offer == nil && c.keep == 0 && !now.Before(c.notBefore) && now.Before(c.expires)
}

// kept is what is kept of a callback.
func (c *callback) kept() Callback {
	return Callback{
		ID: c.id, Of: c.of, Queue: c.queue.ID, Number: c.number, Language: c.Language, Card: c.Card, Skills: c.Skills, Attrs: c.Attrs,
		Since: c.Since, Joined: c.joined, Requested: c.requested, Expires: c.expires, NotBefore: c.notBefore, Attempts: c.attempts,
	}
}

// callbackList are all callbacks, in the order in which they were asked for.
func (s *state) callbackList() []*callback {
	list := make([]*callback, 0, len(s.callbacks))
	for _, c := range s.callbacks {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *callback) int {
		if d := a.requested.Compare(b.requested); d != 0 {
			return d
		}
		return int(a.entry.number) - int(b.entry.number) //nolint:gosec // far below 2⁶³
	})
	return list
}

// keptCallbacks is what is to be kept over a restart. Those that have not been promised to the caller yet are in it: the
// promise waits until they are kept.
func (s *state) keptCallbacks() []Callback {
	list := s.callbackList()
	out := make([]Callback, len(list))
	for i, c := range list {
		out[i] = c.kept()
	}
	return out
}

// remember takes a callback into the books.
func (s *state) remember(c *callback) {
	c.back = c
	c.appraise()
	s.callbacks[c.id] = c
	s.byNumber[c.number] = c
	c.queue.insertBack(c)
}

func (q *queue) insertBack(c *callback) {
	i := sort.Search(len(q.callbacks), func(i int) bool { return c.before(q.callbacks[i].entry) })
	q.callbacks = slices.Insert(q.callbacks, i, c)
}

// forgetBack takes a callback out of the books.
func (s *state) forgetBack(c *callback) {
	delete(s.callbacks, c.id)
	if s.byNumber[c.number] == c {
		delete(s.byNumber, c.number)
	}
	c.queue.callbacks = slices.DeleteFunc(c.queue.callbacks, func(x *callback) bool { return x == c })
	c.ended = true
	s.wakeEntry(c.entry, time.Time{})
	s.keepList()
}

// keepList has the list of callbacks kept as it is now.
func (s *state) keepList() uint64 {
	s.lastKeep++
	s.effects = append(s.effects, keep{s.lastKeep})
	return s.lastKeep
}

// restoreCallbacks takes in what was kept before a restart. Nobody is called before [callbacksBegin].
func (s *state) restoreCallbacks(list []Callback) {
	for _, k := range list {
		q := s.queues[k.Queue]
		if q == nil {
			s.orphans = append(s.orphans, k)
			continue
		}
		if s.callbacks[k.ID] != nil || s.byNumber[k.Number] != nil {
			continue
		}
		s.lastEntry++
		c := &callback{
			entry: &entry{
				Waiting: call.Waiting{Call: k.Of, Queue: k.Queue, Card: k.Card, Skills: k.Skills, Attrs: k.Attrs, Since: k.Since, Language: k.Language},
				queue:   q, number: s.lastEntry, joined: k.Joined,
			},
			id: k.ID, of: k.Of, number: k.Number, requested: k.Requested, expires: k.Expires, notBefore: k.NotBefore, attempts: k.Attempts,
		}
		s.remember(c)
	}
}

// beginCallbacks has those called back whose turn it is. What was kept and has no queue any more ends.
func (s *state) beginCallbacks(now time.Time) {
	s.calling, s.dirty = true, true
	for _, k := range s.orphans {
		s.publish(CallbackEnded{Stamp: Stamp{At: now, Call: k.Of, Queue: k.Queue}, Callback: k, Outcome: BackQueueGone})
		s.keepList()
	}
	s.orphans = nil
	for _, c := range s.callbackList() {
		s.callbackDue(c, now)
	}
}
