package line_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
)

func TestEventsAreKeptUntilSomebodyListens(t *testing.T) {
	var e line.Events
	var first, second []line.Event
	e.Tell(line.Ringing{})
	e.Tell(line.Answered{By: line.ByVoice})
	e.Listen(func(ev line.Event) { first = append(first, ev) })
	e.Tell(line.Held{})
	e.Listen(func(ev line.Event) { second = append(second, ev) })
	e.Tell(line.Ended{Cause: line.UserBusy})
	e.Tell(line.Digit{Key: '1'})
	e.Tell(line.Ended{Cause: line.NormalClearing})
	if want := []line.Event{line.Ringing{}, line.Answered{By: line.ByVoice}, line.Held{}}; !slices.Equal(first, want) {
		t.Errorf("the first listener got %v, want %v", first, want)
	}
	if want := []line.Event{line.Ended{Cause: line.UserBusy}}; !slices.Equal(second, want) {
		t.Errorf("the second listener got %v, want %v", second, want)
	}
}

// A leg that is over before anybody listens tells how it was, to its end.
func TestEventsBeforeTheFirstListenerEndWithTheEnd(t *testing.T) {
	var e line.Events
	for _, ev := range []line.Event{line.Ringing{}, line.Ended{}, line.Answered{}} {
		e.Tell(ev)
	}
	var got []line.Event
	e.Listen(func(ev line.Event) { got = append(got, ev) })
	if want := []line.Event{line.Ringing{}, line.Ended{}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// However a listener comes between, nothing is lost and nothing is told out of order.
func TestEventsStayInOrderWhileAListenerComes(t *testing.T) {
	var e line.Events
	var got []byte
	var all sync.WaitGroup
	all.Go(func() {
		for k := range 200 {
			e.Tell(line.Digit{Key: byte(k)})
		}
	})
	all.Go(func() {
		e.Listen(func(ev line.Event) {
			if d, ok := ev.(line.Digit); ok {
				got = append(got, d.Key)
			}
		})
	})
	all.Wait()
	if len(got) != 200 || !slices.IsSorted(got) {
		t.Errorf("%d of 200 events, or out of order: %v", len(got), got)
	}
}
