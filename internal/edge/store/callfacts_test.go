package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/report"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

// keepCalls stores records as they are.
func keepCalls(t testing.TB, db *store.DB, list []call.CDR) {
	t.Helper()
	err := db.Change(t.Context(), store.By{Who: "test"}, func(tx *store.Tx) error {
		for _, c := range list {
			if err := store.CDRs.Put(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is read for figures is what the records say, once each, of the calls that count in the period.
func TestFactsOfAPeriod(t *testing.T) {
	db := storetest.New(t)
	all := someCalls(rand.New(rand.NewPCG(1, 2)), 5000)
	for i := range all {
		c := &all[i]
		c.EndedAt = c.StartedAt.Add(10 * time.Minute)
		if i%3 == 0 && c.Direction == line.Inbound {
			c.QueuedAt = c.StartedAt.Add(time.Duration(i%50) * time.Minute)
			c.Card.Trunk = "line1"
		}
	}
	keepCalls(t, db, all)
	l := store.NewLedger(db, nil)
	from, to := all[1000].StartedAt, all[4500].StartedAt
	var want []string
	for _, c := range all {
		at := c.StartedAt
		if c.Direction == line.Inbound && !c.QueuedAt.IsZero() {
			at = c.QueuedAt
		}
		if !at.Before(from) && at.Before(to) {
			want = append(want, string(c.ID))
		}
	}
	var got []string
	err := l.Facts(t.Context(), from, to, "", func(c report.Call) bool { got = append(got, c.ID); return true })
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%d calls, want %d; %v", len(got), len(want), err)
	}
	var rest []string
	err = l.Facts(t.Context(), from, to, got[99], func(c report.Call) bool { rest = append(rest, c.ID); return len(rest) < 50 })
	if err != nil || !slices.Equal(rest, got[100:150]) {
		t.Errorf("behind the hundredth come %d calls, %v", len(rest), err)
	}
}

func TestFactsOfACall(t *testing.T) {
	db := storetest.New(t)
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	in, out := callAt(at, 1), callAt(at.Add(time.Minute), 2)
	in.Direction, in.Card.Trunk, in.Line, in.QueuedAt, in.ConnectedAt, in.EndedAt = line.Inbound, "line1", "line1", at.Add(10e9), at.Add(20e9), at.Add(80e9)
	in.Disposition, in.Queue, in.Agent = call.Answered, "q", "1001"
	out.Direction, out.Line, out.ExternalLine, out.EndedAt = line.Outbound, "8001", "line2", at.Add(90e9)
	keepCalls(t, db, []call.CDR{in, out})
	var got []report.Call
	err := store.NewLedger(db, nil).Facts(t.Context(), at, at.Add(time.Hour), "", func(c report.Call) bool { got = append(got, c); return true })
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	want := report.Call{
		ID: string(in.ID), Start: at, Queued: at.Add(10e9), Connected: at.Add(20e9), Ended: at.Add(80e9), Spoke: true, Queue: "q", Agent: "1001", Line: "line1",
	}
	if got[0] != want {
		t.Errorf("it is %+v\nwant %+v", got[0], want)
	}
	if !got[1].Outbound || got[1].Line != "line2" {
		t.Errorf("the outbound call is %+v", got[1])
	}
}

// A hundred thousand calls into a report of quarters of an hour.
func BenchmarkReport100000Calls(b *testing.B) {
	db := storetest.New(b)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const n = 100_000
	list := make([]call.CDR, n)
	for i := range list {
		c := callAt(at.Add(time.Duration(i)*100*time.Second), i%65536)
		c.Direction, c.Card = line.Inbound, call.Card{Number: "13800138000", Name: "王建国", Trunk: "line1"}
		c.QueuedAt, c.ConnectedAt, c.EndedAt = c.StartedAt.Add(20e9), c.StartedAt.Add(40e9), c.StartedAt.Add(160e9)
		c.Disposition, c.Queue, c.Agent = call.Answered, "q_sales", fmt.Sprint(1000+i%20)
		c.Path = []call.PathStep{{At: c.StartedAt, Place: "menu main@1"}, {At: c.StartedAt, Place: "menu main", Node: "main/sales", Key: "1"}, {At: c.QueuedAt, Place: "queue q_sales"}}
		c.Legs = []call.LegRecord{{ID: "a", Line: "line1", StartedAt: c.StartedAt}, {ID: "b", Line: "8001", StartedAt: c.QueuedAt}}
		list[i] = c
	}
	for part := range slices.Chunk(list, 5000) {
		keepCalls(b, db, part)
	}
	l := store.NewLedger(db, nil)
	q := report.Question{Kind: report.ByInterval, From: at, To: at.AddDate(1, 0, 0), Zone: time.UTC}
	b.ReportAllocs()
	for b.Loop() {
		table := report.NewTable(q)
		if err := l.Facts(b.Context(), q.From, q.To, "", func(c report.Call) bool { table.Add(&c); return true }); err != nil {
			b.Fatal(err)
		}
		if _, total := table.Close(); total[0].N != n {
			b.Fatal(total)
		}
	}
}
