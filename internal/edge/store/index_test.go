package store_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// tagged is a record with many keys in one index, some twice.
type tagged struct {
	Meta merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID   string     `cbor:"1,keyasint" json:"id"`
	Tags []string   `cbor:"2,keyasint,omitempty" json:"tags"`
	Note int        `cbor:"3,keyasint,omitempty" json:"note"`
}

func tagKeys(v tagged) (keys [][]byte) {
	for _, tag := range v.Tags {
		keys = append(keys, []byte(tag))
	}
	return keys
}

var (
	withHistory = store.Table[tagged]{
		Name: "tagged", Key: func(v tagged) []byte { return []byte(v.ID) }, Audited: true, Meta: func(v *tagged) *merge.Meta { return &v.Meta },
		Indexes: []store.Index[tagged]{{Name: "tag", Keys: tagKeys}},
	}
	plainOnes = store.Table[tagged]{
		Name: "plain", Key: func(v tagged) []byte { return []byte(v.ID) }, Indexes: []store.Index[tagged]{{Name: "tag", Keys: tagKeys}},
	}
)

// TestIndexesFollowWhateverHappens changes, deletes and restores records by chance and finds by the index what a look at
// all of them finds.
func TestIndexesFollowWhateverHappens(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	r := rand.New(rand.NewPCG(5, 5))
	model := map[string][]string{}
	for round := range 40 {
		change(t, db, func(tx *store.Tx) error {
			for range 10 {
				v := tagged{ID: fmt.Sprint(r.IntN(12)), Note: r.IntN(3)}
				if r.IntN(4) == 0 {
					delete(model, v.ID)
					if err := plainOnes.Delete(tx, []byte(v.ID)); err != nil {
						return err
					}
					if err := withHistory.Delete(tx, []byte(v.ID)); err != nil {
						return err
					}
					continue
				}
				for range r.IntN(4) {
					v.Tags = append(v.Tags, fmt.Sprint("tag", r.IntN(5)))
				}
				model[v.ID] = v.Tags
				if err := plainOnes.Put(tx, v); err != nil {
					return err
				}
				if old, ok, err := withHistory.Get(tx, []byte(v.ID)); err != nil {
					return err
				} else if ok {
					v.Meta = old.Meta
				}
				if err := withHistory.Put(tx, v); err != nil {
					return err
				}
			}
			return nil
		})
		if err := db.CheckIndexes(t.Context(), []store.Checkable{&withHistory, &plainOnes}); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	for i := range 5 {
		tag := fmt.Sprint("tag", i)
		var want []string
		for id, tags := range model {
			if slices.Contains(tags, tag) {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		for _, table := range []*store.Table[tagged]{&withHistory, &plainOnes} {
			var got []string
			if err := db.View(func(tx *store.Tx) error {
				for v, err := range table.Find(tx, "tag", []byte(tag+"\x00")) {
					if err != nil {
						return err
					}
					got = append(got, v.ID)
				}
				return nil
			}); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s in %s: %v, want %v (%v)", tag, table.Name, got, want, err)
			}
		}
	}
}
