package api_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

func TestNoticesOverTheAPI(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	li, wang := b.agent(t, "1001"), b.agent(t, "1002")
	var k, secret api.StoredTicket
	li.do("POST", "/v1/tickets", map[string]any{"type": "inquiry", "subject": "价格", "owner": "1001"}).into(t, &k)
	wang.do("POST", "/v1/tickets", map[string]any{"type": "complaint", "subject": "态度", "complaint": map[string]any{"about": "1001"}}).into(t, &secret)
	at := time.Now().UTC()
	put := func(id, tk, kind, person, by string) {
		t.Helper()
		book := ticket.NewBook(store.TicketBooks{DB: b.db}, func() *ticket.Rules { return &ticket.Rules{} })
		err := book.Change(t.Context(), books.By{Who: "box"}, func(e *ticket.Edit) error {
			at = at.Add(time.Second)
			return e.PutNotice(ticket.Notice{ID: id, Ticket: tk, Kind: kind, Template: "first_contact", Person: person, By: by, At: at, State: ticket.Pending, Next: at})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("n1", k.ID, ticket.KindEscalation, "1001", ticket.ByConsole)
	put("n2", k.ID, ticket.KindEscalation, "1001", ticket.BySMS)
	put("n3", k.ID, ticket.KindEscalation, "1002", ticket.ByConsole)
	put("n4", k.ID, ticket.KindJob, "1001", ticket.BySMS)
	put("n5", secret.ID, ticket.KindEscalation, "1001", ticket.ByConsole)
	list := func(c *client, path string) (ids string) {
		t.Helper()
		for cursor := ""; ; {
			var page api.Page[api.StoredNotice]
			c.do("GET", path+"limit=2&cursor="+cursor, nil).into(t, &page)
			for _, n := range page.Items {
				ids += n.ID + n.Subject + " "
			}
			if cursor = page.NextCursor; cursor == "" {
				return ids
			}
		}
	}
	if got := list(li, "/v1/notices?"); got != "n4价格 n2价格 n1价格 " {
		t.Errorf("li sees %s", got)
	}
	if got := list(admin, "/v1/notices?person=1002&"); got != "n3价格 " {
		t.Errorf("the manager sees %s", got)
	}
	if got := list(wang, "/v1/tickets/"+secret.ID+"/notices?"); got != "n5态度 " {
		t.Errorf("wang sees %s", got)
	}
	li.do("GET", "/v1/tickets/"+secret.ID+"/notices", nil).want(t, 404, "ticket.not_found")
	li.do("GET", "/v1/notices?person=1002", nil).want(t, 403, "request.denied")
	wang.do("POST", "/v1/notices/n1/acknowledge", map[string]any{}).want(t, 404, "notice.not_found")
	li.do("POST", "/v1/notices/n4/acknowledge", map[string]any{}).want(t, 409, "notice.no_escalation")
	li.do("POST", "/v1/notices/n5/acknowledge", map[string]any{}).want(t, 404, "notice.not_found")
	var n api.StoredNotice
	for range 2 {
		li.do("POST", "/v1/notices/n1/acknowledge", map[string]any{}).into(t, &n)
		if n.State != ticket.Acked || n.Number != k.Number {
			t.Errorf("%+v", n)
		}
	}
	if got := list(li, "/v1/notices?state=acked&"); got != "n2价格 n1价格 " { // of the SMS the same is known by then
		t.Errorf("acknowledged are %s", got)
	}
	var h api.Page[api.HistoryLine]
	li.do("GET", "/v1/tickets/"+k.ID+"/history?limit=200", nil).into(t, &h)
	said := 0
	for _, e := range h.Items {
		if e.What == ticket.Acknowledged {
			said++
		}
	}
	if said != 1 {
		t.Errorf("the history says so %d times", said)
	}
}

// A user who is no agent is the person of the roster with the same login, and otherwise somebody all the same: who did the work does
// not verify it.
func TestUsersWhoAreNoAgentsHaveCredit(t *testing.T) {
	b := serve(t)
	admin, li := b.admin(t), b.agent(t, "1001")
	chief := b.as(t, account.Supervisor)
	var k api.StoredTicket
	li.do("POST", "/v1/tickets", map[string]any{"type": "complaint", "subject": "态度", "phones": []string{"13800138000"}, "owner": "1002"}).into(t, &k)
	at := "/v1/tickets/" + k.ID
	chief.do("POST", at+"/resolution", map[string]any{"text": "apologised"}, "If-Match", `"1"`).into(t, &k)
	if k.Resolution.By != chief.user {
		t.Errorf("%+v", k.Resolution)
	}
	chief.do("POST", at+"/contacts", map[string]any{"call": "talk", "result": "reached", "satisfaction": "satisfied"}).into(t, &k)
	if k.State != ticket.Resolved {
		t.Fatalf("who did the work has verified it: %+v", k.Attempts)
	}
	li.do("POST", at+"/contacts", map[string]any{"call": "talk", "result": "reached", "satisfaction": "satisfied"}).into(t, &k)
	if k.State != ticket.Closed {
		t.Errorf("%s", k.State)
	}
	admin.do("POST", "/v1/settings/roster-people", map[string]any{"id": "supervisor.one", "name": "主管", "role": "team_lead"}).want(t, 201, "")
	li.do("POST", "/v1/tickets", map[string]any{"type": "inquiry", "subject": "价格"}).into(t, &k)
	chief.do("POST", "/v1/tickets/"+k.ID+"/comments", map[string]any{"text": "seen"}).want(t, 200, "")
	var h api.Page[api.HistoryLine]
	li.do("GET", "/v1/tickets/"+k.ID+"/history?limit=200", nil).into(t, &h)
	if last := h.Items[len(h.Items)-1]; last.By != "supervisor.one" {
		t.Errorf("%+v", last)
	}
}
