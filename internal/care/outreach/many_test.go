package outreach_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/outreach"
)

// TestNextIsFastAmongMany bounds how long an agent waits for the next customer among 20,000: the design's bound is 10 ms.
func TestNextIsFastAmongMany(t *testing.T) {
	if testing.Short() {
		t.Skip("20,000 tasks")
	}
	h := newHouse(t)
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
	best := time.Hour
	for i := range 10 {
		w := outreach.Worker{Person: fmt.Sprint("agent", i), Queues: []string{"q1", "q2"}, Departments: []string{"service"}}
		began := time.Now()
		if _, ok, err := h.As(w.Person).Next(t.Context(), books.By{Who: w.Person}, w); !ok || err != nil {
			t.Fatal(ok, err)
		}
		best = min(best, time.Since(began))
	}
	t.Logf("the next of 20,000 in %s", best)
	if best > 10*time.Millisecond {
		t.Errorf("the next of 20,000 takes %s, with its fsync", best)
	}
}
