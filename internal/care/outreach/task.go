package outreach

import (
	"maps"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// Kind is why a customer is called. The values are for ever.
type Kind string

// The kinds of tasks.
const (
	Unreturned Kind = "unreturned" // nobody took the customer's call
	Planned    Kind = "plan"       // so many days after a visit, or after an answer
	Survey     Kind = "survey"     // to ask a script's questions
	Manual     Kind = "manual"     // somebody noted it down
)

// Way is how a customer is asked. The values are for ever.
type Way string

// The ways.
const (
	ByAgent Way = ""     // somebody calls
	ByCall  Way = "call" // the box calls, and the customer answers by key
	BySMS   Way = "sms"  // the customer gets an SMS with the address of a page
)

// State is how far a task has come. The values are for ever.
type State string

// The states of a task.
const (
	Open        State = "open"
	Taken       State = "taken" // somebody is at it
	Done        State = "done"  // the customer was reached
	Unreachable State = "unreachable"
	Refused     State = "refused"
	Cancelled   State = "cancelled"
)

// States lists all states, for forms and checks.
func States() []State { return []State{Open, Taken, Done, Unreachable, Refused, Cancelled} }

// Outcome is how a task ended, more exactly than its state says.
type Outcome string

// How tasks end.
const (
	Returned  Outcome = "returned"    // spoken with the customer
	Answered  Outcome = "answered"    // the script was answered to its end
	Partly    Outcome = "partly"      // reached, but the script's end was not
	InVain    Outcome = "in_vain"     // tried by the plan, and told by SMS
	NoNumber  Outcome = "no_number"   // every number is somebody else's
	TooLate   Outcome = "too_late"    // its time passed before it was done
	NotWanted Outcome = "not_wanted"  // the customer does not want to speak about it
	DoNotCall Outcome = "do_not_call" // the customer wants no calls
	CalledOff Outcome = "called_off"  // by somebody who may, with a reason
	Untold    Outcome = "untold"      // the SMS could not be sent
	noOutcome Outcome = ""            // not ended
)

// takenFor is for how long a task is somebody's; then others may take it.
const takenFor = 15 * time.Minute

// Limits of what a task holds. What is beyond them says nothing new.
const (
	maxAttempts = 100
	maxCalls    = 50
)

// Task is one customer to be called about one thing. CBOR numbers are never reused.
type Task struct {
	Meta     merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID       string     `cbor:"1,keyasint" json:"id"`
	Kind     Kind       `cbor:"2,keyasint" json:"kind"`
	State    State      `cbor:"3,keyasint" json:"state"`
	Customer string     `cbor:"4,keyasint,omitempty" json:"customer,omitempty"` // id
	Name     string     `cbor:"5,keyasint,omitempty" json:"name,omitempty"`
	Numbers  []string   `cbor:"6,keyasint,omitempty" json:"numbers,omitempty" nullable:"false"` // normalised, the first is tried first
	Vehicle  string     `cbor:"7,keyasint,omitempty" json:"vehicle,omitempty"`                  // id
	Ticket   string     `cbor:"8,keyasint,omitempty" json:"ticket,omitempty"`                   // the ticket it is about
	Subject  string     `cbor:"9,keyasint,omitempty" json:"subject,omitempty"`
	Script   string     `cbor:"10,keyasint,omitempty" json:"script,omitempty"` // id; empty: nothing is asked
	// Plan and Source say what made it: a plan's id, and "visit ID", "task ID", "call ID".
	Plan   string `cbor:"11,keyasint,omitempty" json:"plan,omitempty"`
	Source string `cbor:"12,keyasint,omitempty" json:"source,omitempty"`
	// Agent, Queue and Department say whose it is, the first of them that is set; none: everybody's.
	Agent      string    `cbor:"13,keyasint,omitempty" json:"agent,omitempty"`
	Queue      string    `cbor:"14,keyasint,omitempty" json:"queue,omitempty"`
	Department string    `cbor:"15,keyasint,omitempty" json:"department,omitempty"`
	Due        time.Time `cbor:"16,keyasint,omitzero" json:"due,omitzero"` // when the next attempt may be made
	// NotBefore and NotAfter bound the attempts; a task that is not done by NotAfter ends. Zero: no bound.
	NotBefore time.Time         `cbor:"17,keyasint,omitzero" json:"not_before,omitzero"`
	NotAfter  time.Time         `cbor:"18,keyasint,omitzero" json:"not_after,omitzero"`
	Attempts  []contact.Attempt `cbor:"19,keyasint,omitempty" json:"attempts,omitempty" nullable:"false"` // since it was last opened
	// Count is how many missed calls it stands for; Calls are the latest of them, LastMissed the last.
	Count      int       `cbor:"20,keyasint,omitempty" json:"count,omitempty"`
	Calls      []string  `cbor:"21,keyasint,omitempty" json:"calls,omitempty" nullable:"false"`
	LastMissed time.Time `cbor:"22,keyasint,omitzero" json:"last_missed,omitzero"`
	TakenBy    string    `cbor:"23,keyasint,omitempty" json:"taken_by,omitempty"`
	TakenUntil time.Time `cbor:"24,keyasint,omitzero" json:"taken_until,omitzero"`
	// Answers are by the ids of the script's questions.
	Answers      map[string]string    `cbor:"25,keyasint,omitempty" json:"answers,omitempty"`
	Outcome      Outcome              `cbor:"26,keyasint,omitempty" json:"outcome,omitempty"`
	Satisfaction contact.Satisfaction `cbor:"27,keyasint,omitempty" json:"satisfaction,omitempty"`
	Score        int                  `cbor:"28,keyasint,omitempty" json:"score,omitempty"` // of the script's first scored question
	Made         string               `cbor:"29,keyasint,omitempty" json:"made,omitempty"`  // the ticket that the answers opened
	Note         string               `cbor:"30,keyasint,omitempty" json:"note,omitempty"`
	CreatedAt    time.Time            `cbor:"31,keyasint" json:"created_at"`
	CreatedBy    string               `cbor:"32,keyasint,omitempty" json:"created_by,omitempty"`
	ClosedAt     time.Time            `cbor:"33,keyasint,omitzero" json:"closed_at,omitzero"`
	ClosedBy     string               `cbor:"34,keyasint,omitempty" json:"closed_by,omitempty"`
	// Proof is the call in which the customer was reached.
	Proof    string `cbor:"35,keyasint,omitempty" json:"proof,omitempty"`
	Reopened int    `cbor:"36,keyasint,omitempty" json:"reopened,omitempty"`
	// Way is how the customer is asked; About is the agent whose service it is about, for the figures.
	Way   Way    `cbor:"38,keyasint,omitempty" json:"way,omitempty"`
	About string `cbor:"39,keyasint,omitempty" json:"about,omitempty"`
	// SMS is the message that the customer is to get: that the dealership has tried to call, or where to answer.
	SMS *Message `cbor:"40,keyasint,omitempty" json:"sms,omitempty"`
	// Batch is the survey of many customers that it belongs to.
	Batch string `cbor:"41,keyasint,omitempty" json:"batch,omitempty"`
}

// IsOpen reports whether there is still something to be done.
func (t *Task) IsOpen() bool { return t.State == Open || t.State == Taken }

// answersCall reports whether it is the answer to a call of the customer, which is wanted also by those who want no calls.
func (t *Task) answersCall() bool { return t.Kind == Unreturned }

// reached is the attempt that reached the customer, nil when there is none.
func (t *Task) reached() *contact.Attempt {
	for i := range t.Attempts {
		if t.Attempts[i].Result == contact.Reached {
			return &t.Attempts[i]
		}
	}
	return nil
}

// ends is when something happens to the task by itself; zero: never.
func (t *Task) ends() time.Time {
	switch t.State {
	case Taken:
		return t.TakenUntil
	case Open:
		return t.NotAfter
	case Done, Unreachable, Refused, Cancelled:
	}
	return time.Time{}
}

// clone is a copy that shares nothing that a step changes.
func (t *Task) clone() Task {
	c := *t
	if t.SMS != nil {
		m := *t.SMS
		c.SMS = &m
	}
	c.Numbers, c.Attempts, c.Calls, c.Answers = slices.Clone(t.Numbers), slices.Clone(t.Attempts), slices.Clone(t.Calls), maps.Clone(t.Answers)
	return c
}

// Reply is one answer of a customer to one question with a score. CBOR numbers are never reused.
type Reply struct {
	ID         string    `cbor:"1,keyasint" json:"id"`
	At         time.Time `cbor:"2,keyasint" json:"at"`
	Call       string    `cbor:"3,keyasint,omitempty" json:"call,omitempty"`
	Task       string    `cbor:"4,keyasint,omitempty" json:"task,omitempty"`
	Agent      string    `cbor:"5,keyasint,omitempty" json:"agent,omitempty"` // whose service it is about
	Queue      string    `cbor:"6,keyasint,omitempty" json:"queue,omitempty"`
	Department string    `cbor:"7,keyasint,omitempty" json:"department,omitempty"`
	Script     string    `cbor:"8,keyasint,omitempty" json:"script,omitempty"` // empty: asked by the box after the call
	Question   string    `cbor:"9,keyasint" json:"question"`
	Score      int       `cbor:"10,keyasint" json:"score"` // 1 is the worst
	Of         int       `cbor:"11,keyasint" json:"of"`    // the best
	Customer   string    `cbor:"12,keyasint,omitempty" json:"customer,omitempty"`
	Ticket     string    `cbor:"13,keyasint,omitempty" json:"ticket,omitempty"` // that it opened
}
