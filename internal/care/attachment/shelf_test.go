package attachment_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/attachment"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

type nobody struct{}

func (nobody) Person(id string) (ticket.Person, bool)            { return ticket.Person{ID: id}, true }
func (nobody) Holders(string, string, time.Time) []ticket.Person { return nil }
func (nobody) Above(string, time.Time) []ticket.Person           { return nil }
func (nobody) Owners(string, time.Time) []ticket.Person          { return nil }
func (nobody) Opens(_ string, after time.Time) time.Time         { return after.Add(time.Hour) }

// openBooks are the books of a store, and its directory.
func openBooks(t *testing.T) (kept ticket.Books, dir string) {
	t.Helper()
	dir = t.TempDir()
	db := storetest.Open(t, filepath.Join(dir, "dealerline.db"))
	return store.TicketBooks{DB: db}, dir
}

func bookOn(kept ticket.Books) *ticket.Book {
	rules := &ticket.Rules{
		Types: ticket.DefaultTypes(""), Plan: contact.DefaultPlan(), Zone: time.UTC, People: nobody{},
		Clocks: func(string) ticket.Clock { return workday.Always(time.UTC) },
	}
	return ticket.NewBook(kept, func() *ticket.Rules { return rules })
}

// open is a shelf beside a store, and a ticket.
func open(t *testing.T, change func(*attachment.Config)) (*attachment.Shelf, *ticket.Book, string, string) {
	t.Helper()
	kept, dir := openBooks(t)
	book := bookOn(kept)
	cfg := attachment.Config{Dir: filepath.Join(dir, "attachments"), Tickets: book, Logger: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	k, err := book.Create(t.Context(), books.By{Who: "test"}, ticket.Ticket{Type: "inquiry", Subject: "价格", Source: ticket.Source{Kind: "api"}})
	if err != nil {
		t.Fatal(err)
	}
	return attachment.New(cfg), book, k.ID, cfg.Dir
}

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// files are all below a directory.
func files(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			list = append(list, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAFileIsKeptWholeAndGivenOutAgain(t *testing.T) {
	s, book, id, dir := open(t, nil)
	by := books.By{Who: "u1"}
	data := picture(t, 20, 10)
	f, err := s.Add(t.Context(), by, attachment.Upload{Ticket: id, Person: "1001", Name: "车损.exe", Note: " front "}, bytes.NewReader(data))
	sum := sha256.Sum256(data)
	if err != nil || f.Media != "image/png" || f.Name != "车损.exe.png" || f.Size != int64(len(data)) || f.SHA256 != hex.EncodeToString(sum[:]) || f.By != "1001" || f.Note != "front" {
		t.Fatalf("%+v %v", f, err)
	}
	file, err := s.Open(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d octets, %v", len(got), err)
	}
	// The same once more, as by a link page whose answer was lost.
	again, err := s.Add(t.Context(), by, attachment.Upload{Ticket: id, Name: "b.png"}, iotest.OneByteReader(bytes.NewReader(data)))
	if err != nil || again.ID != f.ID || len(files(t, dir)) != 1 {
		t.Errorf("%+v %v, %d files", again, err, len(files(t, dir)))
	}
	k, err := book.Ticket(id)
	if err != nil || k.Meta.Rev != 1 {
		t.Errorf("revision %d %v: a photo disturbs who is about to change the ticket", k.Meta.Rev, err)
	}
	if err := s.Remove(t.Context(), by, "1002", f.ID); err != nil {
		t.Fatal(err)
	}
	list, err := book.Attachments(id)
	if err != nil || len(list) != 0 || len(files(t, dir)) != 0 {
		t.Errorf("%v %v %v", list, files(t, dir), err)
	}
	if _, err := s.Open(f); fault.KeyOf(err) != "attachment.lost" {
		t.Error(err)
	}
	history, _, err := book.History(id, "", 100)
	if n := len(history); err != nil || n < 2 || history[n-2].What != "attached" || history[n-1].What != "detached" || history[n-1].By != "1002" {
		t.Errorf("%+v %v", history, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	s, _, id, dir := open(t, nil)
	head := []byte("\x89PNG\r\n\x1a\n")
	bomb := picture(t, 1, 1)
	copy(bomb[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // 65536 by 65536, whose header's checksum is wrong as well
	for name, c := range map[string]struct {
		body io.Reader
		want string
	}{
		"empty":            {strings.NewReader(""), "attachment.empty"},
		"page":             {strings.NewReader("<html><body>hi"), "attachment.kind"},
		"program":          {strings.NewReader("MZ\x90\x00"), "attachment.kind"},
		"picture in name":  {bytes.NewReader(append(head, "not a picture at all"...)), "attachment.kind"},
		"bomb":             {bytes.NewReader(bomb), "attachment.kind"},
		"text with zero":   {strings.NewReader(strings.Repeat("text ", 200) + "\x00"), "attachment.kind"},
		"text in GBK":      {strings.NewReader(strings.Repeat("text ", 200) + "\xb3\xb5"), "attachment.kind"},
		"too long a text":  {strings.NewReader(strings.Repeat("a", 1<<20+1)), "attachment.too_large"},
		"cut off":          {io.MultiReader(bytes.NewReader(picture(t, 400, 400)), iotest.ErrReader(io.ErrClosedPipe)), "request.unreadable"},
		"cut off at once":  {iotest.ErrReader(io.ErrClosedPipe), "request.unreadable"},
		"cut off in midst": {io.MultiReader(strings.NewReader("text"), iotest.ErrReader(io.ErrClosedPipe)), "request.unreadable"},
	} {
		if _, err := s.Add(t.Context(), books.By{Who: "u1"}, attachment.Upload{Ticket: id}, c.body); fault.KeyOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := s.Add(t.Context(), books.By{Who: "u1"}, attachment.Upload{Ticket: "none"}, strings.NewReader("text")); fault.KeyOf(err) != "ticket.not_found" {
		t.Error(err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	full, _, id2, dir2 := open(t, func(c *attachment.Config) {
		c.Room = func(uint64) error { return fault.New(fault.Unavailable, "store.disk_full", "full") }
	})
	if _, err := full.Add(t.Context(), books.By{Who: "u1"}, attachment.Upload{Ticket: id2}, strings.NewReader("text")); fault.KeyOf(err) != "store.disk_full" || len(files(t, dir2)) != 0 {
		t.Error(err)
	}
}

func TestATicketCarriesSoMany(t *testing.T) {
	s, book, id, dir := open(t, nil)
	var wg sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for i := range ticket.MaxAttachments + 5 {
		wg.Go(func() {
			_, err := s.Add(t.Context(), books.By{Who: "u1"}, attachment.Upload{Ticket: id}, strings.NewReader(strings.Repeat("a", i+1)))
			mu.Lock()
			defer mu.Unlock()
			if fault.KeyOf(err) == "attachment.too_many" {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	list, err := book.Attachments(id)
	if err != nil || len(list) != ticket.MaxAttachments || refused != 5 || len(files(t, dir)) != ticket.MaxAttachments {
		t.Errorf("%d rows, %d refused, %d files, %v", len(list), refused, len(files(t, dir)), err)
	}
}

func TestWhatAStopLeavesIsRemoved(t *testing.T) {
	s, _, id, dir := open(t, nil)
	f, err := s.Add(t.Context(), books.By{Who: "u1"}, attachment.Upload{Ticket: id}, strings.NewReader("kept"))
	if err != nil {
		t.Fatal(err)
	}
	month := filepath.Dir(files(t, dir)[0])
	for _, name := range []string{books.NewID(), books.NewID() + ".part"} {
		if err := os.WriteFile(filepath.Join(month, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Clean(t.Context(), time.Now()); n != 0 || err != nil {
		t.Errorf("%d removed that may still get a row, %v", n, err)
	}
	if n, err := s.Clean(t.Context(), time.Now().Add(2*time.Hour)); n != 2 || err != nil {
		t.Errorf("%d removed, %v", n, err)
	}
	if left := files(t, dir); len(left) != 1 || filepath.Base(left[0]) != f.ID {
		t.Errorf("%v", left)
	}
	none := attachment.New(attachment.Config{Dir: filepath.Join(dir, "nothing")})
	if n, err := none.Clean(t.Context(), time.Now()); n != 0 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}

func TestFilesGoWithAMergedTicket(t *testing.T) {
	s, book, id, _ := open(t, nil)
	by := books.By{Who: "u1"}
	if _, err := s.Add(t.Context(), by, attachment.Upload{Ticket: id}, strings.NewReader("said")); err != nil {
		t.Fatal(err)
	}
	into, err := book.Create(t.Context(), by, ticket.Ticket{Type: "inquiry", Subject: "价格", Source: ticket.Source{Kind: "api"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.Merge(t.Context(), by, id, 1, into.ID); err != nil {
		t.Fatal(err)
	}
	list, err := book.Attachments(into.ID)
	if err != nil || len(list) != 1 {
		t.Errorf("%v %v", list, err)
	}
}

// cutOff are books whose changes are written although whoever wanted them has gone meanwhile.
type cutOff struct {
	ticket.Books
	gone context.CancelFunc
}

func (b cutOff) Change(ctx context.Context, by books.By, fn func(ticket.Tx) error) error {
	err := b.Books.Change(ctx, by, fn)
	b.gone()
	return errors.Join(err, context.Canceled)
}

func TestAFileWhoseSenderHasGoneStaysWithItsRow(t *testing.T) {
	kept, dir := openBooks(t)
	book := bookOn(kept)
	k, err := book.Create(t.Context(), books.By{Who: "test"}, ticket.Ticket{Type: "inquiry", Subject: "价格", Source: ticket.Source{Kind: "api"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, gone := context.WithCancel(t.Context())
	s := attachment.New(attachment.Config{Dir: filepath.Join(dir, "attachments"), Tickets: bookOn(cutOff{kept, gone})})
	if _, err := s.Add(ctx, books.By{Who: "u1"}, attachment.Upload{Ticket: k.ID}, strings.NewReader("said")); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	list, err := book.Attachments(k.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	f, err := s.Open(list[0])
	if err != nil {
		t.Fatalf("the row has no file: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
