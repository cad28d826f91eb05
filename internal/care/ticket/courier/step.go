package courier

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// Limits of trying.
const (
	callTries = 4                // a call and three more
	callAgain = 2 * time.Minute  // between calls
	jobAgain  = 15 * time.Second // between calls that offer a job, whose time is short
	maxTexts  = 60               // of one SMS: a day of half hours, and some
)

// textAgain are the times between tries of an SMS; the last one holds for all that follow.
var textAgain = [...]time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute} //nolint:gochecknoglobals // constant table

// What [ticket.Notice.Error] says about those given up, beside what a way of telling reports.
const (
	expired = "expired"  // it was of no use any more
	noPhone = "no_phone" // there is no number to call
	tooLate = "too_late" // the answer came when nobody had asked any more
)

// event is what happens to a notice.
type event interface{ noticeEvent() }

type (
	// due: its time has come. Obsolete says why it need not be told any more.
	due struct{ Obsolete string }
	// told: it stands on the screen.
	told struct{}
	// texted: an SMS was taken by the network, or not.
	texted struct{ Err error }
	// called: a call is over, or was answered by key.
	called struct{ Answer Answer }
)

func (due) noticeEvent()    {}
func (told) noticeEvent()   {}
func (texted) noticeEvent() {}
func (called) noticeEvent() {}

// effect is what follows.
type effect uint8

const (
	_           effect = iota
	tell               // deliver it, in its way
	acknowledge        // note that the person has heard
	accept             // the technician goes
	decline            // the technician does not
)

// step is the whole behaviour of a notice: one event in, what it has become and what to do out. It touches nothing.
func step(n ticket.Notice, ev event, now time.Time) (ticket.Notice, []effect) {
	if n.State != ticket.Pending {
		return n, nil // it was delivered, or given up, in the meantime
	}
	switch ev := ev.(type) {
	case due:
		return begin(n, ev, now)
	case told:
		return done(n, ticket.Sent, now), nil
	case texted:
		return afterText(n, ev.Err, now), nil
	case called:
		return afterCall(n, ev.Answer, now)
	}
	return n, nil
}

// begin notes a try before it is made. While it is made, the notice stays due: should the box lose power, it is tried again.
func begin(n ticket.Notice, ev due, now time.Time) (ticket.Notice, []effect) {
	switch {
	case ev.Obsolete != "":
		return failed(n, ev.Obsolete, now), nil
	case !n.Until.IsZero() && !now.Before(n.Until):
		return failed(n, why(n, expired), now), nil
	case n.By != ticket.ByConsole && n.Phone == "":
		return failed(n, noPhone, now), nil
	case n.Tries >= limit(n): // the box stopped during the last one
		return failed(n, why(n, expired), now), nil
	}
	n.Tries++
	return n, []effect{tell}
}

func limit(n ticket.Notice) int {
	if n.By == ticket.ByCall {
		return callTries
	}
	return maxTexts
}

func afterText(n ticket.Notice, err error, now time.Time) ticket.Notice {
	if err == nil {
		return done(n, ticket.Sent, now)
	}
	n.Error = fault.KeyOf(err)
	if fault.CodeOf(err) == fault.Invalid {
		return failed(n, n.Error, now) // no number that an SMS can be sent to
	}
	return again(n, textAgain[min(max(n.Tries, 1), len(textAgain))-1], now)
}

func afterCall(n ticket.Notice, a Answer, now time.Time) (ticket.Notice, []effect) {
	n.Call = a.Call
	switch {
	case a.Said == Confirmed && n.Kind == ticket.KindJob:
		return done(n, ticket.Acked, now), []effect{accept}
	case a.Said == Declined && n.Kind == ticket.KindJob:
		return done(n, ticket.Acked, now), []effect{decline}
	case a.Said == Confirmed:
		return done(n, ticket.Acked, now), []effect{acknowledge}
	}
	n.Error = string(a.Said)
	if a.Why != "" {
		n.Error += ": " + a.Why
	}
	wait := callAgain
	if n.Kind == ticket.KindJob {
		wait = jobAgain
	}
	return again(n, wait, now), nil
}

// again has it tried later, if it is of use then.
func again(n ticket.Notice, wait time.Duration, now time.Time) ticket.Notice {
	if n.Tries >= limit(n) || (!n.Until.IsZero() && !now.Add(wait).Before(n.Until)) {
		return failed(n, n.Error, now)
	}
	n.Next = now.Add(wait)
	return n
}

func done(n ticket.Notice, s ticket.NoticeState, now time.Time) ticket.Notice {
	n.State, n.Next, n.DoneAt, n.Error = s, time.Time{}, now, ""
	return n
}

func failed(n ticket.Notice, why string, now time.Time) ticket.Notice {
	n.State, n.Next, n.DoneAt, n.Error = ticket.Unsent, time.Time{}, now, why
	return n
}

// why is what the last try met with, or else another reason.
func why(n ticket.Notice, reason string) string {
	if n.Error != "" {
		return n.Error
	}
	return reason
}
