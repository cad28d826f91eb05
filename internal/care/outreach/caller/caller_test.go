package caller_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/outreach/caller"
)

// desk is a book, a network and telephones in one.
type desk struct {
	mu       sync.Mutex
	texts    []outreach.Task
	texted   map[string]error
	due      []outreach.Task
	state    map[string]outreach.State
	notes    []string
	up, most int
	hold     time.Duration // how long a call lasts
	fails    error
	broken   error // of the disk
}

func (d *desk) Texts(_ context.Context, limit int) ([]outreach.Task, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := min(limit, len(d.texts))
	out := d.texts[:n]
	d.texts = d.texts[n:]
	return out, d.broken
}

func (d *desk) Texted(_ context.Context, id string, sent error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.texted[id] = sent
	return nil
}

func (d *desk) Call(_ context.Context, not []string) (outreach.Task, string, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, t := range d.due {
		busy := false
		for _, n := range not {
			busy = busy || n == t.Numbers[0]
		}
		if !busy {
			d.due = append(d.due[:i:i], d.due[i+1:]...)
			d.state[t.ID] = outreach.Taken
			return t, t.Numbers[0], true, nil
		}
	}
	return outreach.Task{}, "", false, nil
}

func (d *desk) NotCalled(_ context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, "put off "+id)
	return nil
}

func (d *desk) Task(id string) (outreach.Task, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return outreach.Task{ID: id, State: d.state[id]}, nil
}

func (d *desk) Text(ctx context.Context, t outreach.Task) error {
	select {
	case <-time.After(time.Second):
		return d.fails
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *desk) Ask(ctx context.Context, t outreach.Task, _ string) error {
	d.mu.Lock()
	d.up++
	d.most = max(d.most, d.up)
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.up--
	}()
	if d.fails != nil {
		return d.fails
	}
	select {
	case <-time.After(d.hold):
		d.note("called " + t.ID)
	case <-ctx.Done():
		d.note("ended " + t.ID)
	}
	return nil
}

func (d *desk) note(s string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, s)
}

func run(t *testing.T, d *desk, atOnce int, during func()) {
	t.Helper()
	d.texted, d.state = map[string]error{}, map[string]outreach.State{}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	c := caller.New(caller.Config{Book: d, Texter: d, Dialer: d, AtOnce: func() int { return atOnce }, Logger: slog.New(slog.DiscardHandler)})
	go func() { done <- c.Run(ctx) }()
	during()
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("ended by %v", err)
	}
}

func tasks(n int, same bool) (list []outreach.Task) {
	for i := range n {
		number := fmt.Sprintf("1390000%04d", i)
		if same {
			number = "13900000000"
		}
		list = append(list, outreach.Task{ID: fmt.Sprint("t", i), Numbers: []string{number}, SMS: &outreach.Message{To: number}})
	}
	return list
}

func TestOnlySoManyAreCalledAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{due: tasks(10, false), hold: time.Minute}
		run(t, d, 3, func() { time.Sleep(5 * time.Minute) })
		if d.most != 3 || len(d.notes) != 10 {
			t.Errorf("%d at once, %v", d.most, d.notes)
		}
	})
}

func TestOneNumberIsCalledOnceAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{due: tasks(3, true), hold: time.Minute}
		run(t, d, 3, func() { time.Sleep(5 * time.Minute) })
		if d.most != 1 || len(d.notes) != 3 {
			t.Errorf("%d at once, %v", d.most, d.notes)
		}
	})
}

func TestACallThatWasCalledOffEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{due: tasks(1, false), hold: time.Hour}
		run(t, d, 1, func() {
			time.Sleep(20 * time.Second)
			d.mu.Lock()
			d.state["t0"] = outreach.Cancelled
			d.mu.Unlock()
			time.Sleep(10 * time.Second)
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.notes) != 1 || d.notes[0] != "ended t0" {
				t.Errorf("%v", d.notes)
			}
		})
	})
}

func TestACallThatCannotBeMadeIsPutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{due: tasks(1, false), fails: errors.New("no way out")}
		run(t, d, 1, func() { time.Sleep(time.Minute) })
		if len(d.notes) != 1 || d.notes[0] != "put off t0" {
			t.Errorf("%v", d.notes)
		}
	})
}

func TestTextsAreSentAndNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{texts: tasks(25, false)}
		run(t, d, 1, func() { time.Sleep(time.Minute) })
		if len(d.texted) != 25 || d.texted["t3"] != nil {
			t.Errorf("%d sent", len(d.texted))
		}
	})
}

// A full disk is no reason to stop: it goes on when there is room.
func TestAFailureIsOutlived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{texts: tasks(1, false), broken: errors.New("disk full")}
		run(t, d, 1, func() {
			time.Sleep(time.Minute)
			d.mu.Lock()
			d.broken, d.texts = nil, tasks(1, false)
			d.mu.Unlock()
			time.Sleep(time.Minute)
		})
		if len(d.texted) != 1 {
			t.Errorf("%d sent", len(d.texted))
		}
	})
}

// The end of the box breaks off what is under way, and notes nothing of it: it is tried again.
func TestTheEndBreaksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{texts: tasks(1, false), due: tasks(1, false), hold: time.Hour}
		run(t, d, 1, func() { time.Sleep(100 * time.Millisecond) })
		if len(d.texted) != 0 || d.up != 0 {
			t.Errorf("texted %v, %d up", d.texted, d.up)
		}
	})
}
