package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/edge/store"
)

func log(t *testing.T, db *store.DB, q store.AuditQuery) []store.AuditEntry {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	list, _, err := db.AuditLog(q)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestTheAuditSaysWhoChangedWhat(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	p := save(t, db, person{ID: store.NewID(), Name: "王", Token: "s3cret"})
	p.Name, p.Token = "李", "other"
	save(t, db, p)
	change(t, db, func(tx *store.Tx) error { return tx.Note("recording", "r1", map[string]string{"call": "c1"}) })
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return people.Delete(tx, store.IDKey(p.ID)) }); err != nil {
		t.Fatal(err)
	}

	list := log(t, db, store.AuditQuery{})
	var told []string
	for _, e := range list {
		s := fmt.Sprintf("%d %s %s %s %s", e.Seq, e.By.Who, e.What, e.Subject, e.Detail)
		for _, f := range e.Fields {
			from, err := store.Value(f.From)
			if err != nil {
				t.Fatal(err)
			}
			to, err := store.Value(f.To)
			if err != nil {
				t.Fatal(err)
			}
			s += fmt.Sprintf(" %s:%v→%v", f.Name, from, to)
			if f.Hidden {
				s += "!"
			}
		}
		told = append(told, strings.ReplaceAll(s, p.ID, "ID"))
	}
	want := []string{
		"4 box delete person map[] id:ID→<nil> name:李→<nil> token:<nil>→<nil>!",
		"3 u1 note recording map[call:c1]",
		"2 u1 update person map[] name:王→李 token:<nil>→<nil>!",
		"1 u1 create person map[] id:<nil>→ID name:<nil>→王 token:<nil>→<nil>!",
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("the audit says\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	if e := list[1]; e.By != clerk || e.ID != "r1" {
		t.Errorf("the note is by %+v about %s", e.By, e.ID)
	}
	for q, n := range map[store.AuditQuery]int{
		{Subject: "person", ID: p.ID}: 3, {Subject: "recording"}: 1, {Who: "u1"}: 3, {Who: "nobody"}: 0,
		{Before: 3}: 2, {Limit: 2}: 2, {From: list[0].At}: 1, {To: list[2].At}: 1,
	} {
		if got := log(t, db, q); len(got) != n {
			t.Errorf("%+v finds %d entries, want %d", q, len(got), n)
		}
	}
}

func TestThePagesOfTheAuditMakeTheWhole(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	for i := range 25 {
		change(t, db, func(tx *store.Tx) error { return tx.Note("export", "", map[string]string{"n": fmt.Sprint(i)}) })
	}
	q := store.AuditQuery{Subject: "export", Limit: 10}
	var seen []string
	for {
		list, next, err := db.AuditLog(q)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			seen = append(seen, e.Detail["n"])
		}
		if next == 0 {
			break
		}
		q.Before = next
	}
	if len(seen) != 25 || seen[0] != "24" || seen[24] != "0" {
		t.Errorf("the pages hold %q", seen)
	}
}

// What is rare in a long audit is found at once by its subject, and page by page where no index helps; no page looks at
// very many entries.
func TestWhatIsRareInTheAuditIsFound(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	note := func(who string, n int, subject string) {
		t.Helper()
		err := db.Change(t.Context(), store.By{Who: who}, func(tx *store.Tx) error {
			for i := range n {
				if err := tx.Note(subject, fmt.Sprint(i), nil); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	note("u1", 1, "settings")
	note("u2", 1, "call")
	for range 2 { // u1 and exports never meet
		note("u1", 1500, "call")
		note("u2", 1500, "export")
	}
	for _, c := range []struct {
		q     store.AuditQuery
		n     int
		pages int
	}{
		{store.AuditQuery{Subject: "settings"}, 1, 1},
		{store.AuditQuery{Subject: "settings", Who: "u1"}, 1, 1},
		{store.AuditQuery{Subject: "settings", Who: "u2"}, 0, 1},
		{store.AuditQuery{Subject: "call", Who: "u2"}, 1, 2},
		{store.AuditQuery{Subject: "export", Who: "u1"}, 0, 1}, // the indexes meet nowhere: two steps show it
		{store.AuditQuery{From: time.Now().Add(time.Hour)}, 0, 4},
		{store.AuditQuery{To: time.Now().Add(-2 * time.Hour)}, 0, 1},
		{store.AuditQuery{From: time.Now().Add(2 * time.Hour)}, 0, 1},
	} {
		q, n, pages := c.q, 0, 0
		for q.Limit = 10; ; pages++ {
			list, next, err := db.AuditLog(q)
			if err != nil {
				t.Fatal(err)
			}
			if n += len(list); next == 0 {
				break
			}
			q.Before = next
		}
		if n != c.n || pages+1 > c.pages {
			t.Errorf("%+v finds %d entries on %d pages, want %d on %d", c.q, n, pages+1, c.n, c.pages)
		}
	}
}

func TestAChangedAuditIsNoticed(t *testing.T) {
	for name, tamper := range map[string]func(b *bolt.Bucket) error{
		"changed": func(b *bolt.Bucket) error {
			k, v := b.Cursor().Seek([]byte{0, 0, 0, 0, 0, 0, 0, 5})
			forged := []byte(strings.Replace(string(v), "export", "inport", 1))
			return b.Put(append([]byte(nil), k...), forged)
		},
		"missing": func(b *bolt.Bucket) error { return b.Delete([]byte{0, 0, 0, 0, 0, 0, 0, 5}) },
		"put in another's place": func(b *bolt.Bucket) error {
			v := append([]byte(nil), b.Get([]byte{0, 0, 0, 0, 0, 0, 0, 4})...)
			return b.Put([]byte{0, 0, 0, 0, 0, 0, 0, 5}, v)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			func() {
				db, err := store.Open(path, quiet)
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					for i := range 9 {
						if err := db.Change(ctx, clerk, func(tx *store.Tx) error {
							return tx.Note("export", fmt.Sprint(i), nil)
						}); err != nil {
							t.Error(err)
						}
					}
					if n, err := db.VerifyAudit(ctx); n != 9 || err != nil {
						t.Errorf("a sound audit: %d entries, %v", n, err)
					}
					cancel()
				}()
				_ = db.Run(ctx) // it returns the context's cause
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}()
			b, err := bolt.Open(path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Update(func(tx *bolt.Tx) error { return tamper(tx.Bucket([]byte("audit"))) }); err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			db := open(t, path)
			n, err := db.VerifyAudit(t.Context())
			if n != 4 || err == nil || !strings.Contains(err.Error(), "entry 5") {
				t.Errorf("after entry 5 was %s: %d entries, %v", name, n, err)
			}
		})
	}
}
