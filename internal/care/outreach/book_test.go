package outreach_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

// house is a book on a real store, with a clock that the test turns, and tickets that are only counted.
type house struct {
	*outreach.Book

	t      testing.TB
	db     *store.DB
	books  store.OutreachBooks
	crm    *crm.Book
	now    time.Time
	drafts []outreach.Draft
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, db: storetest.New(t), now: at("2026-11-23 10:00")}
	t.Cleanup(func() {
		if err := h.db.CheckIndexes(context.Background(), store.OutreachTables()); err != nil {
			t.Error(err)
		}
	})
	h.crm = crm.New(store.Books{DB: h.db})
	h.books = store.OutreachBooks{DB: h.db, Ticket: func(_ *store.Tx, _ books.By, d outreach.Draft) (string, error) {
		h.drafts = append(h.drafts, d)
		return fmt.Sprint("ticket", len(h.drafts)), nil
	}}
	rules := &outreach.Rules{Settings: outreach.Settings{}.InForce(), Contact: contact.DefaultPlan(), Zone: cst}
	h.Book = outreach.NewBook(h.books, func() *outreach.Rules { return rules }, func() time.Time { return h.now })
	return h
}

var clerk = books.By{Who: "li", Via: "api"}

// edit makes one transaction, as a call's record does.
func (h *house) edit(fn func(e *outreach.Edit) error) {
	h.t.Helper()
	if err := h.books.Change(h.t.Context(), books.By{Who: "box"}, func(tx outreach.Tx) error { return fn(h.Edit(tx, books.By{Who: "box"})) }); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) missed(call, number, queue string) {
	h.t.Helper()
	h.edit(func(e *outreach.Edit) error {
		return e.Missed(outreach.Call{ID: call, Number: number, Queue: queue, At: h.now})
	})
}

func (h *house) proved(a contact.Attempt) {
	h.t.Helper()
	h.edit(func(e *outreach.Edit) error { return e.Proved(a) })
}

