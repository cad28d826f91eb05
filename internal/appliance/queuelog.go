package appliance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/mailbox"
	"github.com/dealerline/dealerline/internal/calls/acd"
)

// queueLog writes queue events under Asterisk's queue_log names, a file a month, so that tools made for that log can
// read them.
type queueLog struct {
	dir  string
	zone func() *time.Location // the dealership's, by the settings in force
	log  *slog.Logger
	box  *mailbox.Box[string]
	file *os.File
	name string
}

// queueLogLimit bounds the lines that wait for the disk.
const queueLogLimit = 1 << 16

func openQueueLog(dataDir string, zone func() *time.Location, log *slog.Logger) (*queueLog, error) {
	dir := filepath.Join(dataDir, "queue_log")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("open queue log: %w", err)
	}
	return &queueLog{dir: dir, zone: zone, log: log, box: mailbox.New[string](queueLogLimit)}, nil
}

// add takes an event; it never waits.
func (q *queueLog) add(ev acd.Event) {
	if line, ok := acd.LogLine(ev); ok {
		q.box.Put(line)
	}
}

func (q *queueLog) run(ctx context.Context) error {
	var batch []string
	for {
		select {
		case <-q.box.Ready():
			batch = q.box.Take(batch)
			q.write(batch)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// close writes what still waits. run must have ended.
func (q *queueLog) close() {
	q.write(q.box.Take(nil))
	if q.file != nil {
		_ = q.file.Close() // every line has been written
	}
}

func (q *queueLog) write(lines []string) {
	if len(lines) == 0 {
		return
	}
	if err := q.rotate(); err != nil {
		q.log.Error("write queue log", "lost_lines", len(lines), "error", err)
		return
	}
	w := bufio.NewWriter(q.file)
	for _, l := range lines {
		_, _ = w.WriteString(l + "\n") // the error stays in w until Flush
	}
	if err := w.Flush(); err != nil {
		q.log.Error("write queue log", "lost_lines", len(lines), "error", err)
	}
}

func (q *queueLog) rotate() error {
	name := time.Now().In(q.zone()).Format("queue_log-2006-01")
	if q.file != nil && name == q.name {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(q.dir, name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640)
	if err != nil {
		return err
	}
	if q.file != nil {
		err = q.file.Close()
	}
	q.file, q.name = f, name
	return err
}

// open returns all months one after another.
func (q *queueLog) open() (io.ReadCloser, error) {
	names, err := filepath.Glob(filepath.Join(q.dir, "queue_log-*"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var files manyFiles
	for _, n := range names {
		f, err := os.Open(n) //nolint:gosec // the names are ours
		if err != nil {
			return nil, errors.Join(err, files.Close())
		}
		files = append(files, f)
	}
	readers := make([]io.Reader, len(files))
	for i, f := range files {
		readers[i] = f
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(readers...), files}, nil
}

type manyFiles []*os.File

func (m manyFiles) Close() error {
	var errs []error
	for _, f := range m {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
