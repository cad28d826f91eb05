package data

import (
	"strconv"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Shares of calls, in percent.
const (
	strangerShare = 25
	outboundShare = 25
	agentCount    = 40
)

// Queues are the ids of the queues.
func Queues() []string {
	return []string{"q_sales", "q_appointment", "q_rescue", "q_parts", "q_complaint"}
}

// agent is the id of an agent; some are there more than others.
func (d Dealership) agent(c chance) string { return Agent(int(c.Float64() * c.Float64() * agentCount)) }

// Agent is the id of one of the forty agents.
func Agent(number int) string { return strconv.Itoa(1001 + number%agentCount) }

// dispositions of incoming calls, one for each of a hundred.
//
//nolint:gochecknoglobals // a constant table
var dispositions = func() (out [100]call.Disposition) {
	rest := out[:]
	for _, d := range []struct {
		n  int
		is call.Disposition
	}{{80, call.Answered}, {8, call.Abandoned}, {6, call.MenuOnly}, {4, call.Unanswered}, {1, call.Rejected}, {1, call.Overflowed}} {
		for i := range d.n {
			rest[i] = d.is
		}
		rest = rest[d.n:]
	}
	return out
}()

// Call makes the record of a call.
func (d Dealership) Call(number int) call.CDR {
	c := d.chance(calls, number)
	began := moment(number, d.Calls, callYears)
	r := call.CDR{
		ID: call.ID(c.id(began)), StartedAt: began, Direction: line.Inbound, To: "075588886666", Line: "carrier",
		Cause: line.NormalClearing, EndedBy: "caller", Language: "zh-CN", Disposition: pick(c, dispositions[:]),
	}
	r.Card.Number, r.Card.DialedNumber, r.Card.Trunk = d.Stranger(scattered(number, max(d.Calls/8, 1))), r.To, "carrier"
	if who := d.known(c, began); who >= 0 && !c.percent(strangerShare) {
		r.Card.Number, r.Card.Customer, r.Card.Name = d.Phone(who), d.CustomerID(who), ""
	}
	r.From = r.Card.Number
	if c.percent(outboundShare) {
		d.outbound(c, &r)
	} else {
		d.inbound(c, &r)
	}
	return r
}

// known is a customer of that time, one of the last who came more often than others.
func (d Dealership) known(c chance, at time.Time) int {
	begin := Today().AddDate(-bookYears, 0, 0)
	n := int(float64(d.Customers) * at.Sub(begin).Hours() / Today().Sub(begin).Hours())
	if n = min(n, d.Customers); n <= 0 {
		return -1
	}
	x := c.Float64()
	return n - 1 - int(x*x*float64(n))
}

func (d Dealership) inbound(c chance, r *call.CDR) {
	at := r.StartedAt
	after := func(least, most int) time.Time {
		at = at.Add(time.Duration(least*1000+c.IntN((most-least)*1000)) * time.Millisecond)
		return at
	}
	step := func(at time.Time, place, node, key string) {
		r.Path = append(r.Path, call.PathStep{At: at, Place: place, Node: node, Key: key})
	}
	in := call.LegRecord{ID: c.id(at), Direction: line.Inbound, Kind: line.Trunk, Line: "carrier", Number: r.From, StartedAt: at, Remote: true}
	if r.Disposition != call.Rejected && r.Disposition != call.Unanswered {
		r.AnsweredAt = after(1, 2)
		in.AnsweredAt = r.AnsweredAt
		step(at, "menu main@3", "welcome", strconv.Itoa(1+c.IntN(5)))
	}
	if r.Disposition >= call.Abandoned {
		r.Queue = often(c, Queues())
		r.QueuedAt = after(4, 20)
		step(at, "queue "+r.Queue, "", "")
	}
	if r.Disposition == call.Answered {
		d.spoke(c, r, after(3, 40), after)
	} else {
		r.EndedAt = after(2, 90)
	}
	in.EndedAt, in.Cause = r.EndedAt, line.NormalClearing
	if !in.AnsweredAt.IsZero() {
		in.Quality = quality(c, r.EndedAt.Sub(in.AnsweredAt))
	}
	r.Legs = append([]call.LegRecord{in}, r.Legs...)
}

// outbound turns a call round: an agent called.
func (d Dealership) outbound(c chance, r *call.CDR) {
	at := r.StartedAt
	after := func(least, most int) time.Time {
		at = at.Add(time.Duration(least*1000+c.IntN((most-least)*1000)) * time.Millisecond)
		return at
	}
	r.Direction, r.From, r.To, r.ExternalLine = line.Outbound, "", r.Card.Number, "carrier"
	r.Card.DialedNumber, r.Card.Trunk = "", ""
	r.Disposition = call.Answered
	if c.percent(30) {
		r.Disposition, r.EndedAt, r.Cause = call.Unanswered, after(10, 45), line.NoAnswer
		r.Agent = d.agent(c)
	} else {
		d.spoke(c, r, after(5, 25), after)
		r.AnsweredAt = r.ConnectedAt
	}
	r.Extension = "8" + r.Agent[1:]
	r.From, r.Line = r.Extension, r.Extension
	out := call.LegRecord{
		ID: c.id(at), Direction: line.Outbound, Kind: line.Trunk, Line: "carrier", Number: r.To, StartedAt: r.StartedAt,
		AnsweredAt: r.AnsweredAt, EndedAt: r.EndedAt, Cause: r.Cause, Quality: quality(c, r.EndedAt.Sub(r.StartedAt)),
	}
	r.Legs = append(r.Legs, out)
}

// spoke adds an agent who speaks with the customer.
func (d Dealership) spoke(c chance, r *call.CDR, since time.Time, after func(least, most int) time.Time) {
	r.Agent = d.agent(c)
	r.Extension = "8" + r.Agent[1:]
	r.ConnectedAt = since
	r.EndedAt = after(15, 400)
	r.Recording = c.id(since)
	if c.percent(10) {
		r.HeldFor = time.Duration(5+c.IntN(60)) * time.Second
	}
	if c.percent(40) {
		r.EndedBy = "agent"
	}
	r.Path = append(r.Path, call.PathStep{At: since, Place: "extension " + r.Extension})
	r.Legs = append(r.Legs, call.LegRecord{
		ID: c.id(since), Direction: line.Outbound, Kind: line.Extension, Line: r.Extension, Number: r.Extension, Agent: r.Agent,
		StartedAt: since.Add(-3 * time.Second), AnsweredAt: since, EndedAt: r.EndedAt, Cause: line.NormalClearing,
		Quality: quality(c, r.EndedAt.Sub(since)),
	})
}

// quality is the sound of a leg: 50 packets a second each way.
func quality(c chance, length time.Duration) line.Quality {
	n := uint64(length / (20 * time.Millisecond)) //nolint:gosec // not negative
	return line.Quality{
		Sent: n, Received: n, Lost: n / 5000, Jitter: time.Duration(c.IntN(8000)) * time.Microsecond,
		RoundTrip: time.Duration(5000+c.IntN(40000)) * time.Microsecond, MOS: 4 + float64(c.IntN(40))/100,
	}
}
