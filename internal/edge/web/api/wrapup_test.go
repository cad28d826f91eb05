package api_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/wrapup"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// withWrapUps knows one call, "c1", which agent 1001 had with 13800138000.
func withWrapUps(d *api.Deps, b *box) {
	d.WrapUps = wrapup.NewBook(store.WrapUpBooks{DB: b.db}, d.Tickets, func() wrapup.Tree { return b.settings.Current().DispositionTree() })
	d.Parties = func(_ context.Context, id string) (api.Parties, error) {
		if id != "c1" {
			return api.Parties{}, fault.New(fault.NotFound, "call.not_found", "there is none")
		}
		c := wrapup.Call{ID: id, Agent: "1001", Queue: "q", StartedAt: time.Now().Add(-time.Hour), Number: "13800138000"}
		return api.Parties{Call: c, Agents: []string{"1001"}, Extensions: []string{"8001"}}, nil
	}
}

func TestWrappingUpOverTheAPI(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	li, wang := b.agent(t, "1001"), b.agent(t, "1002")
	var tree api.DispositionChoices
	li.do("GET", "/v1/dispositions", nil).into(t, &tree)
	if len(tree.Items) != 21 || tree.Items[1].ID != "booked" || tree.Items[1].Keys != "11" || !tree.Items[0].Group {
		t.Errorf("%d %+v", len(tree.Items), tree.Items[:2])
	}
	const at = "/v1/calls/c1/wrap-up"
	li.do("GET", "/v1/calls/none/wrap-up", nil).want(t, 404, "call.not_found")
	var s api.WrapUpSheet
	begun := li.do("GET", at, nil)
	begun.into(t, &s)
	if begun.Header.Get("ETag") != `"0"` || s.Said != nil || s.Draft != nil || s.Proposal != nil {
		t.Errorf("%+v", s)
	}
	// A page that is loaded anew loses nothing.
	li.do("PUT", at, map[string]any{"disposition": "complaint_filed", "note": "he sa", "draft": true}).want(t, 200, "")
	li.do("GET", at, nil).into(t, &s)
	if s.Draft == nil || s.Draft.Note != "he sa" || s.Said != nil || s.Proposal == nil || s.Proposal.Ticket.Type != "complaint" || s.Proposal.Ticket.Phones[0] != "13800138000" {
		t.Errorf("%+v", s)
	}
	wang.do("PUT", at, map[string]any{"disposition": "booked"}, "If-Match", `"0"`).want(t, 403, "call.not_yours")
	li.do("PUT", at, map[string]any{"disposition": "booked"}).want(t, 428, "request.match_missing")
	li.do("PUT", at, map[string]any{"disposition": "appointment"}, "If-Match", `"0"`).want(t, 422, "request.invalid")
	said := li.do("PUT", at, map[string]any{"disposition": "booked", "note": "周六"}, "If-Match", `"0"`)
	s = api.WrapUpSheet{}
	said.into(t, &s)
	if said.Header.Get("ETag") != `"1"` || s.Said.Name != "预约 / 预约成功" || s.Said.By != "1001" || s.Draft != nil || s.Proposal.Ticket.Type != "appointment" || len(s.Proposal.Open) != 0 {
		t.Fatalf("%+v", s)
	}
	li.do("PUT", at, map[string]any{"disposition": "booked", "note": "周六"}, "If-Match", `"0"`).want(t, 200, "") // once more, as after a lost answer
	admin.do("PUT", at, map[string]any{"disposition": "rebooked"}, "If-Match", `"0"`).want(t, 412, "request.stale")
	admin.do("PUT", at, map[string]any{"disposition": "rebooked", "note": "周六"}, "If-Match", `"1"`).want(t, 200, "")
	// The ticket that is proposed can be sent as it is.
	post := at + "/tickets"
	li.do("POST", post, map[string]any{}).want(t, 422, "request.invalid")
	made := li.do("POST", post, map[string]any{"open": s.Proposal.Ticket})
	var k api.StoredTicket
	made.into(t, &k)
	if made.Status != http.StatusCreated || k.Type != "appointment" || k.Source.Kind != "call" || k.Source.Ref != "c1" || k.Links[0].ID != "c1" {
		t.Fatalf("%d %+v", made.Status, k)
	}
	s = api.WrapUpSheet{}
	li.do("GET", at, nil).into(t, &s)
	if len(s.Tickets) != 1 || len(s.Proposal.Open) != 1 || s.Proposal.Open[0].ID != k.ID {
		t.Errorf("%+v", s)
	}
	li.do("POST", post, map[string]any{"join": k.ID}).want(t, 201, "")
	li.do("POST", post, map[string]any{"join": "none"}).want(t, 404, "ticket.not_found")
	wang.do("POST", post, map[string]any{"join": k.ID}).want(t, 403, "call.not_yours")
	// A complaint about who had the call is nobody's news to that one, not even by its id.
	var secret api.StoredTicket
	admin.do("POST", post, map[string]any{"open": map[string]any{"type": "complaint", "subject": "态度", "complaint": map[string]any{"about": "1001"}}}).into(t, &secret)
	for c, want := range map[*client]int{li: 1, admin: 2} {
		s = api.WrapUpSheet{}
		c.do("GET", at, nil).into(t, &s)
		if secret.ID == "" || len(s.Tickets) != want || len(s.Said.Tickets) != want {
			t.Errorf("%d of %d tickets, %+v", len(s.Tickets), want, s.Said.Tickets)
		}
	}
	var missing api.Page[api.CallWrapUp]
	admin.do("GET", "/v1/calls/without-disposition", nil).into(t, &missing)
	if len(missing.Items) != 0 {
		t.Errorf("%+v", missing)
	}
	b.as(t, account.Viewer).do("GET", at, nil).want(t, 403, "request.denied")
}
