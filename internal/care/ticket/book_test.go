package ticket_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

// staff is a house of five: two agents of the service, their leader, a technician, the director.
type staff struct{ away map[string]bool }

var names = map[string]string{"li": "李", "wang": "王", "lead": "班长", "chen": "陈", "boss": "总监"}

func (s staff) Person(id string) (ticket.Person, bool) {
	n, ok := names[id]
	return ticket.Person{ID: id, Name: n, Phone: "1390000" + fmt.Sprintf("%04d", len(id))}, ok
}

func (s staff) list(ids ...string) (list []ticket.Person) {
	for _, id := range ids {
		if p, ok := s.Person(id); ok && !s.away[id] {
			list = append(list, p)
		}
	}
	return list
}

func (s staff) Holders(role, _ string, _ time.Time) []ticket.Person {
	return s.list(map[string][]string{"team_lead": {"lead"}, "owner": {"lead"}}[role]...)
}
func (s staff) Above(string, time.Time) []ticket.Person  { return s.list("lead", "boss") }
func (s staff) Owners(string, time.Time) []ticket.Person { return s.list("li", "wang") }
func (s staff) Opens(_ string, after time.Time) time.Time {
	return after.Add(time.Hour)
}

func newBook(t *testing.T, people ticket.People) (*ticket.Book, *store.DB) {
	t.Helper()
	db := storetest.New(t)
	t.Cleanup(func() {
		if err := db.CheckIndexes(context.Background(), store.TicketTables()); err != nil {
			t.Error(err)
		}
	})
	rules := &ticket.Rules{Types: []ticket.Type{rescue, complaint, inquiry}, Plan: contact.DefaultPlan(), Zone: cst, Clocks: clocks, People: people}
	return ticket.NewBook(store.TicketBooks{DB: db}, func() *ticket.Rules { return rules }), db
}

var clerk = books.By{Who: "li", Via: "api"}

func create(t *testing.T, b *ticket.Book, tk ticket.Ticket) ticket.Ticket {
	t.Helper()
	if tk.Subject == "" {
		tk.Subject = "发动机异响"
	}
	if tk.Phones == nil {
		tk.Phones = []string{"138 0000 0001"}
	}
	made, err := b.Create(t.Context(), clerk, tk)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestCreateNumbersAndFindsAnOwner(t *testing.T) {
	b, _ := newBook(t, staff{})
	one := create(t, b, ticket.Ticket{Type: "rescue", Subject: "抛锚 沪A12345"})
	two := create(t, b, ticket.Ticket{Type: "rescue"})
	day := time.Now().In(cst).Format("060102")
	if one.Number != "R"+day+"-001" || two.Number != "R"+day+"-002" {
		t.Errorf("numbers %s, %s", one.Number, two.Number)
	}
	if one.Owner == two.Owner || one.State != ticket.Open || one.Phones[0] != "13800000001" {
		t.Errorf("owners %q, %q: work is shared; %+v", one.Owner, two.Owner, one)
	}
	for query, want := range map[string]string{one.Number: one.ID, strings.ToLower(two.Number): two.ID, "抛锚": one.ID, "沪a12345": one.ID, "异响": two.ID} {
		if got, err := b.Find(ticket.Viewer{}, query, 5); err != nil || len(got) != 1 || got[0].ID != want {
			t.Errorf("find %s: %d found, %v", query, len(got), err)
		}
	}
	if got, err := b.Find(ticket.Viewer{}, "13800000001", 5); err != nil || len(got) != 2 {
		t.Errorf("by telephone: %d, %v", len(got), err)
	}
	h, _, err := b.History(one.ID, "", 10)
	if err != nil || len(h) != 2 || h[0].What != "created" || h[1].What != "assigned" {
		t.Errorf("history %+v, %v", h, err)
	}
}

func TestNobodyIsThere(t *testing.T) {
	away := staff{away: map[string]bool{"li": true, "wang": true}}
	b, _ := newBook(t, away)
	one := create(t, b, ticket.Ticket{Type: "inquiry"})
	if one.State != ticket.New || one.Seek.Sub(one.CreatedAt) != time.Hour {
		t.Fatalf("%s, an owner is looked for at %v", one.State, one.Seek)
	}
	delete(away.away, "wang")
	if n, _, err := b.Tick(t.Context(), one.Seek); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if got, err := b.Ticket(one.ID); err != nil || got.Owner != "wang" || got.State != ticket.Open {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestBadInputNamesTheField(t *testing.T) {
	b, _ := newBook(t, staff{})
	_, err := b.Create(t.Context(), clerk, ticket.Ticket{
		Type: "magic", Priority: "now", Phones: []string{"abc"}, Owner: "nobody", Body: "\x00", Tags: make([]string, 100),
	})
	for _, want := range []string{"type: ", "priority: ", "subject: ", "phones[0]: ", "owner: ", "body: ", "tags: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %sin: %v", want, err)
		}
	}
	one := create(t, b, ticket.Ticket{Type: "inquiry"})
	for _, ev := range []ticket.Event{
		ticket.Assign{To: "nobody"},
		ticket.Wait{},
		ticket.Cancel{},
		ticket.Reopen{},
		ticket.Tell{},
		ticket.Contact{Attempt: contact.Attempt{Result: "well", Satisfaction: "meh"}},
		ticket.SendOut{Choices: []ticket.Choice{{Person: "nobody"}}},
	} {
		if _, err := b.Do(t.Context(), clerk, one.ID, 0, ev); fault.KeyOf(err) != "fields" {
			t.Errorf("%T: %v", ev, err)
		}
	}
	if got, err := b.Ticket(one.ID); err != nil || got.Meta.Rev != one.Meta.Rev {
		t.Errorf("refused changes have changed it: %v", err)
	}
}

// TestTwoCloseAtOnce: one wins, the other sees why.
func TestTwoCloseAtOnce(t *testing.T) {
	b, _ := newBook(t, staff{})
	one := create(t, b, ticket.Ticket{Type: "rescue", Owner: "li"})
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = b.Do(t.Context(), clerk, one.ID, one.Meta.Rev, ticket.Cancel{Why: "called twice"})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case fault.CodeOf(err) != fault.Conflict:
			t.Errorf("the others see %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d have closed it", won)
	}
}

