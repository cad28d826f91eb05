package wrapup_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/care/wrapup"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

type house struct{}

func (house) Person(id string) (ticket.Person, bool)            { return ticket.Person{ID: id}, true }
func (house) Holders(string, string, time.Time) []ticket.Person { return nil }
func (house) Above(string, time.Time) []ticket.Person           { return nil }
func (house) Owners(string, time.Time) []ticket.Person          { return []ticket.Person{{ID: "1001"}} }
func (house) Opens(_ string, after time.Time) time.Time         { return after.Add(time.Hour) }

type desk struct {
	*wrapup.Book
	tickets *ticket.Book
	books   store.WrapUpBooks
}

func open(t *testing.T) desk {
	t.Helper()
	db := storetest.New(t)
	rules := &ticket.Rules{
		Types: ticket.DefaultTypes(""), Plan: contact.DefaultPlan(), Zone: time.UTC, People: house{},
		Clocks: func(string) ticket.Clock { return workday.Always(time.UTC) },
	}
	tickets := ticket.NewBook(store.TicketBooks{DB: db}, func() *ticket.Rules { return rules })
	b := store.WrapUpBooks{DB: db}
	return desk{wrapup.NewBook(b, tickets, wrapup.Default), tickets, b}
}

var agent = books.By{Who: "u1", Via: "console"} //nolint:gochecknoglobals // constant

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // constant

func callAt(n int) wrapup.Call {
	at := noon.Add(time.Duration(n) * time.Minute)
	return wrapup.Call{ID: books.IDAt(at), Agent: fmt.Sprint(1001 + n%2), Queue: "q", StartedAt: at, Number: "13800138000"}
}

