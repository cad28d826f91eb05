package outreach

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// Event is something that happens to a task.
type Event interface{ name() string }

// The events.
type (
	// Take has somebody work on the task for a quarter of an hour.
	Take struct{ By string }
	// Release gives it back.
	Release struct{}
	// Attempt is one attempt to reach the customer, as a call's record shows it or somebody says.
	Attempt struct{ contact.Attempt }
	// Missed is a further call of the customer that nobody took.
	Missed struct {
		At   time.Time
		Call string
	}
	// Answer is what the customer says to questions of the script.
	Answer struct{ Values map[string]string }
	// Surveyed is the end of a survey that the box has asked by telephone: the customer's first answer by key, and what it comes to.
	Surveyed struct {
		Attempt      contact.Attempt
		Score        int
		Satisfaction contact.Satisfaction
	}
	// Defer puts it off: the call could not be made.
	Defer struct{ Until time.Time }
	// Untell: the SMS in which the customer is asked could not be sent.
	Untell struct{}
	// Refuse: the customer wants no calls, as their record says.
	Refuse struct{}
	// Cancel ends it, with a reason.
	Cancel struct{ Why string }
	// Reopen begins it anew, with a reason.
	Reopen struct{ Why string }
	// Tick is the passing of time.
	Tick struct{}
)

func (Take) name() string     { return "take" }
func (Release) name() string  { return "release" }
func (Attempt) name() string  { return "attempt" }
func (Missed) name() string   { return "missed" }
func (Answer) name() string   { return "answer" }
func (Surveyed) name() string { return "surveyed" }
func (Defer) name() string    { return "defer" }
func (Untell) name() string   { return "untell" }
func (Refuse) name() string   { return "refuse" }
func (Cancel) name() string   { return "cancel" }
func (Reopen) name() string   { return "reopen" }
func (Tick) name() string     { return "tick" }

// Effect is what follows from a step, beside the task itself.
type Effect interface{ effect() }

// The effects.
type (
	// Text is an SMS to the customer: that the dealership has tried to call.
	Text struct{ Number, Template string }
	// Complain opens a ticket of a type with the customer's words.
	Complain struct{ Type, Words string }
	// Scored is an answer with a score.
	Scored struct {
		Question  string
		Score, Of int
	}
	// Told is the end of a script, for plans that follow from it.
	Told struct{ Satisfaction contact.Satisfaction }
)

func (Text) effect()     {}
func (Complain) effect() {}
func (Scored) effect()   {}
func (Told) effect()     {}

// Env is what the rules depend on beside the task.
type Env struct {
	Plan   contact.Plan
	Zone   *time.Location
	Script *Script // the task's; nil: it has none, or the settings no longer have it
}

// changes are the events that a state allows. An attempt is a fact: one that comes late is proof of what was said before.
var changes = map[State][]string{ //nolint:gochecknoglobals // a constant table
	Open:        {"take", "attempt", "missed", "surveyed", "defer", "untell", "answer", "refuse", "cancel", "tick"},
	Taken:       {"take", "release", "attempt", "missed", "surveyed", "defer", "answer", "refuse", "cancel", "tick"},
	Done:        {"attempt", "reopen"},
	Unreachable: {"reopen"},
	Refused:     {"reopen"},
	Cancelled:   {"reopen"},
}

// Allowed are the changes that the task's state allows people.
func (t *Task) Allowed() []string {
	return slices.DeleteFunc(slices.Clone(changes[t.State]), func(s string) bool {
		switch s {
		case "tick", "missed", "refuse", "surveyed", "defer", "untell":
			return true
		case "answer":
			return t.State == Open && t.Way != BySMS
		case "take", "release", "attempt":
			return t.Way != ByAgent
		}
		return false
	})
}

// step is one change in the making.
type step struct {
	Env
	t       Task
	by      string
	now     time.Time
	effects []Effect
}

// Start is a new task in its first state. One whose customer cannot be called at all ends at once.
func Start(t Task, by string, now time.Time, env Env) (Task, []Effect) {
	s := step{Env: env, t: t.clone(), by: by, now: now}
	s.t.State, s.t.CreatedAt, s.t.CreatedBy = Open, now, by
	s.bound()
	s.schedule()
	return s.t, s.effects
}

// bound gives what waits for a customer's own answer an end; so has a number that may never be called one.
func (s *step) bound() {
	if (s.t.Way == BySMS || s.t.Way == ByCall) && s.t.NotAfter.IsZero() {
		from := s.now
		if s.t.NotBefore.After(from) {
			from = s.t.NotBefore
		}
		s.t.NotAfter = from.Add(askedFor)
	}
}

