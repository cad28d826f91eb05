package intake

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Errors opens the file of an import's errors: CSV with line, column and reason. There is none before the first error.
func (m *Manager) Errors(id string) (io.ReadCloser, error) {
	j, err := m.Job(id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(m.errorFile(id))
	if errors.Is(err, os.ErrNotExist) || err == nil && j.ErrorBytes == 0 {
		if err == nil {
			err = f.Close()
		}
		return nil, fault.New(fault.NotFound, "import.no_errors", "read errors of import %s: there are none (%w)", id, errors.Join(err, os.ErrNotExist))
	}
	if err != nil {
		return nil, fmt.Errorf("read errors of import: %w", err)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(f, j.ErrorBytes), f}, nil
}

// errorLog is the file of errors, written behind what the finished batches wrote.
type errorLog struct {
	file *os.File
	csv  *csv.Writer
	text func(f fault.Field) string
	head map[string]string // headings by field
}

func (m *Manager) openErrors(j *Job) (*errorLog, error) {
	f, err := os.OpenFile(m.errorFile(j.ID), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write errors of import: %w", err)
	}
	if err := f.Truncate(j.ErrorBytes); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := f.Seek(j.ErrorBytes, io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	l := &errorLog{file: f, csv: csv.NewWriter(f), head: map[string]string{}}
	for i, name := range j.Mapping {
		if name != "" && i < len(j.Headings) {
			l.head[name] = j.Headings[i]
		}
	}
	l.text = func(f fault.Field) string {
		if m.Text != nil {
			if s := m.Text(j.Language, f.Key); s != "" && s != f.Key {
				return s + " (" + f.Message + ")"
			}
		}
		return f.Message
	}
	return l, nil
}

// write adds the errors of one batch and returns how long the file is then.
func (l *errorLog) write(list []rowError, at int64) (int64, error) {
	if len(list) == 0 {
		return at, nil
	}
	if at == 0 {
		if _, err := l.file.WriteString("\ufeff"); err != nil {
			return at, err
		}
		if err := l.csv.Write([]string{"line", "column", "code", "reason"}); err != nil {
			return at, err
		}
	}
	for _, e := range list {
		for _, f := range e.fields {
			column := f.Path
			if h := l.head[f.Path]; h != "" {
				column = h
			}
			if err := l.csv.Write([]string{fmt.Sprint(e.line), column, f.Key, l.text(f)}); err != nil {
				return at, err
			}
		}
	}
	l.csv.Flush()
	if err := errors.Join(l.csv.Error(), l.file.Sync()); err != nil {
		return at, fmt.Errorf("write errors of import: %w", err)
	}
	return l.file.Seek(0, io.SeekCurrent)
}

// rewind goes back to where the finished batches end.
func (l *errorLog) rewind(at int64) error {
	if err := l.file.Truncate(at); err != nil {
		return fmt.Errorf("write errors of import: %w", err)
	}
	_, err := l.file.Seek(at, io.SeekStart)
	return err
}
