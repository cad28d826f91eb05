package dialog

import (
	"strconv"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

// ReferLimit is how long the far side is kept waiting for what came of its REFER: as long as a call may ring, and a
// little for what is tried before it rings.
const ReferLimit = NoAnswerLimit + 30*time.Second

// Refer is what a REFER asks for (RFC 3515), read by the dialog's owner.
type Refer struct {
	To       string // the number that the other party shall be led to
	Replaces string // Call-ID of the far side's other dialog, of an attended transfer; "" for a blind one
	Status   int    // refuses it; 0: it may be done
	Silent   bool   // the far side does not want to hear what comes of it (Refer-Sub: false, RFC 4488)
}

// referral is a REFER under way with the subscription that it began (RFC 3515 §2.4.4). It is never changed in place.
type referral struct {
	event   string // the subscription's name
	waiting bool   // the call has not said yet what came of it
	told    bool   // the far side knows the end, or does not want to
	sent    uint32 // CSeq of the NOTIFY that waits for its answer, 0 for none
	status  int    // the end that waits for that answer, 0 for none
	late    bool   // its time is over
}

// refer takes a REFER: 202 and the first NOTIFY at once, whatever comes of it later.
func (m *machine) refer(r Request) {
	f := r.Refer
	switch {
	case f == nil:
		m.do(Reply{ID: r.ID, Status: 405})
	case f.Status != 0:
		m.do(Reply{ID: r.ID, Status: f.Status})
	case m.over:
		m.do(Reply{ID: r.ID, Status: 481})
	case m.State != Confirmed, m.transfer != nil && m.transfer.waiting:
		m.do(Reply{ID: r.ID, Status: 491}) // nothing to lead on yet, or one thing at a time
	default:
		m.do(Reply{ID: r.ID, Status: 202, NoNews: f.Silent})
		n := referral{event: "refer;id=" + strconv.FormatUint(uint64(r.Seq), 10), waiting: true, told: f.Silent}
		m.transfer = &n
		if !f.Silent {
			m.news(n, 100, "active;expires="+strconv.Itoa(int(ReferLimit.Seconds())))
			m.do(Arm{ReferOver, ReferLimit})
		}
		m.report(line.Transfer{To: f.To, Replaces: f.Replaces})
	}
}

// news tells the far side how its transfer is getting on.
func (m *machine) news(n referral, status int, subscription string) {
	n.sent = m.next()
	m.transfer = &n
	m.do(Notify{
		Seq: n.sent, Tag: m.RemoteTag, Target: m.Target, Routes: m.Routes,
		Event: n.event, Subscription: subscription, Status: status,
	})
}

// transferred takes the call's word of what came of the transfer.
func (m *machine) transferred(r line.TransferResult) {
	if m.transfer == nil || !m.transfer.waiting {
		return
	}
	n := *m.transfer
	n.waiting = false
	m.transfer = &n
	status := 200
	if !r.OK {
		status = StatusOf(r.Cause)
	}
	m.lastNews(status, false)
}

// lastNews ends the subscription with the end of the transfer, as soon as the NOTIFY before has been answered (RFC 6665
// §4.2.2: one at a time); at once when there is no later.
func (m *machine) lastNews(status int, now bool) {
	if m.transfer == nil || m.transfer.told {
		return
	}
	n := *m.transfer
	if n.status == 0 {
		n.status = status
	}
	if n.sent != 0 && !now {
		m.transfer = &n
		return
	}
	n.told = true
	reason := "noresource"
	if n.late {
		reason = "timeout"
	}
	m.do(Disarm{ReferOver})
	m.news(n, n.status, "terminated;reason="+reason)
}

// referOver ends a subscription whose time is over. The transfer itself may still come to something.
func (m *machine) referOver() {
	if m.transfer == nil || m.transfer.told {
		return
	}
	n := *m.transfer
	n.late = true
	m.transfer = &n
	m.lastNews(408, false)
}

// noted takes the answer to a NOTIFY of the transfer; status 0 means that there was none.
func (m *machine) noted(seq uint32, status int) {
	if m.transfer == nil || m.transfer.sent != seq || (status > 0 && status < 200) {
		return
	}
	n := *m.transfer
	n.sent = 0
	switch {
	case n.told: // that was the last one
	case status == 0, status >= 400 && status < 500 && status != 491:
		n.told = true // the far side knows of no such subscription, or is away (RFC 5057 §5.1)
		m.do(Disarm{ReferOver})
	case n.status != 0:
		m.transfer = &n
		m.lastNews(n.status, true)
		return
	}
	m.transfer = &n
}
