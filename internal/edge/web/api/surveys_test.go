package api_test

import (
	"context"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// technicianLine calls technicians who have the job.
type technicianLine struct{ tickets *ticket.Book }

// Connect calls nobody.
func (c technicianLine) Connect(_ context.Context, id, person string) (call.ID, error) {
	k, err := c.tickets.Ticket(id)
	if err == nil && (k.Dispatch == nil || k.Dispatch.Technician == nil || k.Dispatch.Technician.Person != person) {
		err = fault.New(fault.Conflict, "ticket.no_job", "x")
	}
	return "call-of-" + call.ID(person), err
}

func TestManyCustomersAreAskedOverTheAPI(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	boss, li := b.as(t, account.Supervisor), b.agent(t, "1001")
	var ids []string
	for i, number := range []string{"13800138001", "13800138002"} {
		var c struct{ ID string }
		admin.do("POST", "/v1/customers", map[string]any{
			"kind": "person", "name": "客户", "phones": []map[string]any{{"number": number}}, "consent": map[string]any{"do_not_call": i == 1},
		}).into(t, &c)
		ids = append(ids, c.ID)
	}
	body := map[string]any{"customers": append(ids, "none"), "way": "call", "about": "1001"}
	li.do("POST", "/v1/outreach/surveys", body).want(t, 403, "request.denied")
	boss.do("POST", "/v1/outreach/surveys", map[string]any{"customers": ids, "way": "letter"}).want(t, 422, "request.invalid")
	boss.do("POST", "/v1/outreach/surveys", map[string]any{"customers": ids, "way": "sms", "script": "quality"}).want(t, 422, "request.invalid") // no address
	var made api.SurveyMade
	boss.do("POST", "/v1/outreach/surveys", body).into(t, &made)
	if made.Made != 1 || len(made.Skipped) != 2 || made.Skipped[0].Why != "outreach.do_not_call" || made.Skipped[1].Why != "customer.not_found" {
		t.Fatalf("%+v", made)
	}
	at := "/v1/outreach/surveys/" + made.Batch
	var p outreach.Asking
	if li.do("GET", at, nil).into(t, &p); p.Total != 1 || p.States[outreach.Open] != 1 {
		t.Errorf("%+v", p)
	}
	li.do("GET", "/v1/outreach/surveys/none", nil).want(t, 404, "outreach.batch_unknown")
	li.do("POST", "/v1/outreach/next", nil).want(t, 404, "outreach.nothing_due") // it is the box's
	li.do("POST", at+"/cancel", map[string]any{"why": "x"}).want(t, 403, "request.denied")
	boss.do("POST", at+"/cancel", map[string]any{"why": " "}).want(t, 422, "request.invalid")
	var off api.SurveyCancelled
	if boss.do("POST", at+"/cancel", map[string]any{"why": "够了"}).into(t, &off); off.Cancelled != 1 {
		t.Errorf("%+v", off)
	}
	if li.do("GET", at, nil).into(t, &p); p.Outcomes[outreach.CalledOff] != 1 {
		t.Errorf("%+v", p)
	}
}

func TestATechnicianIsCalledOverTheAPI(t *testing.T) {
	b := serve(t)
	_ = b.admin(t)
	boss, li := b.as(t, account.Supervisor), b.agent(t, "1001")
	var k api.StoredTicket
	boss.do("POST", "/v1/tickets", map[string]any{"type": "rescue", "subject": "抛锚", "phones": []string{"13800138000"}}).into(t, &k)
	at := "/v1/tickets/" + k.ID + "/dispatch/call"
	boss.do("POST", at, map[string]any{"person": "chen"}).want(t, 409, "ticket.no_job")
	li.do("POST", at, map[string]any{}).want(t, 409, "ticket.no_job")
	boss.do("POST", "/v1/tickets/none/dispatch/call", map[string]any{}).want(t, 404, "ticket.not_found")
	b.as(t, account.QA).do("POST", at, map[string]any{"person": "chen"}).want(t, 403, "request.denied")
}
