package outreach

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// Rules are the settings that outreach follows, as one consistent picture.
type Rules struct {
	Settings // in force

	Contact contact.Plan
	Zone    *time.Location
	Links   bool // there is an address under which customers can answer
}

func (r *Rules) env(t *Task) Env {
	return Env{Plan: r.Contact, Zone: r.Zone, Script: r.Script(t.Script)}
}

// Book is the service of tasks. Its methods are safe from any goroutine.
type Book struct {
	books  Books
	rules  func() *Rules
	person string // who of the agents acts; empty: whoever the change is on behalf of
	clock  func() time.Time
}

// NewBook makes the service on the books, by the rules of the moment. clock is [time.Now].
func NewBook(books Books, rules func() *Rules, clock func() time.Time) *Book {
	return &Book{books: books, rules: rules, clock: clock}
}

// As is the same book for what an agent does, who may have another id as a user.
func (b *Book) As(person string) *Book {
	c := *b
	c.person = person
	return &c
}

// Rules are those of the moment.
func (b *Book) Rules() *Rules { return b.rules() }

// Edit is one change in the making: all it does is one transaction.
type Edit struct {
	tx    Tx
	now   time.Time
	rules *Rules
	by    books.By
	who   string
}

// Edit makes the changes of one transaction on behalf of by.
func (b *Book) Edit(tx Tx, by books.By) *Edit {
	return &Edit{tx: tx, now: b.clock().UTC(), rules: b.rules(), by: by, who: cmp.Or(b.person, by.Who)}
}

func changed[T any](ctx context.Context, b *Book, by books.By, fn func(e *Edit) (T, error)) (v T, err error) {
	err = b.books.Change(ctx, by, func(tx Tx) (err error) {
		v, err = fn(b.Edit(tx, by))
		return err
	})
	return v, err
}

// Limits of what people write.
const (
	maxLine    = 200
	maxNote    = 2000
	maxNumbers = 10
)

// Create makes a task of the kind manual or survey. Of t counts what people write. Who wants no calls is not called.
func (b *Book) Create(ctx context.Context, by books.By, t Task) (Task, error) {
	return changed(ctx, b, by, func(e *Edit) (Task, error) {
		n := Task{
			Kind: cmp.Or(t.Kind, Manual), Customer: t.Customer, Name: t.Name, Numbers: slices.Clone(t.Numbers), Vehicle: t.Vehicle, Ticket: t.Ticket,
			Subject: t.Subject, Script: t.Script, Agent: t.Agent, Queue: t.Queue, Department: t.Department, NotBefore: t.NotBefore.UTC(),
			NotAfter: t.NotAfter.UTC(), Note: t.Note, Way: t.Way, About: t.About, Batch: t.Batch,
		}
		if err := n.check(e); err != nil {
			return Task{}, err
		}
		if ok, err := e.whom(&n); err != nil || !ok {
			return Task{}, errors.Join(err, fault.New(fault.Conflict, "outreach.do_not_call", "create task: the customer wants no calls"))
		}
		if len(n.Numbers) == 0 {
			return Task{}, fault.New(fault.Conflict, "outreach.no_number", "create task: there is no number that may be called")
		}
		return e.start(n)
	})
}

func (t *Task) check(e *Edit) error {
	k := books.Checker{}
	k.OneOf("kind", "outreach.kind_unknown", string(t.Kind), string(Manual), string(Survey))
	for path, s := range map[string]*string{
		"customer": &t.Customer, "name": &t.Name, "vehicle": &t.Vehicle, "ticket": &t.Ticket, "subject": &t.Subject, "agent": &t.Agent,
		"queue": &t.Queue, "department": &t.Department, "about": &t.About,
	} {
		k.Line(path, s, maxLine)
	}
	k.Text("note", &t.Note, maxNote)
	if len(t.Numbers) > maxNumbers {
		k.Wrong("numbers", "customer.too_many_phones", "%d numbers, at most %d", len(t.Numbers), maxNumbers)
		return k.Found.Err()
	}
	for i, n := range t.Numbers {
		if t.Numbers[i] = phone.Normalize(books.HalfWidth(n)); !phone.Valid(t.Numbers[i]) {
			k.Wrong(books.Indexed("numbers", i), "customer.phone_invalid", "%q is no telephone number", books.Shorten(n))
		}
	}
	if t.Customer == "" && len(t.Numbers) == 0 {
		k.Wrong("numbers", "outreach.nobody", "a task needs a customer or a number")
	}
	if t.Script != "" && e.rules.Script(t.Script) == nil {
		k.Wrong("script", "outreach.script_unknown", "there is no script %q", books.Shorten(t.Script))
	}
	if t.Kind == Survey && t.Script == "" && t.Way != ByCall {
		k.Wrong("script", "outreach.script_unknown", "a survey needs a script")
	}
	k.OneOf("way", "outreach.way_unknown", string(t.Way), string(ByAgent), string(ByCall), string(BySMS))
	if t.Way == BySMS && t.Script == "" {
		k.Wrong("script", "outreach.script_unknown", "what is asked by SMS needs a script")
	}
	if t.Way == BySMS && !e.rules.Links {
		k.Wrong("way", "outreach.no_links", "the settings name no address under which customers can answer")
	}
	if !t.NotAfter.IsZero() && (!t.NotAfter.After(e.now) || !t.NotAfter.After(t.NotBefore)) {
		k.Wrong("not_after", "outreach.window", "it ends before it begins")
	}
	return k.Found.Err()
}

