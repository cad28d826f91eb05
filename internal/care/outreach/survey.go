package outreach

import (
	"context"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// TheBox is who is at a task that the box works on by itself.
const TheBox = "box"

// ViaLink is the way of a change that the customer makes on a page.
const ViaLink = "link"

// callAgain is after how long a call is made that could not be made at all.
const callAgain = 10 * time.Minute

// Call takes the next customer whom the box is to call, and the number; ok is false when there is none. not are numbers that
// are not to be called now.
func (b *Book) Call(ctx context.Context, not []string) (t Task, number string, ok bool, err error) {
	if due, err := b.callDue(); err != nil || !due {
		return t, "", false, err
	}
	by := clockwork("call-customer")
	err = b.books.Change(ctx, by, func(tx Tx) (err error) {
		t, number, ok, err = b.Edit(tx, by).call(not)
		return err
	})
	return t, number, ok, err
}

// callDue looks whether there is anybody to be called, which costs nothing when there is not.
func (b *Book) callDue() (due bool, err error) {
	now := b.clock()
	err = b.books.View(func(tx Tx) error {
		for t, err := range tx.Tasks.Find(byWork, books.Exactly(ofBox(ByCall)), nil) {
			due = err == nil && !t.Due.After(now)
			return err
		}
		return nil
	})
	return due, err
}

func (e *Edit) call(not []string) (Task, string, bool, error) {
	for range maxPassed {
		t, number, later, err := e.firstCall(not)
		if err != nil || t.ID == "" {
			return Task{}, "", false, err
		}
		if !later.IsZero() {
			if _, err := e.step(t, Defer{later}); err != nil {
				return Task{}, "", false, err
			}
			continue
		}
		t, ok, err := e.callable(t)
		if err != nil {
			return Task{}, "", false, err
		}
		busy, err := e.spokenTo(t.ID, number)
		if err != nil {
			return Task{}, "", false, err
		}
		if ok && !busy && slices.Contains(t.Numbers, number) {
			t, err = e.step(t, Take{By: TheBox})
			return t, number, err == nil, err
		}
		var ev Event = Refuse{}
		if ok { // another number of the same customer is left, or somebody is calling this one
			ev = Defer{e.now.Add(callAgain)}
		}
		if _, err := e.step(t, ev); err != nil {
			return Task{}, "", false, err
		}
	}
	return Task{}, "", false, nil
}

// spokenTo reports whether somebody is at another task of the same number, and may be calling it at this moment.
func (e *Edit) spokenTo(id, number string) (bool, error) {
	open, err := books.All(e.tx.Tasks, byNumber, number)
	return slices.ContainsFunc(open, func(t Task) bool { return t.ID != id && t.State == Taken && e.now.Before(t.TakenUntil) }), err
}

// firstCall is the first task whose customer the box may call now, and the number; or, with a moment, one that stands before
// all others although it may only be called then. Without either the task is empty.
func (e *Edit) firstCall(not []string) (t Task, number string, later time.Time, err error) {
	read := 0
	for t, err := range e.tx.Tasks.Find(byWork, books.Exactly(ofBox(ByCall)), nil) {
		if err != nil {
			return Task{}, "", time.Time{}, err
		}
		if read++; t.Due.After(e.now) || read > maxPassed {
			break
		}
		number, may := t.May(e.now, e.rules.env(&t))
		if may && !slices.Contains(not, number) {
			return t, number, time.Time{}, nil
		}
		if hours := e.rules.Contact.Next(nil, t.Numbers, e.now, e.rules.Zone); !may && hours.Next.After(e.now) {
			return t, "", hours.Next.UTC(), nil
		}
	}
	return Task{}, "", time.Time{}, nil
}

// NotCalled puts a task off whose customer could not be called at all.
func (b *Book) NotCalled(ctx context.Context, id string) error {
	by := clockwork("call-customer")
	return b.books.Change(ctx, by, func(tx Tx) error { return b.Edit(tx, by).notCalled(id) })
}

func (e *Edit) notCalled(id string) error {
	t, ok, err := e.tx.Tasks.Get(id)
	if err != nil || !ok || t.State != Taken || t.TakenBy != TheBox {
		return err
	}
	_, err = e.step(t, Defer{e.now.Add(callAgain)})
	return err
}

// Asked is what came of a call that the box made for a task.
type Asked struct {
	Call    Call
	Attempt contact.Attempt // its result may be empty: no attempt was made
	Scores  map[string]int  // what was answered by key
	Refused bool            // the customer wants no such calls
}

// Asked takes what came of a call of the box, as its record says.
func (e *Edit) Asked(id string, a Asked) error {
	t, ok, err := e.tx.Tasks.Get(id)
	if err != nil {
		return err
	}
	if !ok || t.State != Taken || t.TakenBy != TheBox {
		return e.Rated(a.Call, a.Scores) // it was called off meanwhile; what was said, was said
	}
	c := a.Call
	c.Task, c.Agent, c.Queue, c.Department = t.ID, t.About, t.Queue, t.Department
	score, n := e.rules.Survey.first(a.Scores)
	switch {
	case a.Refused:
		a.Attempt.Result = contact.Refused
	case n > 0:
		if t.Made, err = e.rated(c, a.Scores); err != nil {
			return err
		}
		a.Attempt.Result = contact.Reached
		_, err = e.step(t, Surveyed{a.Attempt, score, e.rules.Survey.means(a.Scores)})
		return err
	case a.Attempt.Result == "":
		return e.notCalled(id)
	case a.Attempt.Result == contact.Reached: // the customer listened, and said nothing
		a.Attempt.Result = contact.NoAnswer
	}
	_, err = e.step(t, Attempt{a.Attempt})
	return err
}

// first is the answer to the general question, else that to the first of the others by name, and how many hold.
func (r SurveyRule) first(scores map[string]int) (score, n int) {
	name := ""
	for q, s := range scores {
		if s < 1 || s > r.top() {
			continue
		}
		if n++; name == "" || q < name {
			name, score = q, s
		}
	}
	return score, n
}

// means is what the scores say: one bad answer is dissatisfaction.
func (r SurveyRule) means(scores map[string]int) contact.Satisfaction {
	out := contact.Satisfied
	for _, s := range scores {
		switch {
		case s < 1 || s > r.top():
		case r.bad(s):
			return contact.Dissatisfied
		case s < r.top()-1:
			out = contact.Neutral
		}
	}
	return out
}

// maxBatch bounds how many customers one survey asks.
const maxBatch = 500

// Skipped is a customer who is not asked, and why.
type Skipped struct {
	Customer string `json:"customer"`
	Why      string `json:"why"` // the key of the reason
}

// Ask makes the tasks of a survey of many customers, who are asked like t. Who wants no calls, or has no number, is passed over.
func (b *Book) Ask(ctx context.Context, by books.By, t Task, customers []string) (batch string, made int, skipped []Skipped, err error) {
	if len(customers) == 0 || len(customers) > maxBatch {
		return "", 0, nil, fault.Fields{{Path: "customers", Key: "outreach.too_many", Message: "from 1 to 500 customers are asked at once"}}
	}
	err = b.books.Change(ctx, by, func(tx Tx) error {
		batch, made, skipped = books.NewID(), 0, nil
		e := b.Edit(tx, by)
		for _, c := range customers {
			n := t.clone()
			n.Kind, n.Batch, n.Customer = Survey, batch, c
			if err := n.check(e); err != nil {
				return err
			}
			if why, err := e.ask(n); err != nil {
				return err
			} else if why != "" {
				skipped = append(skipped, Skipped{c, why})
				continue
			}
			made++
		}
		return nil
	})
	return batch, made, skipped, err
}

// ask makes one task of a survey, or says why not.
func (e *Edit) ask(t Task) (why string, err error) {
	_, known, err := e.tx.Whom(t.Customer)
	if err != nil {
		return "", err
	}
	if !known {
		return "customer.not_found", nil
	}
	switch ok, err := e.whom(&t); {
	case err != nil:
		return "", err
	case !ok:
		return "outreach.do_not_call", nil
	case len(t.Numbers) == 0:
		return "outreach.no_number", nil
	}
	_, err = e.start(t)
	return "", err
}

// Asking is how far a survey has come.
type Asking struct {
	Batch    string          `json:"batch"`
	Total    int             `json:"total"`
	States   map[State]int   `json:"states"`
	Outcomes map[Outcome]int `json:"outcomes"`
}

// Batch counts the tasks of a survey.
func (b *Book) Batch(batch string) (p Asking, err error) {
	p = Asking{Batch: batch, States: map[State]int{}, Outcomes: map[Outcome]int{}}
	err = b.books.View(func(tx Tx) error {
		for t, err := range tx.Tasks.Find(byBatch, books.Exactly(batch), nil) {
			if err != nil {
				return err
			}
			p.Total++
			p.States[t.State]++
			if t.Outcome != noOutcome {
				p.Outcomes[t.Outcome]++
			}
		}
		return nil
	})
	if err == nil && p.Total == 0 {
		err = fault.New(fault.NotFound, "outreach.batch_unknown", "read survey %s: there is none", batch)
	}
	return p, err
}

// CancelBatch ends what is open of a survey, and returns how many. Calls that are up are ended.
func (b *Book) CancelBatch(ctx context.Context, by books.By, batch, why string) (n int, err error) {
	err = b.books.Change(ctx, by, func(tx Tx) error {
		e := b.Edit(tx, by)
		list, err := books.All(tx.Tasks, byBatch, batch)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fault.New(fault.NotFound, "outreach.batch_unknown", "cancel survey %s: there is none", batch)
		}
		n = 0
		for _, t := range list {
			if !t.IsOpen() {
				continue
			}
			if _, err := e.Do(t.ID, 0, Cancel{Why: why}); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
