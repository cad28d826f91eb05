package link_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/link"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

func TestALinkIsFoundByItsTokenUntilItExpires(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	kept := store.LinkBooks{DB: storetest.New(t)}
	b := link.NewBook(kept, func() time.Time { return now })
	token, err := b.Issue(t.Context(), link.Link{Purpose: link.Job, Ticket: "t1", Person: "chen"}, time.Hour)
	if err != nil || len(token) != 26 {
		t.Fatalf("token %q, %v", token, err)
	}
	other, err := b.Issue(t.Context(), link.Link{Purpose: link.Survey, Task: "k1"}, 2*time.Hour)
	if err != nil || other == token {
		t.Fatalf("the same token twice: %v", err)
	}
	l, ok, err := b.Find(token)
	if err != nil || !ok || l.Ticket != "t1" || l.Person != "chen" || l.Purpose != link.Job {
		t.Errorf("%+v, %t, %v", l, ok, err)
	}
	for _, bad := range []string{"", token[1:], token + "a", strings.ToUpper(token), strings.Repeat("a", 26), l.ID} {
		if _, ok, err := b.Find(bad); ok || err != nil {
			t.Errorf("%q is found, %v", bad, err)
		}
	}
	err = kept.View(func(rows books.Rows[link.Link]) error {
		for l, err := range rows.Walk("", false) {
			if err != nil || l.ID == token || strings.Contains(l.ID, token) {
				t.Errorf("the token itself is kept: %+v, %v", l, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	if _, ok, _ := b.Find(token); ok {
		t.Error("found after it expired")
	}
	if n, err := b.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("%d forgotten, %v", n, err)
	}
	if n, err := b.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("%d forgotten again, %v", n, err)
	}
	if _, ok, err := b.Find(other); !ok || err != nil {
		t.Errorf("the other one is gone, %v", err)
	}
}
