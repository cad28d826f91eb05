package crm_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/crm"
)

// Who still knows a customer by the id that was merged away reaches the one merged into, and loses nothing there.
func TestTheFormerIDOfAMergedCustomerStillServes(t *testing.T) {
	b := open(t)
	w, l, other := create(t, b, "王建国", "13800138000"), create(t, b, "王建军", "13800138001"), create(t, b, "李红", "13900139000")
	if _, err := b.Merge(t.Context(), clerk, w.ID, l.ID, [2]uint64{1, 1}); err != nil {
		t.Fatal(err)
	}
	v := addVehicle(t, b, crm.Vehicle{Plate: "粤B12345", Owner: l.ID, Users: []string{other.ID, l.ID, w.ID}})
	if v.Owner != w.ID || len(v.Users) != 2 {
		t.Errorf("added %+v", v)
	}
	v.Owner = other.ID
	v, err := b.UpdateVehicle(t.Context(), clerk, v)
	if err != nil || v.Owner != other.ID {
		t.Fatalf("%+v, %v", v, err)
	}
	if v, err = b.Transfer(t.Context(), clerk, v.ID, v.Meta.Rev, l.ID, "2025-05-01", "sold"); err != nil || v.Owner != w.ID {
		t.Errorf("transferred %+v, %v", v, err)
	}
	if same, err := b.Transfer(t.Context(), clerk, v.ID, v.Meta.Rev, l.ID, "2025-05-02", "again"); err != nil || same.Meta.Rev != v.Meta.Rev {
		t.Errorf("transferred to the owner %+v, %v", same, err)
	}
	if list, err := b.Vehicles(w.ID, "", 10); err != nil || len(list) != 1 {
		t.Errorf("vehicles %+v, %v", list, err)
	}
	if r, err := b.Relate(t.Context(), clerk, crm.Relation{Kind: crm.Household, From: other.ID, To: l.ID}); err != nil || r.To != w.ID {
		t.Errorf("related %+v, %v", r, err)
	}
	if _, err := b.Relate(t.Context(), clerk, crm.Relation{Kind: crm.Household, From: w.ID, To: l.ID}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("related to itself: %v", err)
	}
}
