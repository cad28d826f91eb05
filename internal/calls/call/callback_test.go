package call

import (
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

// attempted is a call back whose agent has answered and heard the greeting, and whose customer is being dialled.
type attempted struct {
	t     *testing.T
	s     State
	now   time.Time
	facts []QueueFact
	all   []Effect
}

func (a *attempted) do(ev Event) {
	a.t.Helper()
	a.now = a.now.Add(time.Second)
	var effects []Effect
	a.s, effects = Step(a.s, ev, a.now)
	for _, e := range effects {
		if f, ok := e.(TellQueue); ok {
			a.facts = append(a.facts, f.Fact)
		}
	}
	a.all = append(a.all, effects...)
}

func newAttempt(t *testing.T) *attempted {
	a := &attempted{t: t, s: New("c", Policy{Language: "en"}), now: time.Unix(1e9, 0)}
	a.do(CalledBack{CallBack{
		Call: "c", Of: "first", Number: "13800138000", Queue: "q", Ring: 30 * time.Second, Confirm: 20 * time.Second,
		Offer: Offer{ID: 7, Agent: "a", Extension: "8001", Greeting: []Phrase{{}}},
	}})
	a.do(Dialed{1, []line.Info{{ID: "agent", Direction: line.Outbound, Kind: line.Extension, Line: "8001", CallID: "agent"}}})
	a.do(LegSaid{1, line.Answered{}})
	a.do(Played{Play: a.s.Plays})
	a.do(QueueSaid{QueueDial{7}})
	a.do(GuestDialed{Info: line.Info{ID: "guest", Direction: line.Outbound, Kind: line.Trunk, Line: "carrier", To: "13800138000", CallID: "guest"}})
	if a.s.Back.Stage != BackDialing || !slices.Equal(a.facts, []QueueFact{OfferAnswered{7}, AgentReady{7}}) {
		t.Fatalf("stage %d after %v", a.s.Back.Stage, a.facts)
	}
	a.facts = nil
	return a
}

// over ends all legs, and wants exactly one record.
func (a *attempted) over() CDR {
	a.t.Helper()
	for i, l := range a.s.Legs {
		if !l.Over {
			a.do(LegSaid{i, line.Ended{Cause: line.NormalClearing}})
		}
	}
	var records []CDR
	for _, e := range a.all {
		if f, ok := e.(Finish); ok {
			records = append(records, f.Record)
		}
	}
	if len(records) != 1 || a.s.Phase != Over {
		a.t.Fatalf("%d records in phase %s", len(records), a.s.Phase)
	}
	return records[0]
}

func TestCallBackJoinsWhoPressesTheKey(t *testing.T) {
	a := newAttempt(t)
	a.do(LegSaid{0, line.Answered{}})
	a.do(LegSaid{0, line.Digit{Key: '5'}})
	if a.s.Phase != CallingBack {
		t.Fatalf("another key joins: %s", a.s.Phase)
	}
	a.do(LegSaid{0, line.Digit{Key: ConfirmKey}})
	if a.s.Phase != Talking || a.s.Guest != 0 || a.s.Peer != 1 {
		t.Fatalf("phase %s", a.s.Phase)
	}
	a.do(LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}})
	r := a.over()
	if r.Disposition != Answered || r.Attrs[AttrCallbackOf] != "first" || r.Agent != "a" || r.EndedBy != "agent" || len(r.Legs) != 2 {
		t.Errorf("record: %+v", r)
	}
	if !slices.Equal(a.facts, []QueueFact{OfferJoined{7}, ConversationEnded{Offer: 7, ByAgent: true}}) {
		t.Errorf("facts: %v", a.facts)
	}
}

// However an attempt fails, the offer is reported as failed once, and all legs are told to end.
func TestCallBackInVain(t *testing.T) {
	for name, c := range map[string]struct {
		events []Event
		cause  line.Cause
	}{
		"busy":          {[]Event{LegSaid{0, line.Ended{Cause: line.UserBusy, Remote: true}}}, line.UserBusy},
		"rings on":      {[]Event{Fired{Timer{Kind: BackTimer}}}, line.NoAnswer},
		"no key":        {[]Event{LegSaid{0, line.Answered{}}, Fired{Timer{Kind: BackTimer}}}, line.NoAnswer},
		"hangs up":      {[]Event{LegSaid{0, line.Answered{}}, LegSaid{0, line.Ended{Cause: line.NormalClearing, Remote: true}}}, line.NormalClearing},
		"agent goes":    {[]Event{LegSaid{1, line.Ended{Cause: line.NormalClearing, Remote: true}}}, line.NormalClearing},
		"withdrawn":     {[]Event{QueueSaid{QueueWithdraw{7, line.NormalClearing}}}, line.NormalClearing},
		"next way none": {[]Event{LegSaid{0, line.Ended{Cause: line.NoCircuit, Remote: true}}, GuestDialed{Cause: line.NoRoute}}, line.NoRoute},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAttempt(t)
			for _, ev := range c.events {
				a.do(ev)
			}
			if r := a.over(); r.Disposition != Unanswered {
				t.Errorf("disposition %s", r.Disposition)
			}
			if !slices.Equal(a.facts, []QueueFact{OfferFailed{7, c.cause}}) {
				t.Errorf("facts: %v", a.facts)
			}
		})
	}
}
