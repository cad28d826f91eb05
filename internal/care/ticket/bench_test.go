package ticket_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

// filled is a book with many tickets, a fiftieth of them open. STORE_BENCH=full makes it a million.
func filled(b *testing.B) *ticket.Book {
	b.Helper()
	many := 20_000
	if os.Getenv("STORE_BENCH") == "full" {
		many = 1_000_000
	}
	db := storetest.Open(b, filepath.Join(b.TempDir(), "x.db"))
	rules := &ticket.Rules{Types: ticket.DefaultTypes(""), Plan: contact.DefaultPlan(), Zone: cst, Clocks: clocks, People: crew{}}
	book := ticket.NewBook(store.TicketBooks{DB: db}, func() *ticket.Rules { return rules })
	for n := 0; n < many; n += 500 {
		err := book.Change(context.Background(), clerk, func(e *ticket.Edit) error {
			for i := range 500 {
				k, err := e.Create(ticket.Ticket{
					Type: "rescue", Subject: fmt.Sprintf("抛锚 %d", n+i), Phones: []string{fmt.Sprintf("138%08d", n+i)}, Owner: fmt.Sprintf("a%d", i%40),
					Customer: fmt.Sprintf("c%d", n+i),
				})
				if err == nil && i%50 != 0 {
					_, err = e.Do(k.ID, 0, ticket.Cancel{Why: "x"})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return book
}

func p99(list []time.Duration) float64 {
	slices.Sort(list)
	return float64(list[len(list)*99/100].Microseconds())
}

// BenchmarkBook is what people and the clock ask of a book with many tickets.
func BenchmarkBook(b *testing.B) {
	book := filled(b)
	measure := func(name string, ask func() error) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := ask(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			b.ReportMetric(p99(took), "p99-µs")
		})
	}
	list := func(f func() ticket.Filter) func() error {
		return func() error {
			found, _, err := book.List(ticket.Viewer{}, f(), "", 50)
			if err == nil && len(found) == 0 {
				err = errors.New("nothing is found")
			}
			return err
		}
	}
	//nolint:gosec // choices, not secrets
	measure("work list", list(func() ticket.Filter { return ticket.Filter{Owner: fmt.Sprintf("a%d", 10*rand.IntN(4))} }))
	find := func(query func() string) func() error {
		return func() error {
			found, err := book.Find(ticket.Viewer{}, query(), 20)
			if err == nil && len(found) == 0 {
				err = errors.New("nothing is found")
			}
			return err
		}
	}
	//nolint:gosec // as above
	measure("search by telephone", find(func() string { return fmt.Sprintf("138%08d", rand.IntN(20_000)) }))
	//nolint:gosec // as above
	measure("search by a rare word", find(func() string { return fmt.Sprintf("抛锚 %d", rand.IntN(20_000)) }))
	measure("search by a word of every ticket", find(func() string { return "抛锚" }))
	past := time.Now().Add(-24 * time.Hour)
	measure("tick with nothing due", func() error {
		n, _, err := book.Tick(b.Context(), past)
		if err == nil && n != 0 {
			err = fmt.Errorf("%d were due", n)
		}
		return err
	})
}

// BenchmarkTenThousandDue lets the first rung of ten thousand rescues fall due in one second.
func BenchmarkTenThousandDue(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		db := storetest.Open(b, filepath.Join(b.TempDir(), "x.db"))
		rules := &ticket.Rules{Types: ticket.DefaultTypes(""), Plan: contact.DefaultPlan(), Zone: cst, Clocks: clocks, People: crew{}}
		book := ticket.NewBook(store.TicketBooks{DB: db}, func() *ticket.Rules { return rules })
		for range 20 {
			if err := book.Change(b.Context(), clerk, func(e *ticket.Edit) error {
				for range 500 {
					if _, err := e.Create(ticket.Ticket{Type: "rescue", Subject: "x", Phones: []string{"13800000001"}, Owner: "a1"}); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
		}
		now := time.Now().Add(6 * time.Minute)
		b.StartTimer()
		for {
			n, _, err := book.Tick(b.Context(), now)
			if err != nil {
				b.Fatal(err)
			}
			if n == 0 {
				break
			}
		}
	}
}
