package acd

import (
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// asking is a waiting caller's dialogue about being called back. The caller keeps the place meanwhile: who is offered to
// an agent during it is answered like anybody else.
//
//	offer ─ key ─▶ confirming ─ 1 ─▶ keeping ─ kept ─▶ leaves
//	                 │   ▲  │ *, no key
//	              digits │  └──────▶ goes on waiting
//	                 ▼   │ dialable
//	               typing ─ # ─▶ judging
type asking struct {
	stage   askingStage
	number  string // to be confirmed
	typed   string
	refused int       // numbers typed that cannot be dialled
	until   time.Time // the latest time of the next key
	back    *callback // of keeping
}

type askingStage uint8

const (
	confirming askingStage = iota + 1
	typing
	judging
	keeping
)

// The times and limits of the dialogue.
const (
	offerEvery   = 30 * time.Second // how often it is looked whether a caller should be offered a callback
	askLimit     = 30 * time.Second // to begin an answer, with what is read out before
	typeLimit    = 8 * time.Second  // from one digit to the next
	confirmPause = 2 * time.Second  // after a 1 that may be the first digit of another number
	longestTyped = 20               // digits
	mostRefused  = 3                // numbers that cannot be dialled
	dialogueKeys = "0123456789*#"
)

// exitKeys are the keys that a waiting caller can press now.
func (e *entry) exitKeys() string {
	switch {
	case e.asking != nil:
		return dialogueKeys
	case e.offered:
		return e.queue.keys + e.queue.Callback.Key
	}
	return e.queue.keys
}

func (s *state) speak(e *entry, phrases ...prompt.Phrase) {
	s.tell(e.Waiter, call.QueueAnnounce{Phrases: phrases, ExitKeys: e.exitKeys()})
}

// considerOffer asks whether a caller may be called back whose wait is going to be long.
func (s *state) considerOffer(e *entry, now time.Time) {
	q, r := e.queue, e.queue.Callback
	if r.Key == "" || e.offered || e.asking != nil || e.leaving != nil {
		e.nextOffer = time.Time{}
		return
	}
	e.nextOffer = now.Add(offerEvery)
	if len(q.callbacks) < r.Max && r.due(q.position(e), q.expectedWait(q.position(e)+q.callbacksAhead(e, now))) {
		s.effects = append(s.effects, judge{call: e.Call, number: e.Card.Number, calendar: r.Calendar})
	}
}

// due reports whether a callback is to be offered at a place in the queue.
func (r CallbackRule) due(position int, wait time.Duration) bool {
	return (r.Position == 0 && r.Wait == 0) || (r.Position > 0 && position >= r.Position) || (r.Wait > 0 && wait > r.Wait.Duration())
}

// callbacksAhead counts those who will be called back before a waiting caller is served.
func (q *queue) callbacksAhead(e *entry, now time.Time) int {
	n := 0
	for _, c := range q.callbacks {
		if c.ready(now) && !e.goesBefore(c) {
			n++
		}
	}
	return n
}

// judged goes on with what the rules say about a number.
func (s *state) judged(in judged, now time.Time) {
	e := s.entries[in.call]
	if e == nil || e.leaving != nil {
		return
	}
	r := e.queue.Callback
	switch a := e.asking; {
	case a == nil && !e.offered && r.Key != "":
		e.expires = now.Add(longestCallback)
		if r.Calendar != "" {
			e.expires = in.closes.Add(-r.BeforeClosing.Duration())
		}
		if e.nextOffer = (time.Time{}); (r.Calendar != "" && !in.open) || !e.expires.After(now) {
			return // too late today
		}
		if e.offered = true; in.ok {
			e.reachable = in.canonical
		}
		s.speak(e, prompt.Recording(PromptCallbackOffer), prompt.Digits(r.Key))
	case a != nil && a.stage == judging && in.number == a.typed:
		a.typed = ""
		if in.ok {
			s.readBack(e, in.canonical, now)
			return
		}
		if a.refused++; a.refused >= mostRefused {
			s.waitOn(e, now)
			return
		}
		s.askNumber(e, now, prompt.Recording(PromptCallbackInvalid))
	}
}

// ask begins the dialogue.
func (s *state) ask(e *entry, now time.Time) {
	e.asking = &asking{}
	if e.reachable == "" {
		s.askNumber(e, now)
		return
	}
	s.readBack(e, e.reachable, now)
}

func (s *state) readBack(e *entry, number string, now time.Time) {
	a := e.asking
	a.stage, a.number, a.typed = confirming, number, ""
	s.speak(e, prompt.Recording(PromptCallbackNumber), prompt.Digits(strings.TrimPrefix(number, "+")), prompt.Recording(PromptCallbackConfirm))
	s.askUntil(e, now.Add(askLimit), now)
}

func (s *state) askNumber(e *entry, now time.Time, first ...prompt.Phrase) {
	e.asking.stage, e.asking.typed = typing, ""
	s.speak(e, append(first, prompt.Recording(PromptCallbackEnter))...)
	s.askUntil(e, now.Add(askLimit), now)
}

func (s *state) askUntil(e *entry, at, now time.Time) {
	e.asking.until = at
	s.wakeEntry(e, s.nextWake(e, now))
}

// waitOn ends the dialogue: the caller goes on waiting, and may begin it again.
func (s *state) waitOn(e *entry, now time.Time) {
	e.asking = nil
	s.speak(e, prompt.Recording(PromptCallbackStay))
	s.schedule(e, now)
	s.wakeEntry(e, s.nextWake(e, now))
}

// askingKey takes a key of the dialogue.
func (s *state) askingKey(e *entry, key byte, now time.Time) {
	a := e.asking
	if a.stage == judging || a.stage == keeping {
		return
	}
	switch {
	case key == '*' && a.typed == "":
		s.waitOn(e, now)
	case key == '*':
		s.askNumber(e, now)
	case key == '#' && a.typed != "":
		s.typedAll(e, now)
	case key >= '0' && key <= '9' && len(a.typed) < longestTyped:
		a.typed += string(rune(key))
		pause := typeLimit
		if a.mayConfirm() {
			pause = confirmPause
		}
		s.askUntil(e, now.Add(pause), now)
	}
}

// mayConfirm reports whether what was typed is the key that confirms, unless more follows.
func (a *asking) mayConfirm() bool { return a.stage == confirming && a.typed == "1" }

// typedAll takes what was typed as whole.
func (s *state) typedAll(e *entry, now time.Time) {
	a := e.asking
	if a.mayConfirm() {
		s.request(e, now)
		return
	}
	a.stage, a.until = judging, time.Time{}
	s.effects = append(s.effects, judge{call: e.Call, number: a.typed, calendar: e.queue.Callback.Calendar})
}

// askingDue goes on when no key has come.
func (s *state) askingDue(e *entry, now time.Time) {
	switch a := e.asking; {
	case a == nil || now.Before(a.until) || a.stage == judging || a.stage == keeping:
	case a.typed != "":
		s.typedAll(e, now)
	default:
		s.waitOn(e, now)
	}
}

// request has a caller called back at the number that was confirmed. Two requests of one number are one: the place is
// the better of the two. The caller is told when it has been kept.
func (s *state) request(e *entry, now time.Time) {
	a := e.asking
	if old := s.byNumber[a.number]; old != nil {
		if old.live != nil { // who asked first has not left yet: what this one is promised holds, whatever becomes of that one
			s.held(old, old.live, now)
		}
		if e.Since.Before(old.Since) && old.queue == e.queue {
			old.Since = e.Since
			old.appraise()
			old.queue.sortBacks()
		}
		s.keepList()
		a.stage, a.until = keeping, time.Time{}
		s.leaveForCallback(e, now)
		return
	}
	w := e.Waiting
	w.Waiter = nil
	a.back = &callback{
		entry: &entry{Waiting: w, queue: e.queue, number: e.number, joined: e.joined, original: e.original, missed: slices.Clone(e.missed)},
		id:    string(e.Call), of: e.Call, number: a.number, requested: now, expires: e.expires, live: e,
	}
	s.remember(a.back)
	a.stage, a.until = keeping, time.Time{}
	a.back.keep = s.keepList()
}

func (q *queue) sortBacks() {
	slices.SortFunc(q.callbacks, func(a, b *callback) int {
		if a.before(b.entry) {
			return -1
		}
		return 1
	})
}

func (s *state) leaveForCallback(e *entry, now time.Time) {
	s.leave(e, leaving{
		target: hangup(line.NormalClearing), word: exitCallback, farewell: []prompt.Phrase{prompt.Recording(PromptCallbackPromise)},
	}, now)
}

// asked is the callback that a caller has asked for.
func (e *entry) asked() *callback {
	if e.asking == nil {
		return nil
	}
	return e.asking.back
}

// unask gives up the callback of a caller who got an agent after all, or went elsewhere.
func (s *state) unask(e *entry) {
	if c := e.asked(); c != nil && c.live == e {
		s.forgetBack(c)
	}
}

// promised begins the waiting of the callback in the caller's place, who has hung up.
func (s *state) promised(e *entry, now time.Time) {
	c := e.asked()
	if c == nil || c.ended || c.live != e {
		return
	}
	s.held(c, e, now)
}

// held makes a callback of what a caller has asked for: from now on it waits by itself.
func (s *state) held(c *callback, e *entry, now time.Time) {
	c.live = nil
	c.queue.counters.Callbacks++
	s.publish(CallbackRequested{Stamp: e.stamp(now), Callback: c.kept()})
	s.callbackDue(c, now)
}
