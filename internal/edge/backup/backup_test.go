package backup_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/backup"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// box is a data directory with a store that writes until the test ends.
func box(t *testing.T) (*store.DB, backup.Source) {
	t.Helper()
	dir := t.TempDir()
	db := storetest.Open(t, filepath.Join(dir, "dealerline.db"))
	return db, backup.Source{DB: db, DataDir: dir, Dirs: []string{"prompts", "tls"}, Version: "test"}
}

func put(t *testing.T, db *store.DB, n int) {
	t.Helper()
	for range n {
		err := db.Change(t.Context(), store.By{Who: "u"}, func(tx *store.Tx) error {
			return errors.Join(store.CDRs.Put(tx, call.CDR{ID: call.ID(store.NewID()), Agent: "1001", StartedAt: time.Now()}), tx.Note("test", "", nil))
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func count(t *testing.T, dir string) int {
	t.Helper()
	db, err := store.Open(filepath.Join(dir, "dealerline.db"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // read only
	ledger, q, n := store.NewLedger(db, quiet), store.CallQuery{Agent: "1001", Limit: 100}, 0
	for {
		page, next, err := ledger.Search(q)
		if err != nil {
			t.Fatal(err)
		}
		if n += len(page); next == "" {
			return n
		}
		q.Cursor = next
	}
}

func TestABackupOfABoxAtWorkIsRestored(t *testing.T) {
	db, src := box(t)
	put(t, db, 50)
	for name, text := range map[string]string{"prompts/zh-CN/welcome.wav": "RIFF…", "tls/ca.key": "secret"} {
		p := filepath.Join(src.DataDir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o750), os.WriteFile(p, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { put(t, db, 200) })
	var buf bytes.Buffer
	m, err := backup.Write(t.Context(), &buf, src)
	wg.Wait()
	if err != nil || len(m.Files) != 3 {
		t.Fatalf("%+v: %v", m, err)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	if _, err := backup.Restore(t.Context(), bytes.NewReader(buf.Bytes()), fresh, store.Checked()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, fresh); n < 50 || n > 250 {
		t.Errorf("the restored box has %d calls", n)
	}
	if text, err := os.ReadFile(filepath.Join(fresh, "tls/ca.key")); string(text) != "secret" {
		t.Errorf("the authority's key is %q (%v)", text, err)
	}
	_, err = backup.Restore(t.Context(), bytes.NewReader(buf.Bytes()), fresh, store.Checked())
	if fault.KeyOf(err) != "backup.occupied" {
		t.Errorf("restoring over a box: %v", err)
	}
	left, err := os.ReadDir(fresh)
	if err != nil || len(left) != 3 {
		t.Errorf("the restored directory holds %v (%v)", left, err)
	}
}

// TestADamagedBackupPutsNothingInPlace damages one in every way that a disk or a person can.
func TestADamagedBackupPutsNothingInPlace(t *testing.T) {
	db, src := box(t)
	put(t, db, 20)
	var buf bytes.Buffer
	if _, err := backup.Write(t.Context(), &buf, src); err != nil {
		t.Fatal(err)
	}
	whole := buf.Bytes()
	damaged := map[string][]byte{
		"nothing":       nil,
		"no archive":    []byte("PK\x03\x04 something else"),
		"foreign file":  archive(t, "../evil", "x"),
		"no manifest":   archive(t, "dealerline.db", "x"),
		"absolute path": archive(t, "/etc/passwd", "x"),
	}
	for _, n := range []int{len(whole) / 4, len(whole) / 2, len(whole) - 100, len(whole) - 9} {
		damaged[fmt.Sprintf("cut off at %d of %d", n, len(whole))] = whole[:n]
		flipped := bytes.Clone(whole)
		flipped[n] ^= 0x10
		damaged[fmt.Sprintf("a bit of octet %d turned", n)] = flipped
	}
	for what, data := range damaged {
		fresh := filepath.Join(t.TempDir(), "fresh")
		if _, err := backup.Restore(t.Context(), bytes.NewReader(data), fresh, store.Checked()); err == nil {
			t.Errorf("%s: restored", what)
		}
		if left, err := os.ReadDir(fresh); err != nil || len(left) != 0 {
			t.Errorf("%s: left %v (%v)", what, left, err)
		}
	}
}

func archive(t *testing.T, name, text string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	a := tar.NewWriter(z)
	err := a.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o600})
	_, err2 := io.WriteString(a, text)
	if err := errors.Join(err, err2, a.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestOldBackupsGoWhenANewOneIsSound(t *testing.T) {
	db, src := box(t)
	put(t, db, 5)
	dir := filepath.Join(src.DataDir, "backups")
	for i := range 4 {
		old := filepath.Join(dir, fmt.Sprintf("dealerline-2026010%dT030000Z.tar.gz", i+1))
		if err := errors.Join(os.MkdirAll(dir, 0o750), os.WriteFile(old, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".new-123"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := backup.Keep(stopped, dir, src, 3, store.Checked()); err == nil {
		t.Error("a backup that was stopped is kept")
	}
	if list, _ := backup.List(dir); len(list) != 4 {
		t.Errorf("after a failure there are %v", list)
	}
	path, err := backup.Keep(t.Context(), dir, src, 3, store.Checked())
	if err != nil {
		t.Fatal(err)
	}
	list, err := backup.List(dir)
	if err != nil || len(list) != 3 || list[2] != path {
		t.Errorf("there are %v (%v)", list, err)
	}
	all, err := os.ReadDir(dir)
	if err != nil || len(all) != 3 {
		t.Errorf("the directory holds %v (%v)", all, err)
	}
}

func TestCompacting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dealerline.db")
	fill := func(n int, then func(tx *store.Tx) error) {
		db, err := store.Open(path, quiet)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer cancel()
			put(t, db, n)
			if err := db.Write(ctx, then); err != nil {
				t.Error(err)
			}
		}()
		_ = db.Run(ctx) // it returns the context's cause
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	fill(300, func(*store.Tx) error { return nil })
	if saved, err := store.Compact(path, false); saved != 0 || err != nil {
		t.Errorf("a file not worth it: %d octets, %v", saved, err)
	}
	saved, err := store.Compact(path, true)
	if err != nil || saved < 10<<20 {
		t.Errorf("compacting saved %d octets: %v", saved, err)
	}
	if err := store.CheckFile(t.Context(), path, store.Checked()); err != nil {
		t.Error(err)
	}
	if n := count(t, filepath.Dir(path)); n != 300 {
		t.Errorf("%d calls are left", n)
	}
	if saved, err := store.Compact(filepath.Join(t.TempDir(), "none.db"), true); saved != 0 || err != nil {
		t.Errorf("no file: %d, %v", saved, err)
	}
}
