package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/sheet"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// Config is what imports and exports need.
type Config struct {
	DB   *store.DB
	Book *crm.Book
	Dir  string // where files are kept: under the data directory
	// Zone is the dealership's, for dates in files; nil: that of the machine.
	Zone func() *time.Location
	// Text is what a fault is called in a language, for the file of errors; nil: its English.
	Text func(language, key string) string
	// Progress is told of every change of an import; nil: nobody is. It must not wait.
	Progress func(Job)
	Limits   sheet.Limits
	// Batch is how many rows one transaction takes; 0: 2,000.
	Batch int
	Log   *slog.Logger
}

// Manager keeps the imports. Its methods are safe from any goroutine.
type Manager struct {
	Config
	wake chan struct{}
}

// New makes the manager.
func New(c Config) *Manager {
	if c.Zone == nil {
		c.Zone = func() *time.Location { return time.Local }
	}
	if c.Batch == 0 {
		c.Batch = batch
	}
	return &Manager{Config: c, wake: make(chan struct{}, 1)}
}

const (
	sampleRows = 5
	keptJobs   = 200
)

// Upload stores a file, reads it once through, so that one that cannot be read is refused at once, and guesses what its
// columns mean.
func (m *Manager) Upload(ctx context.Context, by store.By, kind, name, language string, r io.Reader) (Job, error) {
	if _, err := FieldsOf(kind); err != nil {
		return Job{}, err
	}
	j := Job{ID: store.NewID(), Kind: kind, State: Uploaded, File: filepath.Base(name), By: by, Language: language, CreatedAt: time.Now().UTC()}
	if err := os.MkdirAll(m.Dir, 0o750); err != nil {
		return Job{}, fmt.Errorf("store import: %w", err)
	}
	err := m.receive(&j, r)
	if err == nil {
		err = m.shielded(j.ID, func() error { return m.look(&j) })
	}
	if err == nil {
		err = m.DB.Change(ctx, j.by(), func(tx *store.Tx) error {
			if err := tx.Note("import", j.ID, map[string]string{"file": j.File, "kind": kind, "rows": fmt.Sprint(j.Rows)}); err != nil {
				return err
			}
			return jobs.Put(tx, j)
		})
	}
	if err != nil {
		return Job{}, errors.Join(err, m.removeFiles(j.ID))
	}
	return m.Job(j.ID)
}

func (m *Manager) receive(j *Job, r io.Reader) error {
	limit := cmpOr(m.Limits.Bytes, sheet.DefaultLimits().Bytes)
	f, err := os.OpenFile(m.file(j.ID), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("store import: %w", err)
	}
	j.Size, err = m.fill(f, io.LimitReader(r, limit+1))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("store import: %w", store.Named(err))
	}
	if j.Size > limit {
		return fault.New(fault.Invalid, "sheet.too_large", "store import: more than %d octets", limit)
	}
	return nil
}

// uploadPiece is how much of an upload is written before it is asked again whether there is room for more.
const uploadPiece = 1 << 20

// fill copies an upload as long as the disk has more than is kept for calls.
func (m *Manager) fill(f io.Writer, r io.Reader) (size int64, err error) {
	for {
		if err := m.DB.Room(uploadPiece); err != nil {
			return size, err
		}
		n, err := io.CopyN(f, r, uploadPiece)
		if size += n; errors.Is(err, io.EOF) {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}

func cmpOr(a, b int64) int64 {
	if a != 0 {
		return a
	}
	return b
}

// look reads headings, sample and the number of rows.
func (m *Manager) look(j *Job) error {
	return m.rows(j.ID, func(r *sheet.Reader) error {
		j.Format, j.Encoding = r.Format, r.Encoding
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return fault.New(fault.Invalid, "import.empty", "read import: the file has no rows")
		}
		if err != nil {
			return err
		}
		j.Headings = head.Cells
		if j.Mapping, err = Guess(j.Kind, head.Cells); err != nil {
			return err
		}
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if j.Rows++; j.Rows <= sampleRows {
				j.Sample = append(j.Sample, Sample{row.Cells})
			}
		}
	})
}

