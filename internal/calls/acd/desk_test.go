package acd

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// desk steps a state by hand and keeps what came out.
type desk struct {
	t      *testing.T
	s      *state
	now    time.Time
	said   []string // commands and log lines in short, since the last look
	events []Event
	offers map[string]call.Offer // last offer to each agent
	heard  map[call.ID][]prompt.Phrase
	keys   string

	closes time.Time // of every calendar
	unkept bool      // the list of callbacks is not kept by itself
}

// CallBack and Command make the desk what calls customers back.
func (d *desk) CallBack(b call.CallBack) { party{d, b.Call}.Queue(call.QueueOffer{Offer: b.Offer}) }

func (d *desk) Command(id call.ID, cmd call.QueueCommand) { party{d, id}.Queue(cmd) }

// judge says that mobile numbers can be dialled.
func (d *desk) judge(e judge) judged {
	ok := len(e.number) == 11 && e.number[0] == '1'
	return judged{call: e.call, number: e.number, canonical: e.number, ok: ok, closes: d.closes, open: true}
}

// party is a call at the desk.
type party struct {
	d  *desk
	id call.ID
}

// newDesk opens a desk with queue q, agents a, b, c at 801, 802, 803 and whatever edit makes of it.
func newDesk(t *testing.T, edit func(*Settings)) *desk {
	t.Helper()
	q := DefaultQueue("q")
	q.Announce = Announce{Every: 45, WaitRound: 30, WaitAbove: 60, PeriodicEvery: 60}
	q.Agents = []Tier{{Agent: "a"}, {Agent: "b", Position: 1}, {Agent: "c", Position: 2}}
	q.WrapUp = 0
	set := Settings{
		Queues:       []Queue{q},
		Agents:       []Agent{{ID: "a", Number: "1", Extension: "801"}, {ID: "b", Extension: "802"}, {ID: "c", Extension: "803"}},
		PauseReasons: []PauseReason{{ID: "lunch"}, {ID: "meeting"}},
	}
	if edit != nil {
		edit(&set)
	}
	if err := invalid(set.Validate()); err != nil {
		t.Fatal(err)
	}
	d := &desk{
		t: t, now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC),
		offers: map[string]call.Offer{}, heard: map[call.ID][]prompt.Phrase{},
	}
	d.s = newState(set, 1, d.now)
	return d
}

func (p party) Queue(cmd call.QueueCommand) {
	switch cmd := cmd.(type) {
	case call.QueueOffer:
		p.d.offers[cmd.Offer.Agent] = cmd.Offer
		p.d.say("%s→%s", p.id, cmd.Offer.Agent)
	case call.QueueWithdraw:
		p.d.say("%s stop", p.id)
	case call.QueueLeave:
		p.d.say("%s leaves: %s, %s", p.id, cmd.Event, cmd.Target)
	case call.QueueAnnounce:
		p.d.heard[p.id], p.d.keys = cmd.Phrases, cmd.ExitKeys
	case call.QueueDial:
		p.d.say("%s dial", p.id)
	case call.QueueMusic:
	}
}

func (d *desk) say(format string, args ...any) { d.said = append(d.said, fmt.Sprintf(format, args...)) }

// do takes one step and checks the invariants after it.
func (d *desk) do(in input) error {
	d.t.Helper()
	effects, err := d.s.step(in, d.now)
	var answers []input
	for _, e := range effects {
		switch e := e.(type) {
		case tell:
			e.waiter.Queue(e.cmd)
		case publish:
			d.events = append(d.events, e.event)
		case repaired:
			d.say("repaired: %s", e.what)
		case judge:
			answers = append(answers, d.judge(e))
		case keep:
			if !d.unkept {
				answers = append(answers, kept{e.seq, true})
			}
		}
	}
	for _, in := range answers {
		d.must(in)
	}
	if what := d.s.broken(d.now, time.Time{}); what != "" {
		d.t.Fatalf("after %#v: %s", in, what)
	}
	if e := d.s.neglected(d.now); e != nil {
		d.t.Fatalf("after %#v: call %s waits while agent %s is free", in, e.Call, d.s.picks[0].agent.ID)
	}
	return err
}

func (d *desk) must(in input) {
	d.t.Helper()
	if err := d.do(in); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) signIn(agents ...string) {
	d.t.Helper()
	for _, a := range agents {
		d.must(signIn{agent: a})
	}
}

// join has a call with this card wait in queue q.
func (d *desk) join(id call.ID, card call.Card, skills ...string) {
	d.t.Helper()
	d.joinQueue("q", id, card, skills...)
}

func (d *desk) joinQueue(queue string, id call.ID, card call.Card, skills ...string) {
	d.t.Helper()
	d.must(joined{call.Waiting{Call: id, Waiter: party{d, id}, Queue: queue, Card: card, Skills: skills, Since: d.now}})
}

func (d *desk) fact(id call.ID, f call.QueueFact) { d.t.Helper(); d.must(reported{id, f}) }

// offer returns the last offer made to an agent.
func (d *desk) offer(agent string) call.OfferID { return d.offers[agent].ID }

// answer has an agent answer, hear the greeting out, and speak with the caller.
func (d *desk) answer(id call.ID, agent string) {
	d.t.Helper()
	d.fact(id, call.OfferAnswered{Offer: d.offer(agent)})
	if len(d.offers[agent].Greeting) > 0 {
		d.fact(id, call.OfferJoined{Offer: d.offer(agent)})
	}
}

func (d *desk) fail(id call.ID, agent string, cause line.Cause) {
	d.t.Helper()
	d.fact(id, call.OfferFailed{Offer: d.offer(agent), Cause: cause})
}

func (d *desk) end(id call.ID, agent string) {
	d.t.Helper()
	d.fact(id, call.ConversationEnded{Offer: d.offer(agent), ByAgent: true})
}

// after lets time pass, with everything that comes due in it.
func (d *desk) after(wait time.Duration) {
	d.t.Helper()
	end := d.now.Add(wait)
	for {
		at, ok := d.s.next()
		if !ok || at.After(end) {
			break
		}
		d.now = at
		d.must(ticked{})
	}
	d.now = end
}

// expect compares what was said since the last look.
func (d *desk) expect(what string, want ...string) {
	d.t.Helper()
	if !slices.Equal(d.said, want) {
		d.t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(d.said, "; "), strings.Join(want, "; "))
	}
	d.said = nil
}

func (d *desk) activity(agent string, want Activity) {
	d.t.Helper()
	if got := d.s.agents[agent].activity; got != want {
		d.t.Errorf("agent %s is %s, want %s", agent, got, want)
	}
}

// log returns the queue_log lines of all events so far, without time and call.
func (d *desk) log() []string {
	var lines []string
	for _, ev := range d.events {
		if l, ok := LogLine(ev); ok {
			lines = append(lines, strings.SplitN(l, "|", 3)[2])
		}
	}
	return lines
}
