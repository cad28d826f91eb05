package acd

import (
	"container/heap"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

//nolint:gochecknoglobals // flags of the test binary
var (
	days     = flag.Int("days", 40, "days that TestSimulation plays")
	firstDay = flag.Uint64("day", 1, "seed of the first of them")
)

// The dealership of the simulation.
const (
	simQueues = 8
	simAgents = 50
)

// TestSimulation plays seeded days of 50 agents and 8 queues: a day's shifts, breaks, rushes, impatient callers,
// VIPs, phones that are dead and calls that vanish. After each day everybody has gone, each caller by exactly one
// way, and every agent is free.
func TestSimulation(t *testing.T) {
	n := *days
	if testing.Short() {
		n = min(n, 5)
	}
	var sum tally
	for seed := *firstDay; seed < *firstDay+uint64(n); seed++ {
		d := newDay(seed)
		if err := d.play(); err != nil {
			t.Fatalf("day %d: %v\nplay it again: go test ./internal/calls/acd -run TestSimulation -days 1 -day %d", seed, err, seed)
		}
		sum.add(d.tally)
	}
	t.Logf("%d days: %+v", n, sum)
	if n >= 20 && (sum.answered == 0 || sum.abandoned == 0 || sum.left == 0 || sum.crossed == 0 || sum.vanished == 0 ||
		sum.served == 0 || sum.lost == 0 || sum.calledIn == 0 || sum.said == 0 || sum.unsaid == 0) {
		t.Error("the days were too quiet to prove anything")
	}
}

// tally is what happened, to see that the days are worth playing.
type tally struct {
	joined, answered, abandoned, left, missed, withdrawn, crossed, vanished, repaired, steps int
	asked, dialed, served, lost, calledIn                                                    int
	said, unsaid                                                                             int
}

func (a *tally) add(b tally) {
	a.joined += b.joined
	a.answered += b.answered
	a.abandoned += b.abandoned
	a.left += b.left
	a.missed += b.missed
	a.withdrawn += b.withdrawn
	a.crossed += b.crossed
	a.vanished += b.vanished
	a.repaired += b.repaired
	a.steps += b.steps
	a.asked += b.asked
	a.dialed += b.dialed
	a.served += b.served
	a.lost += b.lost
	a.calledIn += b.calledIn
	a.said += b.said
	a.unsaid += b.unsaid
}

// day is one simulated day.
type day struct {
	tally
	s       *state
	now     time.Time
	closing time.Time
	changed time.Time // of the settings, in the middle of the day
	random  *rand.Rand
	plan    planned
	seq     int
	callers map[call.ID]*simCaller
	backs   backs
	owing   owing
	err     error
}

// happening is something that will happen.
type happening struct {
	at  time.Time
	seq int
	do  func()
}

type planned []happening

func (p planned) Len() int { return len(p) }
func (p planned) Less(i, j int) bool {
	return p[i].at.Before(p[j].at) || (p[i].at.Equal(p[j].at) && p[i].seq < p[j].seq)
}
func (p planned) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p *planned) Push(x any) {
	if h, ok := x.(happening); ok {
		*p = append(*p, h)
	}
}

func (p *planned) Pop() any {
	last := len(*p) - 1
	x := (*p)[last]
	(*p)[last] = happening{}
	*p = (*p)[:last]
	return x
}

func newDay(seed uint64) *day {
	opening := time.Date(2026, 11, 22, 0, 30, 0, 0, time.UTC)
	d := &day{
		now: opening, closing: opening.Add(9*time.Hour + 30*time.Minute),
		random: rand.New(rand.NewPCG(seed, 7)), callers: map[call.ID]*simCaller{},
		backs: newBacks(), owing: newOwing(seed),
	}
	d.s = newState(d.settings(), seed, opening)
	d.s.outbound, d.s.newCall = d, d.newTry
	d.step(callbacksBegin{})
	return d
}