func (d desk) owe(t *testing.T, c wrapup.Call, limit time.Time) {
	t.Helper()
	if err := d.books.Change(t.Context(), books.By{Who: "box"}, func(tx wrapup.Tx) error { return d.Owe(tx, c, limit) }); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsSaidOfACall(t *testing.T) {
	d := open(t)
	c := callAt(0)
	give := func(rev uint64, disposition, note string) (wrapup.Record, bool, error) {
		return d.Give(t.Context(), agent, "1001", c, rev, wrapup.Words{Disposition: disposition, Note: note})
	}
	for words, want := range map[string]string{"": "wrap_up.disposition_missing", "appointment": "wrap_up.group", "magic": "wrap_up.disposition_unknown"} {
		_, _, err := give(0, words, "")
		if f, ok := err.(fault.Fields); !ok || f[0].Key != want { //nolint:errorlint // it is not wrapped
			t.Errorf("%q: %v", words, err)
		}
	}
	r, news, err := give(0, "complaint_filed", " loud \n")
	if err != nil || !news || r.Name != "投诉 / 投诉立案" || len(r.Path) != 2 || r.Path[0] != "complaint" || r.Note != "loud" || r.By != "1001" || r.Meta.Rev != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	if _, news, err = give(0, "complaint_filed", "loud"); err != nil || news {
		t.Errorf("the same once more: %v %v", news, err)
	}
	if _, _, err = give(0, "booked", ""); fault.KeyOf(err) != "store.rev" {
		t.Errorf("unread: %v", err)
	}
	if r, news, err = give(1, "booked", ""); err != nil || !news || r.Meta.Rev != 2 || r.Path[1] != "booked" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestOfTwoWhoSayAtOnceOneWins(t *testing.T) {
	d := open(t)
	c := callAt(0)
	d.owe(t, c, noon)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i, words := range []string{"booked", "rebooked", "unbooked", "claim", "lead"} {
		wg.Go(func() {
			_, news, err := d.Give(t.Context(), agent, fmt.Sprint(i), c, 1, wrapup.Words{Disposition: words})
			mu.Lock()
			defer mu.Unlock()
			if err == nil && news {
				won++
			} else if fault.KeyOf(err) != "store.rev" {
				t.Error(err)
			}
		})
	}
	if wg.Wait(); won != 1 {
		t.Errorf("%d won", won)
	}
}

func TestMissingDispositionsAreListed(t *testing.T) {
	d := open(t)
	for n := range 7 {
		d.owe(t, callAt(n), noon.Add(10*time.Minute))
	}
	d.owe(t, callAt(8), noon.Add(time.Hour)) // it may still be said in time
	if _, _, err := d.Give(t.Context(), agent, "1001", callAt(2), 0, wrapup.Words{Disposition: "lead"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Give(t.Context(), agent, "1002", callAt(9), 0, wrapup.Words{Disposition: "lead"}); err != nil { // said before its end
		t.Fatal(err)
	}
	d.owe(t, callAt(9), noon)
	now := noon.Add(30 * time.Minute)
	page := func(agent, after string, limit int) (got []string, next string) {
		t.Helper()
		list, next, err := d.Missing(agent, now, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			got = append(got, r.StartedAt.Format("15:04"))
		}
		return got, next
	}
	if got, next := page("", "", 50); fmt.Sprint(got) != "[12:06 12:05 12:04 12:03 12:01 12:00]" || next != "" {
		t.Errorf("%v %q", got, next)
	}
	if got, _ := page("1002", "", 50); fmt.Sprint(got) != "[12:05 12:03 12:01]" {
		t.Errorf("%v", got)
	}
	var all []string
	for after := ""; ; {
		got, next := page("", after, 2)
		if all = append(all, got...); next == "" {
			break
		}
		after = next
	}
	if fmt.Sprint(all) != "[12:06 12:05 12:04 12:03 12:01 12:00]" {
		t.Errorf("by pages: %v", all)
	}
}

func TestDraftsAreKeptUntilTheyAreSent(t *testing.T) {
	d := open(t)
	c := callAt(0)
	if _, err := d.SaveDraft(t.Context(), agent, "1001", c.ID, wrapup.Words{Disposition: "complaint", Note: "he sa"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SaveDraft(t.Context(), agent, "1001", c.ID, wrapup.Words{Note: "he said"}); err != nil {
		t.Fatal(err)
	}
	if v, ok, err := d.Draft("1001", c.ID); !ok || err != nil || v.Note != "he said" {
		t.Errorf("%+v %v", v, err)
	}
	if _, ok, _ := d.Draft("1002", c.ID); ok {
		t.Error("somebody else sees it")
	}
	if _, ok, _ := d.Of(c.ID); ok {
		t.Error("a draft says something")
	}
	if _, _, err := d.Give(t.Context(), agent, "1001", c, 0, wrapup.Words{Disposition: "lead"}); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := d.Draft("1001", c.ID); ok {
		t.Error("it is still there")
	}
	for n := range 25 { // of calls that nobody came back to
		if _, err := d.SaveDraft(t.Context(), agent, "1001", callAt(n).ID, wrapup.Words{Note: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	kept := 0
	for n := range 25 {
		if _, ok, _ := d.Draft("1001", callAt(n).ID); ok {
			kept++
		}
	}
	if _, ok, _ := d.Draft("1001", callAt(24).ID); !ok || kept != 20 {
		t.Errorf("%d are kept", kept)
	}
}

func TestTicketsOfACall(t *testing.T) {
	d := open(t)
	c := callAt(0)
	k, err := d.Open(t.Context(), agent, "1001", c, ticket.Ticket{
		Type: "complaint", Subject: "态度", Complaint: &ticket.Complaint{About: "1002"}, Source: ticket.Source{Kind: "call", Ref: c.ID},
		Links: []ticket.Link{{Kind: "call", ID: c.ID}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Join(t.Context(), agent, "1002", c, k.ID); fault.KeyOf(err) != "ticket.not_found" {
		t.Errorf("whom it is about: %v", err)
	}
	other, err := d.tickets.Create(t.Context(), agent, ticket.Ticket{Type: "inquiry", Subject: "价格", Source: ticket.Source{Kind: "api"}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if other, err = d.Join(t.Context(), agent, "1001", c, other.ID); err != nil || len(other.Links) != 1 || other.Links[0].ID != c.ID {
			t.Fatalf("%+v %v", other.Links, err)
		}
	}
	r, _, err := d.Of(c.ID)
	if err != nil || len(r.Tickets) != 2 || r.Tickets[0] != k.ID || r.Tickets[1] != other.ID || r.Said() {
		t.Errorf("%+v %v", r, err)
	}
	// Who read the record before the second ticket came overwrites nobody's words.
	if r, news, err := d.Give(t.Context(), agent, "1001", c, 1, wrapup.Words{Disposition: "lead"}); err != nil || !news || len(r.Tickets) != 2 {
		t.Errorf("%+v %v", r, err)
	}
	// Nothing half done: a ticket that is refused leaves no record.
	if _, err := d.Open(t.Context(), agent, "1001", callAt(1), ticket.Ticket{Type: "magic"}); err == nil {
		t.Error("it was opened")
	}
	if _, ok, _ := d.Of(callAt(1).ID); ok {
		t.Error("there is a record")
	}
}