// Step is what an event makes of a task, and what follows from it. by is who did it: an agent, a user, or "box". An error
// means that nothing changed.
func Step(t Task, ev Event, by string, now time.Time, env Env) (Task, []Effect, error) {
	_, answers := ev.(Answer)
	if !slices.Contains(changes[t.State], ev.name()) || (answers && t.State == Open && t.Way != BySMS) {
		return t, nil, &books.RefusedError{
			Kind: "task", Name: t.ID, Change: ev.name(), State: string(t.State), Allowed: t.Allowed(), Key: "outreach.not_allowed",
		}
	}
	s := step{Env: env, t: t.clone(), by: by, now: now}
	if err := s.take(ev); err != nil {
		return t, nil, err
	}
	return s.t, s.effects, nil
}

func (s *step) take(ev Event) error {
	switch e := ev.(type) {
	case Take:
		return s.takenBy(e.By)
	case Release:
		s.release()
	case Attempt:
		s.attempt(e.Attempt)
	case Missed:
		s.missed(e)
	case Answer:
		return s.answer(e)
	case Surveyed:
		s.surveyed(e)
	case Defer:
		s.put(e.Until)
	case Untell:
		s.end(Unreachable, Untold)
	case Refuse:
		s.end(Refused, DoNotCall)
	case Cancel:
		s.t.Note = e.Why
		s.end(Cancelled, CalledOff)
	case Reopen:
		s.reopen(e)
	case Tick:
		s.tick()
	default:
		return fmt.Errorf("step task %s: unknown event %T", s.t.ID, ev)
	}
	return nil
}

func (s *step) takenBy(person string) error {
	if s.t.State == Taken && s.t.TakenBy != person && s.now.Before(s.t.TakenUntil) {
		return fault.New(fault.Conflict, "outreach.taken", "take task %s: %s is at it", s.t.ID, s.t.TakenBy)
	}
	if hours := s.Plan.Next(nil, s.t.Numbers, s.now, s.Zone); hours.Next.After(s.now) || s.t.NotBefore.After(s.now) {
		return fault.New(fault.Conflict, "outreach.not_now", "take task %s: customers are not called at this hour", s.t.ID)
	}
	s.t.State, s.t.TakenBy, s.t.TakenUntil = Taken, person, s.now.Add(takenFor)
	return nil
}

// release gives the task back. When the customer has been reached meanwhile nobody is to call again.
func (s *step) release() {
	if s.t.reached() != nil {
		s.end(Done, Partly)
		return
	}
	s.t.State, s.t.TakenBy, s.t.TakenUntil = Open, "", time.Time{}
	s.tooLate()
}

// tooLate ends a task whose time has passed.
func (s *step) tooLate() {
	if s.t.State == Open && !s.t.NotAfter.IsZero() && !s.now.Before(s.t.NotAfter) {
		s.end(Unreachable, TooLate)
	}
}

func (s *step) tick() {
	if s.t.State == Taken && !s.now.Before(s.t.TakenUntil) {
		s.release()
	}
	s.tooLate()
}

// attempt counts an attempt. What is known of the same call already is made more exact.
func (s *step) attempt(a contact.Attempt) {
	i := -1
	if a.Call != "" {
		i = slices.IndexFunc(s.t.Attempts, func(have contact.Attempt) bool { return have.Call == a.Call })
	}
	switch {
	case s.t.State == Done: // the record of the call in which the answers were given
		if a.Result == contact.Reached && s.t.Proof == "" {
			s.t.Proof = a.Call
			s.add(a)
		}
		return
	case i >= 0:
		s.t.Attempts[i] = more(s.t.Attempts[i], a)
	default:
		s.add(a)
	}
	switch {
	case a.Result == contact.Refused:
		s.end(Refused, NotWanted)
	case a.Result == contact.Reached && s.asks():
		s.t.Proof = a.Call
		if s.t.State == Taken {
			s.t.TakenUntil = s.now.Add(takenFor) // to write down what was said
		} else {
			s.end(Done, Partly)
		}
	case a.Result == contact.Reached:
		s.t.Proof = a.Call
		s.end(Done, Returned)
	default:
		s.t.State, s.t.TakenBy, s.t.TakenUntil = Open, "", time.Time{}
		s.schedule()
	}
}

// more is what is known of a call by its record and by what somebody said of it. That nobody answered is the network's to
// say, that it was the wrong person only people's.
func more(have, a contact.Attempt) contact.Attempt {
	have.Result = a.Result
	if a.Note != "" {
		have.Note = a.Note
	}
	if a.Recording != "" {
		have.Recording = a.Recording
	}
	have.Talk = max(have.Talk, a.Talk)
	return have
}

func (s *step) add(a contact.Attempt) {
	if len(s.t.Attempts) < maxAttempts {
		s.t.Attempts = append(s.t.Attempts, a)
	}
}

