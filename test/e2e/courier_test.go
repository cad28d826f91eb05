package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// technicians have phones of the house: 8005 and 8006; zhao has one outside.
func technicians() []roster.Person {
	return []roster.Person{
		{ID: "chen", Name: "陈", Phone: "8005", Role: roster.Technician},
		{ID: "deng", Name: "邓", Phone: "8006", Role: roster.Technician},
		{ID: "zhao", Name: "赵", Phone: outsidePhone, Role: roster.Technician},
	}
}

const outsidePhone = "13900000001"

// mechanics is the technicians as tickets know them.
type mechanics struct{}

func (mechanics) Person(id string) (ticket.Person, bool) {
	for _, p := range technicians() {
		if p.ID == id {
			return ticket.Person{ID: p.ID, Name: p.Name, Phone: p.Phone}, true
		}
	}
	return ticket.Person{}, false
}

func (mechanics) Holders(string, string, time.Time) []ticket.Person { return nil }
func (mechanics) Above(string, time.Time) []ticket.Person           { return nil }
func (mechanics) Owners(string, time.Time) []ticket.Person          { return nil }
func (mechanics) Opens(_ string, after time.Time) time.Time         { return after.Add(time.Hour) }

// rescueBox is a box with technicians, which does not run, and at which the phones of two of them are registered.
func rescueBox(t *testing.T) (b *box, chen, deng *phone) {
	t.Helper()
	b = open(t, func(_ *box, d *document) {
		d.Roster.People = technicians()
		d.Trunks[0].Messages = true
	})
	chen, deng = deskPhone(b, "8005"), deskPhone(b, "8006")
	b.stop()
	return b, chen, deng
}

// tickets opens the books of a box that does not run.
func (b *box) tickets(fn func(book *ticket.Book, tx func(func(ticket.Tx) error))) {
	b.t.Helper()
	all := workday.Always(time.UTC)
	rules := &ticket.Rules{
		Types: ticket.DefaultTypes(""), Plan: contact.DefaultPlan(), Zone: time.UTC, People: mechanics{},
		Clocks: func(string) ticket.Clock { return all },
	}
	b.rewrite(func(ctx context.Context, db *store.DB) error {
		kept := store.TicketBooks{DB: db}
		fn(ticket.NewBook(kept, func() *ticket.Rules { return rules }), func(change func(ticket.Tx) error) {
			if err := kept.Change(ctx, books.By{Who: "test"}, change); err != nil {
				b.t.Error(err)
			}
		})
		return nil
	})
}

// breakdown makes a rescue that is offered to these technicians, and returns its id.
func (b *box) breakdown(persons ...string) (id string) {
	b.t.Helper()
	b.tickets(func(book *ticket.Book, _ func(func(ticket.Tx) error)) {
		t, err := book.Create(b.t.Context(), books.By{Who: "test"}, ticket.Ticket{
			Type: "rescue", Subject: "高速抛锚", Phones: []string{backNumber}, Owner: "deng", Form: map[string]string{"place": "G2 1203"},
		})
		if err != nil {
			b.t.Fatal(err)
		}
		if len(persons) > 0 {
			b.dispatch(book, t.ID, persons)
		}
		id = t.ID
	})
	return id
}

func (b *box) dispatch(book *ticket.Book, id string, persons []string) {
	b.t.Helper()
	out := ticket.SendOut{Place: ticket.Place{Text: "G2 1203"}}
	for _, p := range persons {
		who, _ := mechanics{}.Person(p)
		out.Choices = append(out.Choices, ticket.Choice{Person: p, Name: who.Name, Phone: who.Phone})
	}
	if _, err := book.Do(b.t.Context(), books.By{Who: "test"}, id, 0, out); err != nil {
		b.t.Fatal(err)
	}
}

// asWritten reads a ticket and its notices after the box was stopped.
func (b *box) asWritten(id string) (t ticket.Ticket, list []ticket.Notice) {
	b.t.Helper()
	b.stop()
	b.tickets(func(book *ticket.Book, _ func(func(ticket.Tx) error)) {
		var err error
		if t, err = book.Ticket(id); err != nil {
			b.t.Fatal(err)
		}
		if list, _, err = book.Notices(ticket.Viewer{}, ticket.NoticeFilter{Ticket: id}, "", 100); err != nil {
			b.t.Fatal(err)
		}
	})
	return t, list
}

// byCall is the notice of a person that is told by telephone.
func byCall(t *testing.T, list []ticket.Notice, person string) ticket.Notice {
	t.Helper()
	for _, n := range list {
		if n.Person == person && n.By == ticket.ByCall {
			return n
		}
	}
	t.Fatalf("no call to %s among %+v", person, list)
	return ticket.Notice{}
}

// hearsWords waits until something was said.
func hearsWords(t *testing.T, d *dialog) {
	t.Helper()
	hearsSound(t, "who is told of a ticket", d.listen(1500*time.Millisecond))
}

