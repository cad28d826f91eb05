package dialog

import (
	"github.com/dealerline/dealerline/internal/base/line"
)

// machine is one step under way: the state so far and the effects so far.
type machine struct {
	Dialog

	out []Effect
}

// Step takes one event in and returns the next state and what to do, in order. It touches nothing. Events that
// come too late or make no sense in the state are answered as the RFC asks, or ignored.
func Step(d Dialog, ev Event) (Dialog, []Effect) {
	m := machine{Dialog: d}
	if d.done {
		return d, nil
	}
	switch ev := ev.(type) {
	case Begin:
		m.begin(ev)
	case Command:
		m.command(ev.Command)
	case Request:
		m.request(ev)
	case Acked:
		m.acked(ev)
	case Cancelled:
		m.cancelled(ev)
	case Response:
		m.response(ev)
	case Failed:
		m.failed(ev)
	case Due:
		m.due(ev.Timer)
	case SoundLost:
		m.hangup(line.MediaTimeout, "no sound packets")
	case Broken:
		m.broken()
	}
	m.settle()
	return m.Dialog, m.out
}

func (m *machine) do(e ...Effect) { m.out = append(m.out, e...) }

func (m *machine) report(e line.Event) {
	if !m.over {
		m.do(Report{e})
	}
}

// end reports that the leg is over; signalling may go on for a while.
func (m *machine) end(cause line.Cause, remote bool, detail string) {
	if !m.over {
		m.lastNews(487, true) // whatever becomes of the transfer, this leg will not hear of it
		m.do(Report{line.Ended{Cause: cause, Remote: remote, Detail: detail}})
		m.over = true
	}
}

// finish ends the signalling, too.
func (m *machine) finish() {
	m.State = Ended
	for c := AckAgain; c < Clocks; c++ {
		m.do(Disarm{c})
	}
	m.done = true
	m.do(Finish{})
}

// next takes the next CSeq of ours.
func (m *machine) next() uint32 {
	m.LocalSeq++
	return m.LocalSeq
}

// send fills in where the dialog's requests go.
func (m *machine) send(s Send) {
	s.Tag, s.Target, s.Routes = m.RemoteTag, m.Target, m.Routes
	m.do(s)
}

// bye ends a dialog that was established.
func (m *machine) bye(cause line.Cause) {
	m.State = Ended
	for c := AckAgain; c < Clocks; c++ {
		m.do(Disarm{c})
	}
	m.byeSeq = m.next()
	m.send(Send{Method: BYE, Seq: m.byeSeq, Cause: cause})
}

func (m *machine) command(c line.Command) {
	switch c := c.(type) {
	case line.Ring:
		if m.Role == Callee && m.State == Offered && !m.ringing && !m.rel.answer {
			m.ringing = true
			m.provisional(180, nil)
		}
	case line.Progress:
		m.progress()
	case line.Answer:
		if m.Role == Caller {
			m.pickUp()
		} else {
			m.answer()
		}
	case line.Hangup:
		m.hangup(c.Cause, "")
	case line.Hold:
		m.hold = true
	case line.Unhold:
		m.hold = false
	case line.SendDigits:
		if !m.over && m.Session.Agreed {
			m.do(Digits{c.Digits})
		}
	case line.TransferResult:
		m.transferred(c)
	}
}

// pickUp asks a phone that rings to take the call: a NOTIFY of the event "talk" in the early dialog, which the common
// makes of desk phones know (BroadSoft's "remote control talk"). Another phone refuses it and rings on.
func (m *machine) pickUp() {
	if m.State == Proceeding && m.ringing && m.RemoteTag != "" {
		m.do(Notify{
			Seq: m.next(), Tag: m.RemoteTag, Target: m.Target, Routes: m.Routes,
			Event: "talk", Subscription: "active", // RFC 6665 §8.2.3: a NOTIFY has one
		})
	}
}

// hangup ends the leg from our side, whatever state it is in.
func (m *machine) hangup(cause line.Cause, detail string) {
	if m.over {
		return
	}
	if cause == line.CauseUnknown {
		cause = line.NormalClearing
	}
	m.end(cause, false, detail)
	switch m.State {
	case Calling:
		m.State = Cancelling // RFC 3261 §9.1: the CANCEL waits for a provisional answer
		m.invite.wantBye = true
		m.do(Disarm{NoAnswer}, Arm{CancelMissing, GiveUp})
	case Proceeding:
		m.State = Cancelling
		m.cancel(cause)
	case Offered:
		m.do(Reply{ID: m.invite.id, Status: StatusOf(cause), Cause: cause})
		m.finish()
	case Answering:
		m.invite.wantBye = true // RFC 3261 §15: a callee waits for the ACK before it sends BYE
	case Confirmed:
		m.bye(cause)
	case Cancelling, Ended:
	default:
		m.finish()
	}
}

