package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// callAt is a call whose id has the time in it, as those of the box have.
func callAt(at time.Time, n int) call.CDR {
	id := uuid.UUID{6: 0x70, 8: 0x80, 14: byte(n >> 8), 15: byte(n)}
	for i := range 6 {
		id[i] = byte(at.UnixMilli() >> (8 * (5 - i)))
	}
	return call.CDR{ID: call.ID(id.String()), StartedAt: at}
}

func someCalls(r *rand.Rand, n int) []call.CDR {
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	var all []call.CDR
	for i := range n {
		at = at.Add(time.Duration(r.IntN(600)) * time.Second)
		c := callAt(at, i)
		c.From = fmt.Sprintf("+861380000%04d", r.IntN(5))
		c.Card.Number = c.From
		if r.IntN(2) == 0 {
			c.Card.Customer = fmt.Sprintf("c%d", r.IntN(3))
		}
		if r.IntN(3) > 0 {
			c.Agent, c.Queue = fmt.Sprint(1001+r.IntN(3)), []string{"q", "q2"}[r.IntN(2)]
		}
		c.Disposition = []call.Disposition{call.Answered, call.Abandoned}[r.IntN(2)]
		c.Direction = []line.Direction{line.Inbound, line.Outbound}[r.IntN(2)]
		if r.IntN(2) == 0 {
			c.Recording = "r"
		}
		all = append(all, c)
	}
	return all
}

// wanted says in another way which calls a question means.
func wanted(q store.CallQuery, c call.CDR) bool {
	switch {
	case !q.From.IsZero() && c.StartedAt.Before(q.From), !q.To.IsZero() && !c.StartedAt.Before(q.To),
		q.Customer != "" && c.Card.Customer != q.Customer, q.Number != "" && c.Card.Number != q.Number,
		q.Agent != "" && c.Agent != q.Agent, q.Queue != "" && c.Queue != q.Queue,
		q.Disposition != 0 && c.Disposition != q.Disposition, q.Direction != 0 && c.Direction != q.Direction,
		q.Recorded && c.Recording == "":
		return false
	}
	return true
}

func TestSearchFindsWhatALookAtAllCallsFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	all := someCalls(r, 400)
	l := ledgerWith(t, all)
	found := 0
	for range 300 {
		q := store.CallQuery{Limit: 1 + r.IntN(20)}
		for _, set := range []func(){
			func() { q.From = all[r.IntN(len(all))].StartedAt },
			func() { q.To = all[r.IntN(len(all))].StartedAt },
			func() { q.Customer = fmt.Sprintf("c%d", r.IntN(4)) },
			func() { q.Number = fmt.Sprintf("+861380000%04d", r.IntN(5)) },
			func() { q.Agent = fmt.Sprint(1001 + r.IntN(3)) },
			func() { q.Queue = "q" },
			func() { q.Disposition = call.Abandoned },
			func() { q.Direction = line.Inbound },
			func() { q.Recorded = true },
		} {
			if r.IntN(4) == 0 {
				set()
			}
		}
		var want, got []call.ID
		for _, c := range slices.Backward(all) {
			if wanted(q, c) {
				want = append(want, c.ID)
			}
		}
		for p := q; ; {
			page, next, err := l.Search(p)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) > q.Limit {
				t.Fatalf("%+v: a page of %d", q, len(page))
			}
			for _, c := range page {
				got = append(got, c.ID)
			}
			if next == "" {
				break
			}
			p.Cursor = next
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v finds %d calls, want %d\n%v\n%v", q, len(got), len(want), got, want)
		}
		found += len(got)
	}
	if found < 1000 {
		t.Errorf("the questions found %d calls: too few to prove anything", found)
	}
	if _, _, err := l.Search(store.CallQuery{Cursor: "no hex", Limit: 1}); err == nil {
		t.Error("a bad cursor was taken")
	}
}
