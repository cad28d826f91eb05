package ticket_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

var (
	simSeeds = flag.Int("seeds", 10, "how many simulations of a dealership")
	simDays  = flag.Int("days", 90, "how many days each takes")
)

// TestADealershipsQuarter plays quarters at a dealership: customers who want things, people who come, go, forget and try
// again, telephones that nobody answers, a box that is off over a weekend. Whatever happens, each customer's wish ends in a
// contact or, after three slots in vain, unreachable; each rung of a deadline crossed is climbed once; and nothing is
// without an owner while the house is open.
func TestADealershipsQuarter(t *testing.T) {
	for seed := range uint64(*simSeeds) { //nolint:gosec // a small number
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { newHouse(t, seed, newMemory()).play(*simDays) })
		})
	}
}

// TestTheSimulationOnTheStore plays some days on the real books, which must allow and refuse the same.
func TestTheSimulationOnTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		newHouse(t, 1, store.TicketBooks{DB: storetest.New(t)}).play(8)
	})
}

// house is the dealership.
type house struct {
	*testing.T
	seed  uint64
	rnd   *rand.Rand
	books ticket.Books
	book  *ticket.Book
	rules *ticket.Rules
	off   time.Time // the box has no power until then
}

func newHouse(t *testing.T, seed uint64, kept ticket.Books) *house {
	h := &house{T: t, seed: seed, rnd: rand.New(rand.NewPCG(seed, 7)), books: kept} //nolint:gosec // a simulation
	h.rules = &ticket.Rules{
		Types: ticket.DefaultTypes("service"), Plan: contact.DefaultPlan(), Zone: cst, Clocks: clocks, People: crew{},
	}
	h.start()
	return h
}

// start is the box after power came: nothing is remembered but what was kept.
func (h *house) start() { h.book = ticket.NewBook(h.books, func() *ticket.Rules { return h.rules }) }

// crew is who works there: five on weekdays, technicians always.
type crew struct{}

var titles = map[string][]string{
	"team_lead": {"lead"}, "crm_manager": {"manager"}, "service_director": {"director"}, "general_manager": {"head"},
}

func (crew) Person(id string) (ticket.Person, bool) {
	return ticket.Person{ID: id, Name: id, Phone: "13900000000"}, id != "" && id != "nobody"
}

func (crew) list(ids ...string) (list []ticket.Person) {
	for _, id := range ids {
		p, _ := crew{}.Person(id)
		list = append(list, p)
	}
	return list
}

func (c crew) Holders(role, _ string, _ time.Time) []ticket.Person {
	if role == ticket.RoleOwner {
		role = "team_lead"
	}
	return c.list(titles[role]...)
}

func (c crew) Above(id string, _ time.Time) []ticket.Person {
	if id == "lead" {
		return c.list("manager")
	}
	return c.list("lead")
}

func (c crew) Owners(_ string, at time.Time) []ticket.Person {
	if !working(at) {
		return nil
	}
	return c.list("a1", "a2", "a3")
}

func (crew) Opens(_ string, after time.Time) time.Time {
	for t := after.Truncate(time.Minute); ; t = t.Add(time.Minute) {
		if t.After(after) && working(t) {
			return t
		}
	}
}

func working(at time.Time) bool {
	at = at.In(cst)
	m := at.Hour()*60 + at.Minute()
	return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday && (m >= 510 && m < 720 || m >= 780 && m < 1080)
}

func (h *house) chance(percent int) bool { return h.rnd.IntN(100) < percent }

