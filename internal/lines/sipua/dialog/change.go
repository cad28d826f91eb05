package dialog

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/offer"
)

// request handles what the far side asks for.
func (m *machine) request(r Request) {
	if m.State == 0 {
		if m.Role == Callee && r.Method == INVITE {
			m.invited(r)
		}
		return
	}
	if m.RemoteSeq != 0 && r.Seq <= m.RemoteSeq {
		m.do(Reply{ID: r.ID, Status: 500}) // RFC 3261 §12.2.2
		return
	}
	m.RemoteSeq = r.Seq
	if m.State == Ended && r.Method != BYE {
		m.do(Reply{ID: r.ID, Status: 481})
		return
	}
	if len(r.Unsupported) > 0 && r.Method != BYE {
		m.do(Reply{ID: r.ID, Status: 420, Unsupported: r.Unsupported})
		return
	}
	switch r.Method {
	case INVITE, UPDATE:
		m.offered(r)
	case BYE:
		m.byed(r)
	case PRACK:
		m.pracked(r)
	case INFO:
		m.info(r)
	case REFER:
		m.refer(r)
	case SUBSCRIBE:
		m.do(Reply{ID: r.ID, Status: 489}) // no event of a call is served
	case OPTIONS:
		m.do(Reply{ID: r.ID, Status: 200})
	default:
		m.do(Reply{ID: r.ID, Status: 405})
	}
}

func (m *machine) byed(r Request) {
	m.do(Reply{ID: r.ID, Status: 200})
	cause := r.Cause
	if cause == line.CauseUnknown {
		cause = line.NormalClearing
	}
	switch m.State {
	case Offered:
		m.do(Reply{ID: m.invite.id, Status: 487})
	case Ended:
		if m.byeSeq != 0 {
			return // both hung up at once: our own BYE is answered yet
		}
	case Calling, Proceeding:
		m.end(cause, true, "BYE")
		m.State = Cancelling
		m.cancel(cause)
		return
	case Cancelling:
		return
	case Answering, Confirmed:
	}
	m.end(cause, true, "BYE")
	m.finish()
}

// offered handles a re-INVITE or an UPDATE (RFC 3261 §14.2, RFC 3311 §5.2).
func (m *machine) offered(r Request) {
	reinvite := r.Method == INVITE
	refuse := func(reply Reply) {
		reply.ID = r.ID
		m.do(reply)
	}
	change := reinvite || len(r.Body) > 0
	switch {
	case m.State == Cancelling:
		refuse(Reply{Status: 481})
		return
	case change && (m.ours.active || m.State == Calling || m.State == Proceeding):
		refuse(Reply{Status: 491})
		return
	case change && (m.ack.active || m.State == Offered):
		refuse(Reply{Status: 500, RetryAfter: 2 * time.Second}) // RFC 3261 §14.2: 0 to 10 s
		return
	case r.Timer.Interval > 0 && r.Timer.Interval < MinExpires:
		refuse(Reply{Status: 422, MinSE: true})
		return
	case len(r.Body) > 0 && r.Type != sdpType:
		refuse(Reply{Status: 415})
		return
	}
	reply := Reply{ID: r.ID, Status: 200}
	if len(r.Body) > 0 {
		remote, err := offer.Parse(r.Body)
		if err == nil {
			m.Session, reply.Body, err = m.Session.Answer(remote)
		}
		if err != nil {
			refuse(Reply{Status: 488}) // the session stays as it was
			return
		}
	} else if reinvite {
		m.Session, reply.Body = m.Session.Offer()
	}
	if r.Target != "" {
		m.Target = r.Target // target refresh (RFC 3261 §12.2.2)
	}
	if m.timer.interval > 0 || r.Timer.Interval > 0 {
		reply.Timer = m.grant(r.Timer)
		m.agree(reply.Timer, false)
	}
	m.do(reply)
	if reinvite {
		m.awaitAck(r.ID, r.Seq, len(r.Body) == 0)
	}
	if len(r.Body) > 0 {
		m.do(Sound{})
		m.watchHold()
	}
}

// info takes key presses sent by INFO.
func (m *machine) info(r Request) {
	if len(r.Body) == 0 {
		m.do(Reply{ID: r.ID, Status: 200})
		return
	}
	key, ok := keyPress(r.Type, r.Body)
	if !ok {
		m.do(Reply{ID: r.ID, Status: 415})
		return
	}
	m.do(Reply{ID: r.ID, Status: 200})
	if !m.over {
		m.do(Press{key})
	}
}

