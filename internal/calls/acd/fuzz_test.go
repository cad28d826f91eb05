package acd

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// FuzzStep feeds anything in any order, facts of offers that never were included, and looks at the state after
// each step. Then time passes, and nothing may be left that holds an agent.
func FuzzStep(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 4, 0, 6, 1, 8, 0, 12, 30})
	f.Add([]byte{9, 0, 1, 0, 1, 1, 1, 2, 0, 0, 0, 1, 12, 200, 4, 1, 5, 1, 2, 2, 11, 0, 10, 3})
	f.Fuzz(func(t *testing.T, script []byte) {
		d := fuzzDesk(t, script)
		for i := 0; i+1 < len(script) && i < 400; i += 2 {
			d.play(script[i], script[i+1])
		}
		d.after(12 * time.Hour)
		for _, a := range d.s.agents {
			if a.activity != Idle && a.activity != WrapUp && (a.offer == nil || a.offer.made.Before(d.now.Add(-time.Minute))) {
				t.Fatalf("agent %s is %s for ever", a.ID, a.activity)
			}
		}
	})
}

func fuzzDesk(t *testing.T, script []byte) *desk {
	b := byte(0)
	if len(script) > 0 {
		b = script[len(script)-1]
	}
	return newDesk(t, func(s *Settings) {
		q := &s.Queues[0]
		q.Strategy = strategy.Names()[int(b)%len(strategy.Names())]
		q.WrapUp, q.MaxWait = Seconds(b%2)*30, Seconds(b%4)*40
		q.LeaveEmpty, q.JoinEmpty = EmptyPaused, NeverEmpty
		q.TierWait, q.Agents[2].Level = Seconds(b%3)*10, 1
		q.Overflow = []Rung{{After: 25, When: NoAgents, Target: Target{Kind: "hangup"}}}
		q.Announce = DefaultQueue("").Announce
		other := *q
		other.ID, other.Priority = "q2", 60
		s.Queues = append(s.Queues, other)
	})
}

// play makes an input of two bytes.
func (d *desk) play(what, which byte) {
	id := call.ID(fmt.Sprint(which % 6))
	agent := []string{"a", "b", "c", "nobody"}[which%4]
	o := call.OfferID(which>>4) + d.s.lastOffer - min(d.s.lastOffer, 8)
	var in input
	switch what % 16 {
	case 0:
		in = joined{call.Waiting{
			Call: id, Waiter: party{d, id}, Queue: []string{"q", "q2", "q3"}[which>>3%3], Since: d.now,
			Card: call.Card{VIP: which%5 == 0, LastAgent: agent, LastAgentAt: d.now, Blocked: which == 77},
		}}
	case 1:
		in = signIn{agent, []string{"", "801", "850"}[which>>3%3]}
	case 2:
		in = signOut{agent}
	case 3:
		in = pause{agent, "lunch"}
	case 4:
		in = reported{id, call.OfferRinging{Offer: o}}
	case 5:
		in = reported{id, call.OfferAnswered{Offer: o}}
	case 6:
		in = reported{id, call.OfferFailed{Offer: o, Cause: []line.Cause{
			line.NoAnswer, line.UserBusy, line.AnsweredElsewhere, line.CallRejected, line.SubscriberAbsent,
		}[which%5]}}
	case 7:
		in = reported{id, call.ConversationEnded{Offer: o, ByAgent: which%2 == 0}}
	case 8:
		in = reported{id, call.CallerLeft{Key: which % 3 * '0'}}
	case 9:
		in = unpause{agent}
	case 10:
		in = phoneUsed{[]string{"801", "802"}[which%2], which > 100}
	case 11:
		in = reconciled{}
	case 12, 13:
		d.after(time.Duration(which) * 300 * time.Millisecond)
		return
	case 14:
		in = []input{
			extendWrapUp{agent},
			endWrapUp{agent},
			vanished{id},
			countersZero{},
			moved{id, Move{Front: true}},
			moved{id, Move{Queue: "q2"}},
			moved{id, Move{Agent: agent}},
		}[int(which>>2)%7]
	case 15:
		if p := d.s.offers[o]; p != nil { // a fact that fits
			in = reported{p.call, []call.QueueFact{
				call.OfferAnswered{Offer: o},
				call.OfferFailed{Offer: o, Cause: line.NoAnswer},
				call.ConversationEnded{Offer: o},
				call.OfferJoined{Offer: o},
			}[which%4]}
		} else {
			in = reported{id, call.CallGone{}}
		}
	}
	_ = d.do(in) // a refusal is as good as anything
}

// FuzzSettings reads anything; what is valid must work and survive writing and reading.
func FuzzSettings(f *testing.F) {
	text, err := json.Marshal(exampleSettings())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"queues":[{"id":"q","full_target":{"kind":"queue","name":"q"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Settings
		if json.Unmarshal(data, &s) != nil || len(s.Validate()) > 0 {
			return
		}
		newState(s, 1, time.Time{}.Add(time.Hour))
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var again Settings
		if err := json.Unmarshal(text, &again); err != nil || len(again.Validate()) > 0 {
			t.Fatalf("after a round trip: %v, %v", err, again.Validate())
		}
	})
}
