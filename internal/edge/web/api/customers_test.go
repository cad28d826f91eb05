package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/intake"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

func newCustomer(name string, numbers ...string) map[string]any {
	var phones []map[string]any
	for _, n := range numbers {
		phones = append(phones, map[string]any{"number": n})
	}
	return map[string]any{"name": name, "phones": phones}
}

func TestACustomerOverTheAPI(t *testing.T) {
	b := serve(t)
	_ = b.admin(t)
	agent := b.as(t, account.Agent)
	var c api.StoredCustomer
	made := agent.do("POST", "/v1/customers", newCustomer("曾国藩", "+86 138-0013-8000"))
	made.into(t, &c)
	if made.Status != http.StatusCreated || made.Header.Get("ETag") != `"1"` || c.Rev != 1 || c.Phones[0].Number != "13800138000" || c.Source != "api" {
		t.Fatalf("%+v", c)
	}
	agent.do("POST", "/v1/customers", newCustomer("曾国藩", "13800138000")).want(t, http.StatusConflict, "customer.duplicate")
	var same api.Duplicates
	agent.do("POST", "/v1/customers/duplicates", newCustomer("曾国藩", "13800138000")).into(t, &same)
	if len(same.Items) != 1 || same.Items[0].Customer.ID != c.ID {
		t.Errorf("duplicates %+v", same)
	}
	var v api.StoredVehicle
	agent.do("POST", "/v1/vehicles", map[string]any{"plate": "粤b·12345", "vin": "LSVAM4186C2184841", "owner": c.ID, "sold_on": "2025-01-01"}).into(t, &v)
	agent.do("POST", "/v1/vehicles/"+v.Vehicle.ID+"/readings", map[string]any{"km": 5000}).into(t, &v)
	if v.Vehicle.Plate != "粤B12345" || v.Mileage == nil || v.Mileage.Km != 5000 || v.Rev != 2 {
		t.Errorf("%+v", v)
	}
	for _, q := range []string{"zgf", "13800138000", "2345", "184841", "曾"} {
		var hits api.Hits
		agent.do("GET", "/v1/customers/search?q="+url.QueryEscape(q), nil).into(t, &hits)
		if len(hits.Items) != 1 || hits.Items[0].Customer.ID != c.ID {
			t.Errorf("%s finds %+v", q, hits.Items)
		}
	}
	var known api.KnownCallers
	agent.do("GET", "/v1/callers/13800138000", nil).into(t, &known)
	if len(known.Items) != 1 || len(known.Items[0].Vehicles) != 1 || known.Items[0].Value.Tier != "F" {
		t.Errorf("%+v", known)
	}
	change := newCustomer("曾国藩", "13800138000")
	change["vip"] = true
	agent.do("PUT", "/v1/customers/"+c.ID, change).want(t, http.StatusPreconditionRequired, "request.match_missing")
	agent.do("PUT", "/v1/customers/"+c.ID, change, "If-Match", `"1"`).into(t, &c)
	agent.do("PUT", "/v1/customers/"+c.ID, change, "If-Match", `"1"`).want(t, http.StatusPreconditionFailed, "request.stale")
	if !c.VIP || c.Rev != 2 {
		t.Errorf("%+v", c)
	}
	p := agent.do("PUT", "/v1/customers/"+c.ID, newCustomer(" ", "12", "13800138000"), "If-Match", `"2"`).want(t, http.StatusUnprocessableEntity, "request.invalid")
	if len(p.Errors) != 2 || p.Errors[0].Location != "body.name" || p.Errors[0].Code != "customer.name_missing" || p.Errors[1].Location != "body.phones[0].number" {
		t.Errorf("%+v", p.Errors)
	}
	agent.do("POST", "/v1/vehicles", map[string]any{"vin": "LSVAM4186C2I84841"}).want(t, http.StatusUnprocessableEntity, "request.invalid")
	agent.do("DELETE", "/v1/customers/"+c.ID, nil, "If-Match", `"2"`).want(t, http.StatusNoContent, "")
	agent.do("GET", "/v1/customers/"+c.ID, nil).want(t, http.StatusNotFound, "customer.not_found")
}

