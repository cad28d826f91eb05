package intake_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/intake"
)

func TestUndoOfAnImport(t *testing.T) {
	o := open(t, t.TempDir())
	first := o.upload(intake.Customers, "姓名,电话,车牌\n曾国藩,13800138000,粤B12345\n刘备,13500135000,粤B00001\n")
	o.must(o.Start(t.Context(), clerk, first.ID))
	o.run(first.ID, intake.Done)
	before := o.dump()
	second := o.upload(intake.Customers, testList())
	o.must(o.Start(t.Context(), clerk, second.ID))
	o.run(second.ID, intake.Done)
	if o.dump() == before {
		t.Fatal("the import changed nothing")
	}
	o.must(o.Undo(t.Context(), clerk, second.ID))
	j := o.run(second.ID, intake.Undone)
	if got := o.dump(); got != before || j.Kept != 0 || j.Undone == 0 {
		t.Errorf("undone %+v\n%s\nwant\n%s", j, got, before)
	}
	// What somebody changed since stays as it is.
	list, err := o.book.ByPhone("13500135000", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	liu := list[0].Customer
	liu.Notes = "mine"
	if _, err := o.book.Update(t.Context(), books.By(clerk), liu); err != nil {
		t.Fatal(err)
	}
	o.must(o.Undo(t.Context(), clerk, first.ID))
	if j = o.run(first.ID, intake.Undone); j.Kept != 1 || j.Undone != 3 {
		t.Errorf("undone %+v", j)
	}
	if c, err := o.book.Customer(liu.ID); err != nil || c.Notes != "mine" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := o.Undo(t.Context(), clerk, first.ID); fault.KeyOf(err) != "import.state" {
		t.Errorf("undone twice: %v", err)
	}
	if err := o.Remove(t.Context(), clerk, first.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Job(first.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a removed import: %v", err)
	}
}

// An undo takes nothing away from what people have tied to a new customer.
func TestAnUndoKeepsWhomOthersName(t *testing.T) {
	for name, tie := range map[string]func(o *office, c crm.Customer) error{
		"a vehicle": func(o *office, c crm.Customer) error {
			_, err := o.book.AddVehicle(t.Context(), books.By(clerk), crm.Vehicle{Plate: "粤B99999", Owner: c.ID})
			return err
		},
		"a relation": func(o *office, c crm.Customer) error {
			other, err := o.book.Create(t.Context(), books.By(clerk), crm.Customer{Name: "关羽"}, false)
			if err == nil {
				_, err = o.book.Relate(t.Context(), books.By(clerk), crm.Relation{Kind: crm.Household, From: c.ID, To: other.ID})
			}
			return err
		},
		"a visit": func(o *office, c crm.Customer) error {
			_, err := o.book.RecordVisit(t.Context(), books.By(clerk), crm.Visit{At: time.Now(), Customer: c.ID})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, t.TempDir())
			j := o.upload(intake.Customers, "姓名,电话\n刘备,13500135000\n张飞,13500135001\n")
			o.must(o.Start(t.Context(), clerk, j.ID))
			o.run(j.ID, intake.Done)
			list, err := o.book.ByPhone("13500135000", time.Now())
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			liu := list[0].Customer
			if err := tie(o, liu); err != nil {
				t.Fatal(err)
			}
			o.must(o.Undo(t.Context(), clerk, j.ID))
			if j = o.run(j.ID, intake.Undone); j.Kept != 1 || j.Undone != 1 {
				t.Errorf("undone %+v", j)
			}
			if _, err := o.book.Customer(liu.ID); err != nil {
				t.Error(err)
			}
		})
	}
}
