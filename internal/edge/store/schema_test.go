package store

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// unpack lays a file of an older program out.
func unpack(t *testing.T, name string) (path string) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), name+".db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFilesOfOlderProgramsOpen opens a file of each former version for ever.
func TestFilesOfOlderProgramsOpen(t *testing.T) {
	path := unpack(t, "v1")
	db, err := Open(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing was written by the test
	if err := db.CheckIndexes(t.Context(), Checked()); err != nil {
		t.Error(err)
	}
	l := NewLedger(db, slog.New(slog.DiscardHandler))
	for q, n := range map[CallQuery]int{
		{Limit: 100}: 50, {Agent: "1001", Limit: 100}: 17, {Queue: "q_rescue", Limit: 100}: 25,
		{Number: "+8613800000003", Limit: 100}: 7, {Disposition: call.Answered, Limit: 100}: 50,
	} {
		if page, _, err := l.Search(q); err != nil || len(page) != n {
			t.Errorf("%+v finds %d calls, want %d (%v)", q, len(page), n, err)
		}
	}
	if doc, ok, err := db.Document("settings", 0); !ok || err != nil || len(doc.Body) < 1000 {
		t.Errorf("settings: %v %v, %d octets", ok, err, len(doc.Body))
	}
}

// TestTheAuditOfAnOlderFileIsFoundBySubject opens a file whose audit had no index by subject alone.
func TestTheAuditOfAnOlderFileIsFoundBySubject(t *testing.T) {
	db, err := Open(unpack(t, "v3"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing was written by the test
	for q, n := range map[AuditQuery]int{
		{Subject: "export", Limit: 100}: 20, {Subject: "session", Limit: 100}: 10, {Subject: "export", Who: "u2", Limit: 100}: 10,
		{Subject: "exp", Limit: 100}: 0, {Limit: 100}: 40, {Who: "u1", Limit: 100}: 20, {Subject: "session", Who: "u2", Limit: 100}: 0,
	} {
		if list, next, err := db.AuditLog(q); err != nil || len(list) != n || next != 0 {
			t.Errorf("%+v finds %d entries, want %d, on at %d (%v)", q, len(list), n, next, err)
		}
	}
	if n, err := db.VerifyAudit(t.Context()); err != nil || n != 40 {
		t.Errorf("the chain has %d entries, %v", n, err)
	}
	if page, _, err := NewLedger(db, slog.New(slog.DiscardHandler)).Search(CallQuery{Agent: "1001", Limit: 100}); err != nil || len(page) != 20 {
		t.Errorf("%d calls, %v", len(page), err)
	}
}

// TestAMigrationGoesOnWhereItStopped pulls the plug after each piece.
func TestAMigrationGoesOnWhereItStopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	const calls = 2*reindexPiece + 7
	b, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Update(func(tx *bolt.Tx) error {
		meta, err := tx.CreateBucket([]byte(metaBucket))
		if err != nil {
			return err
		}
		if err := meta.Put([]byte("schema"), []byte{0, 0, 0, 0, 0, 0, 0, 1}); err != nil {
			return err
		}
		old := CDRs
		old.Indexes = nil
		for i := range calls {
			if err := old.Put(&Tx{bolt: tx}, call.CDR{ID: call.ID(NewID()), Agent: []string{"a", "b"}[i%2]}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	pieces := 0
	for version := uint64(0); version != schemaVersion; pieces++ {
		if version, err = (&DB{bolt: b}).migratePiece(); err != nil {
			t.Fatal(err)
		}
		if err := b.Close(); err != nil { // the program ends here, and starts again
			t.Fatal(err)
		}
		if b, err = bolt.Open(path, 0o600, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if pieces != 6 {
		t.Errorf("the migration took %d pieces, want 6", pieces)
	}
	db, err := Open(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing was written by the test
	if err := db.CheckIndexes(context.Background(), Checked()); err != nil {
		t.Error(err)
	}
}

// TestADamagedFileIsAClearError writes nonsense over pages of a sound file.
func TestADamagedFileIsAClearError(t *testing.T) {
	for page := range 8 {
		path := unpack(t, "v1")
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		junk := make([]byte, pageSize)
		for i := range junk {
			junk[i] = byte(i*7 + page)
		}
		if _, err := f.WriteAt(junk, int64(page)*pageSize); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		db, err := Open(path, slog.New(slog.DiscardHandler))
		if err != nil {
			continue // a clear error: it did not panic
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := CheckFile(t.Context(), path, Checked()); err == nil && page > 1 {
			t.Logf("page %d holds nothing that matters", page)
		}
	}
}

// TestTicketsOfAnOlderFileGetTheirWords pulls the plug after each piece.
func TestTicketsOfAnOlderFileGetTheirWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	const tickets = 2*wordsPiece + 3
	b, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	var last string
	if err := b.Update(func(tx *bolt.Tx) error {
		meta, err := tx.CreateBucket([]byte(metaBucket))
		if err != nil {
			return err
		}
		if err := meta.Put([]byte("schema"), []byte{0, 0, 0, 0, 0, 0, 0, 4}); err != nil {
			return err
		}
		old, entries := Tickets, TicketEntries
		old.Meta, old.Audited, entries.Audited = nil, false, false
		for range tickets {
			last = NewID()
			if err := old.Put(&Tx{bolt: tx}, ticket.Ticket{ID: last, Subject: "brakes", Body: "they squeal", CreatedAt: time.Now()}); err != nil {
				return err
			}
		}
		return entries.Put(&Tx{bolt: tx}, ticket.Entry{ID: NewID(), Ticket: last, What: ticket.Comment, Text: "seldom heard"})
	}); err != nil {
		t.Fatal(err)
	}
	pieces := 0
	for version := uint64(0); version != schemaVersion; pieces++ {
		if version, err = (&DB{bolt: b}).migratePiece(); err != nil {
			t.Fatal(err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if b, err = bolt.Open(path, 0o600, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.View(func(tx *bolt.Tx) error {
		for search, want := range map[string]int{"squeal": tickets, "seldom": 1, "nothing": 0} {
			n := 0
			for _, err := range withWords(&Tx{bolt: tx}, []string{search}) {
				if n++; err != nil {
					return err
				}
			}
			if n != want {
				t.Errorf("%d tickets have %q, want %d", n, search, want)
			}
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if pieces != 3 {
		t.Errorf("the migration took %d pieces, want 3", pieces)
	}
}
