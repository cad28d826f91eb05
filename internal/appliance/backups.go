package appliance

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/backup"
	"github.com/dealerline/dealerline/internal/edge/hook"
	"github.com/dealerline/dealerline/internal/edge/intake"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// Tables are all tables whose indexes are compared with their records when a backup is verified or a box is examined.
func Tables() []store.Checkable {
	return slices.Concat(store.Checked(), store.CRMTables(), store.TicketTables(), store.OutreachTables(), account.Tables(), intake.Tables(), []store.Checkable{&hook.Hooks})
}

// BackupSource is what of a box is backed up: all but recordings and what can be made again.
func BackupSource(db *store.DB, cfg config.Config, version string) backup.Source {
	return backup.Source{DB: db, DataDir: cfg.DataDir, Dirs: []string{"prompts", tlsDir, importsDir, messagesDir}, Version: version}
}

// tlsDir is where the box's certificate authority lies, below the data directory.
const tlsDir = "tls"

// Backup writes a backup of the running box.
func (b *Box) Backup(ctx context.Context, w io.Writer) error {
	_, err := backup.Write(ctx, w, BackupSource(b.db, b.opt.Config, b.opt.Version))
	return err
}

// VerifyAudit goes through the whole audit and returns how many entries it has.
func (b *Box) VerifyAudit(ctx context.Context) (uint64, error) { return b.db.VerifyAudit(ctx) }

// Of the nightly backup.
const (
	backupHour  = 3 // in the dealership's zone
	keptBackups = 7
)

// BackupState is what became of the last nightly backup, for the health page.
type BackupState struct {
	File  string    `json:"file,omitempty"` // the newest good one
	At    time.Time `json:"at,omitzero"`    // of the last attempt
	Error string    `json:"error,omitempty"`
}

// nightly makes a verified backup each night at three. To read it back is also the nightly check of the database: pages,
// indexes, audit. Then it reckons what each customer is worth.
func (b *Box) nightly(ctx context.Context) error {
	for {
		now := time.Now().In(b.settings.Current().Location())
		next := time.Date(now.Year(), now.Month(), now.Day(), backupHour, 0, 0, 0, now.Location())
		if !next.After(now) {
			next = next.AddDate(0, 0, 1)
		}
		select {
		case <-time.After(time.Until(next)):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		b.backUp(ctx)
		b.reckon(ctx)
	}
}

// reckon makes one customer of two records that are certainly the same, and says what each is worth.
func (b *Box) reckon(ctx context.Context) {
	by := books.By{Who: store.TheBox, Action: "nightly"}
	merged, err := b.book.MergeCertain(ctx, by)
	if err == nil {
		_, err = b.book.ReckonValues(ctx, by, time.Now().In(b.settings.Current().Location()))
	}
	if err != nil && ctx.Err() == nil {
		b.log.Error("nightly reckoning of customers", "error", err)
		return
	}
	b.log.Info("customers reckoned", "merged", merged)
}

func (b *Box) backUp(ctx context.Context) {
	began := time.Now()
	path, err := backup.Keep(ctx, filepath.Join(b.opt.Config.DataDir, "backups"), BackupSource(b.db, b.opt.Config, b.opt.Version), keptBackups, Tables())
	state := BackupState{File: path, At: began.UTC()}
	if err != nil {
		if before := b.backup.Load(); before != nil {
			state.File = before.File
		}
		state.Error = err.Error()
		b.log.Error("nightly backup", "error", err)
	} else {
		b.log.Info("nightly backup", "file", path, "took", time.Since(began))
	}
	b.backup.Store(&state)
}

// backupState is the last attempt, or what lies there from before the start.
func (b *Box) backupState() BackupState {
	if s := b.backup.Load(); s != nil {
		return *s
	}
	list, err := backup.List(filepath.Join(b.opt.Config.DataDir, "backups"))
	switch {
	case err != nil:
		return BackupState{Error: err.Error()}
	case len(list) == 0:
		return BackupState{}
	}
	return BackupState{File: list[len(list)-1]}
}
