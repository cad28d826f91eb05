package api_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// house is a roster of two, either of whom may own a ticket.
type house struct{}

func (house) Person(id string) (ticket.Person, bool) {
	return ticket.Person{ID: id, Name: id}, id == "1001" || id == "1002"
}

func (h house) Owners(string, time.Time) []ticket.Person {
	a, _ := h.Person("1001")
	b, _ := h.Person("1002")
	return []ticket.Person{a, b}
}
func (house) Holders(string, string, time.Time) []ticket.Person { return nil }
func (house) Above(string, time.Time) []ticket.Person           { return nil }
func (house) Opens(_ string, after time.Time) time.Time         { return after.Add(time.Hour) }

// talks are calls that the box knows of in tests: "talk" was answered by the customer, "ring" by nobody.
func talks(_ context.Context, id call.ID) (api.CallProof, bool, error) {
	return api.CallProof{At: time.Now().Add(-time.Minute), Number: "13800138000", Connected: id == "talk", Recording: "r1"}, id == "talk" || id == "ring", nil
}

func withTickets(d *api.Deps, db *store.DB) {
	rules := &ticket.Rules{
		Types: ticket.DefaultTypes(""), Plan: contact.DefaultPlan(), Zone: time.UTC, People: house{},
		Clocks: func(string) ticket.Clock { return workday.Always(time.UTC) },
	}
	d.Tickets = ticket.NewBook(store.TicketBooks{DB: db}, func() *ticket.Rules { return rules })
	d.Proof = talks
	d.Choose = func(ticket.Ticket, ticket.Place) ([]ticket.Choice, error) {
		return []ticket.Choice{{Person: "1002", Name: "陈"}, {Person: "1001", Name: "李"}}, nil
	}
}

// agent is a user who is this agent of the queues.
func (b *box) agent(t testing.TB, id string) *client {
	t.Helper()
	by := store.By{Who: "test"}
	u, err := b.accounts.Create(t.Context(), by, account.User{Login: "agent." + id, Name: id, Role: account.Agent, Agent: id}, "Bianliang-1127")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.accounts.ChangePassword(t.Context(), by, u.ID, "Bianliang-1127", secret, ""); err != nil {
		t.Fatal(err)
	}
	return b.sitting(t, u.ID)
}

