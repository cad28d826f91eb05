package crm_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/crm"
)

func TestDuplicates(t *testing.T) {
	b := open(t)
	c := create(t, b, "王建国", "13800138000")
	for _, d := range []struct {
		name, rule string
		certain    bool
	}{{"王建国", crm.PhoneAndName, true}, {"王 建国", crm.PhoneAndName, true}, {"王健国", crm.PhoneAndSpelling, true}, {"李红", crm.PhoneOnly, false}} {
		list, err := b.Duplicates(crm.Customer{Name: d.name, Phones: []crm.Phone{{Number: "13800138000"}}})
		if err != nil || len(list) != 1 || list[0].Rule != d.rule || list[0].Certain != d.certain {
			t.Errorf("%s: %+v, %v", d.name, list, err)
		}
	}
	_, err := b.Create(t.Context(), clerk, crm.Customer{Name: "王建国", Phones: []crm.Phone{{Number: "13800138000"}}}, false)
	dup, ok := errors.AsType[*crm.DuplicateError](err)
	if !ok || dup.Of[0].Customer.ID != c.ID || fault.KeyOf(err) != "customer.duplicate" || fault.CodeOf(err) != fault.Conflict {
		t.Fatalf("creating one again: %v", err)
	}
	wife := create(t, b, "李红", "13800138000")
	list, _, err := b.Reviews("", 10)
	if err != nil || len(list) != 1 || list[0].Review.Rule != crm.PhoneOnly {
		t.Fatalf("reviews %+v, %v", list, err)
	}
	if err := b.Distinct(t.Context(), clerk, list[0].Review.ID); err != nil {
		t.Fatal(err)
	}
	wife.Name = "李洪"
	if _, err := b.Update(t.Context(), clerk, wife); err != nil {
		t.Fatal(err)
	}
	if list, _, err = b.Reviews("", 10); err != nil || len(list) != 0 {
		t.Errorf("people are asked again: %+v, %v", list, err)
	}
	again := create(t, b, "王建国", "13800138000")
	n, err := b.MergeCertain(t.Context(), clerk)
	if err != nil || n != 1 {
		t.Fatalf("merged %d, %v", n, err)
	}
	if got, err := b.Customer(again.ID); err != nil || got.ID != c.ID {
		t.Errorf("the second record leads to %s, %v", got.ID, err)
	}
	if n, err = b.MergeCertain(t.Context(), clerk); err != nil || n != 0 {
		t.Errorf("merged again: %d, %v", n, err)
	}
}

// bare is a customer without its history.
func bare(c crm.Customer) crm.Customer { c.Meta = merge.Meta{}; return c }

// randomCustomer makes one of few so that they share much.
func randomCustomer(r *rand.Rand) crm.Customer {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	c := crm.Customer{
		Name: pick("王建国", "李红", "曾国藩"), WeChat: pick("", "wx1", "wx2"), Address: pick("", "深圳"), Notes: pick("", "n1", "n2"), VIP: r.IntN(2) == 0,
		Gender: pick("", "m", "f"), Birthday: crm.Date(pick("", "1980-01-01")), Tier: pick("", "A"),
	}
	for range r.IntN(4) {
		n := fmt.Sprintf("1380013800%d", r.IntN(5))
		if !c.HasPhone(n) {
			c.Phones = append(c.Phones, crm.Phone{Number: n, DoNotCall: r.IntN(2) == 0})
		}
	}
	for range r.IntN(3) {
		c.Tags = append(c.Tags, pick("a", "b", "c"))
	}
	c.Consent = crm.Consent{Marketing: r.IntN(2) == 0, DoNotCall: r.IntN(2) == 0, At: day("2025-01-01").AddDate(0, 0, r.IntN(9)).UTC()}
	return c
}

func TestUndoingAMergeRestoresBoth(t *testing.T) {
	b := open(t)
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		var c [3]crm.Customer
		for i := range c {
			var err error
			if c[i], err = b.Create(t.Context(), clerk, randomCustomer(r), true); err != nil {
				t.Fatal(err)
			}
		}
		w, l, third := c[0], c[1], c[2]
		var cars []crm.Vehicle
		for i := range 4 {
			v := crm.Vehicle{Plate: fmt.Sprintf("粤B%02d%02d%d", seed%100, i, seed%10), Owner: c[r.IntN(3)].ID}
			for _, u := range c {
				if u.ID != v.Owner && r.IntN(2) == 0 {
					v.Users = append(v.Users, u.ID)
				}
			}
			cars = append(cars, addVehicle(t, b, v))
		}
		for range 3 {
			i := r.IntN(3)
			if _, err := b.Relate(t.Context(), clerk, crm.Relation{Kind: crm.Household, From: c[i].ID, To: c[(i+1)%3].ID}); err != nil {
				t.Fatal(err)
			}
		}
		related := relatives(t, b, c[:])

		m, err := b.Merge(t.Context(), clerk, w.ID, l.ID, [2]uint64{w.Meta.Rev, l.Meta.Rev})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := b.Customer(l.ID); err != nil || got.ID != w.ID {
			t.Fatalf("the loser leads to %s, %v", got.ID, err)
		}
		for _, v := range cars {
			if got, err := b.Vehicle(v.ID); err != nil || got.Owner == l.ID || slices.Contains(got.Users, l.ID) || slices.Contains(got.Users, got.Owner) {
				t.Fatalf("seed %d: a vehicle still names the loser: %+v, %v", seed, got, err)
			}
		}
		if _, err := b.Undo(t.Context(), clerk, m.ID); err != nil {
			t.Fatal(err)
		}
		for _, want := range []crm.Customer{w, l, third} {
			if got, err := b.Customer(want.ID); err != nil || !reflect.DeepEqual(bare(got), bare(want)) {
				t.Fatalf("seed %d: undone\n%+v, %v\nwant\n%+v", seed, got, err, want)
			}
		}
		for _, want := range cars {
			got, err := b.Vehicle(want.ID)
			if got.Meta, want.Meta = (merge.Meta{}), (merge.Meta{}); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: undone %+v, %v, want %+v", seed, got, err, want)
			}
		}
		if got := relatives(t, b, c[:]); !slices.Equal(got, related) {
			t.Fatalf("seed %d: relations %v, want %v", seed, got, related)
		}
		if _, err := b.Undo(t.Context(), clerk, m.ID); fault.KeyOf(err) != "merging.undone" {
			t.Fatalf("undone twice: %v", err)
		}
	}
}

