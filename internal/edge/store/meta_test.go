package store_test

import (
	"path/filepath"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/edge/store"
)

type person struct {
	Meta  merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID    string     `cbor:"1,keyasint" json:"id"`
	Name  string     `cbor:"2,keyasint,omitempty" json:"name"`
	Town  string     `cbor:"3,keyasint,omitempty" json:"town"`
	Token string     `cbor:"5,keyasint,omitempty" json:"token" audit:"secret"`
}

var people = store.Table[person]{
	Name: "person", Key: func(p person) []byte { return store.IDKey(p.ID) }, Audited: true,
	Meta:    func(p *person) *merge.Meta { return &p.Meta },
	Indexes: []store.Index[person]{{Name: "name", Keys: func(p person) [][]byte { return [][]byte{[]byte(p.Name)} }}},
}

// newerPerson is the same record as a newer program knows it.
type newerPerson struct {
	Meta  merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID    string     `cbor:"1,keyasint" json:"id"`
	Name  string     `cbor:"2,keyasint,omitempty" json:"name"`
	Town  string     `cbor:"3,keyasint,omitempty" json:"town"`
	Shoes int        `cbor:"4,keyasint,omitempty" json:"shoes"`
}

var newerPeople = store.Table[newerPerson]{
	Name: "person", Key: func(p newerPerson) []byte { return store.IDKey(p.ID) },
	Meta: func(p *newerPerson) *merge.Meta { return &p.Meta },
}

var clerk = store.By{Who: "u1", Via: "api", Action: "put-person", Address: "192.0.2.7"}

func change(t *testing.T, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Change(t.Context(), clerk, fn); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, db *store.DB, id string) (p person, ok bool) {
	t.Helper()
	err := db.View(func(tx *store.Tx) (err error) {
		p, ok, err = people.Get(tx, store.IDKey(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, ok
}

func save(t *testing.T, db *store.DB, p person) person {
	t.Helper()
	change(t, db, func(tx *store.Tx) error { return people.Put(tx, p) })
	p, _ = find(t, db, p.ID)
	return p
}

func TestTheSecondOfTwoEditorsIsTold(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	id := store.NewID()
	mine := save(t, db, person{ID: id, Name: "王建国", Town: "深圳"})
	theirs := mine
	mine.Town = "广州"
	mine = save(t, db, mine)
	theirs.Name = "王建军"
	err := db.Change(t.Context(), clerk, func(tx *store.Tx) error { return people.Put(tx, theirs) })
	if fault.CodeOf(err) != fault.Conflict || fault.KeyOf(err) != "store.rev" {
		t.Fatalf("the second editor was told %v", err)
	}
	if p, _ := find(t, db, id); p.Name != "王建国" || p.Town != "广州" || p.Meta.Rev != 2 {
		t.Errorf("stored is %+v", p)
	}
	theirs = mine
	theirs.Name = "王建军"
	if p := save(t, db, theirs); p.Meta.Rev != 3 || p.Town != "广州" {
		t.Errorf("after reading again stored is %+v", p)
	}
}

func TestEachFieldHasItsVersion(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	p := save(t, db, person{ID: store.NewID(), Name: "a", Town: "x"})
	born := p.Meta.Of(2)
	if born.At == 0 || born.Node == 0 || p.Meta.Of(3) != born || len(p.Meta.Fields) > 0 {
		t.Fatalf("a new record has %+v", p.Meta)
	}
	p.Town = ""
	p = save(t, db, p)
	if p.Meta.Of(2) != born || !p.Meta.Of(3).After(born) {
		t.Errorf("after a field was emptied: %+v", p.Meta)
	}
	same := save(t, db, p)
	if same.Meta.Rev != p.Meta.Rev {
		t.Errorf("a put that changes nothing made revision %d of %d", same.Meta.Rev, p.Meta.Rev)
	}
}

func TestWhatANewerProgramWroteIsKept(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	id := store.NewID()
	change(t, db, func(tx *store.Tx) error { return newerPeople.Put(tx, newerPerson{ID: id, Name: "a", Shoes: 43}) })
	p, _ := find(t, db, id)
	p.Name = "b"
	save(t, db, p)
	if err := db.View(func(tx *store.Tx) error {
		n, ok, err := newerPeople.Get(tx, store.IDKey(id))
		if !ok || n.Shoes != 43 || n.Name != "b" {
			t.Errorf("the newer program reads %+v", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestADeletedRecordLeavesATombstone(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	p := save(t, db, person{ID: store.NewID(), Name: "a", Token: "s3cret"})
	change(t, db, func(tx *store.Tx) error { return people.Delete(tx, store.IDKey(p.ID)) })
	if _, ok := find(t, db, p.ID); ok {
		t.Error("a deleted record is found")
	}
	if err := db.View(func(tx *store.Tx) error {
		for _, err := range people.Ascend(tx, nil) {
			t.Error("a deleted record is listed", err)
		}
		for _, err := range people.Find(tx, "name", []byte("a")) {
			t.Error("a deleted record is in the index", err)
		}
		for c := range tx.Changes(0) {
			if c.Table == "person" {
				return nil
			}
		}
		t.Error("the deletion has no slot in the change sequence")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	stale := p
	stale.Name = "b"
	if err := db.Change(t.Context(), clerk, func(tx *store.Tx) error { return people.Put(tx, stale) }); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("writing a record deleted meanwhile: %v", err)
	}
	p.Meta = merge.Meta{}
	back := save(t, db, p)
	if back.Meta.Rev != 3 || !back.Meta.Restored.After(back.Meta.Deleted) || back.Name != "a" {
		t.Errorf("brought back: %+v", back)
	}
	if back = save(t, db, person{Meta: back.Meta, ID: p.ID, Name: "c"}); back.Name != "c" || back.Meta.Gone() {
		t.Errorf("edited after that: %+v", back)
	}
}
