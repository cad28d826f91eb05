package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// withOutreach has customers called at every hour, so that tests may run at each.
func withOutreach(d *api.Deps, db *store.DB) {
	rules := &outreach.Rules{
		Settings: outreach.Settings{}.InForce(), Zone: time.UTC,
		Contact: contact.Plan{Attempts: 3, Parts: []contact.Part{{From: "00:00", To: "12:00"}, {From: "12:00", To: "23:59"}}},
	}
	tickets := d.Tickets
	open := func(tx *store.Tx, by books.By, draft outreach.Draft) (string, error) {
		made, err := tickets.Edit(store.TicketsOf(tx), by).Create(ticket.Ticket{
			Type: draft.Type, Subject: draft.Subject, Body: draft.Words, Phones: draft.Numbers, Source: ticket.Source{Kind: "survey", Ref: draft.Task},
		})
		return made.ID, err
	}
	d.Connect = technicianLine{d.Tickets}
	d.Outreach = outreach.NewBook(store.OutreachBooks{DB: db, Ticket: open}, func() *outreach.Rules { return rules }, time.Now)
}

func TestACallbackOverTheAPI(t *testing.T) {
	b := serve(t)
	_ = b.admin(t)
	li, wang, boss := b.agent(t, "1001"), b.agent(t, "1002"), b.as(t, account.Supervisor)
	li.do("POST", "/v1/outreach/next", nil).want(t, 404, "outreach.nothing_due")
	p := li.do("POST", "/v1/outreach/tasks", map[string]any{"numbers": []string{"abc"}, "script": "none"}).want(t, 422, "request.invalid")
	if len(p.Errors) != 2 {
		t.Errorf("%+v", p.Errors)
	}
	var s api.TaskSheet
	made := li.do("POST", "/v1/outreach/tasks", map[string]any{"numbers": []string{"138 0013 8000"}, "name": "张三", "script": "quality"})
	made.into(t, &s)
	if made.Status != http.StatusCreated || s.State != outreach.Open || s.Dial != "13800138000" || s.Next == nil || s.Next.ID != "overall" {
		t.Fatalf("%d %+v", made.Status, s)
	}
	at := "/v1/outreach/tasks/" + s.ID
	wang.do("POST", "/v1/outreach/next", nil).into(t, &s)
	if s.State != outreach.Taken || s.TakenBy != "1002" || at != "/v1/outreach/tasks/"+s.ID {
		t.Fatalf("%+v", s.Task)
	}
	li.do("POST", at+"/take", nil).want(t, 409, "outreach.taken")
	li.do("POST", at+"/answers", map[string]any{"answers": map[string]string{"overall": "1"}}).want(t, 409, "outreach.taken")
	wang.do("POST", at+"/answers", map[string]any{"answers": map[string]string{"overall": "6"}}).want(t, 422, "request.invalid")
	wang.do("POST", at+"/answers", map[string]any{"answers": map[string]string{"overall": "2"}}).into(t, &s)
	if s.Next == nil || s.Next.ID != "what" || len(s.Asked) != 1 {
		t.Errorf("asked %v, next %+v", s.Asked, s.Next)
	}
	wang.do("POST", at+"/result", map[string]any{"result": "reached"}).want(t, 422, "request.invalid")
	wang.do("POST", at+"/result", map[string]any{"result": "reached", "call": "none"}).want(t, 422, "request.invalid")
	wang.do("POST", at+"/result", map[string]any{"result": "reached", "proof": "mobile of the shop"}).into(t, &s)
	if s.State != outreach.Taken {
		t.Errorf("%s with questions left", s.State)
	}
	s = api.TaskSheet{}
	wang.do("POST", at+"/answers", map[string]any{"answers": map[string]string{"what": "quality", "words": "异响还在"}}).into(t, &s)
	if s.State != outreach.Done || s.Satisfaction != contact.Dissatisfied || s.Score != 2 || s.Made == "" || s.Next != nil {
		t.Errorf("%+v", s.Task)
	}
	var k api.StoredTicket
	boss.do("GET", "/v1/tickets/"+s.Made, nil).into(t, &k)
	if k.Type != "complaint" || k.Body != "异响还在" || k.Source.Kind != "survey" {
		t.Errorf("%+v", k)
	}
	wang.do("GET", "/v1/outreach/scores", nil).want(t, 403, "request.denied")
	var scores struct{ Items []outreach.Score }
	boss.do("GET", "/v1/outreach/scores?per=agent", nil).into(t, &scores)
	if len(scores.Items) != 1 || scores.Items[0] != (outreach.Score{Of: "1002", Top: 5, N: 1, Sum: 2, Low: 1}) {
		t.Errorf("%+v", scores)
	}
	wang.do("POST", at+"/cancel", map[string]string{"why": "x"}).want(t, 403, "request.denied")
	boss.do("POST", at+"/cancel", map[string]string{"why": "x"}).want(t, 409, "outreach.not_allowed")
	boss.do("POST", at+"/reopen", map[string]string{"why": "another car"}).into(t, &s)
	if s.State != outreach.Open || s.Reopened != 1 {
		t.Errorf("%+v", s.Task)
	}
	boss.do("POST", at+"/cancel", map[string]string{"why": "noted twice"}).into(t, &s)
	var page struct{ Items []api.StoredTask }
	boss.do("GET", "/v1/outreach/tasks?state=cancelled&kind=manual", nil).into(t, &page)
	if len(page.Items) != 1 || page.Items[0].Note != "noted twice" {
		t.Errorf("%+v", page)
	}
	boss.do("GET", "/v1/outreach/unreturned", nil).into(t, &page)
	var scripts struct{ Scripts []outreach.Script }
	boss.do("GET", "/v1/outreach/scripts", nil).into(t, &scripts)
	if len(page.Items) != 0 || len(scripts.Scripts) != 3 {
		t.Errorf("%d unreturned, %d scripts", len(page.Items), len(scripts.Scripts))
	}
}
