package attachment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// Config is what a shelf needs.
type Config struct {
	Dir     string
	Tickets *ticket.Book
	// Room refuses what would leave the disk without its reserve; nil: nothing is refused.
	Room func(octets uint64) error
	// Named gives an error of the disk its name; nil: it stays as it is.
	Named  func(error) error
	Logger *slog.Logger
}

// Shelf keeps the files. Its methods are safe from any goroutine.
type Shelf struct{ cfg Config }

// New makes the shelf. Its directory is made with the first file.
func New(cfg Config) *Shelf {
	if cfg.Room == nil {
		cfg.Room = func(uint64) error { return nil }
	}
	if cfg.Named == nil {
		cfg.Named = func(err error) error { return err }
	}
	return &Shelf{cfg}
}

// Upload is a file that somebody hands in.
type Upload struct {
	Ticket string // id
	Person string // of the roster, who hands it in; empty: whoever the change is on behalf of
	Name   string // as its sender calls it
	Note   string
}

// unfinished ends the names of files that are being written.
const unfinished = ".part"

// maxNote bounds what is said of a file, in characters.
const maxNote = 500

// Add takes a file in and joins it to its ticket. It returns when both are durable. The same octets twice are one file: whoever
// was cut off may send them again. Errors are faults: attachment.kind, .empty, .too_large, .pixels, .too_many, ticket.not_found,
// store.disk_full.
func (s *Shelf) Add(ctx context.Context, by books.By, up Upload, body io.Reader) (ticket.Attachment, error) {
	var none ticket.Attachment
	if _, err := s.cfg.Tickets.Ticket(up.Ticket); err != nil {
		return none, err
	}
	k := books.Checker{}
	if k.Line("note", &up.Note, maxNote); k.Found != nil {
		return none, k.Found
	}
	id, now := books.NewID(), time.Now().UTC()
	path := s.path(id, now)
	f, err := s.receive(path, body)
	if err != nil {
		return none, err
	}
	f.ID, f.Ticket, f.Note = id, up.Ticket, up.Note
	f.Name = f.kind.tidyName(up.Name)
	kept, made, err := s.cfg.Tickets.As(up.Person).Attach(ctx, by, f.Attachment)
	switch {
	case err != nil && ctx.Err() != nil: // the sender has gone: the row may be written all the same, and Clean knows then
	case err != nil || !made:
		err = errors.Join(err, os.Remove(path))
	}
	return kept, err
}

// received is a file that lies under its own name.
type received struct {
	ticket.Attachment
	kind kind
}

// receive writes a file: first under another name, so that what has its own name is whole.
func (s *Shelf) receive(path string, body io.Reader) (out received, err error) {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(body, head)
	if head = head[:n]; err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return out, unreadable(err)
	}
	if n == 0 {
		return out, fault.New(fault.Invalid, "attachment.empty", "take in file: it is empty")
	}
	k, ok := kindOf(head)
	if !ok {
		return out, errKind()
	}
	if err := s.cfg.Room(uint64(k.limit)); err != nil { //nolint:gosec // a constant
		return out, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return out, s.cfg.Named(fmt.Errorf("take in file: %w", err))
	}
	out.kind, out.Media = k, k.media
	if out.Size, out.SHA256, err = s.write(path+unfinished, io.MultiReader(bytes.NewReader(head), body), k.limit); err == nil {
		err = k.inspect(path + unfinished)
	}
	if err == nil {
		err = s.cfg.Named(os.Rename(path+unfinished, path))
	}
	if err == nil {
		err = s.cfg.Named(syncDir(filepath.Dir(path)))
	}
	if err == nil { // the month's name as well
		err = s.cfg.Named(syncDir(s.cfg.Dir))
	}
	if err != nil {
		_ = os.Remove(path + unfinished) // Clean does it otherwise
	}
	return out, err
}

