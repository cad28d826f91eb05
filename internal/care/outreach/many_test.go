package outreach_test

import (
	"fmt"
	"testing"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/outreach"
)

// BenchmarkNextAmongMany is how long an agent waits for the next customer among 20,000, with the fsync; to be had in 10 ms.
func BenchmarkNextAmongMany(b *testing.B) {
	h := newHouse(b)
	for i := range 20 {
		h.edit(func(e *outreach.Edit) error {
			for j := range 1000 {
				if err := e.Missed(outreach.Call{ID: fmt.Sprint(i, " ", j), Number: fmt.Sprintf("138%04d%04d", i, j), Queue: fmt.Sprint("q", j%5), At: h.now}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	i := 0
	for b.Loop() {
		i++
		w := outreach.Worker{Person: fmt.Sprint("agent", i), Queues: []string{"q1", "q2"}, Departments: []string{"service"}}
		if _, ok, err := h.As(w.Person).Next(b.Context(), books.By{Who: w.Person}, w); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
