package acd

import (
	"math/rand/v2"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Status is what an agent chose. The zero value is invalid on purpose.
type Status uint8

// What an agent can choose.
const (
	_ Status = iota
	SignedOut
	Available
	Paused
)

// String returns the status's name as it stands in logs and in the API.
func (s Status) String() string {
	return [...]string{"unknown", "signed_out", "available", "paused"}[s]
}

// Activity is what the queues have an agent do. The zero value is invalid on purpose.
type Activity uint8

// What an agent can be doing.
const (
	_        Activity = iota
	Idle              // nothing
	Reserved          // an offer is on its way to the phone
	Ringing           // the phone rings
	Talking
	WrapUp // after a conversation, before the next offer
)

// String returns the activity's name as it stands in logs and in the API.
func (a Activity) String() string {
	return [...]string{"unknown", "idle", "reserved", "ringing", "talking", "wrap_up"}[a]
}

// state is all queues, callers and agents. One goroutine owns it; step changes it in place.
type state struct {
	queues  map[string]*queue
	order   []*queue // in the order of the settings, then those that are only left to empty
	agents  map[string]*agent
	byName  map[string]*agent // by id and by agent number
	at      map[string]*agent // signed in at this extension
	busy    map[string]int    // legs of calls that the queues did not make, by extension
	reasons map[string]bool
	entries map[call.ID]*entry
	offers  map[call.OfferID]*offer

	callbacks map[string]*callback
	byNumber  map[string]*callback // one for each number that is to be called
	orphans   []Callback           // kept before a restart, of queues that are gone
	outbound  Outbound
	newCall   func() call.ID // names the calls of attempts
	calling   bool           // callbacks may be called
	lastKeep  uint64

	lastOffer call.OfferID
	lastEntry uint64
	lastFront uint64
	draining  bool // nobody may join any more
	stopped   bool // no offer is made any more
	dirty     bool // the next dispatch may find something to do

	timers  timers
	random  *rand.Rand
	effects []effect
	cursors []cursor // scratch of dispatch
	picks   []*tier  // scratch of candidates
	cands   []strategy.Candidate
}

// queue is one queue with who waits in it and who serves it.
type queue struct {
	Queue
	tiers     []*tier     // by level, then position
	levels    []int       // distinct, rising
	waiting   []*entry    // in the order of service: see entry.before
	callbacks []*callback // in the order of their scores
	lastPick  int         // order of the agent asked last, for round_robin_memory
	retired   bool        // no longer in the settings: nobody joins, those who wait stay
	keys      string      // exit keys
	counters  Counters
	handle    average // of talk and wrap-up
}

// tier is an agent as one of a queue's agents.
type tier struct {
	Tier
	queue *queue
	agent *agent
	order int // place in queue.tiers
	calls int // answered for this queue, as the strategies count
	talk  time.Duration
}

// agent is one agent.
type agent struct {
	Agent
	tiers     []*tier
	status    Status
	reason    string // why paused
	extension string // where signed in
	statusAt  time.Time

	activity   Activity
	activityAt time.Time
	freeFrom   time.Time // since when idle, for longest_idle; a missed offer does not change it
	offer      *offer    // of Reserved, Ringing and Talking
	notBefore  time.Time // no offer before this
	wrapUp     wrapUp
	misses     int
	missedAt   time.Time
	removed    bool // no longer in the settings: goes with the end of the conversation
	wake       time.Time

	calls int
	talk  time.Duration
}

// wrapUp is the time after a conversation.
type wrapUp struct {
	began, until, limit time.Time
	rest                time.Time // when it ends once nothing is owed; until is the same unless something is
	owed                bool      // the agent has yet to say what the call was about
	step                time.Duration
	call                call.ID
	queue               *queue
	talk                time.Duration
}

// serving reports whether the agent counts as one of those who take calls.
func (a *agent) serving() bool { return a.status == Available && !a.removed }

// free reports whether the agent can be offered a call now.
func (s *state) free(a *agent, now time.Time) bool {
	return a.status == Available && a.activity == Idle && !a.removed && !now.Before(a.notBefore) && s.busy[a.extension] == 0
}

// entry is one caller in one queue.
type entry struct {
	call.Waiting
	queue    *queue
	number   uint64    // order of arrival
	rank     time.Time // Since less all head starts: the earlier, the sooner served
	vip      bool
	front    uint64    // put before all others: the last one first; 0 is not
	ahead    time.Time // the rank that goes with it
	chosen   string    // the agent whose next call this is, by a supervisor's will
	joined   time.Time // this queue
	original int       // position on joining
	needs    []SkillNeed
	offers   []*offer // not resolved
	missed   []string // agents who did not take this caller
	released bool     // no longer waits for one particular agent
	spoken   spoken
	nextRing time.Time
	leaving  *leaving
	wake     time.Time

	offered   bool      // a callback has been offered, the key works
	reachable string    // the caller's own number, when it can be dialled
	expires   time.Time // of a callback that is asked for now
	nextOffer time.Time // when it is looked again whether to offer one
	asking    *asking
	back      *callback // the callback whose place this is; nil for a caller
}

// spoken is what the caller heard.
type spoken struct {
	position     int           // the best one spoken, 0 for none
	wait         time.Duration // the shortest expected wait spoken, 0 for none
	nextPosition time.Time
	nextPeriodic time.Time
	periodic     int
}

// leaving is a caller who goes as soon as no phone rings for them.
type leaving struct {
	target   call.Target
	word     string
	key      byte
	deadline time.Time
	farewell []prompt.Phrase
}

// before is the order of service inside a queue: VIPs first, then by rank, which is by score.
func (e *entry) before(f *entry) bool {
	if e.front != f.front {
		return e.front > f.front
	}
	if e.vip != f.vip {
		return e.vip
	}
	if !e.rank.Equal(f.rank) {
		return e.rank.Before(f.rank)
	}
	return e.number < f.number
}

// offer is one call shown to one agent, until the agent is free of it.
type offer struct {
	id        call.OfferID
	call      call.ID
	waiter    call.Waiter
	queue     *queue
	agent     *agent
	entry     *entry // nil once answered
	made      time.Time
	rings     time.Time // zero until ringing
	withdrawn bool
	dialed    bool // of an attempt to call back: it counts
	preferred bool
	greeted   bool // the agent hears something before the caller is joined
	answered  time.Time
	joined    bool // agent and caller speak with each other
	disposed  bool // the agent has said what the call is about
	waited    time.Duration
	ring      time.Duration
	original  int       // position on joining the queue
	position  int       // when answered
	deadline  time.Time // by when a fact must have come; of answered ones the longest conversation
}

// The times that the queues keep for themselves.
const (
	// offerGrace is how much longer than its timeout an offer may stay without a word from the call.
	offerGrace = 5 * time.Second
	// withdrawGrace is how long the call may take to confirm that a phone stopped ringing.
	withdrawGrace = 2 * time.Second
	// longestTalk is when a conversation is taken for a call that vanished.
	longestTalk = 8 * time.Hour
)

// effect is what the owner must do after a step, in the order given.
type effect interface{ effect() }

type (
	// tell has a waiting call do something.
	tell struct {
		waiter call.Waiter
		cmd    call.QueueCommand
	}
	// publish tells the world.
	publish struct{ event Event }
	// judge asks the rules about a number that may be called back; judged answers.
	judge struct {
		call             call.ID
		number, calendar string
	}
	// keep has the list of callbacks kept over a restart; kept answers.
	keep struct{ seq uint64 }
	// repaired says that the state was found to be wrong and put right.
	repaired struct {
		what  string
		agent string
		call  call.ID
		offer call.OfferID
	}
)

func (tell) effect()     {}
func (publish) effect()  {}
func (judge) effect()    {}
func (keep) effect()     {}
func (repaired) effect() {}

func (s *state) tell(w call.Waiter, cmd call.QueueCommand) {
	s.effects = append(s.effects, tell{w, cmd})
}
func (s *state) publish(ev Event) { s.effects = append(s.effects, publish{ev}) }

// hangup is the target of a caller for whom the settings name none.
func hangup(cause line.Cause) call.Target {
	return call.Target{Kind: call.TargetHangup, Name: cause.String()}
}
