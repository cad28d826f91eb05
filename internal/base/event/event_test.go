package event_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/base/event"
)

func TestEverySubscriberSeesOneOrderAndASlowOneLosesAlone(t *testing.T) {
	var b event.Bus
	all := func(any) bool { return true }
	quick, stopQuick := b.Subscribe(10, all)
	slow, stopSlow := b.Subscribe(2, all)
	words, stopWords := b.Subscribe(10, func(v any) bool { _, ok := v.(string); return ok })
	defer stopQuick()
	for i := range 5 {
		b.Publish(i)
	}
	b.Publish("six")
	for i := range 5 {
		if got := <-quick; got != i {
			t.Errorf("quick got %v, want %d", got, i)
		}
	}
	if got := <-words; got != "six" {
		t.Errorf("words got %v", got)
	}
	if b.Dropped() != 4 {
		t.Errorf("dropped %d, want the 4 that the slow one had no room for", b.Dropped())
	}
	stopSlow()
	stopSlow()
	stopWords()
	n := 0
	for range slow {
		n++
	}
	if n != 2 {
		t.Errorf("slow got %d, want 2", n)
	}
	b.Publish(7)
}
