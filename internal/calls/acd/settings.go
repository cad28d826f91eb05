package acd

import (
	"encoding/json"
	"fmt"

	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Settings are the queues, the agents and the reasons for which agents pause. They are one part of the
// dealership's settings document and are changed as a whole: see [ACD.Apply].
type Settings struct {
	Queues       []Queue       `json:"queues"`
	Agents       []Agent       `json:"agents"`
	PauseReasons []PauseReason `json:"pause_reasons"`
}

// Queue is where callers wait. In JSON an absent field has the value of [DefaultQueue]; 0 means none or off
// wherever it is allowed. Lengths of time are in seconds.
type Queue struct {
	ID       string        `json:"id"`   // "q_appointment"
	Name     string        `json:"name"` // for people
	Strategy strategy.Name `json:"strategy"`

	Priority Seconds     `json:"priority"`  // head start of this queue's callers over those of other queues
	VIPBonus Seconds     `json:"vip_bonus"` // head start of a VIP whose card gives none
	Skills   []SkillNeed `json:"skills,omitempty"`

	Agents        []Tier  `json:"agents,omitempty"`    // who serves the queue
	TierWait      Seconds `json:"tier_wait"`           // each further level opens after a caller has waited this much longer
	TierSkipEmpty bool    `json:"tier_skip_empty"`     // a level with nobody signed in and unpaused is not waited for
	Prefer        Prefer  `json:"prefer"`              // who should have a caller known to the dealership
	Ring          Ring    `json:"ring"`                // how agents are rung
	WrapUp        Seconds `json:"wrap_up"`             // after each conversation, before the next offer
	WrapUpMax     Seconds `json:"wrap_up_max"`         // as far as the agent can extend it
	Disposition   Demand  `json:"disposition"`         // whether the agent must say what the call was about before the next offer
	DispositionBy Seconds `json:"disposition_limit"`   // after the conversation; who has not said it by then gets offers again all the same
	Whisper       string  `json:"whisper,omitempty"`   // recording that tells the agent which queue this is
	TellHoldTime  bool    `json:"tell_hold_time"`      // tell the agent how long the caller waited
	CallerID      string  `json:"caller_id,omitempty"` // number that calls to the outside show which the queue makes, or an agent who serves it
	Survey        string  `json:"survey,omitempty"`    // flow that callers are led to when the agent has hung up
	HandleTime    Seconds `json:"handle_time"`         // talk and wrap-up of a typical call, until the estimator has seen some

	Music    string   `json:"music"` // class of music, or "ringback"
	Announce Announce `json:"announce"`

	Overflow      []Rung            `json:"overflow,omitempty"` // in rising order of After
	MaxWait       Seconds           `json:"max_wait"`           // 0: no limit
	TimeoutTarget *Target           `json:"timeout_target,omitempty"`
	MaxLength     int               `json:"max_length"` // callers who wait at the same time; 0: no limit
	FullTarget    *Target           `json:"full_target,omitempty"`
	JoinEmpty     EmptyRule         `json:"join_empty"`  // when a queue counts as empty for callers who come
	LeaveEmpty    EmptyRule         `json:"leave_empty"` // and for those who wait
	EmptyTarget   *Target           `json:"empty_target,omitempty"`
	ExitKeys      map[string]Target `json:"exit_keys,omitempty"`

	Callback CallbackRule `json:"callback"`

	ServiceLevel ServiceLevel `json:"service_level"`
}

// Demand says whether agents must do something.
type Demand string

// The demands.
const (
	DemandOff Demand = "off" // also the empty string
	Required  Demand = "required"
)

// SkillNeed is a skill that an agent must have to take a call.
type SkillNeed struct {
	Skill string `json:"skill"`
	Level int    `json:"level"` // at least; 0 and 1 are the same
}

// Tier says that an agent serves a queue, and in which order.
type Tier struct {
	Agent    string `json:"agent"`
	Level    int    `json:"level"`    // lower levels are asked first, higher ones open with time (see Queue.TierWait)
	Position int    `json:"position"` // order inside the level
	Weight   int    `json:"weight"`   // for weighted_random; 0 counts as 1
}

// Prefer says when a caller goes to an agent who knows the matter, rather than to whom the strategy picks.
type Prefer struct {
	Owner         bool    `json:"owner"`           // the owner of an open ticket
	LastAgentDays int     `json:"last_agent_days"` // the agent of a conversation so many days ago; 0: off
	Wait          Seconds `json:"wait"`            // how long the caller waits for that agent alone
}

// Ring says how agents are rung.
type Ring struct {
	Timeout          Seconds `json:"timeout"`           // of one offer
	Retry            Seconds `json:"retry"`             // pause of an agent who did not answer
	RejectDelay      Seconds `json:"reject_delay"`      // pause of an agent who rejected
	BusyDelay        Seconds `json:"busy_delay"`        // pause of an agent whose phone was busy or not reachable
	ProgressiveDelay Seconds `json:"progressive_delay"` // ring_progressive: until one more phone rings
	MaxMisses        int     `json:"max_misses"`        // unanswered offers in a row until the agent is paused; 0: never
	MissReset        Seconds `json:"miss_reset"`        // a miss this old no longer counts; 0: they all count
}

// Announce says what callers hear while they wait.
type Announce struct {
	Entry         string   `json:"entry,omitempty"` // recording for everybody who joins
	Position      bool     `json:"position"`        // place in the queue, on entry and then only when it has improved
	Wait          bool     `json:"wait"`            // expected wait
	Every         Seconds  `json:"every"`
	WaitRound     Seconds  `json:"wait_round"` // the expected wait is rounded to a multiple of this
	WaitAbove     Seconds  `json:"wait_above"` // and spoken only above this
	Periodic      []string `json:"periodic,omitempty"`
	PeriodicEvery Seconds  `json:"periodic_every"`
}

// Rung is one step of the overflow ladder: who has waited in this queue for After goes to Target.
type Rung struct {
	After  Seconds `json:"after"`
	When   When    `json:"when"`
	Target Target  `json:"target"`
}

// When is the condition of a [Rung].
type When string

// The conditions of a rung.
const (
	Always   When = "always"    // also the empty string
	NoAgents When = "no_agents" // only while nobody who serves the queue is signed in and unpaused
)

// EmptyRule says when a queue counts as empty.
type EmptyRule string

// The rules for empty queues.
const (
	NeverEmpty     EmptyRule = "never"      // it never does
	EmptySignedOut EmptyRule = "signed_out" // when nobody is signed in
	EmptyPaused    EmptyRule = "paused"     // when nobody is signed in, or all who are have paused
)

// CallbackRule says when a waiting caller is offered to be called back, and how that is done.
type CallbackRule struct {
	Key           string    `json:"key,omitempty"`      // that the caller presses for it; "": nobody is offered it
	Wait          Seconds   `json:"wait"`               // offered when the expected wait is longer; 0: not because of it
	Position      int       `json:"position"`           // offered from this place in the queue on; 0: not because of it; with both 0 to all
	Calendar      string    `json:"calendar,omitempty"` // the hours in which customers are called; "": for a day
	BeforeClosing Seconds   `json:"before_closing"`     // callbacks end so long before the calendar closes
	Attempts      int       `json:"attempts"`           // times that the customer is dialled
	Spacing       []Seconds `json:"spacing"`            // after the first, second … attempt in vain; the last one holds for all further ones
	Max           int       `json:"max"`                // callbacks that wait at the same time
	Ring          Seconds   `json:"ring"`               // how long the customer's phone rings
	Confirm       Seconds   `json:"confirm"`            // within this the customer presses 1
	Greeting      string    `json:"greeting,omitempty"` // recording that tells the customer who calls; "": the shipped one
}

// ServiceLevel says what the counters measure.
type ServiceLevel struct {
	Percent      int     `json:"percent"`       // the goal
	Within       Seconds `json:"within"`        // answered within this counts
	ShortAbandon Seconds `json:"short_abandon"` // who hangs up within this does not count at all
}

// Target is where a caller goes from a queue. Kind is "menu", "queue", "extension", "external", "feature" or
// "hangup".
type Target struct {
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
}

func (t Target) target() call.Target {
	kind, _ := call.ParseTargetKind(t.Kind)
	return call.Target{Kind: kind, Name: t.Name}
}

// Agent is a person who takes calls.
type Agent struct {
	ID         string         `json:"id"`
	Number     string         `json:"number,omitempty"` // typed on a phone to sign in
	Name       string         `json:"name"`
	Extension  string         `json:"extension,omitempty"` // where the agent signs in by default
	Skills     map[string]int `json:"skills,omitempty"`    // skill to level, 1 and up
	Greeting   string         `json:"greeting,omitempty"`  // recording played to this agent before a caller is joined
	AutoAnswer bool           `json:"auto_answer,omitempty"`
}

// PauseReason is why an agent may pause.
type PauseReason struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Key  string `json:"key,omitempty"` // the digit after the feature code
}

