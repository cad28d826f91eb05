package voicemail

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// tidy makes rows and files agree with one another. Messages that were being spoken are the archive's to repair.
func (s *Shelf) tidy() {
	s.mu.Lock()
	known := map[string]bool{}
	for _, m := range s.all {
		known[filepath.Clean(s.File(*m))] = true
		switch _, err := os.Stat(s.File(*m)); {
		case m.Open:
		case err != nil:
			s.cfg.Logger.Warn("message without sound dropped", "message", m.ID, "box", m.Box, "error", err)
			s.drop(m)
		case m.State == Draft:
			s.settle(m)
		}
	}
	s.mu.Unlock()
	err := filepath.WalkDir(s.cfg.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".wav" || known[filepath.Clean(path)] {
			return err
		}
		s.cfg.Logger.Warn("sound without message deleted", "file", d.Name())
		return os.Remove(path)
	})
	if err != nil {
		s.cfg.Logger.Error("look through messages", "error", err)
	}
}

// keep writes a row. A failure shows in the log: the row is written again with its next change, and a draft that the
// store still holds is kept at the next start.
func (s *Shelf) keep(m Message) {
	outcome := s.cfg.Index.Put(m)
	go func() {
		if err := <-outcome; err != nil {
			s.cfg.Logger.Error("write message", "message", m.ID, "box", m.Box, "error", err)
		}
	}()
}

// drop removes a row and, once that is durable or cannot be, its file: a file without a row is found at the next start.
func (s *Shelf) drop(m *Message) {
	id, box, path := m.ID, m.Box, s.File(*m)
	delete(s.all, id)
	delete(s.decided, id)
	s.bytes -= octets(*m)
	outcome := s.cfg.Index.Delete(id)
	s.show(box)
	go func() {
		err := <-outcome
		if err == nil {
			if err = os.Remove(path); errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
		}
		if err != nil {
			s.cfg.Logger.Error("delete message", "message", id, "error", err)
		}
	}()
}

// keptDeleted is how long a deleted message can be brought back.
const keptDeleted = 7 * 24 * time.Hour

// Clean removes what is kept no longer, and drafts that nobody has decided about for an hour (their calls have failed)
// become messages. It returns how many were removed.
func (s *Shelf) Clean(ctx context.Context, now time.Time) (int, error) {
	rule := s.cfg.Rule()
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, m := range s.all {
		switch {
		case ctx.Err() != nil:
			return n, context.Cause(ctx)
		case m.State == Deleted && now.Sub(m.Deleted) >= keptDeleted,
			m.State != Draft && rule.Keep > 0 && now.Sub(m.Left) >= rule.Keep:
			s.drop(m)
			n++
		case m.State == Draft && !m.Open && now.Sub(m.Left) >= time.Hour:
			s.settle(m)
		}
	}
	return n, nil
}
