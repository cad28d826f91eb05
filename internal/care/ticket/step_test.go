package ticket_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

var cst = time.FixedZone("CST", 8*3600)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, cst)
	if err != nil {
		panic(err)
	}
	return t
}

// open is a Monday's morning.
var open = at("2026-11-23 09:00")

func clocks(id string) ticket.Clock {
	if id == "" {
		return workday.Always(cst)
	}
	week := map[string][]workday.Period{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[d] = []workday.Period{{From: "08:30", To: "12:00"}, {From: "13:00", To: "18:00"}}
	}
	k, err := workday.NewClock(workday.Calendar{ID: id, Week: week}, nil, cst)
	if err != nil {
		panic(err)
	}
	return k
}

var (
	rescue = ticket.Type{
		ID: "rescue", Name: "道路救援", Prefix: "R", Priority: ticket.Urgent, Job: true, Skill: "rescue",
		Targets: []ticket.Target{
			{Of: ticket.OfDispatch, Within: 5, Ladder: []ticket.Rung{{After: 5, Role: "team_lead", By: []string{"call"}}}},
			{Of: ticket.OfContact, Within: 15, Ladder: []ticket.Rung{
				{After: 10, Role: "team_lead", By: []string{"console", "sms"}},
				{After: 15, Role: "crm_manager", By: []string{"sms", "call"}},
				{After: 30, Role: "service_director", By: []string{"sms", "call"}},
			}},
		},
	}
	complaint = ticket.Type{
		ID: "complaint", Name: "投诉", Prefix: "C", Complaint: true, Categories: []string{"service/waiting", "parts"},
		Fields: []ticket.Field{{ID: "remedy", Name: "处理措施", Kind: "text", Required: ticket.AtResolve}},
		Targets: []ticket.Target{
			{Of: ticket.OfContact, Within: 120},
			{Of: ticket.OfResolution, Within: 48 * 60, Ladder: []ticket.Rung{
				{After: 12 * 60, Role: "owner", By: []string{"console"}},
				{After: 24 * 60, Role: "service_director", By: []string{"sms"}},
				{After: 48 * 60, Role: "general_manager", By: []string{"call"}},
			}},
		},
	}
	inquiry = ticket.Type{
		ID: "inquiry", Name: "咨询", Prefix: "I", Counts: true, Closing: ticket.Closing{Contact: ticket.ContactAny, Unasked: true, SameMay: true},
		Targets: []ticket.Target{{Of: ticket.OfResolution, Within: 240, Clock: "service"}, {Of: ticket.OfProgress, Within: 60, Clock: "service"}},
	}
)

func env(typ *ticket.Type) ticket.Env {
	return ticket.Env{Type: typ, Clocks: clocks, Plan: contact.DefaultPlan(), Zone: cst}
}

// play takes a ticket through events, each so long after the one before, and returns it with all effects.
type play struct {
	*testing.T
	env     ticket.Env
	now     time.Time
	t       ticket.Ticket
	effects []ticket.Effect
}

func start(t *testing.T, typ ticket.Type, tk ticket.Ticket) *play {
	t.Helper()
	p := &play{T: t, env: env(&typ), now: open}
	tk.Type, tk.Number = typ.ID, typ.Prefix+"261123-001"
	if tk.Phones == nil {
		tk.Phones = []string{"13800000001"}
	}
	p.t, p.effects = ticket.Start(tk, "u1", p.now, p.env)
	return p
}

func (p *play) do(by string, after time.Duration, ev ticket.Event) {
	p.Helper()
	if err := p.try(by, after, ev); err != nil {
		p.Fatalf("%T by %s: %v", ev, by, err)
	}
}

func (p *play) try(by string, after time.Duration, ev ticket.Event) error {
	p.now = p.now.Add(after)
	next, effects, err := ticket.Step(p.t, ev, by, p.now, p.env)
	p.t, p.effects = next, append(p.effects, effects...)
	return err
}

func (p *play) state(want ticket.State, outcome ticket.Outcome) {
	p.Helper()
	if p.t.State != want || p.t.Outcome != outcome {
		p.Fatalf("state %s, outcome %q; want %s, %q", p.t.State, p.t.Outcome, want, outcome)
	}
}

func (p *play) timer(of string) ticket.Timer {
	p.Helper()
	for _, m := range p.t.Timers {
		if m.Of == of {
			return m
		}
	}
	p.Fatalf("no timer of %s", of)
	return ticket.Timer{}
}

