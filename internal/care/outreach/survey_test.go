package outreach_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/outreach"
)

// called takes the next customer whom the box calls.
func (h *house) called(not ...string) (outreach.Task, string, bool) {
	h.t.Helper()
	k, number, ok, err := h.Call(h.t.Context(), not)
	if err != nil {
		h.t.Fatal(err)
	}
	return k, number, ok
}

func (h *house) asked(id string, a outreach.Asked) outreach.Task {
	h.t.Helper()
	h.edit(func(e *outreach.Edit) error { return e.Asked(id, a) })
	return h.task(id)
}

func (h *house) task(id string) outreach.Task {
	h.t.Helper()
	k, err := h.Task(id)
	if err != nil {
		h.t.Fatal(err)
	}
	return k
}

// Whom an agent is calling, the box does not call at the same moment.
func TestTheBoxCallsNobodyWhomAnAgentCalls(t *testing.T) {
	h := newHouse(t)
	theirs := h.create(outreach.Task{Kind: outreach.Manual, Numbers: []string{customer}})
	ours := h.create(outreach.Task{Kind: outreach.Survey, Way: outreach.ByCall, Numbers: []string{customer}})
	if _, err := h.Do(t.Context(), clerk, theirs.ID, 0, outreach.Take{By: "li"}); err != nil {
		t.Fatal(err)
	}
	if k, _, ok := h.called(); ok {
		t.Errorf("called for %s", k.ID)
	}
	if got := h.task(ours.ID); got.State != outreach.Open || !got.Due.After(h.now) {
		t.Errorf("%s, due %s", got.State, got.Due)
	}
	h.now = h.now.Add(16 * time.Minute)
	if k, _, ok := h.called(); !ok || k.ID != ours.ID {
		t.Errorf("not called afterwards: %+v", k)
	}
}

// The box calls one customer at a time who is due: agents do not get the task, and a number that is being called waits.
func TestTheBoxCallsByItself(t *testing.T) {
	h := newHouse(t)
	k := h.create(outreach.Task{Kind: outreach.Survey, Way: outreach.ByCall, Numbers: []string{customer}, About: "li", Queue: "q1", Department: "service"})
	if _, ok := h.next(outreach.Worker{Person: "li", Queues: []string{"q1"}, Departments: []string{"service"}}); ok {
		t.Error("an agent gets it")
	}
	if _, err := h.Do(t.Context(), clerk, k.ID, 0, outreach.Take{By: "li"}); fault.KeyOf(err) != "outreach.by_itself" {
		t.Errorf("an agent takes it: %v", err)
	}
	if _, _, ok := h.called(customer); ok {
		t.Error("called twice at once")
	}
	if _, err := h.Do(t.Context(), clerk, k.ID, 0, outreach.Attempt{Attempt: contact.Attempt{Result: contact.NoAnswer, Proof: "x"}}); fault.KeyOf(err) != "outreach.by_itself" {
		t.Errorf("an agent says what came of it: %v", err)
	}
	if a := k.Allowed(); slices.Contains(a, "take") || slices.Contains(a, "answer") || !slices.Contains(a, "cancel") {
		t.Errorf("allowed: %v", a)
	}
	got, number, ok := h.called()
	if !ok || got.ID != k.ID || number != customer || got.TakenBy != outreach.TheBox {
		t.Fatalf("%+v, %q, %t", got, number, ok)
	}
	if _, _, ok := h.called(); ok {
		t.Error("a second attempt while one is in flight")
	}
	h.asked(k.ID, outreach.Asked{Call: outreach.Call{ID: "c1", Number: customer}, Attempt: contact.Attempt{At: h.now, Call: "c1", Number: customer, Result: contact.Busy}})
	if got := h.task(k.ID); got.State != outreach.Open || !got.Due.Equal(h.now.Add(10*time.Minute)) || len(got.Attempts) != 1 {
		t.Errorf("after a busy phone: %s, due %s", got.State, got.Due)
	}
	h.now = h.now.Add(10 * time.Minute)
	if _, _, ok := h.called(); !ok {
		t.Fatal("not called again")
	}
	got = h.asked(k.ID, outreach.Asked{
		Call: outreach.Call{ID: "c2", Number: customer}, Attempt: contact.Attempt{At: h.now, Call: "c2", Number: customer, Result: contact.NoAnswer}, Scores: map[string]int{"survey": 1},
	})
	if got.State != outreach.Done || got.Outcome != outreach.Answered || got.Score != 1 || got.Satisfaction != contact.Dissatisfied || got.Made != "ticket1" || got.Proof != "c2" {
		t.Errorf("after the answer: %+v", got)
	}
	if len(h.drafts) != 1 || h.drafts[0].Agent != "li" || h.drafts[0].Task != k.ID {
		t.Errorf("drafts: %+v", h.drafts)
	}
	for _, per := range []string{outreach.PerAgent, outreach.PerDepartment, outreach.PerQuestion} {
		if s, err := h.Scores(per, h.now.Add(-time.Hour), h.now.Add(time.Hour)); err != nil || len(s) != 1 || s[0].Sum != 1 {
			t.Errorf("%s: %+v, %v", per, s, err)
		}
	}
}

