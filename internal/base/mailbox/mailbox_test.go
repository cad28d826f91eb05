package mailbox_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/dealerline/dealerline/internal/base/mailbox"
)

func TestMessagesComeInOrderAndNothingIsLost(t *testing.T) {
	b := mailbox.New[[2]int](100_000)
	var wg sync.WaitGroup
	for p := range 4 {
		wg.Go(func() {
			for i := range 2000 {
				if !b.Put([2]int{p, i}) {
					t.Error("refused")
				}
			}
		})
	}
	next := [4]int{}
	for seen := 0; seen < 8000; {
		<-b.Ready()
		for _, m := range b.Take(nil) {
			if m[1] != next[m[0]] {
				t.Fatalf("producer %d: got %d, want %d", m[0], m[1], next[m[0]])
			}
			next[m[0]]++
			seen++
		}
	}
	wg.Wait()
}

func TestAFullOrClosedBoxRefuses(t *testing.T) {
	b := mailbox.New[int](2)
	got := []bool{b.Put(1), b.Put(2), b.Put(3)}
	if !slices.Equal(got, []bool{true, true, false}) || b.Dropped() != 1 || b.Len() != 2 {
		t.Errorf("put %v, dropped %d, len %d", got, b.Dropped(), b.Len())
	}
	b.Close()
	if b.Put(4) {
		t.Error("a closed box takes messages")
	}
	if got := b.Take(nil); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("took %v after closing", got)
	}
}
