package recording

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// manyFiles is the number of files above which one sync of the file system is cheaper than one a file.
const manyFiles = 6

// diskCheckInterval is how often the free space is looked at.
const diskCheckInterval = 5 * time.Second

// writing is a recording's file, owned by the writer until it goes to the finisher.
type writing struct {
	entry Entry
	file  *os.File
	err   error // the first thing that went wrong
	cut   bool  // ended before its call, since the disk is nearly full; never changes once the finisher has it
}

// files are those that the writer owns: the open ones, and of these the ones with something not yet forced to the disk.
type files struct{ open, dirty map[*writing]bool }

// errEmpty is the verdict of a recording during which no sound came.
var errEmpty = errors.New("empty")

// Run writes what is recorded until ctx ends and everything handed over by then has its verdict. Beside
// that it repairs what an earlier run left open.
func (a *Archive) Run(ctx context.Context) error {
	defer close(a.done)
	open, err := a.cfg.Index.Unfinished() // now, while none of ours is open
	if err != nil {
		a.cfg.Logger.Error("list unfinished recordings", "error", err)
	}
	var finisher sync.WaitGroup
	finisher.Go(func() { a.repair(ctx, open) }) // hours of sound take long to hash: calls do not wait for it
	finisher.Go(a.runFinisher)
	defer finisher.Wait()
	defer close(a.finish)

	syncs := time.NewTicker(syncInterval)
	defer syncs.Stop()
	disk := time.NewTicker(diskCheckInterval)
	defer disk.Stop()
	a.checkDisk()
	f := files{map[*writing]bool{}, map[*writing]bool{}}
	var batch []*piece
	for {
		select {
		case <-ctx.Done():
			a.writeAll(a.queue.Take(batch), f)
			return context.Cause(ctx)
		case reply := <-a.probes:
			reply <- struct{}{}
		case <-a.queue.Ready():
			batch = a.queue.Take(batch)
			a.writeAll(batch, f)
		case <-syncs.C:
			syncFiles(f.dirty)
		case <-disk.C:
			if a.checkDisk() {
				a.cutAll(f)
			}
		}
	}
}

func (a *Archive) writeAll(batch []*piece, f files) {
	for _, p := range batch {
		w := p.rec.file
		if w == nil {
			w = a.create(p.rec.entry)
			p.rec.file = w
			f.open[w] = true
		}
		if !w.cut {
			a.write(w, p, f)
		}
		if p.n > 0 {
			a.taken.Add(-1)
			p.rec = nil
			a.spare.Put(p)
		}
	}
}

// write puts a piece into its file, and hands the file on with the last.
func (a *Archive) write(w *writing, p *piece, f files) {
	if w.err == nil && p.n > 0 {
		if _, err := w.file.Write(p.data[:p.n]); err != nil {
			w.err = err
		}
		f.dirty[w] = true
	}
	if !p.last {
		return
	}
	if p.rec.overran() && w.err == nil {
		w.err = errors.New("the disk was too slow")
	}
	delete(f.open, w)
	delete(f.dirty, w)
	a.finish <- w
}

// cutAll ends the recordings that run, with what they have: the room that is left is for records of calls, and a disk
// that fills up in the middle of a piece would spoil what is there.
func (a *Archive) cutAll(f files) {
	if len(f.open) > 0 {
		a.cfg.Logger.Warn("recordings cut short, the disk is nearly full", "recordings", len(f.open))
	}
	for w := range f.open {
		w.cut = true
		a.finish <- w
	}
	clear(f.open)
	clear(f.dirty)
}

// create hands in the index row, then makes the file.
func (a *Archive) create(e Entry) *writing {
	w := &writing{entry: e}
	a.cfg.Index.Put(e) // if it fails, the row of the verdict will be there instead
	if a.full.Load() {
		w.err = syscall.ENOSPC
		return w
	}
	path := a.Path(e)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		w.err = err
		return w
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o640) //nolint:gosec // the path is ours
	if err != nil {
		w.err = err
		return w
	}
	w.file = f
	h := header(0, a.channels())
	if _, err := f.Write(h[:]); err != nil {
		w.err = err
	}
	return w
}

// syncFiles forces what was written to the disk; a failure shows at the recording's end.
func syncFiles(dirty map[*writing]bool) {
	var all error
	if len(dirty) > manyFiles {
		for w := range dirty {
			all = unix.Syncfs(int(w.file.Fd()))
			break // one call syncs the file system that all share
		}
	}
	for w := range dirty {
		err := all
		if len(dirty) <= manyFiles {
			err = unix.Fdatasync(int(w.file.Fd()))
		}
		if err != nil && w.err == nil {
			w.err = err
		}
	}
	clear(dirty)
}

// checkDisk looks at the free space and reports whether it is too little.
func (a *Archive) checkDisk() bool {
	var st unix.Statfs_t
	if err := unix.Statfs(a.cfg.Dir, &st); err != nil {
		a.cfg.Logger.Error("read free disk space", "error", err)
		return a.full.Load()
	}
	free := st.Bavail * uint64(st.Bsize) //nolint:gosec // a block size is positive
	full := free < a.cfg.MinFree
	if a.full.Swap(full) != full {
		a.cfg.Logger.Warn("recording disk", "full", full, "free_bytes", free)
	}
	return full
}

// hashRoom is how much of a file is read at once to be hashed.
const hashRoom = 32 << 10

// seal writes the final header and hashes the file, by way of room.
func seal(f *os.File, channels int, room []byte) (time.Duration, string, error) {
	data, err := fixHeader(f, channels)
	if err != nil {
		return 0, "", fmt.Errorf("write header: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, "", err
	}
	h := sha256.New()
	if _, err := io.CopyBuffer(h, struct{ io.Reader }{f}, room); err != nil { // the file's own way allocates
		return 0, "", fmt.Errorf("hash: %w", err)
	}
	return time.Duration(data) * time.Second / time.Duration(channels*sampleRateHz), hex.EncodeToString(h.Sum(nil)), nil
}

// reason is the verdict's word for an error: a key that the console translates.
func reason(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "disk_full"
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return "not_writable"
	}
	return err.Error()
}
