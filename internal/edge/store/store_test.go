package store_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

var quiet = slog.New(slog.DiscardHandler)

// open opens a store that writes until the test ends, and is checked then.
func open(t *testing.T, path string) *store.DB {
	t.Helper()
	t.Cleanup(func() { verify(t, path) })
	return storetest.Open(t, path)
}

// verify has bbolt check every page.
func verify(t *testing.T, path string) {
	t.Helper()
	b, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	err = b.View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			t.Error("page check:", err)
		}
		return nil
	})
	if err = errors.Join(err, b.Close()); err != nil {
		t.Error(err)
	}
}

type car struct {
	Plate   string `cbor:"1,keyasint"`
	Owner   string `cbor:"2,keyasint"`
	Mileage int    `cbor:"3,keyasint,omitempty"`
}

var cars = store.Table[car]{
	Name: "car", Key: func(c car) []byte { return []byte(c.Plate) },
	Indexes: []store.Index[car]{{Name: "owner", Keys: func(c car) [][]byte { return [][]byte{[]byte(c.Owner)} }}},
}

func put(t *testing.T, db *store.DB, list ...car) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		for _, c := range list {
			if err := cars.Put(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func ownedBy(t *testing.T, db *store.DB, owner string) (plates []string) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		for c, err := range cars.Find(tx, "owner", append([]byte(owner), 0)) {
			if err != nil {
				return err
			}
			plates = append(plates, c.Plate)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return plates
}

func TestIndexesFollowTheRecord(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	put(t, db, car{"A1", "wang", 0}, car{"A2", "wang", 0}, car{"A3", "wangfu", 0})
	put(t, db, car{"A1", "li", 7})
	if got := ownedBy(t, db, "wang"); !slices.Equal(got, []string{"A2"}) {
		t.Errorf("wang has %v, want A2 alone", got)
	}
	if got := ownedBy(t, db, "li"); !slices.Equal(got, []string{"A1"}) {
		t.Errorf("li has %v, want A1", got)
	}
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return cars.Delete(tx, []byte("A2")) }); err != nil {
		t.Fatal(err)
	}
	if got := ownedBy(t, db, "wang"); got != nil {
		t.Errorf("after deletion wang has %v", got)
	}
}