func found[E ticket.Effect](p *play) (list []E) {
	for _, e := range p.effects {
		if f, ok := e.(E); ok {
			list = append(list, f)
		}
	}
	return list
}

func reached(by, call string, s contact.Satisfaction) ticket.Contact {
	return ticket.Contact{Attempt: contact.Attempt{At: open, By: by, Call: call, Number: "13800000001", Result: contact.Reached, Satisfaction: s}}
}

func TestClosesOnlyByAContactOfSomebodyElse(t *testing.T) {
	p := start(t, complaint, ticket.Ticket{Owner: "li", Form: map[string]string{"remedy": "换件"}})
	p.state(ticket.Open, "")
	p.do("li", time.Hour, reached("li", "call-1", ""))
	p.do("li", time.Hour, ticket.Resolve{Text: "换了件"})
	p.state(ticket.Resolved, "")
	p.do("li", time.Minute, reached("li", "call-2", contact.Satisfied))
	p.state(ticket.Resolved, "") // the one who did the work proves nothing
	p.do("wang", time.Minute, reached("wang", "call-3", ""))
	p.state(ticket.Resolved, "") // nor does who did not ask
	if err := p.try("wang", 0, ticket.Close{}); fault.KeyOf(err) != "ticket.unverified" {
		t.Errorf("closed by hand: %v", err)
	}
	p.do("wang", time.Minute, reached("wang", "call-4", contact.Neutral))
	p.state(ticket.Closed, ticket.Contacted)
	if m := p.timer(ticket.OfContact); m.MetAt != open.Add(time.Hour) {
		t.Errorf("first contact met at %v", m.MetAt)
	}
	if p.t.Due() != (time.Time{}) {
		t.Errorf("a closed ticket has something due at %v", p.t.Due())
	}
}

// TestACallIsOneAttempt: what the agent says of a call while it lasts, and its record afterwards, are about one attempt.
func TestACallIsOneAttempt(t *testing.T) {
	p := start(t, complaint, ticket.Ticket{Owner: "li", Form: map[string]string{"remedy": "x"}})
	p.do("li", 0, ticket.Resolve{Text: "done"})
	seen := reached("wang", "c1", "")
	seen.Seen, seen.Attempt.Talk, seen.Attempt.Recording = true, time.Minute, "rec"
	machine := reached("wang", "c1", "")
	machine.Attempt.Result = contact.NoAnswer
	p.do("wang", time.Minute, machine)
	p.do("box", time.Second, seen)
	if a := p.t.Attempts; len(a) != 1 || a[0].Result != contact.NoAnswer || a[0].Recording != "rec" {
		t.Errorf("attempts %+v", a)
	}
	seen.Attempt.Call = "c2"
	p.do("box", time.Hour, seen)
	p.state(ticket.Resolved, "")
	p.do("wang", time.Second, reached("wang", "c2", contact.Satisfied))
	p.state(ticket.Closed, ticket.Contacted)
	if a := p.t.Attempts; len(a) != 2 || a[1].Recording != "rec" || a[1].Talk != time.Minute {
		t.Errorf("attempts %+v", a)
	}
}

func TestDissatisfiedOpensAgain(t *testing.T) {
	p := start(t, complaint, ticket.Ticket{Owner: "li", Form: map[string]string{"remedy": "x"}})
	p.do("li", 0, ticket.Resolve{Text: "done"})
	p.do("wang", time.Hour, reached("wang", "c1", contact.Dissatisfied))
	p.state(ticket.Open, "")
	if s := found[ticket.Seek](p); len(s) != 1 || !s[0].Above || p.t.Priority != ticket.High || p.t.Reopened != 1 {
		t.Errorf("seek %v, priority %s, reopened %d", s, p.t.Priority, p.t.Reopened)
	}
	p.do("zhao", time.Hour, ticket.Resolve{Text: "done better"})
	p.do("wang", time.Hour, reached("wang", "c2", contact.Satisfied))
	p.state(ticket.Closed, ticket.Contacted)
}

