package courier_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/care/ticket/courier"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

// staff are two technicians and their leader.
type staff struct{}

func (staff) Person(id string) (ticket.Person, bool) {
	phone := map[string]string{"chen": "13900000001", "deng": "13900000002", "lead": "13900000003"}[id]
	return ticket.Person{ID: id, Name: id, Phone: phone}, phone != ""
}

func (s staff) Holders(role, _ string, _ time.Time) []ticket.Person {
	p, _ := s.Person("lead")
	if role != "team_lead" {
		return nil
	}
	return []ticket.Person{p}
}
func (staff) Above(string, time.Time) []ticket.Person  { return nil }
func (staff) Owners(string, time.Time) []ticket.Person { return nil }
func (staff) Opens(_ string, after time.Time) time.Time {
	return after.Add(time.Hour)
}

// world is what a courier works with, in its simplest form.
type world struct {
	t    *testing.T
	book *ticket.Book
	db   *store.DB

	mu     sync.Mutex
	shown  []string
	texts  []string
	noSMS  bool
	calls  []string // "13900000001" …, in the order of their beginning
	up     map[string]int
	most   int // calls at once
	answer func(a courier.Announcement) (courier.Said, time.Duration)
}

func newWorld(t *testing.T) *world {
	db := storetest.New(t)
	all := workday.Always(time.UTC)
	rules := &ticket.Rules{
		Types: ticket.DefaultTypes(""), Plan: contact.DefaultPlan(), Zone: time.UTC, People: staff{},
		Clocks: func(string) ticket.Clock { return all },
	}
	return &world{t: t, db: db, book: ticket.NewBook(store.TicketBooks{DB: db}, func() *ticket.Rules { return rules }), up: map[string]int{}}
}

func (w *world) Tell(person string, n ticket.Notice, _ ticket.Ticket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shown = append(w.shown, person+" "+n.Template)
}

func (w *world) Compose(_ context.Context, n ticket.Notice, t ticket.Ticket) (string, error) {
	return n.Template + " " + t.Number, nil
}

func (w *world) Text(_ context.Context, phone, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.noSMS {
		return fault.New(fault.Unavailable, "sms.no_way", "send SMS: no way")
	}
	w.texts = append(w.texts, phone+" "+text)
	return nil
}

func (w *world) Announce(ctx context.Context, a courier.Announcement) (courier.Answer, error) {
	w.mu.Lock()
	phone := a.Notice.Phone
	w.calls = append(w.calls, phone)
	w.up[phone]++
	if w.up[phone] > 1 {
		w.t.Errorf("%s is called twice at a time", phone)
	}
	n := 0
	for _, up := range w.up {
		n += up
	}
	w.most = max(w.most, n)
	said, takes := w.answer(a)
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		w.up[phone]--
		w.mu.Unlock()
	}()
	select {
	case <-time.After(takes):
		return courier.Answer{Said: said, Call: "c"}, nil
	case <-ctx.Done():
		return courier.Answer{}, context.Cause(ctx)
	}
}

// made is how many calls were made, and how much was shown.
func (w *world) made() (calls, shown int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.calls), len(w.shown)
}

func (w *world) ringing(phone string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.up[phone]
}

// run delivers until the function is called.
func (w *world) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	c := courier.New(courier.Config{Book: w.book, Console: w, Texter: w, Caller: w, Logger: slog.New(slog.DiscardHandler)})
	go func() { ended <- c.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		<-ended //nolint:errcheck // the end of its context
	})
	w.t.Cleanup(stop)
	return stop
}

var clerk = books.By{Who: "li", Via: "api"}

