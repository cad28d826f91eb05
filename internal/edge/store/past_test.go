package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/store"
)

func ledgerWith(t *testing.T, all []call.CDR) *store.Ledger {
	t.Helper()
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		for _, c := range all {
			if err := store.CDRs.Put(tx, c); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return store.NewLedger(db, quiet)
}

// TestPastIsWhatALookAtAllCallsFinds turns the pages of somebody's calls, of which some began in one moment.
func TestPastIsWhatALookAtAllCallsFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	all := someCalls(r, 300)
	for i := range all { // four of one moment, their ids not in the order of their numbers
		all[i].StartedAt = all[i/4*4].StartedAt
		all[i].Queue, all[i].ConnectedAt = "q", all[i].StartedAt
	}
	l := ledgerWith(t, all)
	for range 100 {
		who := crm.Subject{
			Customers: []string{fmt.Sprintf("c%d", r.IntN(4)), fmt.Sprintf("c%d", r.IntN(4)), ""},
			Numbers:   []string{fmt.Sprintf("+861380000%04d", r.IntN(6))},
		}
		var want, got []call.CDR
		for _, c := range all {
			if c.Card.Customer != "" && slices.Contains(who.Customers, c.Card.Customer) || slices.Contains(who.Numbers, c.Card.Number) {
				want = append(want, c)
			}
		}
		slices.SortFunc(want, func(a, b call.CDR) int {
			return cmp.Or(b.StartedAt.Compare(a.StartedAt), cmp.Compare(b.ID, a.ID))
		})
		var place crm.Place
		limit := 1 + r.IntN(12)
		for {
			page, err := l.Past(who, place, limit)
			if err != nil || len(page) > limit {
				t.Fatal(len(page), err)
			}
			for _, c := range page {
				got = append(got, call.CDR{ID: c.ID, Queue: c.Queue, Agent: c.Agent, Recording: c.Recording, Disposition: c.Disposition, StartedAt: c.StartedAt, ConnectedAt: c.ConnectedAt, Direction: c.Direction, Card: call.Card{Number: c.Card.Number}})
				place = crm.Place{At: c.StartedAt, ID: string(c.ID)}
			}
			if len(page) < limit {
				break
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%+v: %d calls, want %d", who, len(got), len(want))
		}
		for i, w := range want {
			w.From, w.Card.Customer = "", ""
			if g := got[i]; fmt.Sprint(g) != fmt.Sprint(w) {
				t.Fatalf("call %d is\n%v, want\n%v", i, g, w)
			}
		}
	}
}

// TestARareMeetingMakesShortPages asks for what only the last of very many calls has: each page ends in time, and no page
// is the last before it.
func TestARareMeetingMakesShortPages(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	all := someCalls(r, 9000)
	for i := range all {
		all[i].Agent, all[i].Disposition = fmt.Sprint(i%2), []call.Disposition{call.Answered, call.Abandoned}[i%2]
	}
	all[0].Agent = "1"
	l := ledgerWith(t, all)
	q, pages := store.CallQuery{Agent: "1", Disposition: call.Answered, Limit: 10}, 0
	for {
		page, next, err := l.Search(q)
		if err != nil {
			t.Fatal(err)
		}
		pages++
		if len(page) == 1 && page[0].ID == all[0].ID && next == "" {
			break
		}
		if len(page) > 0 || next == "" || pages > 20 {
			t.Fatalf("page %d has %d calls, and goes on at %q", pages, len(page), next)
		}
		q.Cursor = next
	}
	if pages < 3 {
		t.Errorf("it took %d pages: one read very much", pages)
	}
}

// TestTheLastAgentIsFoundBehindCallsThatNobodyTook finds who spoke with a number, but not among very old calls.
func TestTheLastAgentIsFoundBehindCallsThatNobodyTook(t *testing.T) {
	all := someCalls(rand.New(rand.NewPCG(7, 7)), 25)
	for i := range all {
		all[i].Card.Number, all[i].Agent = "+8613800138000", ""
	}
	all[5].Agent = "1001" // 19 are later
	all[5].ConnectedAt = all[5].StartedAt
	l := ledgerWith(t, all)
	if agent, at, err := l.LastAgent("+8613800138000"); agent != "1001" || !at.Equal(all[5].StartedAt) || err != nil {
		t.Errorf("%q at %v, %v", agent, at, err)
	}
	all[5].Agent, all[4].Agent = "", "1002"
	if agent, _, err := ledgerWith(t, all).LastAgent("+8613800138000"); agent != "" || err != nil {
		t.Errorf("%q, %v", agent, err)
	}
}