// The first technician declines by key, the second one accepts: nobody else is called, and the ticket, the notices and the
// records of the calls say so.
func TestAJobIsOfferedByCall(t *testing.T) {
	t.Parallel()
	b, chen, deng := rescueBox(t)
	id := b.breakdown("chen", "zhao", "deng")
	out := trunkPeer(b)
	b.start()
	first := chen.ringWithin(40 * time.Second)
	first.answer(tone(agentTone))
	hearsWords(t, first)
	first.press('2')
	second := out.ringWithin(20 * time.Second)
	second.answer(tone(customerTone))
	hearsWords(t, second)
	second.press('1')
	second.overWithin(20 * time.Second)
	first.overWithin(20 * time.Second)
	deng.quiet(2 * time.Second)
	records := map[string]record{}
	b.until(5*time.Second, "the records are written", func() bool {
		for _, r := range b.calls() {
			records[r.To] = r
		}
		return len(records) == 2
	})
	tk, list := b.asWritten(id)
	d := tk.Dispatch
	if d.State != ticket.JobAccepted || d.Technician == nil || d.Technician.Person != "zhao" || len(d.Offers) != 2 || d.Offers[0].Answer != ticket.SaidNo || d.Offers[1].How != "key" {
		t.Errorf("dispatch: %+v", d)
	}
	for person, number := range map[string]string{"chen": "8005", "zhao": outsidePhone} {
		n, r := byCall(t, list, person), records[number]
		if n.State != ticket.Acked || n.Tries != 1 || n.Call != r.ID || r.Attrs["notice"] != n.ID || r.Attrs["ticket"] != tk.Number || r.Disposition != "menu_only" {
			t.Errorf("%s: notice %+v, record %+v", person, n, r)
		}
	}
	texts := map[string]string{}
	for _, n := range list {
		if n.By == ticket.BySMS {
			texts[n.Person] = string(n.State) + " " + n.Error
		}
	}
	if texts["zhao"] != "sent " || texts[""] != "sent " || texts["chen"] != "failed sms.extension" {
		t.Errorf("SMS to the technicians and the customer: %v", texts)
	}
	if len(tk.Attempts) != 0 {
		t.Errorf("telling the technician counts as reaching the customer: %+v", tk.Attempts)
	}
}

// The power fails while a technician's phone rings: it rings again afterwards, and once answered never more.
func TestAJobIsOfferedAcrossAPowerCut(t *testing.T) {
	t.Parallel()
	b, phone, _ := rescueBox(t)
	id := b.breakdown("chen")
	b.start()
	ringing := phone.ringWithin(40 * time.Second)
	b.kill()
	ringing.finish("power", 0)
	b.start()
	again := phone.ringWithin(40 * time.Second)
	again.answer(tone(agentTone))
	again.listen(500 * time.Millisecond)
	again.press('1')
	again.overWithin(20 * time.Second)
	b.kill()
	b.start()
	phone.quiet(5 * time.Second)
	tk, list := b.asWritten(id)
	if n := byCall(t, list, "chen"); n.State != ticket.Acked || n.Tries != 2 || tk.Dispatch.State != ticket.JobAccepted {
		t.Errorf("dispatch %s, notice %+v", tk.Dispatch.State, n)
	}
}

// An escalation whose call is not taken is made again two minutes later; when its time is brought forward it rings then, and
// the key acknowledges it.
func TestAnEscalationIsCalledAgain(t *testing.T) {
	t.Parallel()
	b, phone, _ := rescueBox(t)
	id := b.breakdown()
	n := ticket.Notice{
		ID: books.NewID(), Ticket: id, Kind: ticket.KindEscalation, Template: ticket.OfContact, Person: "chen", Phone: "8005", By: ticket.ByCall,
		At: time.Now().UTC(), State: ticket.Pending, Next: time.Now().UTC(), Due: time.Now().UTC(), Until: time.Now().UTC().Add(time.Hour),
	}
	put := func() {
		b.tickets(func(_ *ticket.Book, tx func(func(ticket.Tx) error)) {
			tx(func(tx ticket.Tx) error { return tx.Notices.Put(n) })
		})
	}
	put()
	b.start()
	phone.ringWithin(40 * time.Second).reject(486)
	b.until(5*time.Second, "the record is written", func() bool { return len(b.calls()) == 1 })
	phone.quiet(time.Second)
	_, list := b.asWritten(id)
	n = byCall(t, list, "chen")
	if wait := time.Until(n.Next); n.State != ticket.Pending || n.Tries != 1 || n.Error != "busy" || wait < time.Minute || wait > 2*time.Minute {
		t.Fatalf("after a busy phone: %+v, again in %s", n, wait)
	}
	n.Next = time.Now().UTC()
	put()
	b.start()
	d := phone.ringWithin(40 * time.Second)
	d.answer(tone(agentTone))
	from := time.Now()
	hearsWords(t, d)
	d.press('1')
	d.overWithin(20 * time.Second)
	if l := dsp.Power(d.since(from), agentTone); l > loud {
		t.Errorf("the phone hears itself at %.1f dBm0", l)
	}
	_, list = b.asWritten(id)
	if n = byCall(t, list, "chen"); n.State != ticket.Acked || n.Tries != 2 || n.Error != "" {
		t.Errorf("after the key: %+v", n)
	}
}
