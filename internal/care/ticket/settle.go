package ticket

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// settle writes what a step made of a ticket, and carries out what follows from it.
func (e *Edit) settle(t Ticket, effects []Effect, env Env) (Ticket, error) {
	for i := 0; i < len(effects); i++ { // an owner found is a further step, whose effects follow
		switch f := effects[i].(type) {
		case Note:
			if err := e.tx.Entries.Put(Entry{ID: books.NewID(), Ticket: t.ID, At: e.now, By: e.who, What: f.What, Args: f.Args, Text: f.Text}); err != nil {
				return t, err
			}
		case Seek:
			n, more, err := e.seek(t, f, env)
			if err != nil {
				return t, err
			}
			t, effects = n, append(effects, more...)
		default:
			if err := e.tell(t, f); err != nil {
				return t, err
			}
		}
	}
	return books.Stored(e.tx.Tickets, "ticket", t.ID, t)
}

// seek looks for an owner: among those on duty for the department the one with the least to do, or the superior of the one who
// had it. When nobody is there it is tried again when somebody is.
func (e *Edit) seek(t Ticket, f Seek, env Env) (Ticket, []Effect, error) {
	people := e.rules.People
	var able []Person
	if f.Above {
		former := t.Owner
		if t.HiddenFrom(former) || former == "" {
			former = cmp.Or(complaintAbout(t), former)
		}
		if able = people.Above(former, e.now); len(able) > 1 {
			able = able[:1]
		}
		if len(able) == 0 && t.Owner != "" {
			return t, nil, nil // there is nobody above: it stays where it is
		}
	}
	if len(able) == 0 {
		able = people.Owners(t.Department, e.now)
	}
	able = slices.DeleteFunc(slices.Clone(able), func(p Person) bool { return t.HiddenFrom(p.ID) })
	if len(able) == 0 {
		until := people.Opens(t.Department, e.now)
		if !until.After(e.now) {
			until = e.now.Add(seekAgain)
		}
		return Step(t, Postpone{until}, "box", e.now, env)
	}
	best, least := able[0], -1
	for _, p := range able {
		n, err := e.load(p.ID)
		if err != nil {
			return t, nil, err
		}
		if least < 0 || n < least {
			best, least = p, n
		}
	}
	return Step(t, Assign{To: best.ID, Why: "found"}, "box", e.now, env)
}

// seekAgain is how soon an owner is looked for again when nobody says when somebody is there.
const seekAgain = 5 * time.Minute

func complaintAbout(t Ticket) string {
	if t.Complaint == nil {
		return ""
	}
	return t.Complaint.About
}

// load counts what somebody has to work on, as far as it matters for a choice.
func (e *Edit) load(person string) (n int, err error) {
	for _, err := range e.tx.Tickets.Find(byOwner, books.Exactly(person), nil) {
		if err != nil {
			return 0, err
		}
		if n++; n == maxLoad {
			break
		}
	}
	return n, nil
}

// maxLoad bounds the counting.
const maxLoad = 50

// tell writes the notices of an effect.
func (e *Edit) tell(t Ticket, f Effect) error {
	switch f := f.(type) {
	case Escalate:
		return e.escalate(t, f)
	case NobodyGoes:
		return e.escalate(t, Escalate{OfDispatch, Climb{Rung: Rung{Role: "team_lead", By: []string{ByConsole, BySMS, ByCall}}, Due: e.now}})
	case OfferJob:
		p, ok := e.rules.People.Person(f.Person)
		if !ok {
			return nil // the offer lapses, and the next one is asked
		}
		for _, by := range []string{BySMS, ByCall} {
			if err := e.notice(t, Notice{Kind: KindJob, Template: "job", Person: p.ID, Phone: p.number(by), By: by, Until: f.Until}); err != nil {
				return err
			}
		}
	case Text:
		if len(t.Phones) == 0 {
			return nil
		}
		return e.notice(t, Notice{Kind: KindCustomer, Template: f.Template, Args: f.Args, Phone: t.Phones[0], By: BySMS, Until: e.now.Add(noticeLife)})
	default:
		return fmt.Errorf("settle ticket %s: unknown effect %T", t.Number, f)
	}
	return nil
}

