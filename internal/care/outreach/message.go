package outreach

import (
	"context"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// MessageState is how far an SMS to a customer has come. The values are for ever.
type MessageState string

// The states of an SMS.
const (
	MessagePending MessageState = "pending" // it is to be sent at Next
	MessageSent    MessageState = "sent"    // the network has taken it
	MessageFailed  MessageState = "failed"  // given up; Error says why
)

// What customers are told by SMS.
const (
	TriedTemplate = "tried" // that the dealership has called in vain
	AskTemplate   = "ask"   // where to answer
)

// Message is an SMS to a task's customer. CBOR numbers are never reused.
type Message struct {
	Template string       `cbor:"1,keyasint" json:"template"`
	To       string       `cbor:"2,keyasint" json:"to"`
	State    MessageState `cbor:"3,keyasint" json:"state"`
	Tries    int          `cbor:"4,keyasint,omitempty" json:"tries,omitempty"`
	Next     time.Time    `cbor:"5,keyasint,omitzero" json:"next,omitzero"` // when it is tried; zero: no more
	Until    time.Time    `cbor:"6,keyasint,omitzero" json:"until,omitzero"`
	DoneAt   time.Time    `cbor:"7,keyasint,omitzero" json:"done_at,omitzero"`
	Error    string       `cbor:"8,keyasint,omitempty" json:"error,omitempty"`
}

const (
	textUntil = 3 * 24 * time.Hour // after which an SMS is of no use any more
	askedFor  = 7 * 24 * time.Hour // how long a customer has for the answer
	textLease = 2 * time.Minute    // after which a try that a stop of the box has cut off is made again
)

// textAgain are the times between tries; the last one holds for all that follow.
var textAgain = [...]time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute} //nolint:gochecknoglobals // constant table

// begin notes a try before it is made; it reports false when none is to be made. A try whose end nobody notes is made again.
func (m Message) begin(now time.Time) (Message, bool) {
	if m.State != MessagePending || now.Before(m.Next) {
		return m, false
	}
	if !m.Until.IsZero() && !now.Before(m.Until) {
		if m.Error == "" {
			m.Error = "expired"
		}
		return m.gaveUp(m.Error, now), false
	}
	m.Tries++
	m.Next = now.Add(textLease)
	return m, true
}

// ended notes what came of a try. A number that cannot be texted is not tried again.
func (m Message) ended(err error, now time.Time) Message {
	switch {
	case m.State != MessagePending:
		return m
	case err == nil:
		m.State, m.Next, m.DoneAt, m.Error = MessageSent, time.Time{}, now, ""
		return m
	case fault.CodeOf(err) == fault.Invalid:
		return m.gaveUp(fault.KeyOf(err), now)
	}
	m.Error = fault.KeyOf(err)
	m.Next = now.Add(textAgain[min(max(m.Tries, 1), len(textAgain))-1])
	if !m.Until.IsZero() && !m.Next.Before(m.Until) {
		return m.gaveUp(m.Error, now)
	}
	return m
}

func (m Message) gaveUp(why string, now time.Time) Message {
	m.State, m.Next, m.DoneAt, m.Error = MessageFailed, time.Time{}, now, why
	return m
}

// Texts begins the SMS that are due, at most limit, and returns their tasks: each is to be sent now.
func (b *Book) Texts(ctx context.Context, limit int) (list []Task, err error) {
	now := b.clock().UTC()
	due, err := b.dueTexts(now, limit)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	err = b.books.Change(ctx, clockwork("send-sms"), func(tx Tx) error {
		list = list[:0]
		e := b.Edit(tx, clockwork("send-sms"))
		for _, id := range due {
			t, ok, err := e.beginText(id)
			if err != nil {
				return err
			}
			if ok {
				list = append(list, t)
			}
		}
		return nil
	})
	return list, err
}

func (b *Book) dueTexts(now time.Time, limit int) (due []string, err error) {
	err = b.books.View(func(tx Tx) error {
		due = due[:0]
		for t, err := range tx.Tasks.Find(byText, nil, nil) {
			if err != nil {
				return err
			}
			if t.SMS.Next.After(now) || len(due) == limit {
				break
			}
			due = append(due, t.ID)
		}
		return nil
	})
	return due, err
}

// beginText notes the try of one SMS. Outside the hours in which customers are called it waits; who wants none gets none, and
// neither does who has called meanwhile.
func (e *Edit) beginText(id string) (Task, bool, error) {
	t, ok, err := e.tx.Tasks.Get(id)
	if err != nil || !ok || t.SMS == nil {
		return t, false, err
	}
	t = t.clone()
	if err := e.unwanted(&t); err != nil {
		return t, false, err
	}
	send := false
	if hours := e.rules.Contact.Next(nil, []string{t.SMS.To}, e.now, e.rules.Zone); t.SMS.State == MessagePending && hours.Next.After(e.now) {
		t.SMS.Next = hours.Next.UTC()
	} else {
		*t.SMS, send = t.SMS.begin(e.now)
	}
	t, err = e.texted(t)
	return t, send, err
}

// unwanted gives up an SMS that nobody wants any more.
func (e *Edit) unwanted(t *Task) error {
	if t.SMS.Template == AskTemplate && !t.IsOpen() {
		*t.SMS = t.SMS.gaveUp("superseded", e.now)
		return nil
	}
	if t.Customer == "" {
		return nil
	}
	w, ok, err := e.tx.Whom(t.Customer)
	if err == nil && ok && w.NoTexts {
		*t.SMS = t.SMS.ended(fault.New(fault.Invalid, "outreach.do_not_text", "text customer of task %s: no SMS are wanted", t.ID), e.now)
	}
	return err
}

// Texted notes what came of sending a task's SMS.
func (b *Book) Texted(ctx context.Context, id string, sent error) error {
	by := clockwork("sent-sms")
	return b.books.Change(ctx, by, func(tx Tx) error {
		e := b.Edit(tx, by)
		t, err := get(tx, id)
		if err != nil || t.SMS == nil {
			return err
		}
		t = t.clone()
		*t.SMS = t.SMS.ended(sent, e.now)
		_, err = e.texted(t)
		return err
	})
}

// texted writes a task whose SMS has changed. One whose customer can be asked in no other way ends with it.
func (e *Edit) texted(t Task) (Task, error) {
	if t.Way == BySMS && t.State == Open && t.SMS.State == MessageFailed {
		return e.step(t, Untell{})
	}
	return books.Stored(e.tx.Tasks, "task", t.ID, t)
}

func clockwork(action string) books.By { return books.By{Who: "box", Via: "clock", Action: action} }