// play lets days pass, in steps of ten minutes, and then as many as it takes to end all that was begun.
func (h *house) play(days int) {
	h.Helper()
	end := time.Now().AddDate(0, 0, days)
	for n := 0; ; n++ {
		time.Sleep(10 * time.Minute)
		now := time.Now()
		if now.Before(h.off) {
			continue
		}
		if now.Before(end) {
			h.happen()
		}
		h.tick()
		if working(now) {
			h.work()
		}
		h.technicians()
		if n%12 == 0 {
			h.check()
		}
		if open := h.open(); !now.Before(end) && (len(open) == 0 || now.After(end.AddDate(0, 2, 0))) {
			if len(open) > 0 {
				h.Errorf("two months later %d tickets are open: %s is %s, next call %v", len(open), open[0].Number, open[0].State, open[0].NextCall)
			}
			break
		}
	}
	h.judge()
}

// happen is what comes from outside: wishes, and failures.
func (h *house) happen() {
	hour := time.Now().In(cst).Hour()
	if h.chance(1) && h.chance(20) { // a cut of power, at times over a weekend
		h.off = time.Now().Add(time.Duration(h.rnd.IntN(60)+1) * time.Hour)
		h.start()
		return
	}
	if percent := map[bool]int{true: 6, false: 1}[hour >= 8 && hour < 20]; !h.chance(percent) {
		return
	}
	k := ticket.Ticket{
		Type: h.rules.Types[h.rnd.IntN(len(h.rules.Types))].ID, Subject: "wish", Phones: []string{fmt.Sprintf("138%08d", h.rnd.IntN(1e8))},
		Source: ticket.Source{Kind: []string{"call", "voicemail", "web"}[h.rnd.IntN(3)]}, Customer: fmt.Sprintf("c%d", h.rnd.IntN(50)),
	}
	if k.Type == "complaint" && h.chance(30) {
		k.Complaint = &ticket.Complaint{About: []string{"a1", "a2", "a3"}[h.rnd.IntN(3)]}
	}
	if k.Type == "claim" {
		k.Form = map[string]string{"report": "4711"}
	}
	if _, err := h.book.Create(h.Context(), books.By{Who: "box"}, k); err != nil {
		h.Fatal(err)
	}
}