// escalate tells those who have the rung's role, each in each way. A complaint's subject is not told of it.
func (e *Edit) escalate(t Ticket, f Escalate) error {
	people := e.rules.People
	var to []Person
	if f.Climb.Rung.Role == RoleOwner {
		if p, ok := people.Person(t.Owner); ok {
			to = []Person{p}
		}
	}
	if len(to) == 0 {
		to = people.Holders(f.Climb.Rung.Role, t.Department, e.now)
	}
	if to = slices.DeleteFunc(to, func(p Person) bool { return t.HiddenFrom(p.ID) }); len(to) == 0 && complaintAbout(t) != "" { // it is about whoever would be told
		to = slices.DeleteFunc(people.Above(complaintAbout(t), e.now), func(p Person) bool { return t.HiddenFrom(p.ID) })
		if to = to[:min(1, len(to))]; len(to) == 0 {
			to = e.anybody(t)
		}
	}
	for _, w := range t.Watchers {
		if p, ok := people.Person(w); ok {
			if err := e.escalation(t, f, p, []string{ByConsole}); err != nil {
				return err
			}
		}
	}
	for _, p := range to {
		if err := e.escalation(t, f, p, f.Climb.Rung.By); err != nil {
			return err
		}
	}
	return nil
}

// anybody are those who hear of a complaint about the one at the top of the house, above whom there is nobody: the highest role that
// somebody else holds.
func (e *Edit) anybody(t Ticket) []Person {
	for _, role := range []string{"general_manager", "service_director", "crm_manager", "team_lead"} {
		held := slices.DeleteFunc(slices.Clone(e.rules.People.Holders(role, t.Department, e.now)), func(p Person) bool { return t.HiddenFrom(p.ID) })
		if len(held) > 0 {
			return held
		}
	}
	return nil
}

// noticeLife is after how long a notice that could not be delivered is given up.
const noticeLife = 24 * time.Hour

func (e *Edit) escalation(t Ticket, f Escalate, p Person, ways []string) error {
	if t.HiddenFrom(p.ID) {
		return nil
	}
	for _, by := range ways {
		n := Notice{
			Kind: KindEscalation, Template: f.Of, Person: p.ID, Phone: p.number(by), By: by, Due: f.Climb.Due, Until: e.now.Add(noticeLife),
			Args: map[string]string{"role": f.Climb.Rung.Role, "after": f.Climb.Rung.After.Duration().String()},
		}
		if err := e.notice(t, n); err != nil {
			return err
		}
	}
	return nil
}

func (e *Edit) notice(t Ticket, n Notice) error {
	n.ID, n.Ticket, n.At, n.State, n.Next = books.NewID(), t.ID, e.now, Pending, e.now
	return e.tx.Notices.Put(n)
}

// number takes the next number of the type for the day in the dealership's zone.
func (e *Edit) number(env Env) (string, error) {
	id := cmp.Or(env.Type.Prefix, "T") + e.now.In(e.rules.Zone).Format("060102")
	c, _, err := e.tx.Counters.Get(id)
	if err != nil {
		return "", err
	}
	c.ID = id
	c.Last++
	return fmt.Sprintf("%s-%03d", id, c.Last), e.tx.Counters.Put(c)
}

// repeatWithin is how long a complaint of the same customer about the same is a repeated one.
const repeatWithin = 30 * 24 * time.Hour

// repeats notes which complaint a new one repeats: the same customer or vehicle, the same category, within a month.
func (e *Edit) repeats(n *Ticket) error {
	if n.Complaint == nil || n.Customer == "" {
		return nil
	}
	for t, err := range e.tx.Tickets.Find(byCustomer, books.Exactly(n.Customer), nil) {
		if err != nil {
			return err
		}
		if e.now.Sub(t.CreatedAt) > repeatWithin {
			return nil
		}
		if t.Type == n.Type && t.Outcome != Merged && t.Complaint != nil && t.Complaint.Category == n.Complaint.Category {
			n.Relations = append(n.Relations, Relation{"repeat_of", t.ID})
			return nil
		}
	}
	return nil
}
