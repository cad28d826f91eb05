package call

import (
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Phrase is one thing to say.
type Phrase = prompt.Phrase

func (m *machine) leadToQueue(t Target) {
	m.Phase = InQueue
	m.answer()
	if m.Record.QueuedAt.IsZero() {
		m.Record.QueuedAt = m.now
	}
	m.Record.Queue = t.Name
	m.do(JoinQueue{t.Name, m.Record.Card, m.Skills, m.Record.Attrs, m.Record.QueuedAt, m.Language})
}

func (m *machine) queueSaid(cmd QueueCommand) {
	if m.backSaid(cmd) {
		return
	}
	if m.Phase != InQueue {
		// Too late: the call went on or ended. An offer must still hear that it came to nothing.
		if c, ok := cmd.(QueueOffer); ok {
			m.do(TellQueue{OfferFailed{c.Offer.ID, line.NormalClearing}})
		}
		return
	}
	switch c := cmd.(type) {
	case QueueMusic:
		if m.Music = c.Class; m.Playing == 0 {
			m.do(Music{m.Guest, c.Class})
		}
	case QueueAnnounce:
		m.ExitKeys = c.ExitKeys
		if len(c.Phrases) > 0 {
			m.say(m.Guest, c.Phrases, c.ExitKeys)
		}
	case QueueOffer:
		m.startTry(Try{Offer: c.Offer, Target: Target{TargetExtension, c.Offer.Extension}}, c.Offer.Timeout)
	case QueueWithdraw:
		for i, t := range m.Tries {
			if t.Offer.ID == c.Offer && !t.Done {
				m.withdraw(i+1, c.Cause)
			}
		}
	case QueueLeave:
		m.withdrawAll(0, line.NormalClearing)
		m.note(c.Event, "")
		m.do(Hush{m.Guest})
		m.Phase = Arriving // the queue has let go: it need not hear what follows
		if len(c.Farewell) > 0 {
			m.say(m.Guest, c.Farewell, "")
			m.Farewell = Farewell{m.Guest, m.Plays}
			return
		}
		m.lead(c.Target)
	}
}

// played handles the end of something that was played.
func (m *machine) played(ev Played) {
	if m.Phase == Greeting && ev.Play == m.Plays && m.Greeted != 0 {
		m.join(m.Greeted)
		return
	}
	if m.Farewell.Play != 0 && ev.Play == m.Farewell.Play {
		m.drop(m.Farewell.Leg, line.NormalClearing)
		m.Farewell = Farewell{}
		return
	}
	if ev.Play != m.Playing {
		return
	}
	m.Playing = 0
	switch {
	case m.Phase == InMenu && ev.Outcome == media.Finished:
		m.do(FeedMenu{MenuPlayed{}})
	case m.Phase == Meeting: // there is nobody to meet
		m.end(line.CallRejected, "box")
	case m.Phase == InQueue && m.Music != "":
		m.do(Music{m.Guest, m.Music})
	}
}
