package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dealerline/dealerline/internal/appliance"
	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/edge/backup"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// makeBackup writes a backup to a file: the running box does it while it takes calls, a box that does not run is read.
func makeBackup(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("backup")
	if err := parseAfter(f, args, 1); err != nil {
		return err
	}
	cfg, err := config.Load(*file)
	if err != nil {
		return err
	}
	return writeWhole(args[0], func(to *os.File) error {
		if err := copyBackup(ctx, cfg, to); err != nil {
			return err
		}
		if _, err := to.Seek(0, io.SeekStart); err != nil {
			return err
		}
		m, err := backup.Verify(ctx, to, filepath.Dir(args[0]), appliance.Tables())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s: %d files, read back and verified\n", args[0], len(m.Files))
		return err
	})
}

func copyBackup(ctx context.Context, cfg config.Config, to io.Writer) error {
	d := newDoor(cfg)
	req, err := request(ctx, "GET", "/backup", nil)
	if err != nil {
		return err
	}
	body, err := d.open(req)
	if err == nil {
		_, err = io.Copy(to, body)
		return errors.Join(err, body.Close())
	}
	if !errors.Is(err, errNotRunning) {
		return err
	}
	db, err := store.Open(storePath(cfg), newLogger("error"))
	if err != nil {
		return err
	}
	_, err = backup.Write(ctx, to, appliance.BackupSource(db, cfg, versionText()))
	return errors.Join(err, db.Close())
}

// writeWhole makes a file that has its name only when it is whole.
func writeWhole(path string, write func(f *os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return store.SyncDir(filepath.Dir(path))
}

// restore puts a backup into the data directory of a box that has none yet.
func restore(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("restore")
	if err := parseAfter(f, args, 1); err != nil {
		return err
	}
	cfg, err := config.Load(*file)
	if err != nil {
		return err
	}
	from, err := os.Open(args[0])
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer from.Close() //nolint:errcheck // read only
	m, err := backup.Restore(ctx, from, cfg.DataDir, appliance.Tables())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "restored the backup of %s (%d files) to %s: start the box\n", m.At.Local().Format("2006-01-02 15:04"), len(m.Files), cfg.DataDir)
	return err
}

// compact rewrites the database of a box that does not run without its free space.
func compact(_ context.Context, args []string, out io.Writer) error {
	f, file := flags("compact")
	if err := parse(f, args); err != nil {
		return err
	}
	cfg, err := config.Load(*file)
	if err != nil {
		return err
	}
	saved, err := store.Compact(storePath(cfg), true)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d MiB given back\n", max(saved, 0)>>20)
	return err
}
