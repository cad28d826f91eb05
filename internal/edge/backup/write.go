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
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// Format is the version of the archive's layout.
const Format = 1

// Names in the archive.
const (
	database = "dealerline.db"
	manifest = "manifest.json"
)

// Manifest says what a backup is.
type Manifest struct {
	Format  int       `json:"format"`
	Version string    `json:"version"` // of the program
	At      time.Time `json:"at"`
	Files   []File    `json:"files"`
}

// File is one file of a backup.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Source is what is backed up.
type Source struct {
	DB      *store.DB
	DataDir string
	// Dirs are the directories below DataDir whose files belong to the backup; one that is not there is no error.
	Dirs    []string
	Version string
}

// writer adds files to the archive and remembers them.
type writer struct {
	tar *tar.Writer
	m   Manifest
}

// Write writes a backup of src to w. It ends early with ctx.
func Write(ctx context.Context, w io.Writer, src Source) (Manifest, error) {
	z := gzip.NewWriter(w)
	a := &writer{tar.NewWriter(z), Manifest{Format: Format, Version: src.Version, At: time.Now().UTC().Truncate(time.Second)}}
	err := a.all(ctx, src)
	if err = errors.Join(err, a.tar.Close(), z.Close()); err != nil {
		return a.m, fmt.Errorf("write backup: %w", err)
	}
	return a.m, nil
}

func (a *writer) all(ctx context.Context, src Source) error {
	var f *file
	err := src.DB.Snapshot(func(size int64) (io.Writer, error) {
		var err error
		f, err = a.begin(ctx, database, size)
		return f, err
	})
	if err != nil {
		return err
	}
	a.end(f)
	for _, dir := range src.Dirs {
		if err := a.dir(ctx, src.DataDir, dir); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(a.m, "", "  ")
	if err != nil {
		return err
	}
	if f, err = a.begin(ctx, manifest, int64(len(text))); err != nil {
		return err
	}
	_, err = f.Write(text)
	return err
}

// dir adds the plain files of a directory.
func (a *writer) dir(ctx context.Context, base, dir string) error {
	return fs.WalkDir(os.DirFS(base), dir, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(base, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) { // it was replaced meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		f, err := a.begin(ctx, path.Clean(name), int64(len(data)))
		if err != nil {
			return err
		}
		if _, err := f.Write(data); err != nil {
			return err
		}
		a.end(f)
		return nil
	})
}

// file is one file on its way into the archive.
type file struct {
	ctx  context.Context //nolint:containedctx // it ends a long copy
	to   io.Writer
	hash hash.Hash
	File
}

func (a *writer) begin(ctx context.Context, name string, size int64) (*file, error) {
	h := &tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: a.m.At, Typeflag: tar.TypeReg}
	return &file{ctx, a.tar, sha256.New(), File{Name: name, Size: size}}, a.tar.WriteHeader(h)
}

func (a *writer) end(f *file) {
	f.SHA256 = hex.EncodeToString(f.hash.Sum(nil))
	a.m.Files = append(a.m.Files, f.File)
}

// Write adds to the file.
func (f *file) Write(p []byte) (int, error) {
	if f.ctx.Err() != nil {
		return 0, context.Cause(f.ctx)
	}
	_, _ = f.hash.Write(p) // it never fails
	return f.to.Write(p)
}
