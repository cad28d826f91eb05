package outreach

import (
	"fmt"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// settle writes what a step made of a task, and carries out what follows from it.
func (e *Edit) settle(t Task, effects []Effect) (Task, error) {
	var replies []Reply
	for _, f := range effects {
		switch f := f.(type) {
		case Text:
			t.SMS = &Message{Template: f.Template, To: f.Number, State: MessagePending, Next: e.now, Until: e.now.Add(textUntil)}
			if f.Template == AskTemplate {
				t.SMS.Next, t.SMS.Until = t.Due, t.NotAfter
			}
		case Complain:
			id, err := e.tx.OpenTicket(e.by, Draft{
				Type: f.Type, Subject: e.subject(&t), Words: f.Words, Customer: t.Customer, Name: t.Name, Numbers: t.Numbers, Vehicle: t.Vehicle,
				Call: t.Proof, Task: t.ID, Department: t.Department, Agent: t.About,
			})
			if err != nil {
				return t, err
			}
			t.Made = id
		case Scored:
			replies = append(replies, Reply{
				ID: books.NewID(), At: e.now, Call: t.Proof, Task: t.ID, Agent: e.about(&t), Queue: t.Queue, Department: t.Department, Script: t.Script,
				Question: f.Question, Score: f.Score, Of: f.Of, Customer: t.Customer,
			})
		case Told:
			if err := e.told(t, f); err != nil {
				return t, err
			}
		default:
			return t, fmt.Errorf("settle task %s: unknown effect %T", t.ID, f)
		}
	}
	for _, r := range replies {
		r.Ticket = t.Made
		if err := e.tx.Replies.Put(r); err != nil {
			return t, err
		}
	}
	return books.Stored(e.tx.Tasks, "task", t.ID, t)
}

// about is whose service an answer is about: the agent's whom the task names, else of who asks.
func (e *Edit) about(t *Task) string {
	if t.About != "" || t.Way != ByAgent {
		return t.About
	}
	return e.who
}

func (e *Edit) subject(t *Task) string {
	name := ""
	if s := e.rules.Script(t.Script); s != nil {
		name = s.Name
	}
	if t.Name != "" {
		name += " " + t.Name
	}
	return books.Cut(name, maxLine)
}

// told makes what plans follow from the end of a script.
func (e *Edit) told(t Task, f Told) error {
	if f.Satisfaction != contact.Dissatisfied {
		return nil
	}
	for i := range e.rules.Plans {
		p := &e.rules.Plans[i]
		// A plan that followed itself would never leave a customer alone who cannot be satisfied.
		if p.follows(AfterDissatisfied) && p.ID != t.Plan {
			n := Task{Customer: t.Customer, Name: t.Name, Numbers: t.Numbers, Vehicle: t.Vehicle, Ticket: t.Made, Source: "task " + t.ID}
			if err := e.planned(p, n, e.now); err != nil {
				return err
			}
		}
	}
	return nil
}
