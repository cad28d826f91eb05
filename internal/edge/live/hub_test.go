package live_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/edge/live"
)

func all(live.Event) bool { return true }

func publish(h *live.Hub, from, to int) {
	for i := from; i < to; i++ {
		h.Publish(live.Event{Topic: live.Calls, Data: i})
	}
}

// read reads until n events have come.
func read(t *testing.T, w *live.Watcher, n int) (got []live.News) {
	t.Helper()
	for len(got) < n {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		news, _, gap, err := w.Next(ctx)
		cancel()
		if err != nil || gap {
			t.Fatalf("after %d of %d events: gap %v, %v", len(got), n, gap, err)
		}
		got = append(got, news...)
	}
	return got
}

func TestAWatcherThatComesBackMissesNothing(t *testing.T) {
	h := live.NewHub()
	w, gap := h.Watch(0, all)
	if gap {
		t.Error("a new watcher is told of a gap")
	}
	publish(h, 0, 10)
	first := read(t, w, 10)
	w.Close()
	publish(h, 10, 500)
	w, gap = h.Watch(first[9].ID, all)
	if gap {
		t.Fatal("what was missed is kept, and yet a gap is told")
	}
	defer w.Close()
	for i, n := range read(t, w, 490) {
		if n.Event.Data != i+10 {
			t.Fatalf("event %d is %v", i, n.Event.Data)
		}
	}
}

func TestWhoWasAwayTooLongIsTold(t *testing.T) {
	h := live.NewHub()
	w, _ := h.Watch(0, all)
	publish(h, 0, 1)
	last := read(t, w, 1)[0].ID
	publish(h, 1, live.Kept+1)
	if _, gap := h.Watch(last, all); gap {
		t.Error("all that was missed is still kept")
	}
	publish(h, live.Kept+1, live.Kept+2)
	if _, gap := h.Watch(last, all); !gap {
		t.Error("one event is lost, and nobody says so")
	}
	if _, _, gap, err := w.Next(t.Context()); !gap || err != nil {
		t.Errorf("a watcher that did not read for long: gap %v, %v", gap, err)
	}
	publish(h, 0, 1)
	if n := read(t, w, 1); n[0].Event.Data != 0 {
		t.Errorf("after the gap comes %v", n[0])
	}
	other := last + 1<<32
	if _, gap := h.Watch(other, all); !gap {
		t.Error("an event of another run of the box is taken for one of this")
	}
}

func TestOnlyWhatIsWantedComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := live.NewHub()
		w, _ := h.Watch(0, func(e live.Event) bool { return e.Agent == "" || e.Agent == "1001" })
		defer w.Close()
		done := make(chan []live.News)
		go func() {
			news, at, _, _ := w.Next(t.Context())
			if at&0xffff != 2 {
				t.Errorf("at is %v", at)
			}
			done <- news
		}()
		h.Publish(live.Event{Topic: live.Me, Agent: "1002", Data: "not mine"})
		synctest.Wait()
		h.Publish(live.Event{Topic: live.Me, Agent: "1001", Data: "mine"})
		if n := <-done; len(n) != 1 || n[0].Event.Data != "mine" {
			t.Errorf("came: %v", n)
		}
	})
}

func TestWhatNobodyWantedIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := live.NewHub()
		if h.Wanted() {
			t.Error("nobody watches, and news are wanted")
		}
		w, _ := h.Watch(0, all)
		publish(h, 0, 1)
		last := read(t, w, 1)[0].ID
		w.Close()
		time.Sleep(30 * time.Second)
		if !h.Wanted() {
			t.Error("a watcher that lost its connection would find nothing")
		}
		publish(h, 1, 2)
		w, gap := h.Watch(last, all)
		if gap || len(read(t, w, 1)) != 1 {
			t.Error("half a minute away, and something is lost")
		}
		w.Close()
		time.Sleep(time.Minute)
		if h.Wanted() {
			t.Error("nobody has watched for a minute")
		}
		w, gap = h.Watch(last, all)
		if !gap {
			t.Error("news were left out, and nobody says so")
		}
		defer w.Close()
		publish(h, 5, 6)
		if n := read(t, w, 1); n[0].Event.Data != 5 {
			t.Errorf("after the gap comes %v", n[0])
		}
	})
}

func FuzzParseID(f *testing.F) {
	f.Add("930000000000000017")
	f.Add("-1")
	f.Fuzz(func(t *testing.T, s string) {
		if id, ok := live.ParseID(s); ok {
			if again, ok := live.ParseID(fmt.Sprint(int64(id))); !ok || again != id {
				t.Errorf("%q is %v", s, id)
			}
		}
	})
}
