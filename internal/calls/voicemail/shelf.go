package voicemail

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// Index keeps the rows; the store satisfies it.
type Index interface {
	// Put writes a row and Delete removes one; both return at once, and rows are written in the order of the calls. The
	// channel yields the outcome once, when it is durable.
	Put(m Message) <-chan error
	Delete(id string) <-chan error
	// All returns every row.
	All() ([]Message, error)
}

// Rule says how long messages are kept, and how many.
type Rule struct {
	Keep  time.Duration // of what is not deleted; 0: for ever
	Space int64         // octets that all messages together may take; 0: as the disk has room
}

// Config is what a shelf needs.
type Config struct {
	Dir     string
	Index   Index
	MinFree uint64 // octets that must stay free on the disk; below, no message is taken
	Boxes   func() []Box
	Rule    func() Rule
	// Show is told how many messages wait for a phone, heard and unheard, after each change, and for each box that is named
	// like none. It must not block; nor must Left, which is told of each new message.
	Show   func(name string, fresh, old int)
	Left   func(m Message)
	Logger *slog.Logger
}

// Shelf owns the messages. Its methods are safe from any goroutine; all but Clean and Run return at once, or after the
// reading of one file.
type Shelf struct {
	cfg     Config
	archive *recording.Archive
	locks   locks

	mu       sync.Mutex
	all      map[string]*Message
	finished map[string]func(call.Memo) // who waits for the end of a recording
	tapes    map[string]*tape           // what is being recorded
	decided  map[string]bool            // a draft that is to be kept as soon as it is recorded
	bytes    int64
	shown    map[string]bool // of whom something was told
}

// Open reads the messages of former runs.
func Open(cfg Config) (*Shelf, error) {
	s := &Shelf{cfg: cfg, all: map[string]*Message{}, finished: map[string]func(call.Memo){}, decided: map[string]bool{}, tapes: map[string]*tape{}, shown: map[string]bool{}}
	rows, err := cfg.Index.All()
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	for _, m := range rows {
		s.all[m.ID] = &m
		s.bytes += octets(m)
	}
	s.archive, err = recording.New(recording.Config{
		Dir: cfg.Dir, Index: tapes{s}, Mono: true, MinFree: cfg.MinFree,
		Retention: func() recording.Retention { return recording.Retention{} }, Logger: cfg.Logger,
	})
	return s, err
}

// octets is what a message takes on the disk, but for the header.
func octets(m Message) int64 { return int64(m.Length / media.FrameDuration * media.FrameSamples) }

// Run keeps what is recorded until ctx ends. Before that it drops the rows whose sound is gone and keeps the drafts whose
// callers were cut off with the box.
func (s *Shelf) Run(ctx context.Context) error {
	s.tidy()
	s.ShowAll()
	return s.archive.Run(ctx)
}

// Probe returns when the writer of sound has answered, for the watchdog.
func (s *Shelf) Probe(ctx context.Context) error { return s.archive.Probe(ctx) }

// box finds a box by its number.
func (s *Shelf) box(number string) (Box, bool) {
	for _, b := range s.cfg.Boxes() {
		if b.Number == number {
			return b, true
		}
	}
	return Box{}, false
}

// Of is the box of an extension; ok is false when it has none.
func (s *Shelf) Of(extension string) (Box, bool) {
	for _, b := range s.cfg.Boxes() {
		if extension != "" && b.Extension == extension {
			return b, true
		}
	}
	return Box{}, false
}

// Boxes are all boxes with how many messages wait in them, heard and unheard.
func (s *Shelf) Boxes() []Count {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Count
	for _, b := range s.cfg.Boxes() {
		c := Count{Box: b}
		c.Fresh, c.Old = s.count(b.Number)
		out = append(out, c)
	}
	return out
}

// Count is a box and how many messages wait in it.
type Count struct {
	Box        Box
	Fresh, Old int
}

func (s *Shelf) count(box string) (fresh, old int) {
	for _, m := range s.all {
		switch {
		case m.Box != box:
		case m.State == New:
			fresh++
		case m.State == Old:
			old++
		}
	}
	return fresh, old
}

// ShowAll tells how many messages wait, of every phone and box, also of those that no longer are.
func (s *Shelf) ShowAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.cfg.Boxes() {
		for _, name := range b.names() {
			s.shown[name] = true
		}
	}
	for name := range s.shown {
		s.tell(name)
	}
}

// names are who is told of the box's messages.
func (b Box) names() []string { return append([]string{b.Number}, b.Phones()...) }

// show tells how many messages wait where a box's count, under the lock so that the last word is the newest.
func (s *Shelf) show(box string) {
	if b, ok := s.box(box); ok {
		for _, name := range b.names() {
			s.tell(name)
		}
	}
}

// tell adds up what waits in the boxes that count for a name.
func (s *Shelf) tell(name string) {
	s.shown[name] = true
	fresh, old := 0, 0
	for _, b := range s.cfg.Boxes() {
		if slices.Contains(b.names(), name) {
			f, o := s.count(b.Number)
			fresh, old = fresh+f, old+o
		}
	}
	s.cfg.Show(name, fresh, old)
}

// Find reads a message; drafts are nobody's business.
func (s *Shelf) Find(id string) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.all[id]
	if !ok || m.State == Draft {
		return Message{}, fault.New(fault.NotFound, "voicemail.not_found", "find message %s: there is none", id)
	}
	return *m, nil
}

// List are the messages of a box ("" is all boxes) that are in a state (0 is any but drafts), the oldest first.
func (s *Shelf) List(box string, in State) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.all {
		if m.State != Draft && (box == "" || m.Box == box) && (in == 0 || m.State == in) {
			out = append(out, *m)
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return cmp.Or(a.Left.Compare(b.Left), cmp.Compare(a.ID, b.ID)) })
	return out
}

// File is where the sound of a message is.
func (s *Shelf) File(m Message) string { return filepath.Join(s.cfg.Dir, filepath.FromSlash(m.Path)) }

// Sound is what a message says, as A-law; nil when it cannot be read. It reads the file: it is not for media loops.
func (s *Shelf) Sound(id string) []byte {
	s.mu.Lock()
	m, ok := s.all[id]
	var path string
	if ok {
		path = s.File(*m)
	}
	s.mu.Unlock()
	if !ok {
		return nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // the path is ours
	if err == nil {
		data, err = media.ReadWAV(bytes.NewReader(data))
	}
	if err != nil {
		s.cfg.Logger.Error("read message", "message", id, "error", err)
		return nil
	}
	return data
}

// Set gives a message another state.
func (s *Shelf) Set(id string, to State, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.all[id]
	if !ok || m.State == Draft {
		return fault.New(fault.NotFound, "voicemail.not_found", "change message %s: there is none", id)
	}
	if to < New || to > Deleted {
		return fault.New(fault.Invalid, "voicemail.state", "change message %s: %s is no state for it", id, to)
	}
	if m.State == to {
		return nil
	}
	if m.State, m.Deleted = to, (time.Time{}); to == Deleted {
		m.Deleted = now.UTC()
	}
	s.keep(*m)
	s.show(m.Box)
	return nil
}

// Remove takes a message away for good.
func (s *Shelf) Remove(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.all[id]
	if !ok || m.State == Draft {
		return fault.New(fault.NotFound, "voicemail.not_found", "remove message %s: there is none", id)
	}
	s.drop(m)
	return nil
}

// newID makes the id of a message: a UUIDv7, so that ids sort by time.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
