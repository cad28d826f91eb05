package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// Bounds of a backup that is read: what no box could have made is refused before it fills the disk.
const (
	maxFiles    = 20_000
	maxFile     = 1 << 40
	maxManifest = 8 << 20
)

// broken is the error of an archive that is no backup of ours, or was damaged.
func broken(format string, args ...any) error {
	return fault.New(fault.Invalid, "backup.broken", "read backup: "+format, args...)
}

// Verify reads a backup and checks all of it, in a directory beside the others that it removes again. tables are those
// whose indexes are compared.
func Verify(ctx context.Context, r io.Reader, tempDir string, tables []store.Checkable) (Manifest, error) {
	dir, err := os.MkdirTemp(tempDir, ".verify-")
	if err != nil {
		return Manifest{}, fmt.Errorf("verify backup: %w", err)
	}
	m, err := unpack(ctx, r, dir, tables)
	return m, errors.Join(err, os.RemoveAll(dir))
}

// Restore puts a backup into a data directory that has no database yet, all of it or, on an error, nothing.
func Restore(ctx context.Context, r io.Reader, dataDir string, tables []store.Checkable) (Manifest, error) {
	if err := os.MkdirAll(dataDir, 0o750); err != nil {
		return Manifest{}, fmt.Errorf("restore: %w", err)
	}
	if _, err := os.Lstat(filepath.Join(dataDir, database)); !errors.Is(err, os.ErrNotExist) {
		return Manifest{}, fault.New(fault.Conflict, "backup.occupied",
			"restore: %s has a database already: move it away first, or restore into another directory", dataDir)
	}
	dir, err := os.MkdirTemp(dataDir, ".restore-")
	if err != nil {
		return Manifest{}, fmt.Errorf("restore: %w", err)
	}
	m, err := unpack(ctx, r, dir, tables)
	if err == nil {
		err = settle(dir, dataDir, m)
	}
	return m, errors.Join(err, os.RemoveAll(dir))
}

// settle moves verified files to where the box looks for them, the database last: a data directory with a database is
// complete.
func settle(from, to string, m Manifest) error {
	files := slices.Clone(m.Files)
	slices.SortStableFunc(files, func(a, b File) int {
		switch database {
		case a.Name:
			return 1
		case b.Name:
			return -1
		}
		return 0
	})
	for _, f := range files {
		target := filepath.Join(to, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		if err := os.Rename(filepath.Join(from, filepath.FromSlash(f.Name)), target); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		if err := errors.Join(own(to, filepath.Dir(target)), own(to, target), store.SyncDir(filepath.Dir(target))); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
	return nil
}

// unpack lays a backup out in dir and checks it.
func unpack(ctx context.Context, r io.Reader, dir string, tables []store.Checkable) (m Manifest, err error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return m, broken("%w", err)
	}
	seen := map[string]File{}
	for a := tar.NewReader(z); ; {
		h, err := a.Next()
		if errors.Is(err, io.EOF) {
			if _, err := io.Copy(io.Discard, z); err != nil { // the checksum of all comes last
				return m, broken("%w", err)
			}
			break
		}
		if err != nil {
			return m, broken("%w", err)
		}
		if ctx.Err() != nil {
			return m, context.Cause(ctx)
		}
		if h.Name == manifest {
			if err := json.NewDecoder(io.LimitReader(a, maxManifest)).Decode(&m); err != nil {
				return m, broken("%s: %w", manifest, err)
			}
			continue
		}
		if len(seen) == maxFiles {
			return m, broken("more than %d files", maxFiles)
		}
		f, err := lay(a, h, dir)
		if err != nil {
			return m, err
		}
		seen[f.Name] = f
	}
	if err := m.compare(seen); err != nil {
		return m, err
	}
	return m, store.CheckFile(ctx, filepath.Join(dir, database), tables)
}

// compare sees that the archive holds what its manifest says, neither more nor less.
func (m Manifest) compare(seen map[string]File) error {
	switch {
	case m.Format == 0:
		return broken("there is no %s: it was cut off, or is no backup of this product", manifest)
	case m.Format > Format:
		return fault.New(fault.Invalid, "backup.newer", "read backup: it has format %d, this program knows %d: install the newer program", m.Format, Format)
	case len(m.Files) != len(seen):
		return broken("%d files are there, the manifest names %d", len(seen), len(m.Files))
	}
	for _, f := range m.Files {
		if got, ok := seen[f.Name]; !ok || got != f {
			return broken("%s is not what the manifest says", f.Name)
		}
	}
	if _, ok := seen[database]; !ok {
		return broken("there is no %s", database)
	}
	return nil
}

// lay writes one file of the archive below dir.
func lay(a io.Reader, h *tar.Header, dir string) (File, error) {
	if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) || strings.Contains(h.Name, "\\") || h.Size > maxFile {
		return File{}, broken("%q is not a file that a backup could have", h.Name)
	}
	path := filepath.Join(dir, filepath.FromSlash(h.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return File{}, fmt.Errorf("read backup: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return File{}, broken("%w", err)
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, hash), a)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return File{}, broken("%s: %w", h.Name, err)
	}
	return File{h.Name, n, hex.EncodeToString(hash.Sum(nil))}, nil
}

// own gives what root restored the owner of the data directory, so that the service can open it.
func own(dataDir, path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return store.KeepOwner(dataDir, path)
}