func (d *day) in(after time.Duration, do func()) {
	d.seq++
	heap.Push(&d.plan, happening{d.now.Add(after), d.seq, do})
}

// between draws a length of time, most often near the short end.
func (d *day) between(short, long time.Duration) time.Duration {
	x := d.random.Float64()
	return short + time.Duration(x*x*float64(long-short))
}

func (d *day) play() error {
	if p := invalid(d.settings().Validate()); p != nil {
		return p
	}
	d.shifts()
	d.rush()
	for i := range int(time.Hour * 10 / (20 * time.Second)) {
		d.in(time.Duration(i)*20*time.Second, func() { d.step(reconciled{}) })
	}
	for d.err == nil {
		at, timed := d.s.next()
		switch {
		case timed && (len(d.plan) == 0 || at.Before(d.plan[0].at)):
			d.now = at
			d.step(ticked{})
		case len(d.plan) > 0:
			if h, ok := heap.Pop(&d.plan).(happening); ok {
				d.now = h.at
				h.do()
			}
		default:
			return d.evening()
		}
	}
	return d.err
}

// shifts has the agents come, pause and go.
func (d *day) shifts() {
	present := 5 + d.random.IntN(simAgents-4)
	for _, i := range d.random.Perm(simAgents)[:present] {
		id := agentID(i)
		d.in(d.between(0, time.Hour), func() { d.step(signIn{agent: id}) })
		for range d.random.IntN(4) {
			at := d.between(time.Hour, 9*time.Hour)
			d.in(at, func() { d.step(pause{id, []string{"lunch", "break"}[d.random.IntN(2)]}) })
			d.in(at+d.between(time.Minute, time.Hour), func() { d.step(unpause{id}) })
		}
		if d.random.IntN(5) == 0 {
			at := d.between(0, 9*time.Hour)
			d.in(at, func() { d.step(phoneUsed{fmt.Sprint(8000 + i), true}) })
			d.in(at+d.between(0, 10*time.Minute), func() { d.step(phoneUsed{fmt.Sprint(8000 + i), false}) })
		}
		for h := range 9 { // an agent whom missed calls paused comes back now and then
			d.in(time.Duration(h)*time.Hour+d.between(0, time.Hour), func() { d.step(unpause{id}) })
			d.in(time.Duration(h)*time.Hour+d.between(0, time.Hour), func() { d.step(extendWrapUp{id}) })
		}
		d.in(9*time.Hour+d.between(0, time.Hour), func() { d.step(signOut{id}) })
	}
	d.in(d.between(0, 9*time.Hour), func() {
		d.changed = d.now
		d.step(changed{d.settings()})
	})
}

// rush has the callers come: a few hundred, most of them in waves.
func (d *day) rush() {
	n := 300 + d.random.IntN(900)
	for i := 0; i < n; {
		at := time.Duration(d.random.Int64N(int64(9 * time.Hour)))
		for range 1 + d.random.IntN(30) {
			id := call.ID(fmt.Sprintf("call%d", i))
			d.in(at+d.between(0, 3*time.Minute), func() { d.arrive(id) })
			i++
		}
	}
}

func (d *day) arrive(id call.ID) {
	c := &simCaller{d: d, id: id, since: d.now, offers: map[call.OfferID]bool{}}
	r := d.random
	c.card.VIP = r.IntN(10) == 0
	c.card.Number = fmt.Sprintf("138%08d", r.IntN(500)) // people call again
	c.card.Blocked = r.IntN(200) == 0
	if r.IntN(5) == 0 {
		c.card.LastAgent, c.card.LastAgentAt = agentID(r.IntN(simAgents)), d.now.AddDate(0, 0, -r.IntN(60))
	}
	if r.IntN(20) == 0 {
		c.card.TicketOwner = agentID(r.IntN(simAgents))
	}
	if r.IntN(20) == 0 {
		c.card.AvoidAgent = agentID(r.IntN(simAgents))
	}
	d.callers[id] = c
	c.join(fmt.Sprintf("q%d", r.IntN(simQueues)))
	if r.IntN(3) == 0 { // impatient
		d.in(d.between(time.Second, 5*time.Minute), func() { c.hangUp() })
	}
	if r.IntN(40) == 0 {
		d.in(d.between(time.Second, time.Minute), func() {
			if c.queued {
				d.report(c, call.CallerLeft{Key: '0'})
			}
		})
	}
	if r.IntN(300) == 0 { // vanishes without a word, and is found missing a little later
		d.in(d.between(time.Second, time.Minute), func() { c.vanish() })
	}
}

