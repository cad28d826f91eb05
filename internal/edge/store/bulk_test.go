package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// puts are the writes of a load: customers, vehicles and calls, more than share one transaction of it.
func puts() (list []func(tx *store.Tx) error) {
	id := func(kind, i int) string {
		return uuid.NewSHA1(uuid.UUID{byte(kind)}, fmt.Append(nil, i)).String() // in no order
	}
	for i := range 1500 {
		c := crm.Customer{ID: id(1, i), Kind: crm.Person, Name: "王" + strings.Repeat("建国", i%3), CreatedAt: time.Unix(int64(i), 0).UTC()}
		if i%2 == 0 {
			c.Phones = []crm.Phone{{Number: fmt.Sprintf("138%08d", i%700)}} // some share one
		}
		v := crm.Vehicle{ID: id(2, i), Plate: fmt.Sprintf("粤B%05d", i), VIN: fmt.Sprintf("LSVAA2180E2%06d", i), Owner: c.ID, Users: []string{id(1, i/2)}}
		r := call.CDR{ID: call.ID(id(3, i)), StartedAt: time.Unix(int64(i/3), 0).UTC(), Agent: "1001"}
		r.Card.Customer, r.Card.Number = c.ID, "13800000000"
		list = append(list,
			func(tx *store.Tx) error { return store.Customers.Put(tx, c) },
			func(tx *store.Tx) error { return store.Vehicles.Put(tx, v) },
			func(tx *store.Tx) error { return store.CDRs.Put(tx, r) })
	}
	return list
}

var importer = store.By{Who: "importer", Via: "import"}

func TestALoadGivesWhatPutsGive(t *testing.T) {
	dir := t.TempDir()
	loaded, put := filepath.Join(dir, "loaded.db"), filepath.Join(dir, "put.db")
	all := puts()
	err := store.Load(t.Context(), loaded, importer, quiet, func(l *store.Loader) error {
		for _, fn := range all {
			if err := l.Write(t.Context(), fn); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	putAll(t, put, all)
	verify(t, loaded)
	for _, path := range []string{loaded, put} {
		if err := store.CheckFile(t.Context(), path, append(store.Checked(), store.CRMTables()...)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	a, b := content(t, loaded), content(t, put)
	if names := slices.Sorted(maps.Keys(a)); !slices.Equal(names, slices.Sorted(maps.Keys(b))) {
		t.Fatalf("a load makes the buckets %v, puts make %v", names, slices.Sorted(maps.Keys(b)))
	}
	for bucket, keys := range a {
		if !maps.Equal(keys, b[bucket]) {
			t.Errorf("bucket %s: a load gives %d keys, puts give %d, or their values differ", bucket, len(keys), len(b[bucket]))
		}
	}

	db := open(t, loaded) // and it can be gone on with
	if err := db.Change(t.Context(), importer, func(tx *store.Tx) error {
		for c, err := range store.Customers.Find(tx, "phone", []byte("13800000002\x00")) {
			if err != nil {
				return err
			}
			c.Notes = "changed"
			return store.Customers.Put(tx, c)
		}
		return errors.New("nobody has the number")
	}); err != nil {
		t.Error(err)
	}
	if _, err := db.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// putAll puts the same in the usual way.
func putAll(t *testing.T, path string, all []func(tx *store.Tx) error) {
	t.Helper()
	db, err := store.Open(path, quiet)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = db.Run(ctx) // it returns the context's cause
	}()
	for piece := range slices.Chunk(all, 1000) {
		err := db.Change(t.Context(), importer, func(tx *store.Tx) error {
			for _, fn := range piece {
				if err := fn(tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	<-ended
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// content is all that lies in a file but what depends on the clock and the machine: the versions of records, the times
// of the audit and with them its hashes.
func content(t *testing.T, path string) map[string]map[string]string {
	t.Helper()
	b, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close() //nolint:errcheck // read only
	all := map[string]map[string]string{}
	err = b.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bolt.Bucket) error {
			keys := map[string]string{"sequence": fmt.Sprint(bucket.Sequence())}
			all[string(name)] = keys
			return bucket.ForEach(func(k, v []byte) error {
				keys[string(k)] = timeless(t, string(name), v)
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(all["meta"], "node")
	delete(all["meta"], "hlc")
	return all
}

func timeless(t *testing.T, bucket string, v []byte) string {
	t.Helper()
	switch bucket {
	case "audit":
		var e store.AuditEntry
		if err := cbor.Unmarshal(v[32:], &e); err != nil {
			t.Fatal(err)
		}
		e.At, e.Previous = time.Time{}, nil
		return fmt.Sprintf("%+v", e)
	case "t.customer", "t.vehicle":
		var fields map[uint64]cbor.RawMessage
		if err := cbor.Unmarshal(v, &fields); err != nil {
			t.Fatal(err)
		}
		var history map[uint64]cbor.RawMessage
		if err := cbor.Unmarshal(fields[0], &history); err != nil {
			t.Fatal(err)
		}
		delete(fields, 0)
		delete(history, 2) // the version of the fields
		return fmt.Sprint(fields, history)
	}
	return string(bytes.Clone(v))
}

func TestALoadThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "store.db")
	one := func(tx *store.Tx) error {
		return store.Customers.Put(tx, crm.Customer{ID: "019aa000-0000-7000-8000-000000000001", Name: "王建国"})
	}
	remove := func(tx *store.Tx) error {
		return store.Customers.Delete(tx, store.IDKey("019aa000-0000-7000-8000-000000000001"))
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, try := range map[string]struct {
		ctx context.Context
		fns []func(tx *store.Tx) error
	}{
		"twice":     {t.Context(), []func(tx *store.Tx) error{one, one}},
		"deleted":   {t.Context(), []func(tx *store.Tx) error{one, remove}},
		"cancelled": {ended, []func(tx *store.Tx) error{one}},
	} {
		err := store.Load(try.ctx, path, importer, quiet, func(l *store.Loader) (err error) {
			for _, fn := range try.fns {
				err = errors.Join(err, l.Write(try.ctx, fn))
			}
			return err
		})
		if left, _ := os.ReadDir(dir); err == nil || len(left) > 0 {
			t.Errorf("%s: error %v, %v is left", name, err, left)
		}
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Load(t.Context(), path, importer, quiet, func(*store.Loader) error { return nil }); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a load over a file that is there: %v", err)
	}
}