// ReasonMissed is the reason of an agent whom the queues paused because of calls not answered. It always exists
// and cannot be chosen by an agent.
const ReasonMissed = "missed"

// DefaultQueue returns a queue that has everything but a name and agents.
func DefaultQueue(id string) Queue {
	return Queue{
		ID: id, Name: id, Strategy: strategy.LongestIdle,
		VIPBonus: 300, TierSkipEmpty: true,
		Prefer: Prefer{Owner: true, LastAgentDays: 30, Wait: 20},
		Ring:   Ring{Timeout: 15, Retry: 3, RejectDelay: 10, BusyDelay: 60, ProgressiveDelay: 10, MaxMisses: 2},
		WrapUp: 30, WrapUpMax: 180, Disposition: DemandOff, DispositionBy: 300, TellHoldTime: true, HandleTime: 180,
		Music:     "default",
		Announce:  Announce{Position: true, Wait: true, Every: 45, WaitRound: 30, WaitAbove: 60, PeriodicEvery: 60},
		MaxLength: 20, JoinEmpty: NeverEmpty, LeaveEmpty: NeverEmpty,
		Callback:     CallbackRule{Wait: 90, Position: 3, BeforeClosing: 1800, Attempts: 3, Spacing: []Seconds{600, 1800, 3600}, Max: 20, Ring: 40, Confirm: 30},
		ServiceLevel: ServiceLevel{Percent: 80, Within: 20, ShortAbandon: 6},
	}
}

// UnmarshalJSON reads a queue over the defaults. Fields that it does not know are for others to judge: a newer version
// of the program may have written them.
func (q *Queue) UnmarshalJSON(data []byte) error {
	type plain Queue
	p := plain(DefaultQueue(""))
	if err := json.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("read queue %q: %w", p.ID, err)
	}
	*q = Queue(p)
	return nil
}