func (h *house) list(f outreach.Filter) []outreach.Task {
	h.t.Helper()
	list, _, err := h.List(f, "", 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *house) next(w outreach.Worker) (outreach.Task, bool) {
	h.t.Helper()
	k, ok, err := h.As(w.Person).Next(h.t.Context(), books.By{Who: w.Person}, w)
	if err != nil {
		h.t.Fatal(err)
	}
	return k, ok
}

func (h *house) do(person, id string, ev outreach.Event) outreach.Task {
	h.t.Helper()
	k, err := h.As(person).Do(h.t.Context(), books.By{Who: person}, id, 0, ev)
	if err != nil {
		h.t.Fatal(err)
	}
	return k
}

func (h *house) create(k outreach.Task) outreach.Task {
	h.t.Helper()
	k, err := h.Create(h.t.Context(), clerk, k)
	if err != nil {
		h.t.Fatal(err)
	}
	return k
}

func (h *house) customer(c crm.Customer) crm.Customer {
	h.t.Helper()
	c, err := h.crm.Create(h.t.Context(), clerk, c, true)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func TestMissedCallsOfANumberAreOneTask(t *testing.T) {
	h := newHouse(t)
	h.missed("c1", customer, "q_appointment")
	h.now = h.now.Add(5 * time.Minute)
	h.missed("c2", customer, "q_claim")
	h.missed("c2", customer, "q_claim") // a transaction that was tried twice
	h.missed("c3", "13900000009", "")
	open := h.list(outreach.Filter{Kind: outreach.Unreturned, State: outreach.Open})
	if len(open) != 2 || open[1].Count != 2 || open[1].Queue != "q_appointment" || !open[1].LastMissed.Equal(h.now) {
		t.Fatalf("%+v", open)
	}
	h.proved(contact.Attempt{At: h.now, Call: "c4", Number: customer, Result: contact.NoAnswer, By: "li"})
	if k, err := h.Task(open[1].ID); err != nil || len(k.Attempts) != 1 || k.State != outreach.Open || k.Due.In(cst).Hour() != 12 {
		t.Errorf("%+v, %v", k, err)
	}
	h.proved(contact.Attempt{At: h.now, Call: "c5", Number: customer, Result: contact.Reached, Inbound: true, By: "wang"})
	k, err := h.Task(open[1].ID)
	if err != nil || k.State != outreach.Done || k.Outcome != outreach.Returned || k.Proof != "c5" {
		t.Errorf("%+v, %v", k, err)
	}
	if left := h.list(outreach.Filter{Kind: outreach.Unreturned, State: outreach.Open}); len(left) != 1 || left[0].Numbers[0] != "13900000009" {
		t.Errorf("left: %+v", left)
	}
	h.missed("c6", customer, "q_claim")
	if again := h.list(outreach.Filter{Kind: outreach.Unreturned, State: outreach.Open}); len(again) != 2 || again[0].Count != 1 {
		t.Errorf("a new call is a new task: %+v", again)
	}
}

func TestNextIsMineThenMyQueuesThenEverybodys(t *testing.T) {
	h := newHouse(t)
	li := outreach.Worker{Person: "li", Queues: []string{"q1"}, Departments: []string{"service"}}
	var made []string
	for i, k := range []outreach.Task{{Agent: "wang"}, {Queue: "q2"}, {Department: "sales"}, {Agent: "li"}, {Queue: "q1"}, {Department: "service"}, {}} {
		k.Numbers = []string{fmt.Sprintf("1380000%04d", i)}
		h.now = h.now.Add(time.Minute)
		made = append(made, h.create(k).ID)
	}
	for _, want := range made[3:] {
		k, ok := h.next(li)
		if !ok || k.ID != want || k.State != outreach.Taken || k.TakenBy != "li" {
			t.Fatalf("%+v", k)
		}
		if same, ok := h.next(li); !ok || same.ID != k.ID {
			t.Errorf("while at it, another one: %+v", same)
		}
		h.do("li", k.ID, try(contact.Reached, "", h.now))
	}
	if k, ok := h.next(li); ok {
		t.Errorf("not li's: %+v", k)
	}
	h.now = at("2026-11-23 20:30")
	if k, ok := h.next(outreach.Worker{Person: "wang"}); ok {
		t.Errorf("offered in the evening: %+v", k)
	}
	h.now = at("2026-11-24 09:00")
	if k, ok := h.next(outreach.Worker{Person: "wang"}); !ok || k.ID != made[0] {
		t.Errorf("in the morning: %+v", k)
	}
}

func TestWhoIsServedAlreadyIsNotCalled(t *testing.T) {
	h := newHouse(t)
	h.missed("c1", customer, "q1")
	w := outreach.Worker{Person: "li", Queues: []string{"q1"}, Not: []string{customer}}
	if k, ok := h.next(w); ok {
		t.Errorf("%+v waits in a queue", k)
	}
	w.Not = nil
	if _, ok := h.next(w); !ok {
		t.Error("nobody is offered")
	}
}

func TestACallCountsForWhoIsAtTheTask(t *testing.T) {
	h := newHouse(t)
	k := h.create(outreach.Task{Numbers: []string{customer}})
	h.next(outreach.Worker{Person: "li"})
	h.proved(contact.Attempt{At: h.now, Call: "c1", Number: customer, Result: contact.Reached, By: "wang"}) // about something else
	h.proved(contact.Attempt{At: h.now, Call: "c2", Number: customer, Result: contact.Reached, By: "li", Inbound: true})
	if k, err := h.Task(k.ID); err != nil || k.State != outreach.Taken || len(k.Attempts) != 0 {
		t.Errorf("%+v, %v", k, err)
	}
	h.do("li", k.ID, outreach.Attempt{Attempt: contact.Attempt{At: h.now, Call: "c3", Number: customer, Result: contact.WrongNumber, By: "li"}})
	h.proved(contact.Attempt{At: h.now, Call: "c3", Number: customer, Result: contact.Reached, By: "li"}) // what was said of it stands
	if k, err := h.Task(k.ID); err != nil || k.State != outreach.Unreachable || k.Outcome != outreach.NoNumber || len(k.Attempts) != 1 {
		t.Errorf("%+v, %v", k, err)
	}
}

func TestWhoWantsNoCallsGetsNone(t *testing.T) {
	h := newHouse(t)
	c := h.customer(crm.Customer{Name: "王芳", Phones: []crm.Phone{{Number: customer}, {Number: "13800138001", DoNotCall: true}}})
	k := h.create(outreach.Task{Customer: c.ID})
	if len(k.Numbers) != 1 || k.Numbers[0] != customer || k.Name != "王芳" {
		t.Fatalf("%+v", k)
	}
	if _, err := h.Create(t.Context(), clerk, outreach.Task{Numbers: []string{"138 0013 8001"}}); fault.KeyOf(err) != "outreach.do_not_call" {
		t.Errorf("a number that is not to be called: %v", err)
	}
	c.Consent.DoNotCall = true
	if _, err := h.crm.Update(t.Context(), clerk, c); err != nil {
		t.Fatal(err)
	}
	if n, ok := h.next(outreach.Worker{Person: "li"}); ok {
		t.Errorf("offered: %+v", n)
	}
	if k, err := h.Task(k.ID); err != nil || k.State != outreach.Refused || k.Outcome != outreach.DoNotCall {
		t.Errorf("%+v, %v", k, err)
	}
	if _, err := h.Create(t.Context(), clerk, outreach.Task{Customer: c.ID}); fault.KeyOf(err) != "outreach.do_not_call" {
		t.Errorf("made again: %v", err)
	}
	h.edit(func(e *outreach.Edit) error {
		return e.Missed(outreach.Call{ID: "c1", Number: customer, Customer: c.ID, At: h.now})
	})
	if n, ok := h.next(outreach.Worker{Person: "li"}); !ok || n.Kind != outreach.Unreturned {
		t.Errorf("the answer to a call is wanted: %+v", n)
	}
}

func TestSweep(t *testing.T) {
	h := newHouse(t)
	k := h.create(outreach.Task{Numbers: []string{customer}, NotAfter: h.now.Add(time.Hour)})
	h.next(outreach.Worker{Person: "li"})
	for _, step := range []struct {
		after time.Duration
		state outreach.State
	}{{14 * time.Minute, outreach.Taken}, {time.Minute, outreach.Open}, {44 * time.Minute, outreach.Open}, {time.Minute, outreach.Unreachable}} {
		h.now = h.now.Add(step.after)
		if _, err := h.Sweep(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		if got, err := h.Task(k.ID); err != nil || got.State != step.state {
			t.Errorf("at %s: %s, want %s (%v)", h.now, got.State, step.state, err)
		}
	}
}

func TestVisitsMakeCallbacksOnce(t *testing.T) {
	h := newHouse(t)
	h.now = time.Now()
	if _, err := h.Plan(t.Context()); err != nil { // from now on
		t.Fatal(err)
	}
	c := h.customer(crm.Customer{Name: "王芳", Phones: []crm.Phone{{Number: customer}}})
	for _, v := range []crm.Visit{
		{Order: "RO1", At: h.now, Customer: c.ID, Kind: crm.Maintenance},
		{Order: "RO2", At: h.now.AddDate(0, 0, -200), Customer: c.ID, Kind: crm.Repair}, // imported: long past
		{Order: "RO3", At: h.now, Customer: c.ID, Kind: crm.Recall},                     // no plan follows it
	} {
		if _, err := h.crm.RecordVisit(t.Context(), clerk, v); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if more, err := h.Plan(t.Context()); err != nil || more {
			t.Fatal(more, err)
		}
	}
	made := h.list(outreach.Filter{Kind: outreach.Planned})
	slices.SortFunc(made, func(a, b outreach.Task) int { return strings.Compare(a.Plan, b.Plan) }) // they are of one moment
	if len(made) != 2 || made[1].Plan != "d30" || made[0].Plan != "d3" || made[0].Script != "quality" || made[0].Numbers[0] != customer {
		t.Fatalf("%d made: %+v", len(made), made)
	}
	if _, ok := h.next(outreach.Worker{Person: "li"}); ok {
		t.Error("called on the day of the visit")
	}
	local := h.now.In(cst)
	h.now = time.Date(local.Year(), local.Month(), local.Day()+3, 9, 0, 0, 0, cst)
	k, ok := h.next(outreach.Worker{Person: "li"})
	if !ok || k.Plan != "d3" {
		t.Fatalf("on the third day: %+v", k)
	}
	h.do("li", k.ID, outreach.Answer{Values: map[string]string{"overall": "1", "what": "time", "words": "等太久"}})
	again := h.list(outreach.Filter{Plan: "d7", Kind: outreach.Planned})
	if len(h.drafts) != 1 || h.drafts[0].Words != "等太久" || len(again) != 1 || again[0].Ticket != "ticket1" {
		t.Errorf("drafts %+v, follow-up %+v", h.drafts, again)
	}
}

// A car that was handed over is asked about on the third and the thirtieth day, and invited in the third month; the plans of
// the workshop do not follow it.
func TestADeliveryMakesItsCallbacks(t *testing.T) {
	h := newHouse(t)
	h.now = time.Now()
	if _, err := h.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := h.customer(crm.Customer{Name: "王芳", Phones: []crm.Phone{{Number: customer}}})
	if _, err := h.crm.RecordVisit(t.Context(), clerk, crm.Visit{Order: "D1", At: h.now, Customer: c.ID, Kind: crm.Delivery}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := h.Plan(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	local := h.now.In(cst)
	days := map[string]int{"new3": 3, "new30": 30, "new75": 75}
	made := h.list(outreach.Filter{Kind: outreach.Planned})
	if len(made) != len(days) {
		t.Fatalf("%d made: %+v", len(made), made)
	}
	for _, k := range made {
		want := time.Date(local.Year(), local.Month(), local.Day()+days[k.Plan], 0, 0, 0, 0, cst)
		if days[k.Plan] == 0 || !k.NotBefore.Equal(want) {
			t.Errorf("%s from %s, want %s", k.Plan, k.NotBefore, want)
		}
	}
}

func TestScoresHaveNumeratorAndDenominator(t *testing.T) {
	h := newHouse(t)
	from := h.now
	for i, r := range []struct {
		agent string
		score int
	}{{"li", 5}, {"li", 4}, {"li", 3}, {"li", 2}, {"wang", 1}, {"wang", 5}, {"wang", 9}, {"", 4}} {
		h.now = h.now.Add(time.Hour)
		c := outreach.Call{ID: fmt.Sprint("c", i), Number: customer, Agent: r.agent, Queue: "q1", Department: "service", At: h.now}
		for range 2 { // a transaction may be tried twice
			h.edit(func(e *outreach.Edit) error { return e.Rated(c, map[string]int{"survey": r.score}) })
		}
	}
	for per, want := range map[string][]outreach.Score{
		outreach.PerAgent:      {{Of: "li", Top: 5, N: 4, Sum: 14, TopTwo: 2, Low: 1}, {Of: "wang", Top: 5, N: 2, Sum: 6, TopTwo: 1, Low: 1}},
		outreach.PerQueue:      {{Of: "q1", Top: 5, N: 7, Sum: 24, TopTwo: 4, Low: 2}},
		outreach.PerDepartment: {{Of: "service", Top: 5, N: 7, Sum: 24, TopTwo: 4, Low: 2}},
		outreach.PerQuestion:   {{Of: "survey", Top: 5, N: 7, Sum: 24, TopTwo: 4, Low: 2}},
	} {
		got, err := h.Scores(per, from, h.now.Add(time.Second))
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %+v, %v", per, got, err)
		}
	}
	if got, err := h.Scores(outreach.PerQueue, from.Add(time.Hour), from.Add(3*time.Hour)); err != nil || len(got) != 1 || got[0].N != 2 {
		t.Errorf("of two hours: %+v, %v", got, err)
	}
	if len(h.drafts) != 2 || h.drafts[0].Agent != "li" || h.drafts[1].Agent != "wang" || h.drafts[1].Type != "complaint" {
		t.Errorf("%+v", h.drafts)
	}
}

func TestOfTwoAtOnceOneTakesIt(t *testing.T) {
	h := newHouse(t)
	k := h.create(outreach.Task{Numbers: []string{customer}})
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			who := fmt.Sprint("agent", i)
			_, errs[i] = h.As(who).Do(t.Context(), books.By{Who: who}, k.ID, 0, outreach.Take{By: who})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if fault.KeyOf(err) != "outreach.taken" {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d took it", won)
	}
	if _, err := h.Do(t.Context(), clerk, "none", 0, outreach.Release{}); fault.KeyOf(err) != "task.not_found" {
		t.Error(err)
	}
	if _, err := h.Do(t.Context(), clerk, k.ID, 99, outreach.Cancel{Why: "x"}); fault.CodeOf(err) != fault.Conflict {
		t.Error(err)
	}
	if _, err := h.Do(t.Context(), clerk, k.ID, 0, outreach.Cancel{}); !errors.As(err, new(fault.Fields)) {
		t.Error(err)
	}
}

func TestPagesShowEachTaskOnce(t *testing.T) {
	h := newHouse(t)
	for i := range 25 {
		h.now = h.now.Add(time.Second)
		h.missed(fmt.Sprint("c", i), fmt.Sprintf("1380000%04d", i), "q1")
	}
	for _, f := range []outreach.Filter{{}, {Kind: outreach.Unreturned}, {State: outreach.Open}, {Kind: outreach.Unreturned, State: outreach.Open, Queue: "q1"}} {
		seen, after := map[string]bool{}, ""
		for range 10 {
			list, next, err := h.List(f, after, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range list {
				if seen[k.ID] {
					t.Errorf("%+v: twice", f)
				}
				seen[k.ID] = true
			}
			if after = next; next == "" {
				break
			}
		}
		if len(seen) != 25 {
			t.Errorf("%+v: %d of 25", f, len(seen))
		}
	}
}