// watchHold reports when the far side begins or ceases to hold us.
func (m *machine) watchHold() {
	if held := m.Session.Held(); held != m.heldNow && m.State == Confirmed {
		m.heldNow = held
		if held {
			m.report(line.Held{})
		} else {
			m.report(line.Unheld{})
		}
	}
}

// settle asks the far side for the hold state that we want, as soon as nothing else is under way.
func (m *machine) settle() {
	idle := m.State == Confirmed && !m.over && !m.ours.active && !m.ack.active && !m.glare
	if idle && m.hold != m.Session.Hold {
		m.ask(INVITE, true, false)
	}
}

// refresh keeps the session alive: by UPDATE where the far side knows it, else by re-INVITE.
func (m *machine) refresh() {
	switch {
	case m.ours.active || m.ack.active || m.glare:
		m.do(Arm{RefreshDue, T2}) // after what is under way
	case m.updates:
		m.ask(UPDATE, false, false)
	default:
		m.ask(INVITE, true, false)
	}
}

// ask sends a request that changes or refreshes the session.
func (m *machine) ask(method string, describe, authorize bool) {
	tries := m.ours.tries
	m.ours = reinvite{active: true, method: method, seq: m.next(), before: m.Session.Hold, tries: tries}
	s := Send{Method: method, Seq: m.ours.seq, Authorize: authorize}
	if describe {
		m.Session.Hold = m.hold
		m.Session, s.Body = m.Session.Offer()
	}
	if m.timer.interval > 0 {
		s.Timer = m.wish()
	}
	m.send(s)
}

// changed handles the answer to what we asked for.
func (m *machine) changed(r Response) {
	if r.Status < 200 {
		return
	}
	o := m.ours
	if r.Status < 300 {
		m.ours = reinvite{}
		m.granted(r, o)
		return
	}
	m.ours.active = false
	switch {
	case r.Status == 491:
		m.retry = o.before == m.hold
		m.Session.Hold = o.before
		m.glare = true
		m.do(Arm{GlareOver, m.backoff(r.Jitter)})
	case r.Status == 481 || r.Status == 408:
		m.end(line.RecoveryOnTimer, true, "call unknown to the far side")
		m.bye(line.RecoveryOnTimer)
	case (r.Status == 401 || r.Status == 407) && r.Answers && o.tries < maxTries:
		m.ours.tries++
		m.Session.Hold = o.before
		m.ask(o.method, o.method == INVITE, true)
	case r.Status == 422 && r.Timer.Minimum > m.invite.minimum && o.tries < maxTries:
		m.ours.tries++
		m.invite.minimum = r.Timer.Minimum
		m.Session.Hold = o.before
		m.ask(o.method, o.method == INVITE, o.tries > 0)
	case o.method == UPDATE:
		m.updates = false // it said that it could; ask the other way
		m.ours = reinvite{}
		m.ask(INVITE, true, false)
	default: // RFC 3261 §14.1: the session goes on as it was
		m.ours = reinvite{}
		m.Session.Hold, m.hold = o.before, o.before
	}
}

func (m *machine) granted(r Response, o reinvite) {
	if r.Target != "" {
		m.Target = r.Target
	}
	if o.method == INVITE {
		m.do(Acknowledge{Seq: r.Seq, Tag: m.RemoteTag, Target: m.Target, Routes: m.Routes})
		if err := m.take(r.Body); err != nil {
			m.end(line.BearerNotImplemented, true, "200 without a usable answer")
			m.bye(line.BearerNotImplemented)
			return
		}
		m.watchHold()
	}
	if m.timer.interval > 0 || r.Timer.Interval > 0 {
		m.agree(r.Timer, true)
	}
}

// backoff is the wait after 491 (RFC 3261 §14.1): 2.1 to 4 s for who chose the Call-ID, 0 to 2 s for the other,
// in steps of 10 ms.
func (m *machine) backoff(chance float64) time.Duration {
	const step = 10 * time.Millisecond
	if m.Role == Caller {
		return 2100*time.Millisecond + time.Duration(chance*191)*step
	}
	return time.Duration(chance*201) * step
}