func TestWhatComesOfACallOfTheBox(t *testing.T) {
	for name, c := range map[string]struct {
		asked   outreach.Asked
		state   outreach.State
		outcome outreach.Outcome
		due     time.Duration
	}{
		"no answer":    {outreach.Asked{Attempt: contact.Attempt{Result: contact.NoAnswer, Number: customer}}, outreach.Open, "", 2 * time.Hour},
		"silence":      {outreach.Asked{Attempt: contact.Attempt{Result: contact.Reached, Number: customer}}, outreach.Open, "", 2 * time.Hour},
		"no call":      {outreach.Asked{}, outreach.Open, "", 10 * time.Minute},
		"wants none":   {outreach.Asked{Refused: true}, outreach.Refused, outreach.NotWanted, 0},
		"wrong number": {outreach.Asked{Attempt: contact.Attempt{Result: contact.WrongNumber, Number: customer}}, outreach.Unreachable, outreach.NoNumber, 0},
		"a key beyond": {outreach.Asked{Attempt: contact.Attempt{Result: contact.NoAnswer, Number: customer}, Scores: map[string]int{"survey": 9}}, outreach.Open, "", 2 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			k := h.create(outreach.Task{Kind: outreach.Survey, Way: outreach.ByCall, Numbers: []string{customer}})
			if _, _, ok := h.called(); !ok {
				t.Fatal("not called")
			}
			c.asked.Attempt.At, c.asked.Attempt.Call = h.now, "c1"
			got := h.asked(k.ID, c.asked)
			if got.State != c.state || got.Outcome != c.outcome || (c.due > 0 && !got.Due.Equal(h.now.Add(c.due))) {
				t.Errorf("%s, %s, due %s", got.State, got.Outcome, got.Due)
			}
		})
	}
}

// A record that the box never wrote gives the task back after a quarter of an hour; one that comes for a task that was called
// off keeps what was said.
func TestACallOfTheBoxThatIsLost(t *testing.T) {
	h := newHouse(t)
	k := h.create(outreach.Task{Kind: outreach.Survey, Way: outreach.ByCall, Numbers: []string{customer}})
	h.called()
	h.now = h.now.Add(16 * time.Minute)
	if _, err := h.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := h.called(); !ok {
		t.Fatal("not called again")
	}
	if _, err := h.Do(t.Context(), clerk, k.ID, 0, outreach.Cancel{Why: "x"}); err != nil {
		t.Fatal(err)
	}
	if got := h.asked(k.ID, outreach.Asked{Call: outreach.Call{ID: "c1", Number: customer, Agent: "li"}, Scores: map[string]int{"survey": 5}}); got.State != outreach.Cancelled {
		t.Errorf("state %s", got.State)
	}
	if s, err := h.Scores(outreach.PerAgent, h.now.Add(-time.Hour), h.now.Add(time.Hour)); err != nil || len(s) != 1 {
		t.Errorf("scores: %+v, %v", s, err)
	}
}

func TestOutsideTheHoursNobodyIsCalledByTheBox(t *testing.T) {
	h := newHouse(t)
	h.create(outreach.Task{Kind: outreach.Survey, Way: outreach.ByCall, Numbers: []string{customer}})
	h.now = at("2026-11-23 21:00")
	if _, _, ok := h.called(); ok {
		t.Error("called at nine in the evening")
	}
	if _, _, ok := h.called(); ok {
		t.Error("and again")
	}
	h.now = at("2026-11-24 09:00")
	if _, _, ok := h.called(); !ok {
		t.Error("not called in the morning")
	}
}

