package subscribe

import (
	"fmt"
	"time"
)

// Limits of a subscription's life.
const (
	MinExpires = time.Minute // shorter ones are refused with 423 (RFC 6665 §4.2.1.1)
	// MaxExpires bounds how long a lamp may show what is no longer so after a power failure of the box: phones refresh
	// within it. A notifier may shorten what was asked for (RFC 6665 §4.2.1.1), and both event packages suggest an hour.
	MaxExpires = 15 * time.Minute
)

// Patience is how long the last NOTIFY waits for the answer to the one before. Its own timer F (RFC 3261 §17.1.2.2) is
// over a little earlier.
const Patience = 33 * time.Second

// Grant returns for how long a subscription is granted when so much was asked for; ok is false when that is too brief.
// 0 ends it.
func Grant(asked time.Duration) (life time.Duration, ok bool) {
	if asked > 0 && asked < MinExpires {
		return 0, false
	}
	return min(asked, MaxExpires), true
}

// The reasons for which a subscription ends (RFC 6665 §4.1.3).
const (
	Timeout    = "timeout"
	Rejected   = "rejected"   // the phone may no longer
	NoResource = "noresource" // what it watches is no more
	// Restarting asks the phone to come again after a while (§4.1.3: probation).
	Restarting = "probation;retry-after=10"
)

// Subscription is the whole state of one, a plain value. The zero value has not begun.
type Subscription struct {
	LocalSeq  uint32 // last CSeq that we used
	RemoteSeq uint32 // last CSeq of the phone

	begun   bool
	gone    bool
	until   time.Time
	version uint32 // of the next document
	telling uint32 // CSeq of the NOTIFY that waits for its answer, 0 for none
	noted   bool   // something is to be told after that
	full    bool   // the next NOTIFY has to say everything
	end     string // why it ends after that, "" while it goes on
}

// Event is what happened to a subscription.
type Event interface{ event() }

type (
	// Asked means: a SUBSCRIBE came. Life is what was granted; 0 ends the subscription, or fetches the state once.
	Asked struct {
		Seq  uint32
		Life time.Duration
	}
	// Changed means: there is news.
	Changed struct{}
	// Answered means: our NOTIFY was answered; Status 0: it was not, or could not be sent.
	Answered struct {
		Seq    uint32
		Status int
	}
	// Due means: the timer ran out.
	Due struct{}
	// End means: the box ends it, and Now without waiting for an answer.
	End struct {
		Reason string
		Now    bool
	}
)

func (Asked) event()    {}
func (Changed) event()  {}
func (Answered) event() {}
func (Due) event()      {}
func (End) event()      {}

// Effect is what must be done after a step, in the order given.
type Effect interface{ effect() }

type (
	// Reply means: answer the SUBSCRIBE, with Life as Expires if it is 200.
	Reply struct {
		Status int
		Life   time.Duration
	}
	// Notify means: send a NOTIFY.
	Notify struct {
		Seq     uint32
		Version uint32
		Full    bool   // all there is to know; else only what has changed since the last
		State   string // Subscription-State
	}
	// Arm means: start the timer, anew if it runs.
	Arm struct{ After time.Duration }
	// Finish means: the subscription is gone.
	Finish struct{}
)

func (Reply) effect()  {}
func (Notify) effect() {}
func (Arm) effect()    {}
func (Finish) effect() {}

// Step takes one event in and returns the next state and what to do, in order. It touches nothing. Events that make no
// sense in the state do nothing.
func Step(s Subscription, ev Event, now time.Time) (Subscription, []Effect) {
	if s.gone {
		return s, nil
	}
	m := machine{Subscription: s, now: now}
	switch ev := ev.(type) {
	case Asked:
		m.asked(ev)
	case Changed:
		m.tell(false)
	case Answered:
		m.answered(ev)
	case Due:
		m.due()
	case End:
		m.over(ev.Reason, ev.Now)
	}
	return m.Subscription, m.out
}

// machine is one step under way.
type machine struct {
	Subscription

	now time.Time
	out []Effect
}

func (m *machine) do(e ...Effect) { m.out = append(m.out, e...) }

func (m *machine) asked(a Asked) {
	switch {
	case m.begun && a.Seq <= m.RemoteSeq:
		m.do(Reply{Status: 500}) // RFC 3261 §12.2.2
		return
	case m.end != "":
		m.do(Reply{Status: 481}) // only its last NOTIFY is still to be sent
		return
	}
	m.begun, m.RemoteSeq, m.until = true, a.Seq, m.now.Add(a.Life)
	m.do(Reply{Status: 200, Life: a.Life})
	if a.Life == 0 {
		m.over(Timeout, false)
		return
	}
	m.do(Arm{a.Life})
	m.tell(true)
}

// tell sends the news, or notes that there is some while the phone has not answered the last.
func (m *machine) tell(full bool) {
	if !m.begun || m.end != "" {
		return
	}
	m.full = m.full || full
	if m.telling != 0 {
		m.noted = true
		return
	}
	left := max(1, int(m.until.Sub(m.now).Round(time.Second).Seconds()))
	m.notify(fmt.Sprintf("active;expires=%d", left))
}

// over ends the subscription with a last NOTIFY, which waits for the answer to the one before unless it has to be now.
func (m *machine) over(reason string, now bool) {
	if !m.begun || (m.end != "" && !now) {
		return
	}
	m.end, m.full = reason, true
	if m.telling == 0 || now {
		m.last()
		return
	}
	m.until = m.now.Add(Patience)
	m.do(Arm{Patience})
}

func (m *machine) due() {
	switch {
	case !m.begun || m.now.Before(m.until):
	case m.end != "":
		m.last()
	default:
		m.over(Timeout, false)
	}
}

func (m *machine) last() {
	m.notify("terminated;reason=" + m.end)
	m.finish()
}

func (m *machine) finish() {
	m.gone = true
	m.do(Finish{})
}

func (m *machine) notify(state string) {
	m.LocalSeq++
	m.telling = m.LocalSeq
	m.do(Notify{Seq: m.LocalSeq, Version: m.version, Full: m.full, State: state})
	m.version++
	m.noted, m.full = false, false
}

func (m *machine) answered(a Answered) {
	if m.telling == 0 || a.Seq != m.telling || (a.Status > 0 && a.Status < 200) {
		return
	}
	m.telling = 0
	switch {
	case !heard(a.Status) && !passing(a.Status):
		m.finish() // the phone is away, or knows nothing of it (RFC 6665 §4.2.2, RFC 5057 §5.1)
		return
	case !heard(a.Status):
		m.full = true // it missed something; the next document says everything
	}
	switch {
	case m.end != "":
		m.last()
	case m.noted:
		m.tell(false)
	}
}

func heard(status int) bool { return status >= 200 && status < 300 }

// passing are the answers that say nothing of the subscription, only that this NOTIFY came at a bad time.
func passing(status int) bool {
	return status == 491 || (status >= 500 && status < 600 && status != 501)
}
