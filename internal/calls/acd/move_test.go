package acd

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/calls/call"
)

func twoQueues(s *Settings) {
	other := s.Queues[0]
	other.ID, other.Priority = "q2", 60
	s.Queues = append(s.Queues, other)
}

func (d *desk) waiting(queue string) (ids string) {
	for _, e := range d.s.queues[queue].waiting {
		ids += string(e.Call)
	}
	return ids
}

func TestMoveToTheFront(t *testing.T) {
	d := newDesk(t, twoQueues)
	d.join("1", call.Card{})
	d.joinQueue("q2", "9", call.Card{})
	d.after(time.Minute)
	d.join("2", call.Card{VIP: true})
	d.join("3", call.Card{})
	d.join("4", call.Card{})
	d.must(moved{"4", Move{Front: true}})
	d.must(moved{"3", Move{Front: true}})
	d.must(moved{"3", Move{Front: true}}) // once more changes nothing
	if got := d.waiting("q"); got != "3421" {
		t.Errorf("the order is %s", got)
	}
	d.said = nil
	d.signIn("a")
	d.expect("with the head start of those who were before", "3→a")
	d.fail("3", "a", line.AnsweredElsewhere)
	d.s.queues["q"].resort(d.s, d.now)
	if got := d.waiting("q"); got != "3421" {
		t.Errorf("after a change of the settings the order is %s", got)
	}
}

func TestMoveToAnotherQueue(t *testing.T) {
	d := newDesk(t, func(s *Settings) { twoQueues(s); s.Queues[1].MaxLength = 1 })
	d.signIn("a")
	d.join("1", call.Card{})
	d.expect("rings", "1→a")
	d.must(moved{"1", Move{Queue: "q2"}})
	d.expect("the phone stops first", "1 stop")
	if err := d.do(moved{"1", Move{Front: true}}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("one who leaves is moved: %v", err)
	}
	d.fail("1", "a", line.NormalClearing)
	d.expect("then the caller goes", "1 leaves: EXITWITHTRANSFER, queue q2")
	d.must(signOut{"a"})
	d.joinQueue("q2", "1", call.Card{})
	d.join("2", call.Card{})
	for to, want := range map[string]fault.Code{"q2": fault.Conflict, "q": fault.Conflict, "none": fault.NotFound} {
		if err := d.do(moved{"2", Move{Queue: to}}); err == nil || fault.CodeOf(err) != want {
			t.Errorf("to %s: %v", to, err)
		}
	}
}

func TestMoveToAnAgent(t *testing.T) {
	d := newDesk(t, by(strategy.LongestIdle))
	d.signIn("a", "b")
	d.join("1", call.Card{})
	d.answer("1", "a")
	d.said = nil
	d.must(pause{"b", "lunch"})
	d.join("2", call.Card{})
	d.join("3", call.Card{})
	for agent, want := range map[string]fault.Code{"nobody": fault.NotFound, "b": fault.Conflict} {
		if err := d.do(moved{"3", Move{Agent: agent}}); err == nil || fault.CodeOf(err) != want {
			t.Errorf("to %s: %v", agent, err)
		}
	}
	d.must(moved{"3", Move{Agent: "a"}})
	d.must(unpause{"b"})
	d.expect("who is meant for another is held back", "2→b")
	d.end("1", "a")
	d.expect("and gets their agent", "3→a")
	d.fail("3", "a", line.NoAnswer)
	d.fail("2", "b", line.AnsweredElsewhere)
	d.after(time.Minute)
	if e := d.s.entries["3"]; e != nil && !e.released {
		t.Error("who was let ring still waits for that agent")
	}
}

func TestAChosenAgentWhoLeavesHoldsNobody(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a")
	d.join("1", call.Card{})
	d.answer("1", "a")
	d.join("2", call.Card{})
	d.must(moved{"2", Move{Agent: "a"}})
	d.signIn("b")
	d.said = nil
	d.must(signOut{"a"})
	d.expect("another takes the call", "2→b")
}