func TestASurveyOfManyCustomers(t *testing.T) {
	h := newHouse(t)
	one := h.customer(crm.Customer{Name: "王芳", Phones: []crm.Phone{{Number: customer}}})
	none := h.customer(crm.Customer{Name: "李强", Phones: []crm.Phone{{Number: "13900000002"}}, Consent: crm.Consent{DoNotCall: true}})
	batch, made, skipped, err := h.Ask(t.Context(), clerk, outreach.Task{Way: outreach.ByCall, About: "li"}, []string{one.ID, none.ID, books.NewID()})
	if err != nil || made != 1 || len(skipped) != 2 || skipped[0].Why != "outreach.do_not_call" || skipped[1].Why != "customer.not_found" {
		t.Fatalf("%d made, %+v, %v", made, skipped, err)
	}
	p, err := h.Batch(batch)
	if err != nil || p.Total != 1 || p.States[outreach.Open] != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	h.called()
	if n, err := h.CancelBatch(t.Context(), clerk, batch, "no more"); n != 1 || err != nil {
		t.Errorf("%d cancelled, %v", n, err)
	}
	if n, err := h.CancelBatch(t.Context(), clerk, batch, "no more"); n != 0 || err != nil {
		t.Errorf("%d cancelled again, %v", n, err)
	}
	if p, err = h.Batch(batch); err != nil || p.Outcomes[outreach.CalledOff] != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := h.Batch("none"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("an unknown survey: %v", err)
	}
	if _, _, _, err := h.Ask(t.Context(), clerk, outreach.Task{Way: "letter"}, []string{one.ID}); err == nil {
		t.Error("asked by letter")
	}
}

// texts begins the SMS that are due.
func (h *house) texts() []outreach.Task {
	h.t.Helper()
	list, err := h.Texts(h.t.Context(), 10)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *house) texted(id string, err error) outreach.Task {
	h.t.Helper()
	if err := h.Texted(h.t.Context(), id, err); err != nil {
		h.t.Fatal(err)
	}
	return h.task(id)
}

// After three slots in vain the customer gets an SMS, which is tried until it is sent; a try that is lost is made again.
func TestAnSMSAfterThreeSlots(t *testing.T) {
	h := newHouse(t)
	k := h.create(outreach.Task{Numbers: []string{customer}})
	for _, moment := range []string{"2026-11-23 10:00", "2026-11-23 13:00", "2026-11-23 18:00"} {
		h.now = at(moment)
		k = h.do("li", k.ID, outreach.Attempt{Attempt: contact.Attempt{At: h.now, By: "li", Number: customer, Result: contact.NoAnswer, Proof: "x"}})
	}
	if k.State != outreach.Unreachable || k.SMS == nil || k.SMS.State != outreach.MessagePending || k.SMS.To != customer {
		t.Fatalf("%s, SMS %+v", k.State, k.SMS)
	}
	if list := h.texts(); len(list) != 1 || list[0].SMS.Tries != 1 {
		t.Fatalf("first try: %+v", list)
	}
	if list := h.texts(); len(list) != 0 {
		t.Error("two at once")
	}
	h.now = h.now.Add(2 * time.Minute) // the box lost power
	if list := h.texts(); len(list) != 1 || list[0].SMS.Tries != 2 {
		t.Fatalf("second try: %+v", list)
	}
	down := fault.New(fault.Unavailable, "sms.no_way", "x")
	if k = h.texted(k.ID, down); k.SMS.Error != "sms.no_way" || !k.SMS.Next.Equal(h.now.Add(2*time.Minute)) {
		t.Errorf("after a failure: %+v", k.SMS)
	}
	h.now = at("2026-11-23 22:00")
	if list := h.texts(); len(list) != 0 {
		t.Error("texted at night")
	}
	h.now = at("2026-11-24 09:00")
	if list := h.texts(); len(list) != 1 {
		t.Fatal("not texted in the morning")
	}
	if k = h.texted(k.ID, nil); k.SMS.State != outreach.MessageSent || k.SMS.Error != "" || k.State != outreach.Unreachable {
		t.Errorf("at the end: %+v", k.SMS)
	}
	if k = h.texted(k.ID, down); k.SMS.State != outreach.MessageSent {
		t.Error("a late failure counts")
	}
}

func TestAnSMSIsGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		after time.Duration
		why   string
	}{
		"no mobile": {fault.New(fault.Invalid, "sms.number", "x"), 0, "sms.number"},
		"in vain":   {fault.New(fault.Unavailable, "sms.no_way", "x"), 8 * 24 * time.Hour, "sms.no_way"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newLinked(t)
			k := h.create(outreach.Task{Kind: outreach.Survey, Way: outreach.BySMS, Script: "invite", Numbers: []string{customer}})
			h.texts()
			h.texted(k.ID, c.err)
			h.now = h.now.Add(c.after)
			h.texts()
			if k = h.task(k.ID); k.SMS.State != outreach.MessageFailed || k.SMS.Error != c.why || k.State != outreach.Unreachable || k.Outcome != outreach.Untold {
				t.Errorf("%s, %s, %+v", k.State, k.Outcome, k.SMS)
			}
		})
	}
	t.Run("no SMS wanted", func(t *testing.T) {
		h := newLinked(t)
		c := h.customer(crm.Customer{Name: "王芳", Phones: []crm.Phone{{Number: customer}}, Consent: crm.Consent{DoNotText: true}})
		k := h.create(outreach.Task{Kind: outreach.Survey, Way: outreach.BySMS, Script: "invite", Customer: c.ID})
		if list := h.texts(); len(list) != 0 {
			t.Error("texted")
		}
		if k = h.task(k.ID); k.SMS.Error != "outreach.do_not_text" || k.Outcome != outreach.Untold {
			t.Errorf("%s, %+v", k.Outcome, k.SMS)
		}
	})
}

// newLinked is a house whose customers can answer on pages.
func newLinked(t testing.TB) *house {
	h := newHouse(t)
	rules := *h.Rules()
	rules.Links = true
	h.Book = outreach.NewBook(h.books, func() *outreach.Rules { return &rules }, func() time.Time { return h.now })
	return h
}

// A customer answers once, by link only; the answers count for the agent whom the task is about.
func TestACustomerAnswersByLink(t *testing.T) {
	h := newLinked(t)
	k := h.create(outreach.Task{Kind: outreach.Survey, Way: outreach.BySMS, Script: "quality", Numbers: []string{customer}, About: "li"})
	answer := outreach.Answer{Values: map[string]string{"overall": "2", "what": "time", "words": "等太久"}}
	if _, err := h.Do(t.Context(), clerk, k.ID, 0, answer); fault.KeyOf(err) != "outreach.by_itself" {
		t.Errorf("an agent answers: %v", err)
	}
	by := books.By{Who: "customer", Via: outreach.ViaLink}
	got, err := h.Do(t.Context(), by, k.ID, 0, answer)
	if err != nil || got.State != outreach.Done || got.Outcome != outreach.Answered || got.Made == "" {
		t.Fatalf("%+v, %v", got, err)
	}
	var refused *books.RefusedError
	if _, err := h.Do(t.Context(), by, k.ID, 0, answer); !errors.As(err, &refused) {
		t.Errorf("answered twice: %v", err)
	}
	if s, err := h.Scores(outreach.PerAgent, h.now.Add(-time.Hour), h.now.Add(time.Hour)); err != nil || len(s) != 1 || s[0].Of != "li" {
		t.Errorf("scores: %+v, %v", s, err)
	}
	late := h.create(outreach.Task{Kind: outreach.Survey, Way: outreach.BySMS, Script: "invite", Numbers: []string{customer}})
	h.now = h.now.Add(7 * 24 * time.Hour)
	if _, err := h.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if late = h.task(late.ID); late.Outcome != outreach.TooLate {
		t.Errorf("never answered: %s", late.Outcome)
	}
	unlinked := newHouse(t)
	if _, err := unlinked.Create(t.Context(), clerk, outreach.Task{Kind: outreach.Survey, Way: outreach.BySMS, Script: "invite", Numbers: []string{customer}}); err == nil {
		t.Error("asked by link where there is no address")
	}
}
