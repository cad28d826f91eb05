package call_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// has reports whether a leg was told something.
func (l *leg) has(cmd line.Command) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.told, cmd)
}

// records waits until all is quiet and returns what was written.
func (h *house) written() []call.CDR {
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.records
}

func TestAScreenHoldsAndHangsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{called: newLeg("8002", line.Outbound)}
		m := manager(h)
		defer end(m)
		caller := newLeg("8001", line.Inbound)
		m.Accept(caller)
		synctest.Wait()
		h.called.says(line.Ringing{})
		synctest.Wait()
		live := m.Live(t.Context())
		if len(live) != 1 || live[0].Phase != "dialing" || len(live[0].Ringing) != 1 || live[0].Ringing[0] != "8002" {
			t.Fatalf("live: %+v", live)
		}
		id := live[0].ID
		if err := m.Answer(id, "8002"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if !h.called.has(line.Answer{}) {
			t.Error("the phone was not asked to take the call")
		}
		h.called.says(line.Answered{})
		synctest.Wait()
		if err := m.Hold(id, "8002", true); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		if v, err := m.Look(t.Context(), id); err != nil || v.HeldSince.IsZero() || v.Extension != "8002" || v.Phase != "talking" {
			t.Errorf("on hold: %+v, %v", v, err)
		}
		if err := m.Hold(id, "9999", false); err != nil { // a phone that has no part in it
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if err := m.Hold(id, "8002", false); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		if v, _ := m.Look(t.Context(), id); !v.HeldSince.IsZero() {
			t.Errorf("taken back: %+v", v)
		}
		if err := m.Identify(id, "c1", "王建国"); err != nil {
			t.Fatal(err)
		}
		if v, _ := m.Look(t.Context(), id); v.Card.Customer != "c1" || v.Card.Name != "王建国" {
			t.Errorf("identified: %+v", v.Card)
		}
		if err := m.HangUp(id, "8002"); err != nil {
			t.Fatal(err)
		}
		r := h.written()
		if len(r) != 1 || r[0].HeldFor != 7*time.Second || r[0].Card.Customer != "c1" || r[0].Disposition != call.Answered || r[0].EndedBy != "callee" {
			t.Errorf("record %+v", r)
		}
		if err := m.HangUp(id, "8002"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a call that is over: %v", err)
		}
	})
}

func TestAPhoneIsCalledFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{called: newLeg("8001", line.Outbound)}
		m := manager(h)
		defer end(m)
		phone := h.called
		id, err := m.Originate("8001", "8002")
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if m.Has(id) {
			t.Error("the call began before the phone was taken up")
		}
		h.called = newLeg("8002", line.Outbound)
		phone.says(line.Answered{})
		synctest.Wait()
		v, err := m.Look(t.Context(), id)
		if err != nil || v.From != "8001" || v.To != "8002" || v.Phase != "dialing" || v.AnsweredAt.IsZero() {
			t.Fatalf("taken up: %+v, %v", v, err)
		}
		h.called.says(line.Answered{})
		time.Sleep(time.Minute)
		phone.says(line.Ended{Cause: line.NormalClearing, Remote: true})
		r := h.written()
		if len(r) != 1 || r[0].ID != id || r[0].Disposition != call.Answered || r[0].EndedBy != "caller" || phone.has(line.Answer{}) {
			t.Errorf("record %+v", r)
		}
	})
}

// TestAPhoneGivesUpTheMomentItIsTakenUp is the race that makes ghost calls.
func TestAPhoneGivesUpTheMomentItIsTakenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{called: newLeg("8001", line.Outbound)}
		m := manager(h)
		defer end(m)
		phone := h.called
		if _, err := m.Originate("8001", "8002"); err != nil {
			t.Fatal(err)
		}
		h.called = newLeg("8002", line.Outbound)
		phone.says(line.Answered{})
		phone.says(line.Ended{Cause: line.NormalClearing, Remote: true})
		if r := h.written(); len(r) != 1 || m.Len() != 0 {
			t.Errorf("records %+v, %d calls", r, m.Len())
		}
	})
}

func TestAPhoneThatIsNotTakenUpLeavesARecord(t *testing.T) {
	for name, what := range map[string]func(p *leg){
		"rings too long": func(*leg) { time.Sleep(31 * time.Second) },
		"is given up":    func(*leg) {},
		"is busy":        func(p *leg) { p.says(line.Ended{Cause: line.UserBusy, Remote: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &house{called: newLeg("8001", line.Outbound)}
				m := manager(h)
				defer end(m)
				id, err := m.Originate("8001", "8002")
				if err != nil {
					t.Fatal(err)
				}
				what(h.called)
				if name == "is given up" {
					if err := m.Cancel(id, "8002"); err != nil || h.called.has(line.Hangup{Cause: line.NormalClearing}) {
						t.Errorf("another phone gave it up: %v", err)
					}
					if err := m.Cancel(id, "8001"); err != nil {
						t.Error(err)
					}
				}
				r := h.written()
				if len(r) != 1 || r[0].ID != id || r[0].Disposition != call.Unanswered || m.Len() != 0 {
					t.Errorf("records %+v", r)
				}
				if err := m.Cancel(id, "8001"); fault.CodeOf(err) != fault.NotFound {
					t.Errorf("given up afterwards: %v", err)
				}
			})
		})
	}
	h := &house{}
	m := manager(h)
	defer end(m)
	if _, err := m.Originate("8001", "8002"); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a phone that is not registered: %v", err)
	}
}