func (w *world) rescue(persons ...string) ticket.Ticket {
	w.t.Helper()
	t, err := w.book.Create(w.t.Context(), clerk, ticket.Ticket{
		Type: "rescue", Subject: "抛锚", Phones: []string{"13800000001"}, Owner: "lead", Form: map[string]string{"place": "G2"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(persons) == 0 {
		return t
	}
	out := ticket.SendOut{Place: ticket.Place{Text: "G2"}}
	for _, p := range persons {
		out.Choices = append(out.Choices, ticket.Choice{Person: p, Name: p})
	}
	if t, err = w.book.Do(w.t.Context(), clerk, t.ID, 0, out); err != nil {
		w.t.Fatal(err)
	}
	return t
}

// put writes notices as an escalation does.
func (w *world) put(list ...ticket.Notice) {
	w.t.Helper()
	err := store.TicketBooks{DB: w.db}.Change(w.t.Context(), clerk, func(tx ticket.Tx) error {
		for _, n := range list {
			n.ID, n.State, n.At, n.Next, n.Until = books.NewID(), ticket.Pending, time.Now().UTC(), time.Now().UTC(), time.Now().UTC().Add(24*time.Hour)
			if err := tx.Notices.Put(n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.book.Wake()
}

func escalation(t ticket.Ticket, by, person string) ticket.Notice {
	p, _ := staff{}.Person(person)
	return ticket.Notice{Ticket: t.ID, Kind: ticket.KindEscalation, Template: ticket.OfContact, Person: person, Phone: p.Phone, By: by}
}

func (w *world) notices(id string) []ticket.Notice {
	w.t.Helper()
	list, next, err := w.book.Notices(ticket.Viewer{}, ticket.NoticeFilter{Ticket: id}, "", 1000)
	if err != nil || next != "" {
		w.t.Fatal(next, err)
	}
	return list
}

// states are how far a ticket's notices are: "chen call acked".
func (w *world) states(id string) (list []string) {
	for _, n := range w.notices(id) {
		s := strings.TrimSpace(n.Person + " " + n.By + " " + string(n.State) + " " + n.Error)
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}

func (w *world) want(what string, got []string, want ...string) {
	w.t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.t.Errorf("%s:\n got  %q\n want %q", what, got, want)
	}
}

func says(s courier.Said) func(courier.Announcement) (courier.Said, time.Duration) {
	return func(courier.Announcement) (courier.Said, time.Duration) { return s, 10 * time.Second }
}

func TestAJobGoesToTheNextWhenOneDeclines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answer = func(a courier.Announcement) (courier.Said, time.Duration) {
			if a.Notice.Person == "chen" {
				return courier.Declined, 5 * time.Second
			}
			return courier.Confirmed, 5 * time.Second
		}
		stop := w.run()
		job := w.rescue("chen", "deng", "lead")
		time.Sleep(time.Minute)
		stop()
		got, err := w.book.Ticket(job.ID)
		if err != nil || got.Dispatch.State != ticket.JobAccepted || got.Dispatch.Technician.Person != "deng" {
			t.Fatalf("%+v, %v", got.Dispatch, err)
		}
		w.want("notices", w.states(job.ID), "chen call acked", "chen sms sent", "deng call acked", "deng sms sent", "sms sent")
		h, _, err := w.book.History(job.ID, "", 50)
		if err != nil || !slices.ContainsFunc(h, func(e ticket.Entry) bool { return e.What == "job_accepted" && e.By == "deng" }) {
			t.Errorf("history %+v, %v", h, err)
		}
	})
}

// A telephone that rings on is left when the offer lapses, and the next technician is called.
func TestACallEndsWithItsOffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answer = func(a courier.Announcement) (courier.Said, time.Duration) {
			if a.Notice.Person == "chen" {
				return courier.Confirmed, 3 * time.Minute // too late
			}
			return courier.Confirmed, 5 * time.Second
		}
		stop := w.run()
		job := w.rescue("chen", "deng")
		time.Sleep(ticket.OfferTime + time.Second)
		if _, _, err := w.book.Tick(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if w.ringing("13900000001") != 0 {
			t.Error("the first technician's phone still rings")
		}
		stop()
		got, err := w.book.Ticket(job.ID)
		if err != nil || got.Dispatch.Technician == nil || got.Dispatch.Technician.Person != "deng" {
			t.Fatalf("%+v, %v", got.Dispatch, err)
		}
		w.want("notices", w.states(job.ID), "chen call failed superseded", "chen sms sent", "deng call acked", "deng sms sent", "sms sent")
	})
}

func TestAnEscalationIsAcknowledgedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answer = says(courier.Confirmed)
		one := w.rescue()
		w.put(escalation(one, ticket.ByConsole, "lead"), escalation(one, ticket.ByCall, "lead"), escalation(one, ticket.ByCall, "lead"), escalation(one, ticket.ByCall, "chen"))
		stop := w.run()
		time.Sleep(time.Minute)
		stop()
		w.want("notices", w.states(one.ID), "chen call acked", "lead call acked", "lead call acked", "lead console sent")
		slices.Sort(w.calls)
		w.want("calls", w.calls, "13900000001", "13900000003")
		w.want("screens", w.shown, "lead first_contact")
		h, _, err := w.book.History(one.ID, "", 50)
		n := 0
		for _, e := range h {
			if e.What == ticket.Acknowledged && e.Args["target"] == ticket.OfContact {
				n++
			}
		}
		if err != nil || n != 2 {
			t.Errorf("%d entries, %v", n, err)
		}
	})
}

func TestACallThatIsNotTakenIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answer = says(courier.NoAnswer)
		one := w.rescue()
		w.put(escalation(one, ticket.ByCall, "lead"))
		stop := w.run()
		begin := time.Now()
		for i, after := range []time.Duration{time.Second, 2*time.Minute + 12*time.Second, 4*time.Minute + 24*time.Second, 6*time.Minute + 36*time.Second} {
			time.Sleep(time.Until(begin.Add(after)))
			if n, _ := w.made(); n != i+1 {
				t.Errorf("%d calls after %s", n, after)
			}
		}
		time.Sleep(time.Hour)
		stop()
		w.want("notices", w.states(one.ID), "lead call failed no_answer")
		if len(w.calls) != 4 {
			t.Errorf("%d calls", len(w.calls))
		}
	})
}

func TestSMSWaitForAWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.noSMS = true
		one := w.rescue()
		w.put(escalation(one, ticket.BySMS, "lead"))
		stop := w.run()
		time.Sleep(10 * time.Minute)
		if n := w.notices(one.ID)[0]; n.State != ticket.Pending || n.Tries != 4 || n.Error != "sms.no_way" {
			t.Errorf("%+v", n)
		}
		w.mu.Lock()
		w.noSMS = false
		w.mu.Unlock()
		time.Sleep(20 * time.Minute)
		stop()
		w.want("notices", w.states(one.ID), "lead sms sent")
		w.want("SMS", w.texts, "13900000003 first_contact "+one.Number)
	})
}

// However often the courier is broken off in the middle, what it has recorded as delivered is not delivered again, and the
// tries end.
func TestPowerFailsAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answer = says(courier.Confirmed) // after ten seconds
		one := w.rescue()
		w.put(escalation(one, ticket.ByCall, "lead"), escalation(one, ticket.BySMS, "lead"))
		for range 3 {
			stop := w.run()
			time.Sleep(5 * time.Second)
			stop()
		}
		stop := w.run()
		time.Sleep(time.Minute)
		stop()
		w.want("notices", w.states(one.ID), "lead call acked", "lead sms sent")
		if len(w.calls) != 4 || len(w.texts) != 1 {
			t.Errorf("%d calls, %d SMS", len(w.calls), len(w.texts))
		}
		stop = w.run()
		time.Sleep(time.Hour)
		stop()
		if len(w.calls) != 4 || len(w.texts) != 1 {
			t.Errorf("again: %d calls, %d SMS", len(w.calls), len(w.texts))
		}
	})
}

// Many at once: not more than a few calls, never two to one telephone, and screens do not wait for calls.
func TestManyNoticesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answer = says(courier.Confirmed)
		one := w.rescue()
		var list []ticket.Notice
		const many = 200
		for i := range many {
			n := escalation(one, ticket.ByCall, "lead")
			n.Person, n.Phone = "p"+string(rune('a'+i%20)), "1390000010"+string(rune('0'+i%10))
			n.Template = string(rune('a' + i/20))
			list = append(list, n, escalation(one, ticket.ByConsole, "lead"))
		}
		w.put(list...)
		stop := w.run()
		time.Sleep(2 * time.Second)
		if n, shown := w.made(); shown != many || n != 4 {
			t.Errorf("after a moment %d on screens, %d calls", shown, n)
		}
		time.Sleep(2 * time.Hour)
		stop()
		if w.most != 4 || len(w.calls) != many {
			t.Errorf("%d calls, %d at once", len(w.calls), w.most)
		}
	})
}