func TestATicketOverTheAPI(t *testing.T) {
	b := serve(t)
	_ = b.admin(t)
	li, wang := b.agent(t, "1001"), b.agent(t, "1002")
	var k api.StoredTicket
	bad := map[string]any{"type": "magic", "subject": "", "phones": []string{"abc"}}
	p := li.do("POST", "/v1/tickets", bad).want(t, 422, "request.invalid")
	if len(p.Errors) != 3 || p.Errors[0].Pointer != "#/type" {
		t.Errorf("%+v", p.Errors)
	}
	made := li.do("POST", "/v1/tickets", map[string]any{"type": "rescue", "subject": "抛锚", "phones": []string{"138 0013 8000"}, "owner": "1001", "call": "talk"})
	made.into(t, &k)
	if made.Status != http.StatusCreated || k.State != ticket.Open || k.Owner != "1001" || k.Source.Kind != "call" || k.Deadline.IsZero() || k.Number == "" {
		t.Fatalf("%d %+v", made.Status, k)
	}
	at := "/v1/tickets/" + k.ID
	li.do("POST", at+"/resume", map[string]any{}, "If-Match", `"1"`).want(t, 409, "ticket.not_allowed")
	if p := li.do("POST", at+"/reopen", map[string]any{"why": "x"}, "If-Match", `"1"`).want(t, 409, "ticket.not_allowed"); len(p.Allowed) == 0 {
		t.Errorf("the changes allowed are not named: %+v", p)
	}
	var able api.Technicians
	li.do("GET", at+"/technicians", nil).into(t, &able)
	if len(able.Items) != 2 {
		t.Errorf("%+v", able)
	}
	li.do("POST", at+"/dispatch", map[string]any{"place": map[string]any{"text": "G6 K102"}}, "If-Match", `"1"`).into(t, &k)
	wang.do("POST", at+"/dispatch/accept", map[string]any{}, "If-Match", `"2"`).into(t, &k)
	if k.Dispatch.Technician.Person != "1002" {
		t.Fatalf("%+v", k.Dispatch)
	}
	wang.do("POST", at+"/contacts", map[string]any{"call": "another", "result": "reached"}).want(t, 422, "request.invalid")
	wang.do("POST", at+"/contacts", map[string]any{"call": "ring", "result": "reached"}).want(t, 422, "request.invalid")
	wang.do("POST", at+"/contacts", map[string]any{"result": "reached"}).want(t, 422, "request.invalid")
	wang.do("POST", at+"/contacts", map[string]any{"call": "talk", "result": "reached"}).into(t, &k)
	if k.Dispatch.ContactedAt.IsZero() || k.Attempts[0].Recording != "r1" || k.Attempts[0].Number != "13800138000" {
		t.Errorf("%+v %+v", k.Dispatch, k.Attempts)
	}
	wang.do("POST", at+"/dispatch/complete", map[string]any{"text": "battery"}, "If-Match", `"4"`).into(t, &k)
	if k.State != ticket.Resolved {
		t.Fatalf("%+v", k)
	}
	var due api.FoundTickets
	wang.do("GET", "/v1/tickets/to-call", nil).into(t, &due)
	if len(due.Items) != 0 {
		t.Error("who did the work is to verify it")
	}
	li.do("POST", at+"/contacts", map[string]any{"call": "talk", "result": "reached", "satisfaction": "satisfied"}).into(t, &k)
	if k.State != ticket.Closed || k.Outcome != ticket.Contacted {
		t.Fatalf("%s %s", k.State, k.Outcome)
	}
	var history api.Page[api.HistoryLine]
	li.do("GET", at+"/history?limit=200", nil).into(t, &history)
	if n := len(history.Items); n < 8 || history.Items[n-1].What != "closed" {
		t.Errorf("%d entries", n)
	}
}

func TestAComplaintIsHiddenOverTheAPI(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	li, wang := b.agent(t, "1001"), b.agent(t, "1002")
	var k api.StoredTicket
	wang.do("POST", "/v1/tickets", map[string]any{"type": "complaint", "subject": "态度", "complaint": map[string]any{"about": "1001"}}).into(t, &k)
	at := "/v1/tickets/" + k.ID
	li.do("GET", at, nil).want(t, 404, "ticket.not_found")
	li.do("POST", at+"/comments", map[string]any{"text": "not me"}).want(t, 404, "ticket.not_found")
	li.do("GET", at+"/history", nil).want(t, 404, "ticket.not_found")
	li.do("POST", at+"/progress", map[string]any{"text": "x"}, "If-Match", `"1"`).want(t, 404, "ticket.not_found")
	admin.do("POST", at+"/owner", map[string]any{"to": "1001"}, "If-Match", `"1"`).want(t, 403, "ticket.about_owner")
	wang.do("POST", at+"/comments", map[string]any{"text": "called her"}).want(t, 200, "")
	var list api.Page[api.StoredTicket]
	li.do("GET", "/v1/tickets", nil).into(t, &list)
	if len(list.Items) != 0 {
		t.Errorf("li sees %d", len(list.Items))
	}
	wang.do("GET", "/v1/tickets?owner=1002", nil).into(t, &list)
	if len(list.Items) != 1 {
		t.Errorf("wang sees %d", len(list.Items))
	}
}

