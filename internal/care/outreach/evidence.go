package outreach

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// Call is what a call's record says that matters here.
type Call struct {
	ID, Number, Customer, Name string
	Queue, Department, Agent   string
	Task                       string // that it was made for
	At                         time.Time
}

// Missed notes a call that nobody took. Those of one number are one task.
func (e *Edit) Missed(c Call) error {
	open, err := books.All(e.tx.Tasks, byNumber, c.Number)
	if err != nil {
		return err
	}
	ev := Missed{At: c.At, Call: c.ID}
	for _, t := range open {
		if t.Kind == Unreturned {
			_, err := e.step(t, ev)
			return err
		}
	}
	t := Task{
		Kind: Unreturned, Customer: c.Customer, Name: c.Name, Numbers: []string{c.Number}, Queue: c.Queue, Department: c.Department,
		Source: "call " + c.ID, Count: 1, Calls: []string{c.ID}, LastMissed: c.At,
	}
	if _, err := e.whom(&t); err != nil {
		return err
	}
	_, err = e.start(t)
	return err
}

// Proved takes what a call proves about a number's tasks: an answered call closes what was unreturned, whoever called whom; an
// attempt in vain counts. Of other tasks only calls count of the agent who is at them.
func (e *Edit) Proved(a contact.Attempt) error {
	open, err := books.All(e.tx.Tasks, byNumber, a.Number)
	if err != nil {
		return err
	}
	said, err := books.All(e.tx.Tasks, byCall, a.Call) // somebody was faster than the record
	if err != nil {
		return err
	}
	for _, t := range said {
		if !slices.ContainsFunc(open, func(o Task) bool { return o.ID == t.ID }) && t.State == Done {
			open = append(open, t)
		}
	}
	for _, t := range open {
		known := slices.ContainsFunc(t.Attempts, func(have contact.Attempt) bool { return have.Call == a.Call })
		missed := slices.Contains(t.Calls, a.Call)
		switch {
		case missed || known: // what somebody has said of the call stands
			continue
		case t.Kind == Unreturned:
		case a.Inbound || t.State != Taken || t.TakenBy == "" || t.TakenBy != a.By:
			continue
		}
		if _, err := e.step(t, Attempt{a}); err != nil {
			return err
		}
	}
	return nil
}

// Rated keeps what a customer answered the box after a call, by question. A bad answer opens a ticket with its call.
func (e *Edit) Rated(c Call, scores map[string]int) error {
	_, err := e.rated(c, scores)
	return err
}

// rated is Rated, and returns the ticket that was opened.
func (e *Edit) rated(c Call, scores map[string]int) (ticket string, err error) {
	rule := e.rules.Survey
	var replies []Reply
	bad := false
	for q, n := range scores {
		if n < 1 || n > rule.top() {
			continue
		}
		bad = bad || rule.bad(n)
		replies = append(replies, Reply{
			ID: books.NewID(), At: e.now, Call: c.ID, Agent: c.Agent, Queue: c.Queue, Department: c.Department, Question: q, Score: n, Of: rule.top(),
			Customer: c.Customer, Task: c.Task,
		})
	}
	if len(replies) == 0 {
		return "", nil
	}
	if have, err := books.All(e.tx.Replies, byCall, c.ID); err != nil || len(have) > 0 {
		return "", err // a record is written once, but a transaction may be tried twice
	}
	if bad {
		if ticket, err = e.tx.OpenTicket(e.by, Draft{
			Type: rule.Type(), Subject: books.Cut("满意度低分 "+c.Name, maxLine), Words: scored(replies), Customer: c.Customer, Name: c.Name,
			Numbers: numbersOf(c), Agent: c.Agent, Department: c.Department, Call: c.ID, Task: c.Task,
		}); err != nil {
			return "", err
		}
		if ticket == "" { // there are no tickets of that type: somebody is to call all the same
			if err := e.askWhy(c); err != nil {
				return "", err
			}
		}
	}
	for _, r := range replies {
		r.Ticket = ticket
		if err := e.tx.Replies.Put(r); err != nil {
			return ticket, err
		}
	}
	return ticket, nil
}

func numbersOf(c Call) []string {
	if c.Number == "" {
		return nil
	}
	return []string{c.Number}
}

// askWhy has somebody call a customer who was dissatisfied.
func (e *Edit) askWhy(c Call) error {
	t := Task{
		Kind: Manual, Customer: c.Customer, Name: c.Name, Numbers: numbersOf(c), Queue: c.Queue, Department: c.Department, Subject: "满意度低分",
		Source: "call " + c.ID,
	}
	ok, err := e.whom(&t)
	if err != nil || !ok || len(t.Numbers) == 0 {
		return err
	}
	_, err = e.start(t)
	return err
}