// asks reports whether the task has questions that have not come to their end.
func (s *step) asks() bool { return s.Script != nil }

// schedule says when the customer is tried next, or that this was all.
func (s *step) schedule() {
	from := s.now
	if s.t.NotBefore.After(from) {
		from = s.t.NotBefore
	}
	v := s.Plan.Next(s.t.Attempts, s.t.Numbers, from, s.Zone)
	if s.t.Way == BySMS && !v.GiveUp {
		s.t.Due = v.Next.UTC()
		s.do(Text{s.t.Numbers[0], AskTemplate})
		return
	}
	switch {
	case v.GiveUp && v.Reason == contact.NoAnswer:
		s.do(Text{s.t.Numbers[0], TriedTemplate})
		s.end(Unreachable, InVain)
	case v.GiveUp:
		s.end(Unreachable, NoNumber)
	case !s.t.NotAfter.IsZero() && !v.Next.Before(s.t.NotAfter):
		s.end(Unreachable, TooLate)
	default:
		s.t.Due = v.Next.UTC()
	}
}

// missed counts a further call of the customer, who can be reached at this moment.
func (s *step) missed(e Missed) {
	if e.Call != "" && slices.Contains(s.t.Calls, e.Call) {
		return
	}
	s.t.Count++
	s.t.LastMissed = e.At
	if s.t.Calls = append(s.t.Calls, e.Call); len(s.t.Calls) > maxCalls {
		s.t.Calls = s.t.Calls[1:]
	}
	if v := s.Plan.Next(nil, s.t.Numbers, s.now, s.Zone); !v.Next.IsZero() && v.Next.Before(s.t.Due) {
		s.t.Due = v.Next.UTC()
	}
}

func (s *step) answer(e Answer) error {
	if s.Script == nil {
		return fault.New(fault.Conflict, "outreach.no_script", "answer task %s: nothing is asked", s.t.ID)
	}
	if s.t.Answers == nil {
		s.t.Answers = map[string]string{}
	}
	maps.Copy(s.t.Answers, e.Values)
	p, err := s.Script.Run(s.t.Answers)
	if err != nil {
		return err
	}
	s.t.Answers = p.Answers
	if p.Next != nil {
		if s.t.State == Taken {
			s.t.TakenUntil = s.now.Add(takenFor)
		}
		return nil
	}
	s.t.Satisfaction, s.t.Score = p.Result.Satisfaction, p.Result.Score
	for _, sc := range p.Scores {
		s.do(sc)
	}
	s.end(Done, Answered)
	if p.Result.Ticket != "" {
		s.do(Complain{p.Result.Ticket, p.Result.Words})
	}
	s.do(Told{p.Result.Satisfaction})
	return nil
}

// surveyed ends a survey that was answered by key.
func (s *step) surveyed(e Surveyed) {
	s.add(e.Attempt)
	s.t.Proof, s.t.Score, s.t.Satisfaction = e.Attempt.Call, e.Score, e.Satisfaction
	s.end(Done, Answered)
	s.do(Told{e.Satisfaction})
}

// put gives a task back that could not be tried, until a moment.
func (s *step) put(until time.Time) {
	s.t.State, s.t.TakenBy, s.t.TakenUntil, s.t.Due = Open, "", time.Time{}, until
	s.tooLate()
}

func (s *step) reopen(e Reopen) {
	t := &s.t
	t.State, t.Outcome, t.ClosedAt, t.ClosedBy, t.Proof, t.Made = Open, noOutcome, time.Time{}, "", "", ""
	t.Attempts, t.Answers, t.Satisfaction, t.Score = nil, nil, contact.Unsaid, 0
	t.Note, t.NotAfter, t.SMS = e.Why, time.Time{}, nil
	s.bound()
	t.Reopened++
	s.schedule()
}

func (s *step) end(state State, how Outcome) {
	s.t.State, s.t.Outcome, s.t.ClosedAt, s.t.ClosedBy = state, how, s.now, s.by
	s.t.TakenBy, s.t.TakenUntil, s.t.Due = "", time.Time{}, time.Time{}
}

func (s *step) do(e Effect) { s.effects = append(s.effects, e) }

// May reports whether the task's customer may be called at a moment, and on which number: it is due, and customers are called
// at this hour.
func (t *Task) May(now time.Time, env Env) (number string, ok bool) {
	if t.Due.IsZero() || now.Before(t.Due) || (!t.NotAfter.IsZero() && !now.Before(t.NotAfter)) {
		return "", false
	}
	if hours := env.Plan.Next(nil, t.Numbers, now, env.Zone); hours.GiveUp || hours.Next.After(now) {
		return "", false
	}
	v := env.Plan.Next(t.Attempts, t.Numbers, now, env.Zone)
	return v.Number, !v.GiveUp && !v.Reached
}