func unreadable(err error) error {
	return fault.New(fault.Invalid, "request.unreadable", "read file: %w", err)
}

// write writes and syncs at most limit octets, and reckons their hash.
func (s *Shelf) write(path string, body io.Reader, limit int64) (size int64, sum string, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return 0, "", s.cfg.Named(fmt.Errorf("take in file: %w", err))
	}
	hash := sha256.New()
	in := &source{r: io.LimitReader(body, limit+1)}
	size, err = io.Copy(io.MultiWriter(f, hash), in)
	switch {
	case in.err != nil:
		err = unreadable(in.err)
	case err != nil:
		err = s.cfg.Named(fmt.Errorf("take in file: %w", err))
	case size > limit:
		err = fault.New(fault.Invalid, "attachment.too_large", "take in file: more than %d MiB", limit>>20)
	default:
		err = s.cfg.Named(f.Sync())
	}
	return size, hex.EncodeToString(hash.Sum(nil)), errors.Join(err, f.Close())
}

// source remembers that reading failed, which is the sender's, not the disk's.
type source struct {
	r   io.Reader
	err error
}

// Read reads on.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// syncDir makes a file's name durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// path is where a file lies: in the directory of the month in which it was made, which its id tells.
func (s *Shelf) path(id string, at time.Time) string {
	return filepath.Join(s.cfg.Dir, at.UTC().Format("2006-01"), id)
}

// find looks for a file in the month of its row and the one before: it was begun a moment before its row.
func (s *Shelf) find(f ticket.Attachment) string {
	path := s.path(f.ID, f.At)
	if _, err := os.Stat(path); err != nil {
		if before := s.path(f.ID, f.At.Add(-time.Hour)); before != path {
			return before
		}
	}
	return path
}

// Open opens a file to be read. The caller closes it.
func (s *Shelf) Open(f ticket.Attachment) (*os.File, error) {
	file, err := os.Open(s.find(f))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "attachment.lost", "open file %s of ticket %s: %w", f.ID, f.Ticket, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open file of ticket: %w", err)
	}
	return file, nil
}

// Remove takes a file from its ticket and from the disk. Who did it stays in the ticket's history and in the audit.
func (s *Shelf) Remove(ctx context.Context, by books.By, person, id string) error {
	f, err := s.cfg.Tickets.As(person).Detach(ctx, by, id)
	if err != nil {
		return err
	}
	if err := os.Remove(s.find(f)); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.cfg.Logger.Warn("remove file of ticket", "file", id, "error", err) // Clean tries again
	}
	return nil
}

// orphaned is after how long a file without a row is one that nobody is about to write the row of.
const orphaned = time.Hour

// Clean removes what a stop has left: files without a row, and those that were never whole. n is how many.
func (s *Shelf) Clean(ctx context.Context, now time.Time) (n int, err error) {
	err = filepath.WalkDir(s.cfg.Dir, func(path string, d os.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		info, err := d.Info()
		if err != nil || now.Sub(info.ModTime()) < orphaned {
			return nil //nolint:nilerr // it has gone, or is too young
		}
		if !strings.HasSuffix(path, unfinished) {
			if _, err := s.cfg.Tickets.Attachment(d.Name()); fault.CodeOf(err) != fault.NotFound {
				return err
			}
		}
		n++
		return os.Remove(path)
	})
	return n, err
}

// Of the tidying: soon after the start, then once a day.
const (
	firstTidy = 2 * time.Minute
	tidyEvery = 24 * time.Hour
)

// Tidy cleans from time to time until ctx ends.
func (s *Shelf) Tidy(ctx context.Context) error {
	t := time.NewTimer(firstTidy)
	defer t.Stop()
	for {
		select {
		case now := <-t.C:
			if n, err := s.Clean(ctx, now); err != nil || n > 0 {
				s.cfg.Logger.Info("files without a ticket removed", "count", n, "error", err)
			}
			t.Reset(tidyEvery)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
