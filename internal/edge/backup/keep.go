package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// Names of the backups that are kept: by time, so that their order is that of their names.
const (
	prefix = "dealerline-"
	suffix = ".tar.gz"
)

// Keep adds a verified backup of src to dir and removes the oldest there beyond keep. Only a backup that was read back
// whole gets its name, and only then old ones go.
func Keep(ctx context.Context, dir string, src Source, keep int, tables []store.Checkable) (path string, err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("keep backup: %w", err)
	}
	f, err := os.CreateTemp(dir, ".new-")
	if err != nil {
		return "", fmt.Errorf("keep backup: %w", err)
	}
	m, err := Write(ctx, f, src)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil {
		_, err = Verify(ctx, f, dir, tables)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	path = filepath.Join(dir, prefix+m.At.Format("20060102T150405Z")+suffix)
	if err := errors.Join(os.Rename(f.Name(), path), store.SyncDir(dir)); err != nil {
		return "", fmt.Errorf("keep backup: %w", err)
	}
	return path, prune(dir, keep)
}

// List names the backups in a directory, oldest first.
func List(dir string) ([]string, error) {
	all, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var out []string
	for _, e := range all {
		if n := e.Name(); strings.HasPrefix(n, prefix) && strings.HasSuffix(n, suffix) {
			out = append(out, filepath.Join(dir, n))
		}
	}
	slices.Sort(out)
	return out, nil
}

// prune removes the oldest backups, and what runs left behind that were cut off.
func prune(dir string, keep int) error {
	list, err := List(dir)
	if err != nil {
		return err
	}
	for ; len(list) > keep; list = list[1:] {
		if err := os.Remove(list[0]); err != nil {
			return fmt.Errorf("remove old backup: %w", err)
		}
	}
	all, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("list backups: %w", err)
	}
	for _, e := range all {
		if strings.HasPrefix(e.Name(), ".new-") || strings.HasPrefix(e.Name(), ".verify-") {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Errorf("remove unfinished backup: %w", err)
			}
		}
	}
	return nil
}