func TestHiddenComplaints(t *testing.T) {
	b, _ := newBook(t, staff{})
	c := create(t, b, ticket.Ticket{Type: "complaint", Complaint: &ticket.Complaint{About: "li", Category: "parts"}, Customer: "c1"})
	if c.Owner != "wang" {
		t.Errorf("owned by %q", c.Owner)
	}
	for _, f := range []ticket.Filter{{}, {Type: "complaint"}, {Owner: "wang"}, {Customer: "c1"}, {State: ticket.Open}} {
		if got, _, err := b.List(ticket.Viewer{Person: "li"}, f, "", 10); err != nil || len(got) != 0 {
			t.Errorf("li sees %d by %+v, %v", len(got), f, err)
		}
		if got, _, err := b.List(ticket.Viewer{Person: "boss"}, f, "", 10); err != nil || len(got) != 1 {
			t.Errorf("the boss sees %d by %+v, %v", len(got), f, err)
		}
	}
	for _, query := range []string{c.Number, "异响", "13800000001"} {
		if got, _ := b.Find(ticket.Viewer{Person: "li"}, query, 5); len(got) != 0 {
			t.Errorf("li finds it by %s", query)
		}
	}
	again := create(t, b, ticket.Ticket{Type: "complaint", Complaint: &ticket.Complaint{Category: "parts"}, Customer: "c1"})
	if len(again.Relations) != 1 || again.Relations[0] != (ticket.Relation{Kind: "repeat_of", Ticket: c.ID}) {
		t.Errorf("a repeated complaint: %+v", again.Relations)
	}
}