func relatives(t *testing.T, b *crm.Book, of []crm.Customer) (out []string) {
	t.Helper()
	for _, c := range of {
		list, err := b.Relatives(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			out = append(out, fmt.Sprint(r.Relation.ID, r.Relation.From, r.Relation.To))
		}
	}
	slices.Sort(out)
	return out
}

func TestUndoKeepsWhatWasChangedSince(t *testing.T) {
	b := open(t)
	w, l := create(t, b, "王建国", "13800138000"), create(t, b, "王建国", "13900139000")
	m, err := b.Merge(t.Context(), clerk, w.ID, l.ID, [2]uint64{1, 1})
	if err != nil {
		t.Fatal(err)
	}
	now, err := b.Customer(w.ID)
	if err != nil {
		t.Fatal(err)
	}
	now.Address, now.Phones = "深圳", append(now.Phones, crm.Phone{Number: "13700137000"})
	if _, err := b.Update(t.Context(), clerk, now); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Undo(t.Context(), clerk, m.ID); err != nil {
		t.Fatal(err)
	}
	got, err := b.Customer(w.ID)
	if err != nil || got.Address != "深圳" || len(got.Phones) != 2 || got.HasPhone("13900139000") || got.Merged != nil {
		t.Errorf("undone %+v, %v", got, err)
	}
	// The revisions of a merging are those that were read.
	if _, err := b.Merge(t.Context(), clerk, w.ID, l.ID, [2]uint64{1, 1}); fault.KeyOf(err) != "store.rev" {
		t.Errorf("merging what was changed: %v", err)
	}
	if _, err := b.Merge(t.Context(), clerk, w.ID, w.ID, [2]uint64{1, 1}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("merging one with itself: %v", err)
	}
}

// Whoever is deleted is deleted with what was merged into it: nothing leads to nobody, and nothing can be undone into half.
func TestTheWinnerOfAMergingIsDeletedWhole(t *testing.T) {
	b := open(t)
	one, two, three := create(t, b, "王建国", "13800138000"), create(t, b, "王建国", "13900139000"), create(t, b, "王建国", "13700137000")
	first, err := b.Merge(t.Context(), clerk, two.ID, three.ID, [2]uint64{1, 1})
	if err != nil {
		t.Fatal(err)
	}
	now, err := b.Customer(two.ID)
	if err != nil {
		t.Fatal(err)
	}
	second, err := b.Merge(t.Context(), clerk, one.ID, two.ID, [2]uint64{1, now.Meta.Rev})
	if err != nil {
		t.Fatal(err)
	}
	if now, err = b.Customer(three.ID); err != nil || now.ID != one.ID {
		t.Fatalf("%+v, %v", now, err)
	}
	if err := b.Delete(t.Context(), clerk, two.ID, 3); fault.KeyOf(err) != "customer.merged" {
		t.Errorf("deleting what is part of another: %v", err)
	}
	if err := b.Delete(t.Context(), clerk, one.ID, now.Meta.Rev); err != nil {
		t.Fatal(err)
	}
	for _, c := range []crm.Customer{one, two, three} {
		if _, err := b.Customer(c.ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%s is left: %v", c.ID, err)
		}
		if list, err := b.Mergings(c.ID); err != nil || len(list) != 0 {
			t.Errorf("mergings are left: %+v, %v", list, err)
		}
	}
	for _, m := range []crm.Merging{first, second} {
		if _, err := b.Undo(t.Context(), clerk, m.ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("undoing what is forgotten: %v", err)
		}
	}
	if list, err := b.Callers("13700137000"); err != nil || len(list) != 0 {
		t.Errorf("a number leads to %+v, %v", list, err)
	}
}

// A page of reviews reads so many and no more, and they make the whole.
func TestPagesOfReviewsAreBounded(t *testing.T) {
	b := open(t)
	one := create(t, b, "王建国", "13800138000")
	var last crm.Customer
	err := b.Change(t.Context(), clerk, func(e *crm.Edit) (err error) {
		for i := range 620 {
			if last, err = e.Create(crm.Customer{Name: "李红"}, true); err != nil {
				return err
			}
			if err := e.AskVIN(one.ID, last.ID); err != nil {
				return err
			}
			if i < 600 {
				if err := e.Vanish(last.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	found, pages, after := 0, 0, ""
	for {
		list, next, err := b.Reviews(after, 7)
		if err != nil || len(list) > 7 || pages > 20 {
			t.Fatal(pages, len(list), err)
		}
		found, pages = found+len(list), pages+1
		if next == "" {
			break
		}
		after = next
	}
	if found != 20 || pages < 4 {
		t.Errorf("%d of 20 on %d pages", found, pages)
	}
}