// rows opens the file of an import.
func (m *Manager) rows(id string, fn func(*sheet.Reader) error) (err error) {
	f, err := os.Open(m.file(id))
	if err != nil {
		return fmt.Errorf("open import: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	limits := m.Limits
	limits.TempDir = m.Dir
	r, err := sheet.Open(f, info.Size(), limits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return fn(r)
}

// file and errorFile are where an import lies; ids are checked, since they come from outside.
func (m *Manager) file(id string) string { return filepath.Join(m.Dir, safe(id)+".data") }

func (m *Manager) errorFile(id string) string { return filepath.Join(m.Dir, safe(id)+".errors.csv") }

func safe(id string) string {
	if u, err := uuid.Parse(id); err == nil {
		return u.String()
	}
	return "none"
}

func (m *Manager) removeFiles(id string) error {
	var all []error
	for _, name := range []string{m.file(id), m.errorFile(id)} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

// Job reads an import.
func (m *Manager) Job(id string) (j Job, err error) {
	err = m.DB.View(func(tx *store.Tx) error {
		var ok bool
		if j, ok, err = jobs.Get(tx, store.IDKey(id)); err == nil && !ok {
			err = fault.New(fault.NotFound, "import.not_found", "read import %s: there is none", id)
		}
		return err
	})
	return j, err
}

// Jobs are up to limit imports, newest first, made before the one with id before ("": the newest).
func (m *Manager) Jobs(before string, limit int) (list []Job, err error) {
	err = m.DB.View(func(tx *store.Tx) error {
		var key []byte
		if before != "" {
			key = store.IDKey(before)
		}
		list = nil
		for j, err := range jobs.Descend(tx, key) {
			if err != nil {
				return err
			}
			if list = append(list, j); len(list) >= limit {
				return nil
			}
		}
		return nil
	})
	return list, err
}

// SetMapping says what the columns mean.
func (m *Manager) SetMapping(ctx context.Context, by store.By, id string, mapping []string) (Job, error) {
	return m.command(ctx, by, id, edit, func(j *Job) error {
		if len(mapping) != len(j.Headings) {
			return fault.Fields{{Path: "mapping", Key: "import.mapping_length", Message: "the mapping needs an entry for each column"}}
		}
		j.Mapping = mapping
		j.restart()
		return checkMapping(j.Kind, mapping)
	})
}

// Check begins a dry run: everything but the writing.
func (m *Manager) Check(ctx context.Context, by store.By, id string) (Job, error) {
	return m.command(ctx, by, id, check, func(j *Job) error {
		j.restart()
		return checkMapping(j.Kind, j.Mapping)
	})
}

// Start begins the import.
func (m *Manager) Start(ctx context.Context, by store.By, id string) (Job, error) {
	return m.command(ctx, by, id, start, func(j *Job) error {
		j.restart()
		j.StartedAt, j.By = time.Now().UTC(), by
		return checkMapping(j.Kind, j.Mapping)
	})
}

// Cancel ends an import behind the batch that is being written. What it wrote stays until it is undone.
func (m *Manager) Cancel(ctx context.Context, by store.By, id string) (Job, error) {
	return m.command(ctx, by, id, cancel, func(j *Job) error { j.EndedAt = time.Now().UTC(); return nil })
}

// Undo begins to put back what an import wrote.
func (m *Manager) Undo(ctx context.Context, by store.By, id string) (Job, error) {
	return m.command(ctx, by, id, undo, func(j *Job) error {
		j.Undone, j.Kept, j.EndedAt, j.By = 0, 0, time.Time{}, by
		return nil
	})
}

func (m *Manager) command(ctx context.Context, by store.By, id string, c command, fn func(*Job) error) (Job, error) {
	err := m.DB.Change(ctx, by, func(tx *store.Tx) error {
		j, ok, err := jobs.Get(tx, store.IDKey(id))
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "import.not_found", "command import %s: there is none", id)
		}
		next, ok := step(j.State, c)
		if !ok {
			return errState(j)
		}
		j.State = next
		if err := fn(&j); err != nil {
			return err
		}
		if err := tx.Note("import", id, map[string]string{"state": string(next)}); err != nil {
			return err
		}
		return jobs.Put(tx, j)
	})
	if err != nil {
		return Job{}, err
	}
	select {
	case m.wake <- struct{}{}:
	default:
	}
	return m.told(id)
}

// told reads an import and tells whoever watches.
func (m *Manager) told(id string) (Job, error) {
	j, err := m.Job(id)
	if err == nil && m.Progress != nil {
		m.Progress(j)
	}
	return j, err
}

// Remove forgets an import: its file, its errors, and what an undo would need.
func (m *Manager) Remove(ctx context.Context, by store.By, id string) error {
	for {
		more := false
		err := m.DB.Change(ctx, by, func(tx *store.Tx) error {
			j, ok, err := jobs.Get(tx, store.IDKey(id))
			if err != nil || !ok {
				return err
			}
			if _, ok := step(j.State, remove); !ok {
				return errState(j)
			}
			list, err := touchedBy(tx, id, undoBatch)
			if err != nil {
				return err
			}
			for _, t := range list {
				if err := touchedRecords.Delete(tx, touchedKey(id, t.Table, t.ID)); err != nil {
					return err
				}
			}
			if more = len(list) == undoBatch; more {
				return nil
			}
			return jobs.Delete(tx, store.IDKey(id))
		})
		if err != nil {
			return err
		}
		if !more {
			return m.removeFiles(id)
		}
	}
}