func (d *day) report(c *simCaller, f call.QueueFact) { d.step(reported{c.id, f}) }

func (d *day) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("at %s: %s", d.now.Format("15:04:05.000"), fmt.Sprintf(format, args...))
	}
}

// step takes one step, carries out its effects, and looks at the state now and then.
func (d *day) step(in input) {
	d.steps++
	effects, _ := d.s.step(in, d.now) // a refused request of an agent is part of the day
	var answers []input
	for _, e := range slices.Clone(effects) {
		switch e := e.(type) {
		case tell:
			e.waiter.Queue(e.cmd)
		case repaired:
			d.repaired++
			if e.what != "offer without an outcome" && e.what != "withdrawn offer not confirmed" &&
				e.what != "waiting call vanished" && e.what != "offered call vanished" && e.what != "attempt without an outcome" {
				d.fail("repaired: %s, agent %s, call %s, offer %d", e.what, e.agent, e.call, e.offer)
			}
		case judge:
			answers = append(answers, judged{
				call: e.call, number: e.number, canonical: e.number, ok: e.number != "", closes: d.closing, open: d.now.Before(d.closing),
			})
		case keep:
			d.in(d.between(0, 300*time.Millisecond), func() { d.step(kept{e.seq, d.random.IntN(50) > 0}) })
		case publish:
			d.backEvent(e.event)
			d.owingEvent(e.event, in)
		}
	}
	for _, in := range answers {
		d.step(in)
	}
	if d.steps%16 == 0 {
		d.check()
	}
}

func (d *day) check() {
	if what := d.s.broken(d.now, d.changed); what != "" {
		d.fail("%s", what)
	}
	if e := d.s.neglected(d.now); e != nil {
		d.fail("call %s waits in %s while agent %s is free", e.Call, e.queue.ID, d.s.picks[0].agent.ID)
	}
}

// checkOffer looks at an offer the moment it is made.
func (d *day) checkOffer(o call.Offer) {
	p := d.s.offers[o.ID]
	if p == nil || p.agent.offer != p {
		d.fail("offer %d: agent %s is in another one", o.ID, o.Agent)
		return
	}
	if p.agent.status != Available {
		d.fail("offer %d: agent %s is %s", o.ID, o.Agent, p.agent.status)
	}
	if p.entry != nil && p.entry.Card.AvoidAgent == o.Agent {
		d.fail("offer %d: caller must not get agent %s", o.ID, o.Agent)
	}
	if v := d.s.jumped(p, d.now); v != nil {
		d.fail("offer %d to %s in %s passed over VIP %s", o.ID, p.call, o.Queue, v.Call)
	}
}

// evening checks that nobody is left over.
func (d *day) evening() error {
	d.check()
	for id, c := range d.callers {
		if c.queued || c.outcomes != c.joins {
			d.fail("call %s: %d joins, %d ends, still queued %t", id, c.joins, c.outcomes, c.queued)
		}
	}
	for _, a := range d.s.agents {
		if a.offer != nil || a.activity != Idle {
			d.fail("agent %s is %s in the evening", a.ID, a.activity)
		}
	}
	d.eveningOfBacks()
	if len(d.s.offers) > 0 || len(d.s.entries) > 0 {
		d.fail("%d offers and %d callers are left over", len(d.s.offers), len(d.s.entries))
	}
	return d.err
}
