package outreach_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/outreach"
)

// crowded is a book with many tasks, a fiftieth of them open and due, and their answers. STORE_BENCH=full makes it a million.
func crowded(b *testing.B) *house {
	b.Helper()
	many := 20_000
	if os.Getenv("STORE_BENCH") == "full" {
		many = 1_000_000
	}
	h := newHouse(b)
	made := h.now.Add(-30 * 24 * time.Hour)
	for n := 0; n < many; n += 1000 {
		err := h.books.Change(b.Context(), clerk, func(tx outreach.Tx) error {
			for i := range 1000 {
				if err := tx.Tasks.Put(someTask(n+i, made.Add(time.Duration(n+i)*time.Second), h.now)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return h
}

// someTask is one of a dealership's history: one in fifty is open, of those every other one an unreturned call.
func someTask(i int, made, now time.Time) outreach.Task {
	number := fmt.Sprintf("138%08d", i)
	t := outreach.Task{
		ID: books.NewID(), Kind: outreach.Planned, State: outreach.Done, Outcome: outreach.Answered, Customer: fmt.Sprint("c", i), Name: "王芳", Numbers: []string{number},
		Subject: "三日质量回访", Script: "quality", Plan: "d3", Source: fmt.Sprint("visit v", i), Department: fmt.Sprint("d", i%4), CreatedAt: made, ClosedAt: made.Add(time.Hour),
		Answers: map[string]string{"overall": "5", "repaired": "yes"}, Score: 5,
		Attempts: []contact.Attempt{{At: made, By: "li", Call: fmt.Sprint("call ", i), Number: number, Result: contact.Reached}},
	}
	if i%50 != 0 {
		return t
	}
	t.State, t.Outcome, t.Attempts, t.Answers, t.ClosedAt = outreach.Open, "", nil, nil, time.Time{}
	t.Due, t.NotAfter = now.Add(-time.Duration(i)*time.Millisecond), now.Add(7*24*time.Hour)
	switch i / 50 % 4 {
	case 0, 1:
		t.Kind, t.Plan, t.Script, t.Source, t.Queue, t.NotAfter = outreach.Unreturned, "", "", fmt.Sprint("call x", i), fmt.Sprint("q", i/50%5), time.Time{}
	case 2:
		t.Way = outreach.ByCall
	}
	return t
}

// BenchmarkBook is what people, calls and the clock ask of a book with many tasks. To be had: 10 ms at the 99th percentile,
// the fsync of what is taken included.
func BenchmarkBook(b *testing.B) {
	h := crowded(b)
	many := 20_000
	if os.Getenv("STORE_BENCH") == "full" {
		many = 1_000_000
	}
	measure := func(name string, ask func(i int) error) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := ask(len(took)); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
	list := func(f outreach.Filter) func(int) error {
		return func(int) error {
			found, _, err := h.List(f, "", 50)
			if err == nil && len(found) == 0 {
				err = errors.New("nothing is found")
			}
			return err
		}
	}
	measure("work list", list(outreach.Filter{State: outreach.Open}))
	measure("unreturned calls", list(outreach.Filter{Kind: outreach.Unreturned, State: outreach.Open}))
	measure("those of a department", list(outreach.Filter{Kind: outreach.Planned, State: outreach.Open, Department: "d0"}))
	measure("those of a customer", func(int) error {
		return list(outreach.Filter{Customer: fmt.Sprint("c", rand.IntN(many))})(0) //nolint:gosec // a choice, no secret
	})
	measure("clock with nothing due", func(int) error {
		n, err := h.Sweep(b.Context(), 500)
		if err == nil && n != 0 {
			err = fmt.Errorf("%d were due", n)
		}
		return err
	})
	measure("nothing to be texted", func(int) error {
		list, err := h.Texts(b.Context(), 10)
		if err == nil && len(list) != 0 {
			err = errors.New("there is")
		}
		return err
	})
	measure("the disk alone", func(i int) error { // one small record: what the rest costs beside the fsync is the difference
		return h.books.Change(b.Context(), clerk, func(tx outreach.Tx) error { return tx.Marks.Put(outreach.Mark{ID: "bench", Last: fmt.Sprint(i)}) })
	})
	run := 0
	measure("next customer", func(int) error {
		run++
		w := outreach.Worker{Person: fmt.Sprint("agent", run), Queues: []string{"q1", "q2"}, Departments: []string{"d1", "d2"}}
		_, ok, err := h.As(w.Person).Next(b.Context(), books.By{Who: w.Person}, w)
		if err == nil && !ok {
			h.now = h.now.Add(16 * time.Minute) // all are taken: they are given back
			_, err = h.Sweep(b.Context(), 1000)
		}
		return err
	})
	measure("next customer of the box", func(int) error {
		_, _, ok, err := h.Call(b.Context(), nil)
		if err == nil && !ok {
			h.now = h.now.Add(16 * time.Minute)
			_, err = h.Sweep(b.Context(), 1000)
		}
		return err
	})
	measure("what a call's record proves", func(i int) error {
		number := fmt.Sprintf("138%08d", rand.IntN(many)) //nolint:gosec // as above
		return h.books.Change(b.Context(), clerk, func(tx outreach.Tx) error {
			return h.Edit(tx, clerk).Proved(contact.Attempt{At: h.now, Call: fmt.Sprint("proof ", run, i), Number: number, Result: contact.NoAnswer})
		})
	})
}