func TestMergingOverTheAPI(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var w, l, got api.StoredCustomer
	admin.do("POST", "/v1/customers", newCustomer("王建国", "13800138000")).into(t, &w)
	admin.do("POST", "/v1/customers", newCustomer("王建军", "13800138000")).into(t, &l)
	var pairs api.Page[crm.Pair]
	admin.do("GET", "/v1/reviews", nil).into(t, &pairs)
	if len(pairs.Items) != 1 || pairs.Items[0].Review.Rule != crm.PhoneOnly {
		t.Fatalf("%+v", pairs)
	}
	var m crm.Merging
	admin.do("POST", "/v1/mergings", map[string]any{"winner": w.ID, "loser": l.ID, "winner_rev": 1, "loser_rev": 1}).into(t, &m)
	if admin.do("GET", "/v1/customers/"+l.ID, nil).into(t, &got); got.ID != w.ID {
		t.Errorf("the loser leads to %+v", got)
	}
	admin.do("POST", "/v1/mergings/"+m.ID+"/undo", nil).into(t, &m)
	if admin.do("GET", "/v1/customers/"+l.ID, nil).into(t, &got); got.ID != l.ID || got.Name != "王建军" {
		t.Errorf("after the undo %+v", got)
	}
	admin.do("POST", "/v1/reviews/"+pairs.Items[0].Review.ID+"/distinct", nil).want(t, http.StatusNoContent, "")
	admin.do("POST", "/v1/customers/"+w.ID+"/relations", map[string]any{"kind": "household", "to": l.ID, "role": "brother"}).want(t, http.StatusOK, "")
	var relatives api.Relatives
	admin.do("GET", "/v1/customers/"+l.ID+"/relations", nil).into(t, &relatives)
	if len(relatives.Items) != 1 || relatives.Items[0].Customer.ID != w.ID {
		t.Errorf("%+v", relatives)
	}
	var v crm.Visit
	admin.do("POST", "/v1/visits", map[string]any{"at": "2026-01-02T03:04:05Z", "customer": w.ID, "amount": 12345, "kind": "repair"}).into(t, &v)
	var entries api.Page[crm.Entry]
	admin.do("GET", "/v1/customers/"+w.ID+"/timeline", nil).into(t, &entries)
	if len(entries.Items) != 1 || entries.Items[0].ID != v.ID {
		t.Errorf("%+v", entries)
	}
	admin.do("POST", "/v1/customers/values", nil).want(t, http.StatusOK, "")
	var top api.TopCustomers
	admin.do("GET", "/v1/customers/top", nil).into(t, &top)
	if len(top.Items) != 1 || top.Items[0].Value.Spent != 12345 {
		t.Errorf("%+v", top)
	}
}

// Who read the loser of a merging must not change the winner, though the revisions be the same number.
func TestAMergedCustomerIsNotChangedByTheFormerName(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var w, l, got api.StoredCustomer
	admin.do("POST", "/v1/customers", newCustomer("王建国", "13800138000")).into(t, &w)
	admin.do("POST", "/v1/customers", newCustomer("王建军", "13800138001")).into(t, &l)
	admin.do("PUT", "/v1/customers/"+l.ID, newCustomer("王建军", "13800138002"), "If-Match", api.ETag(1)).into(t, &l)
	admin.do("POST", "/v1/mergings", map[string]any{"winner": w.ID, "loser": l.ID, "winner_rev": 1, "loser_rev": 2}).want(t, http.StatusOK, "")
	if admin.do("GET", "/v1/customers/"+w.ID, nil).into(t, &got); got.Rev != l.Rev {
		t.Fatalf("revision %d, want that of the loser, %d", got.Rev, l.Rev)
	}
	admin.do("PUT", "/v1/customers/"+l.ID, newCustomer("王建军", "13800138003"), "If-Match", api.ETag(l.Rev)).want(t, http.StatusPreconditionFailed, "request.stale")
	admin.do("DELETE", "/v1/customers/"+l.ID, nil, "If-Match", api.ETag(l.Rev)).want(t, http.StatusPreconditionFailed, "request.stale")
	if admin.do("GET", "/v1/customers/"+w.ID, nil).into(t, &got); got.Name != "王建国" || got.Rev != l.Rev {
		t.Errorf("the winner is %+v", got)
	}
	admin.do("PUT", "/v1/customers/"+w.ID, newCustomer("王建国", "13800138004"), "If-Match", api.ETag(got.Rev)).want(t, http.StatusOK, "")
}

