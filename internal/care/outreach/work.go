package outreach

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Worker is who asks for work: the tasks of this agent, of these queues, of this department, and those of nobody.
type Worker struct {
	Person      string
	Queues      []string
	Departments []string
	// Not are numbers of those whom a queue is to call back, or who wait in one.
	Not []string
}

// spoken reports whether a task's customer is being served already.
func (w Worker) spoken(t *Task) bool {
	return slices.ContainsFunc(t.Numbers, func(n string) bool { return slices.Contains(w.Not, n) })
}

func (w Worker) keys() []string {
	out := []string{whose(w.Person, "", "")}
	for _, q := range w.Queues {
		out = append(out, whose("", q, ""))
	}
	for _, d := range w.Departments {
		if d != "" {
			out = append(out, whose("", "", d))
		}
	}
	return append(out, whose("", "", ""))
}

// Next hands out the next task of a worker's list and returns false when there is none. Whose customer wants no calls any more
// is passed over for good. Who is at a task already gets that one again.
func (b *Book) Next(ctx context.Context, by books.By, w Worker) (t Task, ok bool, err error) {
	err = b.books.Change(ctx, by, func(tx Tx) (err error) {
		e := b.Edit(tx, by)
		t, ok, err = e.next(w)
		return err
	})
	return t, ok, err
}

// maxPassed bounds how many tasks are looked at for one that may be handed out.
const maxPassed = 50

func (e *Edit) next(w Worker) (Task, bool, error) {
	mine, err := books.All(e.tx.Tasks, byTaken, w.Person)
	if err != nil {
		return Task{}, false, err
	}
	for _, t := range mine {
		if t.State == Taken && e.now.Before(t.TakenUntil) {
			return t, true, nil
		}
	}
	for range maxPassed {
		t, ok, err := e.first(w)
		if err != nil || !ok {
			return Task{}, false, err
		}
		if t, ok, err = e.callable(t); err != nil {
			return Task{}, false, err
		}
		if ok {
			t, err = e.step(t, Take{By: w.Person})
			return t, err == nil, err
		}
		if _, err := e.step(t, Refuse{}); err != nil {
			return Task{}, false, err
		}
	}
	return Task{}, false, nil
}

// first is the most overdue task of a worker's lists that may be worked on now. It reads no more of each list than it must.
func (e *Edit) first(w Worker) (Task, bool, error) {
	var heads []head
	defer func() {
		for _, h := range heads {
			h.stop()
		}
	}()
	for _, key := range w.keys() {
		h := head{}
		h.next, h.stop = iter.Pull2(e.tx.Tasks.Find(byWork, books.Exactly(key), nil))
		heads = append(heads, h)
		if err := heads[len(heads)-1].step(e.now); err != nil {
			return Task{}, false, err
		}
	}
	for {
		var best *head
		for i := range heads {
			if h := &heads[i]; h.due && (best == nil || h.task.Due.Before(best.task.Due)) {
				best = h
			}
		}
		if best == nil {
			return Task{}, false, nil
		}
		t := best.task
		if _, may := t.May(e.now, e.rules.env(&t)); may && !w.spoken(&t) {
			return t, true, nil
		}
		if err := best.step(e.now); err != nil {
			return Task{}, false, err
		}
	}
}

// head is the next task of one list.
type head struct {
	task Task
	due  bool // there is one, and it is due
	read int
	next func() (Task, error, bool)
	stop func()
}

// step goes on to the next one.
func (h *head) step(now time.Time) error {
	t, err, ok := h.next()
	if err != nil {
		return err
	}
	h.read++
	h.task, h.due = t, ok && !t.Due.After(now) && h.read <= maxPassed
	return nil
}

// callable asks anew which of a task's numbers may be called.
func (e *Edit) callable(t Task) (Task, bool, error) {
	n := t.clone()
	ok, err := e.whom(&n)
	return n, ok && len(n.Numbers) > 0, err
}

