package acd

import (
	"fmt"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

// Presence is where an agent is: what is worth keeping over a restart.
type Presence struct {
	Agent     string    `json:"agent"`
	Extension string    `json:"extension"`
	Status    Status    `json:"status"`
	Reason    string    `json:"reason,omitempty"`
	Since     time.Time `json:"since"`
}

// Snapshot is everything at one moment, for boards and tests.
type Snapshot struct {
	At     time.Time   `json:"at"`
	Queues []QueueView `json:"queues"` // in the order of the settings
	Agents []AgentView `json:"agents"` // by id
}

// QueueView is one queue.
type QueueView struct {
	ID            string         `json:"id"`
	Name          string         `json:"name"`
	Retired       bool           `json:"retired"`   // no longer in the settings, some still wait
	Waiting       []CallerView   `json:"waiting"`   // in the order of service
	Callbacks     []CallbackView `json:"callbacks"` // who is to be called back, in the order of their scores
	Agents        int            `json:"agents"`    // signed in
	Serving       int            `json:"serving"`   // of these not paused
	Free          int            `json:"free"`      // of these ready for a call
	Counters      Counters       `json:"counters"`
	ServiceLevel  float64        `json:"service_level"`
	ServiceLevel2 float64        `json:"service_level_2"`
	HandleTime    Seconds        `json:"handle_time"` // as the estimator sees it
}

// CallerView is one waiting caller.
type CallerView struct {
	Call         call.ID   `json:"call"`
	Card         call.Card `json:"card"`
	Position     int       `json:"position"`
	Since        time.Time `json:"since"`  // waiting began, in whatever queue
	Joined       time.Time `json:"joined"` // this queue
	Score        Seconds   `json:"score"`
	ExpectedWait Seconds   `json:"expected_wait"` // 0: unknown
	Agents       []string  `json:"agents"`        // whose phones ring
}

// CallbackView is one customer who is to be called back.
type CallbackView struct {
	Callback
	Score  Seconds `json:"score"`
	Agent  string  `json:"agent,omitempty"` // who is reserved for the attempt in flight
	Call   call.ID `json:"call,omitempty"`  // of that attempt
	Dialed bool    `json:"dialed"`          // the customer's phone is being rung
}

// AgentView is one agent.
type AgentView struct {
	Presence
	Name       string       `json:"name"`
	Activity   Activity     `json:"activity"`
	ActivityAt time.Time    `json:"activity_at"`
	PhoneBusy  bool         `json:"phone_busy"` // by a call that the queues did not make
	Call       call.ID      `json:"call,omitempty"`
	Offer      call.OfferID `json:"offer,omitempty"`
	Queue      string       `json:"queue,omitempty"`       // of that call
	WrapUpEnds time.Time    `json:"wrap_up_ends,omitzero"` // while wrapping up
	WrapUpCall call.ID      `json:"wrap_up_call,omitempty"`
	Owed       bool         `json:"disposition_due,omitempty"` // wrapping up ends when the agent has said what the call was about, at the latest at WrapUpEnds
	Misses     int          `json:"misses"`
	Calls      int          `json:"calls"` // answered since the counters were reset
	Talk       Seconds      `json:"talk"`
	Queues     []string     `json:"queues,omitempty"` // left out of events
}

// MarshalText writes the status's name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes the activity's name.
func (a Activity) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what [Status.MarshalText] wrote.
func (s *Status) UnmarshalText(text []byte) error {
	for v := SignedOut; v <= Paused; v++ {
		if v.String() == string(text) {
			*s = v
			return nil
		}
	}
	return fmt.Errorf("read status: unknown %q", text)
}

// UnmarshalText reads what [Activity.MarshalText] wrote.
func (a *Activity) UnmarshalText(text []byte) error {
	for v := Idle; v <= WrapUp; v++ {
		if v.String() == string(text) {
			*a = v
			return nil
		}
	}
	return fmt.Errorf("read activity: unknown %q", text)
}

func seconds(d time.Duration) Seconds { return Seconds(d.Round(time.Millisecond).Seconds()) }

func (s *state) snapshot(now time.Time) Snapshot {
	snap := Snapshot{At: now}
	for _, q := range s.order {
		snap.Queues = append(snap.Queues, s.queueView(q, now))
	}
	for _, a := range s.agentList() {
		view := s.agentView(a)
		view.Queues = a.queueIDs()
		snap.Agents = append(snap.Agents, view)
	}
	return snap
}

func (s *state) queueView(q *queue, now time.Time) QueueView {
	v := QueueView{
		ID: q.ID, Name: q.Name, Retired: q.retired, Counters: q.counters, Waiting: make([]CallerView, 0, len(q.waiting)),
		ServiceLevel: q.counters.ServiceLevel(), ServiceLevel2: q.counters.ServiceLevel2(),
		HandleTime: q.HandleTime,
	}
	if q.handle.n > 0 {
		v.HandleTime = seconds(q.handle.value)
	}
	for i, e := range q.waiting {
		c := CallerView{
			Call: e.Call, Card: e.Card, Position: i + 1, Since: e.Since, Joined: e.joined,
			Score: seconds(now.Sub(e.rank)), ExpectedWait: seconds(q.expectedWait(i + 1)),
		}
		for _, o := range e.offers {
			c.Agents = append(c.Agents, o.agent.ID)
		}
		v.Waiting = append(v.Waiting, c)
	}
	v.Callbacks = make([]CallbackView, 0, len(q.callbacks))
	for _, c := range q.callbacks {
		if c.live == nil {
			v.Callbacks = append(v.Callbacks, c.view(now))
		}
	}
	for _, t := range q.tiers {
		if t.agent.status != SignedOut {
			v.Agents++
		}
		if t.agent.serving() {
			v.Serving++
		}
		if s.free(t.agent, now) {
			v.Free++
		}
	}
	return v
}

func (c *callback) view(now time.Time) CallbackView {
	v := CallbackView{Callback: c.kept(), Score: seconds(now.Sub(c.rank))}
	if o := c.offer; o != nil {
		v.Agent, v.Call, v.Dialed = o.agent.ID, o.call, o.dialed
	}
	return v
}

// agentView describes an agent; the list of queues is left to those who need it.
func (s *state) agentView(a *agent) AgentView {
	v := AgentView{
		Presence: Presence{Agent: a.ID, Status: a.status, Reason: a.reason, Since: a.statusAt},
		Name:     a.Name, Activity: a.activity, ActivityAt: a.activityAt,
		Misses: a.misses, Calls: a.calls, Talk: seconds(a.talk),
	}
	if a.status != SignedOut || a.offer != nil {
		v.Extension, v.PhoneBusy = a.extension, s.busy[a.extension] > 0
	}
	if o := a.offer; o != nil {
		v.Call, v.Offer, v.Queue = o.call, o.id, o.queue.ID
	}
	if a.activity == WrapUp {
		v.Queue, v.WrapUpEnds = a.wrapUp.queue.ID, a.wrapUp.until
		v.WrapUpCall, v.Owed = a.wrapUp.call, a.wrapUp.owed
	}
	return v
}