func (h *house) tick() {
	for range 1000 {
		n, _, err := h.book.Tick(h.Context(), time.Now())
		if err != nil {
			h.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	h.Fatal("what is due stays due")
}

// do is one thing that somebody does; one that the state refuses is no failure of the house.
func (h *house) do(who string, k ticket.Ticket, ev ticket.Event) {
	_, err := h.book.As(who).Do(h.Context(), books.By{Who: who}, k.ID, 0, ev)
	if err != nil {
		h.Errorf("%s: %T of %s, %s: %v", who, ev, k.Number, k.State, err)
	}
}

// try is an attempt to reach a customer; some never answer.
func (h *house) try(who string, k ticket.Ticket) ticket.Contact {
	a := contact.Attempt{At: time.Now().UTC(), By: who, Call: fmt.Sprint(time.Now().UnixNano(), h.rnd.Uint64()), Number: k.Phones[0], Result: contact.Reached}
	gone := k.Phones[0][10] == '7' // a tenth of the customers
	switch {
	case gone, h.chance(30):
		a.Result = []contact.Result{contact.Busy, contact.NoAnswer, contact.PoweredOff}[h.rnd.IntN(3)]
	case k.State == ticket.Resolved:
		a.Satisfaction = []contact.Satisfaction{contact.Satisfied, contact.Satisfied, contact.Neutral, contact.Dissatisfied, contact.Unsaid}[h.rnd.IntN(5)]
	}
	return ticket.Contact{Attempt: a}
}

// work is what the agents and their superiors do in ten minutes, if they think of it.
func (h *house) work() {
	for _, who := range []string{"a1", "a2", "a3", "lead", "manager"} {
		if h.chance(50) {
			continue
		}
		mine, _, err := h.book.List(ticket.Viewer{Person: who}, ticket.Filter{Owner: who}, "", 5)
		if err != nil {
			h.Fatal(err)
		}
		if len(mine) > 0 {
			h.workOn(who, mine[h.rnd.IntN(len(mine))])
		}
		due, err := h.book.ToCall(ticket.Viewer{Person: who}, time.Now(), 3)
		if err != nil {
			h.Fatal(err)
		}
		if len(due) > 0 && h.chance(60) {
			h.do(who, due[0], h.try(who, due[0]))
		}
		h.praise(who)
	}
}

// praise is somebody asking a customer about their own work, which proves nothing.
func (h *house) praise(who string) {
	if !h.chance(5) {
		return
	}
	done, _, err := h.book.List(ticket.Viewer{Person: who}, ticket.Filter{State: ticket.Resolved}, "", 20)
	if err != nil {
		h.Fatal(err)
	}
	for _, k := range done {
		if k.Resolution.By == who {
			h.do(who, k, h.try(who, k))
			return
		}
	}
}

func (h *house) workOn(who string, k ticket.Ticket) {
	typ, _ := h.rules.Type(k.Type)
	running := k.Dispatch != nil && slices.Contains([]ticket.Job{ticket.JobOffered, ticket.JobAccepted, ticket.JobArrived}, k.Dispatch.State)
	switch {
	case typ.Job && !running:
		h.do(who, k, ticket.SendOut{Choices: []ticket.Choice{{Person: "t1", Name: "t1", Phone: "1"}, {Person: "t2", Name: "t2", Phone: "1"}}})
	case typ.Job:
	case h.chance(30):
		h.do(who, k, h.try(who, k))
	case h.chance(10) && k.State == ticket.Open:
		h.do(who, k, ticket.Wait{Until: time.Now().Add(time.Duration(h.rnd.IntN(72)+1) * time.Hour), Why: "parts"})
	case h.chance(10):
		h.do(who, k, ticket.Tell{Text: "by SMS"})
	case h.chance(30):
		h.do(who, k, ticket.Resolve{Text: "done"})
	}
}

// technicians answer or do not, drive, and work.
func (h *house) technicians() {
	for _, k := range h.open() {
		d := k.Dispatch
		if d == nil {
			continue
		}
		switch d.State {
		case ticket.JobOffered:
			who := d.Offers[len(d.Offers)-1].Person
			switch n := h.rnd.IntN(3); n {
			case 0:
				h.do(who, k, ticket.Accept{Person: who, How: "key"})
			case 1:
				h.do(who, k, ticket.Decline{Person: who, How: "key"})
			}
		case ticket.JobAccepted:
			who := d.Technician.Person
			if d.ContactedAt.IsZero() && h.chance(70) {
				h.do(who, k, h.try(who, k))
			} else if h.chance(20) {
				h.do(who, k, ticket.Arrive{Person: who})
			}
		case ticket.JobArrived:
			if h.chance(20) {
				h.do(d.Technician.Person, k, ticket.Complete{Person: d.Technician.Person, Text: "towed"})
			}
		}
	}
}

func (h *house) open() (list []ticket.Ticket) {
	for _, s := range []ticket.State{ticket.New, ticket.Open, ticket.Waiting, ticket.Resolved} {
		part, _, err := h.book.List(ticket.Viewer{}, ticket.Filter{State: s}, "", 200)
		if err != nil {
			h.Fatal(err)
		}
		list = append(list, part...)
	}
	return list
}

// check looks at what must hold at every moment, right after the scheduler's turn.
func (h *house) check() {
	h.tick()
	now := time.Now()
	for _, k := range h.open() {
		if k.Owner == "" && working(now) {
			h.Errorf("%s has no owner at %v", k.Number, now.In(cst))
		}
		if k.HiddenFrom(k.Owner) {
			h.Errorf("%s is owned by whom it is about", k.Number)
		}
		for _, m := range k.Timers {
			if m.MetAt.IsZero() && !m.Paused && !m.Late && now.After(m.Deadline) {
				h.Errorf("%s: %s passed at %v in silence", k.Number, m.Of, m.Deadline)
			}
		}
		if !k.Due().IsZero() && k.Due().Before(now) {
			h.Errorf("%s: something was due at %v, it is %v", k.Number, k.Due(), now)
		}
	}
}
