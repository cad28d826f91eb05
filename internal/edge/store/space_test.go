package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/test/peer"
)

// A disk that is nearly full takes what calls write and refuses what people want.
func TestTheLastOfTheDiskIsForCalls(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	db.Reserve = 1 << 62
	err := db.Change(t.Context(), clerk, func(tx *store.Tx) error { return people.Put(tx, person{ID: store.NewID()}) })
	if fault.CodeOf(err) != fault.Unavailable || fault.KeyOf(err) != "store.disk_full" {
		t.Errorf("a customer was written: %v", err)
	}
	put(t, db, car{"A1", "wang", 0})
	if err := db.Room(1); fault.KeyOf(err) != "store.disk_full" {
		t.Errorf("there is room for files: %v", err)
	}
	db.Reserve = 1
	if err := db.Room(0); err != nil {
		t.Errorf("there is no room: %v", err)
	}
	if err := db.Room(1 << 62); fault.KeyOf(err) != "store.disk_full" {
		t.Errorf("there is room for very much: %v", err)
	}
	db.Reserve = 0
	change(t, db, func(tx *store.Tx) error { return people.Put(tx, person{ID: store.NewID()}) })
}

// On a disk that is full each write is there as a whole or refused as a whole, and when there is room again the store
// goes on.
func TestAFullDiskLeavesNothingHalfWritten(t *testing.T) {
	dir := peer.SmallDisk(t, "24m")
	path := filepath.Join(dir, "x.db")
	db := open(t, path)
	filler := strings.Repeat("x", 200_000)
	acknowledged, refused := 0, 0
	for i := range 400 {
		err := db.Change(t.Context(), clerk, func(tx *store.Tx) error {
			return errors.Join(
				cars.Put(tx, car{Plate: fmt.Sprintf("%04d", i), Owner: "o"}), people.Put(tx, person{ID: fmt.Sprintf("p%04d", i), Town: filler}),
			)
		})
		switch {
		case err == nil:
			acknowledged++
		case fault.KeyOf(err) == "store.disk_full":
			refused++
		default:
			t.Fatalf("write %d: %v", i, err)
		}
	}
	if acknowledged < 10 || refused < 10 {
		t.Fatalf("%d writes were taken, %d refused", acknowledged, refused)
	}
	if n := len(ownedBy(t, db, "o")); n != acknowledged {
		t.Errorf("%d records are there, %d writes were taken", n, acknowledged)
	}
	if err := db.CheckIndexes(t.Context(), []store.Checkable{&cars, &people}); err != nil {
		t.Error(err)
	}
	if _, err := db.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	change(t, db, func(tx *store.Tx) error {
		for i := range 20 {
			if err := people.Delete(tx, []byte(fmt.Sprintf("p%04d", i))); err != nil {
				return err
			}
		}
		return nil
	})
	put(t, db, car{"Z1", "o", 0})
}
