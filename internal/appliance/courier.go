package appliance

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/care/ticket/courier"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// What the records of calls that tell notices have beside; see [call.CDR].
const (
	attrNotice = "notice" // its id
	attrTicket = "ticket" // the ticket's number
)

// deliver tells people what tickets want told, until ctx ends.
func (b *Box) deliver(ctx context.Context) error {
	return courier.New(courier.Config{
		Book: b.tickets.book, Console: screens{b}, Texter: texter{b}, Caller: announcer{b}, Logger: b.log,
	}).Run(ctx)
}

// screens shows notices to those who are signed in; it satisfies courier.Console.
type screens struct{ box *Box }

// Tell shows a notice on the person's screen.
func (s screens) Tell(person string, n ticket.Notice, t ticket.Ticket) {
	s.box.hub.Publish(live.Event{Topic: live.Me, Agent: person, Data: live.TicketNotice{
		ID: n.ID, Ticket: t.ID, Number: t.Number, Subject: t.Subject, Type: t.Type, Priority: string(t.Priority),
		Kind: n.Kind, Template: n.Template, Args: n.Args, At: n.At, Due: n.Due,
	}})
}

// How notices are told by telephone.
const (
	noticeRing  = 30 * time.Second
	noticeTimes = 2
	yesKey      = '1'
	noKey       = '2'
)

// announcer tells notices by telephone; it satisfies courier.Caller.
type announcer struct{ box *Box }

// errStopped is that of a call that the end of the box has ended: it is made again.
var errStopped = errors.New("calls are ended")

// Announce calls, says what it is about and takes the answer by key.
func (a announcer) Announce(ctx context.Context, n courier.Announcement) (courier.Answer, error) {
	doc := a.box.settings.Current()
	typ, _ := a.box.tickets.now.Load().rules.Type(n.Ticket.Type)
	urgent := n.Notice.Kind == ticket.KindJob || n.Ticket.Priority == ticket.Urgent || (typ != nil && typ.Job)
	to, err := reach(doc, n.Notice.Phone, urgent, time.Now())
	if err != nil {
		return courier.Answer{Said: courier.Failed, Why: fault.KeyOf(err)}, nil
	}
	out := call.Announce{
		Call: call.NewID(), To: to, Name: n.Ticket.Number, Language: doc.Dealership.Language, Urgent: urgent, Ring: noticeRing, Times: noticeTimes,
		Say: words(n, typ), Answers: answers(n.Notice.Kind),
		Attrs: map[string]string{attrNotice: n.Notice.ID, attrTicket: n.Ticket.Number},
	}
	if to.Kind == call.TargetExtension {
		out.From = n.Ticket.Number
	}
	if n.Notice.Kind == ticket.KindJob && len(n.Ticket.Phones) > 0 {
		out.Then = map[byte]call.Target{yesKey: {Kind: call.TargetFeature, Name: connectCode + n.Ticket.ID + " " + n.Notice.Person}}
	}
	done := make(chan call.Announced, 1)
	out.Done = func(r call.Announced) { done <- r }
	a.box.calls.Announce(out)
	select {
	case r := <-done:
		return answerOf(r)
	case <-ctx.Done():
		_ = a.box.calls.Drop(out.Call, line.NormalClearing) // it may be over
		return courier.Answer{}, context.Cause(ctx)
	}
}

// reach says where somebody of the house is called. The classes of the outbound rules hold, but for what protects against
// people at phones: nobody can type a PIN here, and a rescue goes out at night.
func reach(doc *settings.Document, number string, urgent bool, now time.Time) (call.Target, error) {
	if t, ok := doc.InternalTarget(number); ok {
		if t.Kind != "extension" {
			return call.Target{}, fault.New(fault.Invalid, "notice.no_person", "call %s: it is no phone", number)
		}
		return target(t), nil
	}
	way, ok := doc.OutboundWay(number)
	if !ok {
		return call.Target{}, fault.New(fault.NotFound, "dialplan.denied", "call outside: no rule lets the number out")
	}
	class := dialplan.ClassOf(way.Number)
	rule := doc.OutboundClasses.Of(class)
	if class == dialplan.Emergency || rule.Deny || (!urgent && rule.Calendar != "" && !doc.IsOpen(rule.Calendar, now)) {
		return call.Target{}, fault.New(fault.Denied, "dialplan.denied", "call outside: the number's class may not be dialled")
	}
	return call.Target{Kind: call.TargetExternal, Name: number}, nil
}

// answers are the keys, and what is said to each.
func answers(kind string) map[byte][]prompt.Phrase {
	if kind == ticket.KindJob {
		return map[byte][]prompt.Phrase{yesKey: {prompt.Recording("ann_accepted")}, noKey: {prompt.Recording("ann_declined")}}
	}
	return map[byte][]prompt.Phrase{yesKey: {prompt.Recording("ann_acked")}}
}

// answerOf reads what came of a call.
func answerOf(r call.Announced) (courier.Answer, error) {
	a := courier.Answer{Call: string(r.Call), Said: courier.NoAnswer}
	switch {
	case r.Key == yesKey:
		a.Said = courier.Confirmed
	case r.Key == noKey:
		a.Said = courier.Declined
	case r.Cause == line.Shutdown:
		return courier.Answer{}, errStopped
	case r.Cause == line.UserBusy:
		a.Said = courier.Busy
	case r.Cause == line.NoAnswer, r.Cause == line.NoUserResponding, r.Cause == line.CallRejected:
	default:
		a.Said, a.Why = courier.Failed, r.Cause.String()
	}
	return a, nil
}

// words say what a notice is about: what kind of thing, which ticket, what is late, which keys answer.
func words(n courier.Announcement, typ *ticket.Type) []prompt.Phrase {
	say := func(ids ...string) (list []prompt.Phrase) {
		for _, id := range ids {
			list = append(list, prompt.Recording(id))
		}
		return list
	}
	number := append(say("ann_number"), prompt.Digits(digits(n.Ticket.Number)))
	if n.Notice.Kind == ticket.KindJob {
		first := "ann_job"
		if n.Ticket.Type == rescueType {
			first = "ann_rescue"
		}
		return append(append(say(first), number...), say("ann_keys_job")...)
	}
	first := "ann_reminder"
	if typ != nil && typ.Complaint {
		first = "ann_complaint"
	}
	list := append(say(first), number...)
	switch {
	case nobodyGoes(&n.Ticket, n.Notice.Template):
		list = append(list, say("ann_nobody")...)
	case soon(&n.Ticket, n.Notice):
		list = append(list, say("ann_"+n.Notice.Template, "ann_soon")...)
	default:
		list = append(list, say("ann_"+n.Notice.Template, "ann_over")...)
	}
	return append(list, say("ann_keys_ack")...)
}

// rescueType is the type of ticket that ships with the program for breakdowns on the road.
const rescueType = "rescue"

// nobodyGoes reports whether a notice is about a job that no technician has taken.
func nobodyGoes(t *ticket.Ticket, of string) bool {
	return of == ticket.OfDispatch && t.Dispatch != nil && t.Dispatch.State == ticket.JobFailed
}

// soon reports whether a notice warns of a deadline that had not passed.
func soon(t *ticket.Ticket, n ticket.Notice) bool {
	for i := range t.Timers {
		if m := &t.Timers[i]; m.Of == n.Template {
			return n.Due.Before(m.Deadline)
		}
	}
	return false
}

// digits are the digits of a ticket's number, which are said one by one.
func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
}