func TestUnreachableAfterThreeSlots(t *testing.T) {
	p := start(t, complaint, ticket.Ticket{Owner: "li", Form: map[string]string{"remedy": "x"}})
	p.do("li", 0, ticket.Resolve{Text: "done"})
	vain := func() {
		p.do("wang", p.t.NextCall.Sub(p.now), ticket.Contact{Attempt: contact.Attempt{At: p.t.NextCall, By: "wang", Call: p.t.NextCall.String(), Number: "13800000001", Result: contact.NoAnswer}})
	}
	vain()
	vain()
	p.state(ticket.Resolved, "")
	vain()
	p.state(ticket.Closed, ticket.Unreachable)
	if s := found[ticket.Text](p); len(s) != 1 || s[0].Template != "unreachable" {
		t.Errorf("told the customer: %v", s)
	}
	if p.t.Satisfaction != "" {
		t.Errorf("satisfaction %s", p.t.Satisfaction)
	}
}

func TestRefusedChangesNameTheAllowedOnes(t *testing.T) {
	p := start(t, inquiry, ticket.Ticket{Owner: "li", Source: ticket.Source{Kind: "call", Ref: "c"}})
	err := p.try("li", 0, ticket.Resume{})
	var refused *books.RefusedError
	if !errors.As(err, &refused) || fault.CodeOf(err) != fault.Conflict || !slices.Contains(refused.Allowed, "wait") || slices.Contains(refused.Allowed, "resume") {
		t.Fatalf("resume an open one: %v", err)
	}
	p.do("li", 0, ticket.Resolve{Text: "answered"}) // any contact will do, and the call was one
	p.state(ticket.Closed, ticket.Contacted)
	for _, ev := range []ticket.Event{ticket.Assign{To: "x"}, ticket.Resolve{Text: "x"}, reached("x", "c", ""), ticket.Cancel{Why: "x"}} {
		if err := p.try("li", 0, ev); !errors.As(err, &refused) || !slices.Equal(refused.Allowed, []string{"reopen"}) {
			t.Errorf("%T on a closed one: %v", ev, err)
		}
	}
	p.do("li", time.Hour, ticket.Reopen{Why: "asked again"})
	p.state(ticket.Open, "")
}

func TestAComplaintIsKeptFromWhomItIsAbout(t *testing.T) {
	p := start(t, complaint, ticket.Ticket{Owner: "li", Complaint: &ticket.Complaint{About: "li"}})
	p.state(ticket.New, "")
	if p.t.Owner != "" || len(found[ticket.Seek](p)) != 1 {
		t.Errorf("owner %q", p.t.Owner)
	}
	if err := p.try("u1", 0, ticket.Assign{To: "li"}); fault.CodeOf(err) != fault.Denied {
		t.Errorf("assigned to li: %v", err)
	}
	p.do("u1", 0, ticket.Assign{To: "wang"})
	edited := p.t
	edited.Complaint = &ticket.Complaint{About: "wang"}
	p.do("u1", 0, ticket.Rewrite{To: edited})
	if p.t.Owner != "" || p.t.State != ticket.New {
		t.Errorf("it is about its owner now: owner %q, %s", p.t.Owner, p.t.State)
	}
}

func TestRequiredFieldsAndProof(t *testing.T) {
	p := start(t, complaint, ticket.Ticket{Owner: "li"})
	err := p.try("li", 0, ticket.Resolve{})
	for _, want := range []string{"text: ", "form.remedy: "} {
		if fault.KeyOf(err) != "fields" || !strings.Contains(err.Error(), want) {
			t.Errorf("resolve with nothing filled in: %v; want %s", err, want)
		}
	}
	if err := p.try("li", 0, reached("li", "", "")); !strings.Contains(err.Error(), "proof: ") {
		t.Errorf("a contact out of nothing: %v", err)
	}
	p.state(ticket.Open, "")
}

func TestWaitingStopsTheClocksThatMay(t *testing.T) {
	p := start(t, inquiry, ticket.Ticket{Owner: "li"})
	if d := p.timer(ticket.OfResolution).Deadline; !d.Equal(at("2026-11-23 14:00")) { // 3 h before lunch, 1 h after
		t.Fatalf("resolution by %v", d)
	}
	p.do("li", time.Hour, ticket.Wait{Until: at("2026-11-25 09:00"), Why: "asks her husband"})
	if due := p.t.Due(); !due.Equal(at("2026-11-25 09:00")) {
		t.Errorf("next due %v", due)
	}
	p.do("box", 47*time.Hour, ticket.Tick{})
	p.state(ticket.Open, "")
	if d := p.timer(ticket.OfResolution).Deadline; !d.Equal(at("2026-11-25 12:00")) { // 3 h of the four are left
		t.Errorf("resolution by %v", d)
	}
}