// whom fills in what the books know of a task's customer, and takes out the numbers that may not be called. It reports whether
// the customer may be called at all.
func (e *Edit) whom(t *Task) (bool, error) {
	if t.Customer != "" {
		w, ok, err := e.tx.Whom(t.Customer)
		if err != nil {
			return false, err
		}
		if ok {
			if w.NoCalls && !t.answersCall() {
				return false, nil
			}
			t.Customer = w.Customer
			t.Name = cmp.Or(t.Name, w.Name)
			if len(t.Numbers) == 0 {
				t.Numbers = w.Numbers
			}
		}
	}
	if t.answersCall() {
		return true, nil
	}
	had := len(t.Numbers)
	numbers, err := e.tx.Wanted(t.Numbers)
	if err != nil {
		return false, err
	}
	t.Numbers = numbers
	return had == 0 || len(numbers) > 0, nil
}

// start makes a new task.
func (e *Edit) start(t Task) (Task, error) {
	t.ID = books.NewID()
	env := e.rules.env(&t)
	n, effects := Start(t, e.who, e.now, env)
	return e.settle(n, effects)
}

// Do lets something happen to a task. rev is the revision that was read; 0 is for facts.
func (b *Book) Do(ctx context.Context, by books.By, id string, rev uint64, ev Event) (Task, error) {
	return changed(ctx, b, by, func(e *Edit) (Task, error) { return e.Do(id, rev, ev) })
}

// Do is [Book.Do] as part of a larger change.
func (e *Edit) Do(id string, rev uint64, ev Event) (Task, error) {
	t, err := get(e.tx, id)
	if err != nil {
		return t, err
	}
	if rev != 0 {
		if err := books.SameRev("task", id, t.Meta.Rev, rev); err != nil {
			return t, err
		}
	}
	if err := e.checkEvent(&ev); err != nil {
		return t, err
	}
	if err := e.mine(&t, ev); err != nil {
		return t, err
	}
	if _, ok := ev.(Take); ok {
		if t.Way != ByAgent {
			return t, fault.New(fault.Conflict, "outreach.by_itself", "take task %s: the box does it", id)
		}
		if t, ok, err = e.callable(t); err != nil || !ok {
			return t, errors.Join(err, fault.New(fault.Conflict, "outreach.do_not_call", "take task %s: the customer wants no calls", id))
		}
	}
	return e.step(t, ev)
}

func (e *Edit) step(t Task, ev Event) (Task, error) {
	n, effects, err := Step(t, ev, e.who, e.now, e.rules.env(&t))
	if err != nil {
		return t, err
	}
	return e.settle(n, effects)
}

// mine refuses what only the one who is at a task may do.
func (e *Edit) mine(t *Task, ev Event) error {
	switch ev.(type) {
	case Attempt:
		if t.Way != ByAgent { // of its own calls the box knows itself
			return fault.New(fault.Conflict, "outreach.by_itself", "change task %s: the box does it", t.ID)
		}
	case Release, Answer:
		if t.Way == BySMS && e.by.Via != ViaLink {
			return fault.New(fault.Conflict, "outreach.by_itself", "change task %s: the customer answers it", t.ID)
		}
		if t.State == Taken && t.TakenBy != e.who {
			return fault.New(fault.Conflict, "outreach.taken", "change task %s: %s is at it", t.ID, t.TakenBy)
		}
	}
	return nil
}

// checkEvent tidies what people wrote.
func (e *Edit) checkEvent(ev *Event) error {
	k := books.Checker{}
	switch v := (*ev).(type) {
	case Cancel:
		if k.Text("why", &v.Why, maxNote); v.Why == "" {
			k.Wrong("why", "outreach.why_missing", "a reason is needed")
		}
		*ev = v
	case Reopen:
		if k.Text("why", &v.Why, maxNote); v.Why == "" {
			k.Wrong("why", "outreach.why_missing", "a reason is needed")
		}
		*ev = v
	case Attempt:
		k.Text("note", &v.Note, maxNote)
		k.Line("call", &v.Call, maxLine)
		if v.Number = phone.Normalize(books.HalfWidth(v.Number)); len(v.Number) > maxLine {
			k.Wrong("number", "customer.phone_invalid", "%q is no telephone number", books.Shorten(v.Number))
		}
		if !slices.Contains(contact.Results(), v.Result) {
			k.Wrong("result", "outreach.result_unknown", "%q is no result", books.Shorten(string(v.Result)))
		}
		*ev = v
	}
	return k.Found.Err()
}

// Task reads a task.
func (b *Book) Task(id string) (t Task, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		t, err = get(tx, id)
		return err
	})
	return t, err
}

// get reads a task that must be there.
func get(tx Tx, id string) (Task, error) {
	t, ok, err := tx.Tasks.Get(id)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "task.not_found", "read task %s: there is none", id)
	}
	return t, err
}