func TestPagesOfCustomers(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	err := crm.New(store.Books{DB: b.db}).Change(t.Context(), books.By{Who: "test"}, func(e *crm.Edit) error {
		for i := range 25 {
			if _, err := e.Create(crm.Customer{Name: fmt.Sprintf("客户%02d", i), Tags: []string{fmt.Sprint(i % 2)}}, true); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{"": "客户24 客户00 25", "&sort=created": "客户00 客户24 25", "&tag=1": "客户23 客户01 12"} {
		var names []string
		cursor := ""
		for range 30 {
			var p api.Page[api.StoredCustomer]
			admin.do("GET", "/v1/customers?limit=4"+query+"&cursor="+cursor, nil).into(t, &p)
			for _, c := range p.Items {
				names = append(names, c.Name)
			}
			if cursor = p.NextCursor; cursor == "" {
				break
			}
		}
		if got := fmt.Sprint(names[0], " ", names[len(names)-1], " ", len(names)); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestAnImportOverTheAPI(t *testing.T) {
	b := serve(t)
	_ = b.admin(t)
	boss := b.as(t, account.Supervisor)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = b.imports.Run(ctx) // ends with the test
	}()
	defer func() { stop(); <-ended }()
	list := "姓名,电话,车牌\n曾国藩,13800138000,粤B12345\n李,12,\n"
	boss.do("POST", "/v1/imports?kind=customers", "a\x00b").want(t, http.StatusUnprocessableEntity, "sheet.not_a_table")
	boss.do("POST", "/v1/imports?kind=agents", list).want(t, http.StatusUnprocessableEntity, "request.invalid")
	var j api.Import
	boss.do("POST", "/v1/imports?kind=customers&name=list.csv", list, "Idempotency-Key", "k1").into(t, &j)
	var again api.Import
	boss.do("POST", "/v1/imports?kind=customers&name=list.csv", list, "Idempotency-Key", "k1").into(t, &again)
	if again.ID != j.ID || j.Rows != 2 || strings.Join(j.Mapping, " ") != "name phone plate" || j.File != "list.csv" {
		t.Errorf("%+v, %+v", j, again)
	}
	boss.do("PUT", "/v1/imports/"+j.ID+"/mapping", map[string]any{"mapping": []string{"phone", "phone", ""}}).want(t, http.StatusUnprocessableEntity, "request.invalid")
	boss.do("POST", "/v1/imports/"+j.ID+"/undo", nil).want(t, http.StatusConflict, "import.state")
	until := func(s intake.State) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); j.State != s; {
			if time.Now().After(end) {
				t.Fatalf("%+v", j)
			}
			time.Sleep(20 * time.Millisecond) // a user may not ask more often than 60 times a second
			boss.do("GET", "/v1/imports/"+j.ID, nil).into(t, &j)
		}
	}
	boss.do("POST", "/v1/imports/"+j.ID+"/check", nil).into(t, &j)
	until(intake.Checked)
	boss.do("POST", "/v1/imports/"+j.ID+"/start", nil).into(t, &j)
	until(intake.Done)
	if j.Created != 1 || j.Refused != 1 {
		t.Errorf("%+v", j)
	}
	wrong := boss.do("GET", "/v1/imports/"+j.ID+"/errors", nil)
	if !strings.Contains(string(wrong.Body), "3,电话,customer.phone_invalid,") || !strings.HasPrefix(wrong.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%s: %s", wrong.Header, wrong.Body)
	}
	csv := boss.do("GET", "/v1/exports/customers", nil)
	if !strings.Contains(string(csv.Body), "曾国藩,13800138000") || !strings.Contains(csv.Header.Get("Content-Disposition"), "customers.csv") {
		t.Errorf("%s: %s", csv.Header, csv.Body)
	}
	var records []crm.Vehicle
	if err := json.Unmarshal(boss.do("GET", "/v1/exports/vehicles?format=json", nil).Body, &records); err != nil || len(records) != 1 {
		t.Errorf("%v, %v", records, err)
	}
	boss.do("POST", "/v1/imports/"+j.ID+"/undo", nil).into(t, &j)
	until(intake.Undone)
	boss.do("DELETE", "/v1/imports/"+j.ID, nil).want(t, http.StatusNoContent, "")
	boss.do("GET", "/v1/imports/"+j.ID, nil).want(t, http.StatusNotFound, "import.not_found")
	var entries api.Page[api.AuditEntry]
	b.as(t, account.Admin).do("GET", "/v1/audit?subject=export", nil).into(t, &entries)
	if len(entries.Items) != 2 {
		t.Errorf("%d exports in the audit", len(entries.Items))
	}
}
