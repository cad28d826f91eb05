package dialog

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/offer"
)

const sdpType = "application/sdp"

// invited judges the INVITE that begins an inbound leg. A refused one leaves no leg behind and reports nothing.
func (m *machine) invited(r Request) {
	m.RemoteSeq, m.Target, m.updates = r.Seq, r.Target, r.Updates
	refuse := func(reply Reply, lost line.Cause) {
		reply.ID = r.ID
		m.over = true // nobody was told of it
		m.do(reply)
		if lost != line.CauseUnknown {
			m.do(Refused{lost})
		}
		m.finish()
	}
	switch {
	case len(r.Unsupported) > 0:
		refuse(Reply{Status: 420, Unsupported: r.Unsupported}, line.CauseUnknown)
		return
	case r.Timer.Interval > 0 && r.Timer.Interval < MinExpires:
		refuse(Reply{Status: 422, MinSE: true}, line.CauseUnknown)
		return
	case len(r.Body) > 0 && r.Type != sdpType:
		refuse(Reply{Status: 415}, line.BearerNotImplemented)
		return
	case r.Target == "":
		refuse(Reply{Status: 400}, line.ProtocolError)
		return
	}
	m.invite = invite{id: r.ID, seq: r.Seq, reliable: r.Reliable, offered: r.Timer, delayed: len(r.Body) == 0}
	if m.invite.delayed {
		m.Session, m.invite.answer = m.Session.Offer()
	} else {
		remote, err := offer.Parse(r.Body)
		if err == nil {
			m.Session, m.invite.answer, err = m.Session.Answer(remote)
		}
		if err != nil {
			refuse(Reply{Status: 488}, line.BearerNotImplemented)
			return
		}
	}
	m.State = Offered
}

// progress opens the sound path before the answer. Without an offer in the INVITE that needs a reliable response.
func (m *machine) progress() {
	if m.Role != Callee || m.State != Offered || m.sound || m.rel.answer {
		return
	}
	m.sound = true
	if m.invite.delayed && !m.invite.reliable {
		m.provisional(183, nil)
		return
	}
	m.provisional(183, m.invite.answer)
	if !m.invite.delayed {
		m.do(Sound{})
	}
}

// provisional sends a 1xx, reliably where the caller requires that, one after the other (RFC 3262 §3).
func (m *machine) provisional(status int, body []byte) {
	if !m.invite.reliable {
		m.do(Reply{ID: m.invite.id, Status: status, Body: body})
		return
	}
	if m.rel.active {
		m.rel.queue = append(slices.Clip(m.rel.queue), provisional{status, body})
		return
	}
	if m.rel.rseq == 0 {
		m.rel.rseq = uint32(m.Session.ID)&0xffff | 1 // RFC 3262 §3: anywhere from 1 to 2^31-1
	} else {
		m.rel.rseq++
	}
	m.rel.active, m.rel.body, m.rel.every = true, body != nil, T1
	m.do(Reply{ID: m.invite.id, Status: status, Body: body, RSeq: m.rel.rseq},
		Arm{PrackAgain, T1}, Arm{PrackMissing, GiveUp})
}

// pracked handles the acknowledgement of a reliable provisional response.
func (m *machine) pracked(r Request) {
	if !m.rel.active || r.RSeq != m.rel.rseq || r.RCSeq != m.invite.seq {
		m.do(Reply{ID: r.ID, Status: 481})
		return
	}
	m.rel.active = false
	m.do(Disarm{PrackAgain}, Disarm{PrackMissing})
	reply := Reply{ID: r.ID, Status: 200}
	switch {
	case m.rel.body && m.invite.delayed:
		m.invite.answered = m.take(r.Body) == nil
	case m.rel.body:
		m.invite.answered = true
		if len(r.Body) > 0 { // a second offer in the PRACK (RFC 3262 §5)
			if remote, err := offer.Parse(r.Body); err == nil {
				if s, body, err := m.Session.Answer(remote); err == nil {
					m.Session, reply.Body = s, body
					m.do(Sound{})
				}
			}
		}
	}
	m.do(reply)
	if m.State != Offered {
		return
	}
	if len(m.rel.queue) > 0 {
		p := m.rel.queue[0]
		m.rel.queue = m.rel.queue[1:]
		m.provisional(p.status, p.body)
		return
	}
	if m.rel.answer {
		m.accept()
	}
}

// take applies the answer to an offer of ours.
func (m *machine) take(body []byte) error {
	remote, err := offer.Parse(body)
	if err != nil {
		return err
	}
	s, err := m.Session.Accept(remote)
	if err != nil {
		return err
	}
	m.Session = s
	m.do(Sound{})
	return nil
}

func (m *machine) answer() {
	if m.Role != Callee || m.State != Offered {
		return
	}
	if m.rel.active || len(m.rel.queue) > 0 {
		m.rel.answer = true // RFC 3262 §3: not before what carries an offer or an answer is acknowledged
		return
	}
	m.accept()
}

// accept sends the 2xx.
func (m *machine) accept() {
	body := m.invite.answer
	if m.invite.answered {
		body = nil
	}
	m.State = Answering
	t := m.grant(m.invite.offered)
	m.do(Reply{ID: m.invite.id, Status: 200, Body: body, Timer: t})
	m.awaitAck(m.invite.id, m.invite.seq, m.invite.delayed && !m.invite.answered)
	if !m.invite.delayed {
		m.do(Sound{})
	}
	m.agree(t, false)
}

// grant decides on session timers as the side that answers (RFC 4028 §9).
func (m *machine) grant(t Timer) Timer {
	if t.Interval == 0 {
		t.Interval = max(DefaultExpires, t.Minimum)
	}
	switch {
	case !t.Supported:
		t.Refresher = "uas"
	case t.Refresher == "":
		t.Refresher = "uac"
	}
	return t
}

// agree starts the session timers; asked tells that we sent the request they were agreed in.
func (m *machine) agree(t Timer, asked bool) {
	m.do(Disarm{RefreshDue}, Disarm{SessionExpired})
	m.timer = sessionTimer{interval: t.Interval, ours: (t.Refresher != "uas") == asked}
	if t.Interval == 0 {
		return
	}
	if m.timer.ours {
		m.do(Arm{RefreshDue, t.Interval / 2})
	}
	m.do(Arm{SessionExpired, t.Interval - min(32*time.Second, t.Interval/3)}) // RFC 4028 §10
}

// acked handles the ACK to a 2xx, of the first INVITE or of a later one.
func (m *machine) acked(a Acked) {
	if !m.ack.active || a.Seq != m.ack.seq {
		return
	}
	delayed := m.ack.delayed
	m.ack = ackWait{}
	m.do(Disarm{AckAgain}, Disarm{AckMissing})
	if m.over {
		if m.State == Answering {
			m.bye(line.NormalClearing)
		}
		return
	}
	if delayed {
		if err := m.take(a.Body); err != nil {
			m.end(line.BearerNotImplemented, true, "ACK without a usable answer")
			m.bye(line.BearerNotImplemented)
			return
		}
	}
	if m.State == Answering {
		m.State = Confirmed
		m.report(line.Answered{})
	}
	m.watchHold()
}

func (m *machine) cancelled(c Cancelled) {
	if m.Role != Callee || m.State != Offered {
		return
	}
	cause := c.Cause
	if cause == line.CauseUnknown {
		cause = line.NormalClearing
	}
	m.end(cause, true, "CANCEL")
	m.finish()
}
