package crm_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

var clerk = books.By{Who: "u1", Via: "api"}

// open makes a book in a store whose indexes are checked when the test ends.
func open(t testing.TB, sources ...crm.Source) *crm.Book {
	t.Helper()
	db := storetest.New(t)
	t.Cleanup(func() {
		if err := db.CheckIndexes(context.Background(), store.CRMTables()); err != nil {
			t.Error(err)
		}
	})
	return crm.New(store.Books{DB: db}, sources...)
}

func create(t testing.TB, b *crm.Book, name string, numbers ...string) crm.Customer {
	t.Helper()
	c := crm.Customer{Name: name}
	for _, n := range numbers {
		c.Phones = append(c.Phones, crm.Phone{Number: n})
	}
	c, err := b.Create(t.Context(), clerk, c, true)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func addVehicle(t testing.TB, b *crm.Book, v crm.Vehicle) crm.Vehicle {
	t.Helper()
	v, err := b.AddVehicle(t.Context(), clerk, v)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheSecondOfTwoEditorsIsTold(t *testing.T) {
	b := open(t)
	c := create(t, b, "王建国", "13800138000")
	mine, theirs := c, c
	mine.Notes = "prefers mornings"
	if _, err := b.Update(t.Context(), clerk, mine); err != nil {
		t.Fatal(err)
	}
	theirs.VIP = true
	if _, err := b.Update(t.Context(), clerk, theirs); fault.CodeOf(err) != fault.Conflict || fault.KeyOf(err) != "store.rev" {
		t.Errorf("the second editor is told %v", err)
	}
	if err := b.Delete(t.Context(), clerk, c.ID, c.Meta.Rev); fault.KeyOf(err) != "store.rev" {
		t.Errorf("who deletes what has changed is told %v", err)
	}
}

func TestTransferAndVisits(t *testing.T) {
	b := open(t)
	old, young := create(t, b, "王建国", "13800138000"), create(t, b, "李红", "13900139000")
	v := addVehicle(t, b, crm.Vehicle{Plate: "粤B12345", VIN: "LSVAM4186C2184841", Owner: old.ID})
	if _, err := b.AddVehicle(t.Context(), clerk, crm.Vehicle{Plate: "粤BI2345"}); fault.KeyOf(err) != "vehicle.plate_taken" {
		t.Errorf("a plate twice: %v", err)
	}
	if _, err := b.AddVehicle(t.Context(), clerk, crm.Vehicle{VIN: "LSVAM4186C2184841"}); fault.KeyOf(err) != "vehicle.vin_taken" {
		t.Errorf("a VIN twice: %v", err)
	}
	visit := crm.Visit{Order: "RO1", At: day("2025-03-01"), Vehicle: v.ID, Km: 9800, Kind: crm.Maintenance, Work: "oil", Amount: 58000}
	got, err := b.RecordVisit(t.Context(), clerk, visit)
	if err != nil || got.Customer != old.ID {
		t.Fatalf("%+v, %v", got, err)
	}
	visit.Amount = 60000
	if again, err := b.RecordVisit(t.Context(), clerk, visit); err != nil || again.ID != got.ID || again.Amount != 60000 {
		t.Errorf("the same repair order again: %+v, %v", again, err)
	}
	now, err := b.Vehicle(v.ID)
	if err != nil || now.LastService != "2025-03-01" || now.LastServiceKm != 9800 || len(now.Readings) != 1 {
		t.Fatalf("%+v, %v", now, err)
	}
	if now, err = b.Transfer(t.Context(), clerk, v.ID, now.Meta.Rev, young.ID, "2025-05-01", "sold"); err != nil || now.Owner != young.ID || now.Owners[0].Customer != old.ID {
		t.Fatalf("%+v, %v", now, err)
	}
	if list, err := b.Visits(v.ID, crm.Place{}, 10); err != nil || len(list) != 1 || list[0].Customer != old.ID {
		t.Errorf("visits %+v, %v", list, err)
	}
	if _, err := b.AddReading(t.Context(), clerk, v.ID, crm.Reading{At: day("2025-06-01"), Km: 900}, false); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a reading that falls: %v", err)
	}
	if err := b.Delete(t.Context(), clerk, young.ID, young.Meta.Rev); err != nil {
		t.Fatal(err)
	}
	if now, err = b.Vehicle(v.ID); err != nil || now.Owner != "" || len(now.Owners) != 2 {
		t.Errorf("after the owner's deletion %+v, %v", now, err)
	}
	if _, err := b.Customer(young.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the deleted one: %v", err)
	}
}

func TestValues(t *testing.T) {
	b := open(t)
	now := day("2025-12-31")
	spent := func(name string, visits ...any) string {
		c := create(t, b, name)
		days, sums := dated(visits)
		for i := range days {
			if _, err := b.RecordVisit(t.Context(), clerk, crm.Visit{Customer: c.ID, At: days[i], Amount: int64(sums[i])}); err != nil {
				t.Fatal(err)
			}
		}
		return c.ID
	}
	want := map[string]string{
		spent("A", "2025-10-01", 700, "2025-11-01", 100): "A",
		spent("B", "2025-11-02", 100):                    "B",
		spent("B lapsed", "2025-02-01", 60):              "C",
		spent("C", "2025-11-03", 20):                     "C",
		spent("C lapsed", "2025-02-01", 20):              "D",
		spent("D", "2024-06-01", 999):                    "D",
		spent("E", "2020-06-01", 999):                    "E",
		spent("F"):                                       "F",
	}
	r, err := b.ReckonValues(t.Context(), clerk, now)
	if err != nil || r.Revenue != 1000 || r.Top != 1 || r.Customers != 7 {
		t.Errorf("%+v, %v", r, err)
	}
	for id, tier := range want {
		c, err := b.Customer(id)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := b.Value(c); err != nil || v.Tier != tier {
			t.Errorf("%s: %+v, %v", c.Name, v, err)
		}
	}
	top, next, err := b.TopCustomers(0, 2)
	if err != nil || len(top) != 2 || top[0].Customer.Name != "A" || top[0].Value.Share != 800 || top[1].Customer.Name != "B" {
		t.Errorf("top %+v, %v", top, err)
	}
	if top, next, err = b.TopCustomers(next, 20); err != nil || len(top) != 3 || top[0].Value.Rank != 3 || next != 0 {
		t.Errorf("the rest %+v, on at %d, %v", top, next, err)
	}
}

// A page reads so many and no more, however many of those who stand in the list are gone; the pages make the whole.
func TestPagesOfTheTopAreBounded(t *testing.T) {
	b := open(t)
	ids := make([]string, 700)
	err := b.Change(t.Context(), clerk, func(e *crm.Edit) error {
		for i := range ids {
			c, err := e.Create(crm.Customer{Name: fmt.Sprintf("n%03d", i)}, true)
			if err != nil {
				return err
			}
			ids[i] = c.ID
			if _, err := e.RecordVisit(crm.Visit{Customer: c.ID, At: day("2025-10-01"), Amount: int64(1000 - i)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.ReckonValues(t.Context(), clerk, day("2025-12-31")); err != nil {
		t.Fatal(err)
	}
	err = b.Change(t.Context(), clerk, func(e *crm.Edit) error {
		for _, id := range ids[1:690] {
			if err := e.Vanish(id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	found, pages := 0, 0
	for after := 0; ; pages++ {
		list, next, err := b.TopCustomers(after, 50)
		if err != nil || pages > 9 {
			t.Fatal(pages, err)
		}
		if found += len(list); next == 0 {
			break
		}
		after = next
	}
	if found != 11 || pages == 0 {
		t.Errorf("%d of 11 in %d pages and the last", found, pages)
	}
}

// Visits of one moment are on one page or the next, none on neither.
func TestVisitsOfOneMomentAreAllListed(t *testing.T) {
	b := open(t)
	v := addVehicle(t, b, crm.Vehicle{Plate: "粤B12345"})
	for i := range 7 {
		if _, err := b.RecordVisit(t.Context(), clerk, crm.Visit{Vehicle: v.ID, Order: fmt.Sprint(i), At: day("2025-01-01").AddDate(0, 0, i/5)}); err != nil {
			t.Fatal(err)
		}
	}
	var behind crm.Place
	var orders string
	for range 4 {
		list, err := b.Visits(v.ID, behind, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			orders += x.Order
			behind = crm.Place{At: x.At, ID: x.ID}
		}
	}
	if orders != "5601234" {
		t.Errorf("the pages have %q", orders)
	}
}

// diary is a source of entries, one every minute.
type diary struct{ from time.Time }

func (d diary) Entries(_ crm.Subject, behind crm.Place, limit int) (list []crm.Entry, err error) {
	for i := 30; i > 0 && len(list) < limit; i-- {
		if e := (crm.Entry{At: d.from.Add(time.Duration(i/2) * time.Minute), Kind: "call", ID: fmt.Sprintf("c%02d", i)}); behind.Behind(e) {
			list = append(list, e)
		}
	}
	return list, nil
}

func TestThePagesOfTheTimeLineMakeTheWhole(t *testing.T) {
	b := open(t, diary{day("2025-01-01")})
	c := create(t, b, "王建国")
	for i := range 10 {
		if _, err := b.RecordVisit(t.Context(), clerk, crm.Visit{Customer: c.ID, At: day("2025-01-01").Add(time.Duration(i/3) * time.Minute)}); err != nil {
			t.Fatal(err)
		}
	}
	var whole []string
	behind := crm.Place{}
	for pages := 0; ; pages++ {
		list, next, err := b.TimeLine(c.ID, behind, 7)
		if err != nil || pages > 9 {
			t.Fatal(pages, err)
		}
		for _, e := range list {
			whole = append(whole, e.At.Format(time.TimeOnly)+e.ID)
		}
		if next == nil {
			break
		}
		behind = *next
	}
	if len(whole) != 40 || !slices.IsSortedFunc(whole, func(a, b string) int { return strings.Compare(b, a) }) || len(slices.Compact(slices.Clone(whole))) != 40 {
		t.Errorf("%d entries: %v", len(whole), whole)
	}
}