func TestMergeAndSplit(t *testing.T) {
	b, _ := newBook(t, staff{})
	a := create(t, b, ticket.Ticket{Type: "inquiry", Links: []ticket.Link{{Kind: "call", ID: "1"}}})
	c := create(t, b, ticket.Ticket{Type: "rescue", Phones: []string{"13800000002"}, Links: []ticket.Link{{Kind: "call", ID: "2"}}})
	got, err := b.Merge(t.Context(), clerk, a.ID, a.Meta.Rev, c.ID)
	if err != nil || len(got.Links) != 2 || len(got.Phones) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if a, err = b.Ticket(a.ID); err != nil || a.State != ticket.Closed || a.Outcome != ticket.Merged {
		t.Errorf("%s %s, %v", a.State, a.Outcome, err)
	}
	if _, err = b.Merge(t.Context(), clerk, c.ID, got.Meta.Rev, a.ID); fault.KeyOf(err) != "ticket.closed" {
		t.Errorf("into a closed one: %v", err)
	}
	part, err := b.Split(t.Context(), clerk, c.ID, ticket.Ticket{Type: "inquiry", Subject: "and the price"})
	if err != nil || part.Phones[0] != "13800000002" || part.Relations[0] != (ticket.Relation{Kind: "split_from", Ticket: c.ID}) {
		t.Errorf("%+v, %v", part, err)
	}
	if linked, err := b.Linked("call", "1"); err != nil || len(linked) != 2 {
		t.Errorf("%d tickets have the call, %v", len(linked), err)
	}
}

// TestAComplaintAboutSomebodyStaysHidden: that person would read in the other ticket what was said, and its files.
func TestAComplaintAboutSomebodyStaysHidden(t *testing.T) {
	b, _ := newBook(t, staff{})
	about := func(who string) ticket.Ticket {
		return create(t, b, ticket.Ticket{Type: "complaint", Body: "rude", Complaint: &ticket.Complaint{About: who}})
	}
	secret, other, same, open := about("li"), about("wang"), about("li"), create(t, b, ticket.Ticket{Type: "complaint"})
	for _, into := range []ticket.Ticket{open, other} {
		if _, err := b.Merge(t.Context(), clerk, secret.ID, secret.Meta.Rev, into.ID); fault.KeyOf(err) != "ticket.about_somebody" {
			t.Errorf("into %s: %v", into.Number, err)
		}
	}
	if _, err := b.Merge(t.Context(), clerk, secret.ID, secret.Meta.Rev, same.ID); err != nil {
		t.Errorf("into one about the same person: %v", err)
	}
}

func notices(t *testing.T, db *store.DB) (list []ticket.Notice) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		for n, err := range store.TicketNotices.Ascend(tx, nil) {
			if err != nil {
				return err
			}
			list = append(list, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestManyDueAtOnce: each rung of each ticket is told once, in each of its ways.
func TestManyDueAtOnce(t *testing.T) {
	b, db := newBook(t, staff{})
	const many = 100
	for range many {
		create(t, b, ticket.Ticket{Type: "rescue", Owner: "li"})
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	now := time.Now().Add(time.Hour)
	for {
		n, _, err := b.Tick(ctx, now)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	told := map[string]int{}
	for _, n := range notices(t, db) {
		told[n.Ticket+n.Template+n.Args["role"]+n.By]++
	}
	for what, n := range told {
		if n != 1 {
			t.Errorf("%s told %d times", what, n)
		}
	}
	if want := many * 3; len(told) != want { // dispatch by call; contact by console and SMS; nobody holds the other roles
		t.Errorf("%d notices, want %d", len(told), want)
	}
}

// TestAComplaintAboutTheLeaderGoesHigher: who holds the rung's role is not told of a complaint about themselves; the next above is.
func TestAComplaintAboutTheLeaderGoesHigher(t *testing.T) {
	b, db := newBook(t, staff{})
	k := create(t, b, ticket.Ticket{Type: "rescue", Owner: "li", Complaint: &ticket.Complaint{About: "lead"}})
	if n, _, err := b.Tick(t.Context(), k.CreatedAt.Add(6*time.Minute)); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	list := notices(t, db)
	if len(list) != 1 || list[0].Person != "boss" {
		t.Errorf("told: %+v", list)
	}
}

func TestTheSchedulerWakesForWhatIsNew(t *testing.T) {
	away := staff{}
	b, _ := newBook(t, away)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- ticket.NewScheduler(b, slog.New(slog.DiscardHandler)).Run(ctx) }()
	one := create(t, b, ticket.Ticket{Type: "inquiry", Owner: "li"})
	if _, err := b.Do(t.Context(), clerk, one.ID, one.Meta.Rev, ticket.Wait{Until: time.Now().Add(200 * time.Millisecond), Why: "x"}); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got, err := b.Ticket(one.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.State == ticket.Open {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("still %s", got.State)
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
