package acd

import (
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// The recordings that the queues speak by themselves. Each is followed by the thing it announces.
const (
	PromptPosition = "queue_position"  // "your place in the queue is": [prompt.Position]
	PromptWait     = "queue_wait"      // "the expected waiting time is": [prompt.Duration]
	PromptHoldTime = "queue_hold_time" // to the agent, "the caller has waited": [prompt.Duration]

	PromptCallbackOffer   = "callback_offer"   // "to be called back instead of waiting, press": [prompt.Digits]
	PromptCallbackNumber  = "callback_number"  // "we will call you back at": [prompt.Digits]
	PromptCallbackConfirm = "callback_confirm" // "press 1 if this is right, or enter another number and the hash key …"
	PromptCallbackEnter   = "callback_enter"   // "enter the number, then the hash key …"
	PromptCallbackInvalid = "callback_invalid" // "that number cannot be called"
	PromptCallbackStay    = "callback_stay"    // "you keep your place"
	PromptCallbackPromise = "callback_promise" // "you keep your place, we call you back; goodbye"
	PromptCallbackAgent   = "callback_agent"   // to the agent: "a customer is called back for you"
	PromptCallbackHello   = "callback_hello"   // to the customer: who calls
	PromptCallbackPress   = "callback_press"   // "press 1 to speak with an adviser"
)

// Prompts lists the recordings that the queues speak by themselves.
func Prompts() []string {
	return []string{
		PromptPosition, PromptWait, PromptHoldTime, PromptCallbackOffer, PromptCallbackNumber, PromptCallbackConfirm, PromptCallbackEnter,
		PromptCallbackInvalid, PromptCallbackStay, PromptCallbackPromise, PromptCallbackAgent, PromptCallbackHello, PromptCallbackPress,
	}
}

// greet sets what the caller hears, and says the first words.
func (s *state) greet(e *entry, now time.Time) {
	q := e.queue
	s.tell(e.Waiter, call.QueueMusic{Class: q.Music})
	var phrases []prompt.Phrase
	if q.Announce.Entry != "" {
		phrases = append(phrases, prompt.Recording(q.Announce.Entry))
	}
	phrases = append(phrases, s.place(e, now)...)
	if len(phrases) > 0 || q.keys != "" {
		s.tell(e.Waiter, call.QueueAnnounce{Phrases: phrases, ExitKeys: q.keys})
	}
	s.schedule(e, now)
}

// schedule sets the times of the next announcements.
func (s *state) schedule(e *entry, now time.Time) {
	e.spoken.nextPosition, e.spoken.nextPeriodic = time.Time{}, time.Time{}
	if a := e.queue.Announce; a.Position || a.Wait {
		e.spoken.nextPosition = now.Add(a.Every.Duration())
	}
	if a := e.queue.Announce; len(a.Periodic) > 0 {
		e.spoken.nextPeriodic = now.Add(a.PeriodicEvery.Duration())
	}
}

// announce speaks to a waiting caller what is due.
func (s *state) announce(e *entry, now time.Time) {
	a := e.queue.Announce
	var phrases []prompt.Phrase
	if at := e.spoken.nextPosition; !at.IsZero() && !now.Before(at) {
		phrases = s.place(e, now)
		e.spoken.nextPosition = now.Add(a.Every.Duration())
	}
	if at := e.spoken.nextPeriodic; !at.IsZero() && !now.Before(at) {
		phrases = append(phrases, prompt.Recording(a.Periodic[e.spoken.periodic%len(a.Periodic)]))
		e.spoken.periodic++
		e.spoken.nextPeriodic = now.Add(a.PeriodicEvery.Duration())
	}
	if len(phrases) > 0 {
		s.tell(e.Waiter, call.QueueAnnounce{Phrases: phrases, ExitKeys: e.exitKeys()})
	}
}

// place says position and expected wait, each only when it is better than what the caller was told before.
func (s *state) place(e *entry, now time.Time) []prompt.Phrase {
	a, position := e.queue.Announce, e.queue.position(e)
	var phrases []prompt.Phrase
	if a.Position && (e.spoken.position == 0 || position < e.spoken.position) {
		e.spoken.position = position
		phrases = append(phrases, prompt.Recording(PromptPosition), prompt.Position(position))
	}
	if !a.Wait {
		return phrases
	}
	round := a.WaitRound.Duration()
	wait := e.queue.expectedWait(position + e.queue.callbacksAhead(e, now)).Round(round)
	if wait > a.WaitAbove.Duration() && (e.spoken.wait == 0 || wait < e.spoken.wait) {
		e.spoken.wait = wait
		phrases = append(phrases, prompt.Recording(PromptWait), prompt.Duration(wait))
	}
	return phrases
}