func TestManyTicketsAtOnce(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var ids []string
	for range 5 {
		var k api.StoredTicket
		admin.do("POST", "/v1/tickets", map[string]any{"type": "inquiry", "subject": "价格", "owner": "1001"}).into(t, &k)
		ids = append(ids, k.ID)
	}
	var seen []string
	for cursor := ""; ; {
		var page api.Page[api.StoredTicket]
		admin.do("GET", "/v1/tickets?owner=1001&limit=2&cursor="+cursor, nil).into(t, &page)
		for _, k := range page.Items {
			seen = append(seen, k.ID)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	if len(seen) != 5 {
		t.Errorf("pages show %d", len(seen))
	}
	var all api.AllHappened
	admin.do("POST", "/v1/tickets/bulk", map[string]any{"tickets": append(ids, "nothing"), "assign": "1002"}).into(t, &all)
	if len(all.Items) != 6 || all.Items[0].Problem != "" || all.Items[5].Problem != "ticket.not_found" {
		t.Errorf("%+v", all)
	}
	var f api.FiguresOfTickets
	today := time.Now().UTC().Format(time.DateOnly)
	admin.do("GET", "/v1/tickets/figures?from="+today+"&to="+today, nil).into(t, &f)
	if f.All.Opened != 5 || len(f.Groups) != 1 || f.Groups[0].Name != "inquiry" {
		t.Errorf("%+v", f)
	}
	admin.do("GET", "/v1/tickets/figures?from="+today+"&to=2020-01-01", nil).want(t, 422, "request.invalid")
	admin.do("POST", "/v1/tickets/bulk", map[string]any{"tickets": ids}).want(t, 422, "request.invalid")
	var into api.StoredTicket
	admin.do("POST", "/v1/tickets/"+ids[0]+"/merge", map[string]any{"ticket": ids[1]}, "If-Match", `"2"`).into(t, &into)
	if into.ID != ids[1] || len(into.Relations) != 1 {
		t.Errorf("%+v", into)
	}
	made := admin.do("POST", "/v1/tickets/"+ids[1]+"/parts", map[string]any{"type": "inquiry", "subject": "保养"})
	if made.Status != http.StatusCreated {
		t.Errorf("%d", made.Status)
	}
	admin.do("POST", "/v1/tickets/"+ids[1]+"/relations", map[string]any{"ticket": ids[2]}).want(t, 200, "")
	admin.do("POST", "/v1/tickets/"+ids[2]+"/relations", map[string]any{"ticket": ids[2]}).want(t, 422, "request.invalid")
}

func TestTicketsOfTemplatesAndOtherTypes(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	li := b.agent(t, "1001")
	made := admin.do("POST", "/v1/settings/ticket-templates", map[string]any{"id": "noise", "name": "异响", "type": "inquiry", "subject": "异响咨询", "body": "何时出现？", "tags": []string{"noise"}})
	if made.Status != http.StatusCreated {
		t.Fatalf("%d %s", made.Status, made.Body)
	}
	var list api.TicketTemplates
	li.do("GET", "/v1/tickets/templates", nil).into(t, &list)
	if len(list.Items) != 1 || list.Items[0].Subject != "异响咨询" {
		t.Errorf("%+v", list)
	}
	var types api.TicketTypes
	li.do("GET", "/v1/tickets/types", nil).into(t, &types)
	if len(types.Items) != 6 {
		t.Errorf("%d types", len(types.Items))
	}
	li.do("POST", "/v1/tickets", map[string]any{"template": "none"}).want(t, 422, "request.invalid")
	li.do("POST", "/v1/tickets", map[string]any{}).want(t, 422, "request.invalid")
	var k api.StoredTicket
	li.do("POST", "/v1/tickets", map[string]any{"template": "noise", "body": "冷车时"}).into(t, &k)
	if k.Type != "inquiry" || k.Subject != "异响咨询" || k.Body != "冷车时" || k.Tags[0] != "noise" {
		t.Errorf("%+v", k)
	}
	var hits api.FoundTickets
	li.do("GET", "/v1/tickets/search?q=%E5%86%B7%E8%BD%A6", nil).into(t, &hits)
	if len(hits.Items) != 1 {
		t.Errorf("%d found by content", len(hits.Items))
	}
	at := "/v1/tickets/" + k.ID + "/type"
	li.do("POST", at, map[string]any{"type": "magic"}, "If-Match", `"1"`).want(t, 422, "request.invalid")
	li.do("POST", at, map[string]any{"type": "claim", "form": map[string]string{"injured": "无"}}, "If-Match", `"1"`).into(t, &k)
	if k.Type != "claim" || k.Form["injured"] != "无" || k.Rev != 2 {
		t.Errorf("%+v", k)
	}
	li.do("POST", at, map[string]any{"type": "claim"}, "If-Match", `"1"`).want(t, 412, "request.stale")
}