func (m *machine) cancel(cause line.Cause) {
	m.invite.cancelled = true
	m.do(Disarm{NoAnswer}, Cancel{Seq: m.invite.seq, Cause: cause}, Arm{CancelMissing, GiveUp})
}

// broken ends the leg after a fault of ours: the far side must not be left in a ghost call.
func (m *machine) broken() {
	switch m.State {
	case Answering:
		m.end(line.TemporaryFailure, false, "internal fault")
		m.bye(line.TemporaryFailure)
	case Cancelling, Ended:
		m.end(line.TemporaryFailure, false, "internal fault")
		m.finish()
	default:
		m.hangup(line.TemporaryFailure, "internal fault")
	}
}

// failed handles a request of ours that nobody answered.
func (m *machine) failed(f Failed) {
	switch {
	case f.Method == INVITE && f.Seq == m.invite.seq && m.Role == Caller && m.State < Offered && m.State > 0:
		cause, detail := line.RecoveryOnTimer, "no response"
		if !f.Timeout {
			cause, detail = line.NetworkOutOfOrder, "cannot be reached"
		}
		m.end(cause, true, detail)
		m.finish()
	case f.Method == BYE && f.Seq == m.byeSeq:
		m.finish()
	case f.Method == NOTIFY:
		m.noted(f.Seq, 0)
	case m.ours.active && f.Seq == m.ours.seq:
		m.ours = reinvite{}
		m.end(line.RecoveryOnTimer, true, "no response to "+f.Method)
		m.bye(line.RecoveryOnTimer)
	case f.Method == PRACK && m.State == Proceeding:
		m.end(line.RecoveryOnTimer, true, "no response to PRACK")
		m.State = Cancelling
		m.cancel(line.RecoveryOnTimer)
	}
}

func (m *machine) due(c Clock) {
	switch c {
	case AckAgain:
		m.resend()
	case AckMissing:
		if m.ack.active {
			m.ack = ackWait{}
			m.end(line.RecoveryOnTimer, true, "no ACK")
			m.bye(line.RecoveryOnTimer)
		}
	case PrackAgain:
		if m.rel.active {
			m.rel.every *= 2
			m.do(Again{m.invite.id}, Arm{PrackAgain, m.rel.every})
		}
	case PrackMissing:
		if m.rel.active {
			m.end(line.RecoveryOnTimer, true, "no PRACK")
			m.do(Reply{ID: m.invite.id, Status: 504})
			m.finish()
		}
	case NoAnswer:
		m.noAnswer()
	case Silence:
		if m.State == Calling {
			m.hangup(line.RecoveryOnTimer, "no response")
		}
	case CancelMissing:
		if m.State == Cancelling {
			m.finish() // RFC 3261 §9.1: after 64*T1 the INVITE counts as cancelled
		}
	case GlareOver:
		m.glare = false
		if m.retry && m.State == Confirmed {
			m.retry = false
			m.refresh()
		}
	case RefreshDue:
		if m.State == Confirmed {
			m.refresh()
		}
	case SessionExpired:
		if m.State == Confirmed {
			m.end(line.RecoveryOnTimer, true, "session expired")
			m.bye(line.RecoveryOnTimer)
		}
	case ReferOver:
		m.referOver()
	case Clocks:
	}
}

func (m *machine) noAnswer() {
	switch m.State { //nolint:exhaustive // only a call that waits for its answer can miss it
	case Calling, Proceeding:
		m.hangup(line.NoAnswer, "")
	}
}

// resend sends an unacknowledged 2xx again: at 0.5, 1, 2 and then every 4 s (RFC 3261 §13.3.1.4).
func (m *machine) resend() {
	if !m.ack.active {
		return
	}
	m.ack.every = min(2*m.ack.every, T2)
	m.do(Again{m.ack.id}, Arm{AckAgain, m.ack.every})
}

// awaitAck starts that.
func (m *machine) awaitAck(id int, seq uint32, delayed bool) {
	m.ack = ackWait{active: true, id: id, seq: seq, every: T1, delayed: delayed}
	m.do(Arm{AckAgain, T1}, Arm{AckMissing, GiveUp})
}
