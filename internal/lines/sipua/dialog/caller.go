package dialog

import (
	"fmt"
	"slices"

	"github.com/dealerline/dealerline/internal/base/line"
)

// maxTries bounds how often an INVITE is sent again with credentials or other timers.
const maxTries = 3

// maxForks bounds the early dialogs that are kept apart.
const maxForks = 8

func (m *machine) begin(b Begin) {
	if m.State != 0 || m.Role != Caller {
		return
	}
	limit := b.Limit
	if limit <= 0 {
		limit = NoAnswerLimit
	}
	m.Session, m.invite.answer = m.Session.Offer()
	m.State = Calling
	m.call(false)
	m.do(Arm{NoAnswer, limit}, Arm{Silence, SilenceLimit})
}

// call sends the INVITE, for the first time or corrected.
func (m *machine) call(authorize bool) {
	m.invite.seq = m.next()
	m.do(Send{
		Method: INVITE, Seq: m.invite.seq, Target: m.Target, Routes: m.Routes, Body: m.invite.answer,
		Timer: m.wish(), Authorize: authorize,
	})
}

// wish is what we ask for in session timers.
func (m *machine) wish() Timer {
	t := Timer{Supported: true, Interval: max(DefaultExpires, m.invite.minimum), Minimum: max(MinExpires, m.invite.minimum)}
	if m.timer.interval > 0 { // a refresh keeps who refreshes (RFC 4028 §7.4)
		t.Interval = max(m.timer.interval, m.invite.minimum)
		t.Refresher = "uas"
		if m.timer.ours {
			t.Refresher = "uac"
		}
	}
	return t
}

func (m *machine) response(r Response) {
	switch {
	case r.Method == INVITE && m.Role == Caller && r.Seq == m.invite.seq:
		m.inviteResponse(r)
	case r.Method == INVITE && r.Status >= 200 && r.Status < 300 && (!m.ours.active || r.Seq != m.ours.seq):
		if r.Tag == m.RemoteTag { // our ACK was lost
			m.do(Acknowledge{Seq: r.Seq, Tag: m.RemoteTag, Target: m.Target, Routes: m.Routes})
		}
	case m.ours.active && r.Seq == m.ours.seq && r.Method == m.ours.method:
		m.changed(r)
	case r.Method == NOTIFY:
		m.noted(r.Seq, r.Status)
	case r.Method == BYE && r.Seq == m.byeSeq && r.Status >= 200:
		if (r.Status == 401 || r.Status == 407) && r.Answers && m.invite.tries < maxTries {
			m.invite.tries++
			m.byeSeq = m.next()
			m.send(Send{Method: BYE, Seq: m.byeSeq, Authorize: true})
			return
		}
		m.finish()
	}
}

// inviteResponse handles every answer to the INVITE that began the leg.
func (m *machine) inviteResponse(r Response) {
	if m.State == Calling {
		m.do(Disarm{Silence})
	}
	switch m.State {
	case Calling, Proceeding, Cancelling:
		switch {
		case r.Status < 200:
			m.early1xx(r)
		case r.Status < 300:
			m.connected(r)
		default:
			m.refused(r)
		}
	case Confirmed, Ended:
		if r.Status >= 200 && r.Status < 300 {
			m.lateAnswer(r)
		}
	case Offered, Answering:
	}
}

// lateAnswer handles a 2xx after the first: a retransmission or another fork (RFC 3261 §13.2.2.4).
func (m *machine) lateAnswer(r Response) {
	if r.Tag == m.RemoteTag {
		m.do(Acknowledge{Seq: r.Seq, Tag: m.RemoteTag, Target: m.Target, Routes: m.Routes})
		return
	}
	m.do(Acknowledge{Seq: r.Seq, Tag: r.Tag, Target: r.Target, Routes: r.Routes},
		Send{Method: BYE, Seq: r.Seq + 1, Tag: r.Tag, Target: r.Target, Routes: r.Routes, Cause: line.AnsweredElsewhere})
}

func (m *machine) early1xx(r Response) {
	if m.State == Cancelling {
		if !m.invite.cancelled {
			m.cancel(line.NormalClearing)
		}
		return
	}
	m.State = Proceeding
	if r.Status == 100 || r.Tag == "" {
		return
	}
	m.updates = m.updates || r.Updates
	if !m.prack(r) {
		return
	}
	if m.RemoteTag == "" {
		m.RemoteTag, m.Target, m.Routes = r.Tag, r.Target, r.Routes
	}
	if len(r.Body) > 0 && !m.sound && m.take(r.Body) == nil {
		m.sound = true
		m.report(line.EarlyMedia{})
	}
	if r.Status == 180 && !m.ringing {
		m.ringing = true
		m.report(line.Ringing{})
	}
}

// prack acknowledges a reliable provisional response and reports false for one that was seen before.
func (m *machine) prack(r Response) bool {
	if r.RSeq == 0 {
		return true
	}
	i := slices.IndexFunc(m.early, func(f fork) bool { return f.tag == r.Tag })
	switch {
	case i >= 0 && r.RSeq != m.early[i].rseq+1:
		return false // a retransmission, or one out of order (RFC 3262 §4)
	case i < 0 && len(m.early) >= maxForks:
		return false
	}
	m.early = slices.Clone(m.early)
	if i < 0 {
		m.early = append(m.early, fork{r.Tag, r.RSeq})
	} else {
		m.early[i].rseq = r.RSeq
	}
	target, routes := r.Target, r.Routes
	if target == "" {
		target, routes = m.Target, m.Routes
	}
	m.do(Send{
		Method: PRACK, Seq: m.next(), Tag: r.Tag, Target: target, Routes: routes, RSeq: r.RSeq, RCSeq: r.Seq,
	})
	return true
}

// connected handles the first 2xx: the fork that sent it is the call, also when it crossed our CANCEL.
func (m *machine) connected(r Response) {
	m.RemoteTag, m.updates = r.Tag, m.updates || r.Updates
	if r.Target != "" {
		m.Target = r.Target
	}
	m.Routes = r.Routes
	m.do(Disarm{NoAnswer}, Disarm{CancelMissing},
		Acknowledge{Seq: r.Seq, Tag: r.Tag, Target: m.Target, Routes: m.Routes})
	if m.State == Cancelling {
		m.bye(line.NormalClearing)
		return
	}
	m.State = Confirmed
	if len(r.Body) > 0 || !m.Session.Agreed {
		if err := m.take(r.Body); err != nil {
			m.end(line.BearerNotImplemented, true, "200 without a usable answer")
			m.bye(line.BearerNotImplemented)
			return
		}
	}
	m.agree(r.Timer, true)
	m.report(line.Answered{})
	m.watchHold()
}

// refused handles a final answer that is none we hoped for.
func (m *machine) refused(r Response) {
	if m.State != Cancelling && m.invite.tries < maxTries {
		switch {
		case (r.Status == 401 || r.Status == 407) && r.Answers:
			m.invite.tries++
			m.State = Calling
			m.call(true)
			return
		case r.Status == 422 && r.Timer.Minimum > m.invite.minimum:
			m.invite.tries++
			m.invite.minimum = r.Timer.Minimum
			m.State = Calling
			m.call(m.invite.tries > 1)
			return
		}
	}
	cause := r.Cause
	if cause == line.CauseUnknown {
		cause = CauseOf(r.Status)
	}
	m.end(cause, true, fmt.Sprintf("%d %s", r.Status, r.Reason))
	m.finish()
}