func TestTheChangeSequenceHasOneSlotARecord(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	for i := range 50 {
		put(t, db, car{"A1", "wang", i})
	}
	put(t, db, car{"A2", "li", 1}, car{"A1", "wang", 99})
	var got []string
	if err := db.View(func(tx *store.Tx) error {
		for c := range tx.Changes(0) {
			got = append(got, fmt.Sprintf("%d %s %s", c.Seq, c.Table, c.Key))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"51 car A2", "52 car A1"}; !slices.Equal(got, want) {
		t.Errorf("changes %q, want %q", got, want)
	}
}

func TestWalksGoBothWays(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	put(t, db, car{Plate: "A1"}, car{Plate: "A2"}, car{Plate: "A3"})
	walk := func(seq func(tx *store.Tx) func(func(car, error) bool)) (out string) {
		if err := db.View(func(tx *store.Tx) error {
			for c, err := range seq(tx) {
				if err != nil {
					return err
				}
				out += c.Plate
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct{ got, want string }{
		{walk(func(tx *store.Tx) func(func(car, error) bool) { return cars.Ascend(tx, nil) }), "A1A2A3"},
		{walk(func(tx *store.Tx) func(func(car, error) bool) { return cars.Ascend(tx, []byte("A2")) }), "A2A3"},
		{walk(func(tx *store.Tx) func(func(car, error) bool) { return cars.Descend(tx, nil) }), "A3A2A1"},
		{walk(func(tx *store.Tx) func(func(car, error) bool) { return cars.Descend(tx, []byte("A3")) }), "A2A1"},
		{walk(func(tx *store.Tx) func(func(car, error) bool) { return cars.Descend(tx, []byte("Z")) }), "A3A2A1"},
	} {
		if c.got != c.want {
			t.Errorf("walked %s, want %s", c.got, c.want)
		}
	}
}

func TestAFailedWriteLeavesNothingAndHarmsNobody(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	var wg sync.WaitGroup
	bad := errors.New("bad")
	for i := range 60 {
		wg.Go(func() {
			err := db.Write(t.Context(), func(tx *store.Tx) error {
				if err := cars.Put(tx, car{Plate: fmt.Sprint(i), Owner: "all"}); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					return bad
				case 2:
					panic("worse")
				}
				return nil
			})
			if (i%3 == 0) != (err == nil) || (i%3 == 1) != errors.Is(err, bad) {
				t.Errorf("write %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if got := ownedBy(t, db, "all"); len(got) != 20 {
		t.Errorf("%d records, want the 20 of the writes that succeeded", len(got))
	}
}

func TestANewerFileIsRefusedAndASecondProcessToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db, err := store.Open(path, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(path, quiet); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("second opening: %v, want a conflict", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = b.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), binary.BigEndian.AppendUint64(nil, 999))
	})
	if err = errors.Join(err, b.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(path, quiet); fault.KeyOf(err) != "store.newer" {
		t.Errorf("a newer file: %v", err)
	}
}

func record(n int, agent string) call.CDR {
	return call.CDR{
		ID: call.ID(fmt.Sprintf("01a201f0-cfbe-7d3c-bab4-%012d", n)), From: "138", Card: call.Card{Number: "138"}, Agent: agent,
		StartedAt: time.Unix(int64(1e9+n), 0).UTC(), ConnectedAt: time.Unix(int64(1e9+n), 0).UTC(), Cause: line.NormalClearing,
	}
}

func TestTheLedgerKnowsWhoSpokeLast(t *testing.T) {
	l := store.NewLedger(open(t, filepath.Join(t.TempDir(), "x.db")), quiet)
	l.Finish(record(1, "li"))
	l.Finish(record(3, "wang"))
	l.Finish(record(4, ""))
	l.Finish(record(2, "zhao"))
	if agent, at, err := l.LastAgent("138"); agent != "wang" || at.Unix() != 1e9+3 || err != nil {
		t.Errorf("LastAgent = %s at %v, %v", agent, at, err)
	}
	if agent, _, _ := l.LastAgent("13"); agent != "" {
		t.Errorf("a number that only begins alike has %s", agent)
	}
	list, err := l.Recent("", 3)
	if err != nil || len(list) != 3 || list[0].Agent != "" || list[1].Agent != "wang" || list[2].Agent != "zhao" {
		t.Errorf("Recent: %v, %v", list, err)
	}
	if next, err := l.Recent(list[2].ID, 3); err != nil || len(next) != 1 || next[0].Agent != "li" {
		t.Errorf("next page: %v, %v", next, err)
	}
}

func TestACallThatWasUpGetsItsRecordAtTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	l := store.NewLedger(open(t, path), quiet)
	l.Begin(record(1, ""))
	l.Begin(record(2, ""))
	l.Finish(record(2, "li"))
	if n, err := l.CloseInterrupted(t.Context()); n != 1 || err != nil {
		t.Fatalf("CloseInterrupted = %d, %v; want 1", n, err)
	}
	if n, err := l.CloseInterrupted(t.Context()); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	list, err := l.Recent("", 9)
	if err != nil || len(list) != 2 {
		t.Fatalf("records: %v, %v", list, err)
	}
	if r := list[1]; r.Disposition != call.Interrupted || r.Cause != line.Restarted || r.EndedAt.Before(r.StartedAt) {
		t.Errorf("record %+v", r)
	}
}

func TestDocumentsKeepTheirHistory(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	for i := range 60 {
		if v, err := db.PutDocument(t.Context(), "settings", store.Author{Name: "li"}, fmt.Append(nil, i), time.Now()); v != uint64(i+1) || err != nil {
			t.Fatalf("PutDocument = %d, %v", v, err)
		}
	}
	doc, ok, err := db.Document("settings", 0)
	if !ok || err != nil || doc.Version != 60 || string(doc.Body) != "59" || doc.By != "li" {
		t.Errorf("latest: %+v, %v, %v", doc, ok, err)
	}
	if doc, ok, _ = db.Document("settings", 59); !ok || string(doc.Body) != "58" {
		t.Errorf("the one before: %+v", doc)
	}
	if _, ok, _ = db.Document("settings", 3); ok {
		t.Error("the oldest are kept for ever")
	}
	if _, ok, _ = db.Document("setting", 0); ok {
		t.Error("a document that was never put is there")
	}
}

func TestRecordingRowsAreFoundByVerdict(t *testing.T) {
	x := store.NewRecordingIndex(open(t, filepath.Join(t.TempDir(), "x.db")))
	for i, v := range []recording.Verdict{recording.Open, recording.Kept, recording.Kept, recording.Failed, recording.Expired} {
		if err := <-x.Put(recording.Entry{ID: fmt.Sprint(i), Verdict: v, StartedAt: time.Unix(int64(i), 0)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-x.Put(recording.Entry{ID: "1", Verdict: recording.Expired}); err != nil {
		t.Fatal(err)
	}
	open, err := x.Unfinished()
	if err != nil || len(open) != 1 || open[0].ID != "0" {
		t.Errorf("unfinished: %v, %v", open, err)
	}
	all := func(recording.Entry) bool { return true }
	old, err := x.Before(time.Unix(9, 0), 9, all)
	if err != nil || len(old) != 2 || old[0].ID != "2" || old[1].ID != "3" {
		t.Errorf("before: %v, %v", old, err)
	}
	if old, err = x.Before(time.Unix(9, 0), 1, all); err != nil || len(old) != 1 {
		t.Errorf("limited: %v, %v", old, err)
	}
}

// The test runs itself as the program that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("WRITE_UNTIL_KILLED"); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

func writeUntilKilled(path string) {
	db, err := store.Open(path, quiet)
	if err != nil {
		os.Exit(1)
	}
	go func() { _ = db.Run(context.Background()) }()
	for i := 0; ; i++ {
		c := car{Plate: fmt.Sprintf("%06d", i), Owner: strings.Repeat("w", i%50), Mileage: i}
		if db.Write(context.Background(), func(tx *store.Tx) error { return cars.Put(tx, c) }) != nil {
			os.Exit(1)
		}
		_, _ = fmt.Fprintln(os.Stdout, i)
	}
}

func TestAnAcknowledgedWriteSurvivesKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	last := 0
	for round := range 3 {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), "WRITE_UNTIL_KILLED="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged := -1
		for lines := bufio.NewScanner(out); acknowledged < 20*(round+1) && lines.Scan(); {
			if _, err := fmt.Sscan(lines.Text(), &acknowledged); err != nil {
				t.Fatal(err)
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		last = max(last, acknowledged)
		verify(t, path)
		db, err := store.Open(path, quiet)
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(func(tx *store.Tx) error {
			for i := range last + 1 {
				c, ok, err := cars.Get(tx, fmt.Appendf(nil, "%06d", i))
				if err != nil || !ok || c.Mileage != i {
					return fmt.Errorf("record %d: %+v, %v, %w", i, c, ok, err)
				}
			}
			return nil
		})
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}