// Sweep lets happen what is due by itself: tasks are given back that somebody has left, and end whose time has passed. It
// returns how many, at most limit.
func (b *Book) Sweep(ctx context.Context, limit int) (n int, err error) {
	now := b.clock()
	var due []string
	if err := b.books.View(func(tx Tx) error {
		due = due[:0]
		for t, err := range tx.Tasks.Find(byEnds, nil, nil) {
			if err != nil {
				return err
			}
			if at := t.ends(); at.After(now) || len(due) == limit {
				return nil
			}
			due = append(due, t.ID)
		}
		return nil
	}); err != nil || len(due) == 0 {
		return 0, err
	}
	err = b.books.Change(ctx, books.By{Who: "box", Via: "clock", Action: "end-outreach"}, func(tx Tx) error {
		e := b.Edit(tx, books.By{Who: "box"})
		for _, id := range due {
			t, ok, err := tx.Tasks.Get(id)
			if err != nil || !ok {
				return err
			}
			if at := t.ends(); at.IsZero() || at.After(now) {
				continue // somebody was faster
			}
			if _, err := e.step(t, Tick{}); err != nil {
				return err
			}
		}
		return nil
	})
	return len(due), err
}

// plannedOverlap is how long a visit's transaction may take: its id is made before it is stored.
const plannedOverlap = 15 * time.Minute

// markVisits is the planner's place among the visits.
const markVisits = "visits"

// maxVisits bounds the visits of one transaction.
const maxVisits = 200

// Plan makes the callbacks of the visits entered since it was last asked, and returns whether there may be more.
func (b *Book) Plan(ctx context.Context) (more bool, err error) {
	err = b.books.Change(ctx, books.By{Who: "box", Via: "clock", Action: "plan-callbacks"}, func(tx Tx) error {
		e := b.Edit(tx, books.By{Who: "box"})
		m, ok, err := tx.Marks.Get(markVisits)
		if err != nil {
			return err
		}
		if !ok { // from now on: nobody asked for callbacks of what was before
			m = Mark{ID: markVisits, Last: idAt(e.now.Add(-plannedOverlap))}
		}
		list, err := tx.Visits(m.Last, maxVisits)
		if err != nil {
			return err
		}
		for _, v := range list {
			if err := e.after(v); err != nil {
				return err
			}
		}
		more = len(list) == maxVisits
		was := m.Last
		if len(list) > 0 {
			m.Last = list[len(list)-1].ID
		}
		if overlap := idAt(e.now.Add(-plannedOverlap)); !more && m.Last > overlap { // what was begun before may be stored yet
			m.Last = max(was, overlap)
		}
		if ok && m.Last == was {
			return nil
		}
		return tx.Marks.Put(m)
	})
	return more, err
}

// after makes the callbacks of a visit, each once.
func (e *Edit) after(v Visit) error {
	for i := range e.rules.Plans {
		p := &e.rules.Plans[i]
		if !p.follows(v.Kind) {
			continue
		}
		if err := e.planned(p, Task{Customer: v.Customer, Vehicle: v.Vehicle, Source: "visit " + v.ID}, v.At); err != nil {
			return err
		}
	}
	return nil
}

func (p *Plan) follows(what string) bool { return slices.Contains(p.After, what) }

// planned makes a plan's task, unless there is one, it is too late for it, or the customer wants no calls.
func (e *Edit) planned(p *Plan, t Task, at time.Time) error {
	t.Kind, t.Plan, t.Subject, t.Script, t.Department = Planned, p.ID, p.Name, p.Script, p.Department
	t.Way = p.Way
	t.NotBefore, t.NotAfter = p.window(at, e.rules.Zone)
	if !t.NotAfter.After(e.now) {
		return nil
	}
	have, err := books.All(e.tx.Tasks, bySource, source(t.Plan, t.Source))
	if err != nil || len(have) > 0 {
		return err
	}
	ok, err := e.whom(&t)
	if err != nil || !ok || len(t.Numbers) == 0 {
		return err
	}
	_, err = e.start(t)
	return err
}
