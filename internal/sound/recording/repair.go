package recording

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// repair closes the recordings that were open when the box stopped: the header gets the file's real length, the
// row its verdict. What is left when ctx ends is done at the next start.
func (a *Archive) repair(ctx context.Context, open []Entry) {
	for _, e := range open {
		if ctx.Err() != nil {
			return
		}
		if err := a.repairOne(e); err != nil {
			a.cfg.Logger.Error("repair recording", "recording", e.ID, "error", err)
		}
	}
}

func (a *Archive) repairOne(e Entry) error {
	e.Repaired = true
	f, err := os.OpenFile(a.Path(e), os.O_RDWR, 0)
	if err != nil {
		e.Verdict, e.Reason = Failed, "missing_file"
		return <-a.cfg.Index.Put(e)
	}
	length, sum, err := seal(f, a.channels(), make([]byte, hashRoom))
	err = errors.Join(err, f.Sync(), f.Close())
	e.Length, e.SHA256, e.Verdict = length, sum, Kept
	if err != nil {
		e.Verdict, e.Reason = Failed, reason(err)
	} else if length == 0 {
		e.Verdict, e.Reason = Failed, "empty"
	}
	a.cfg.Logger.Info("recording repaired", "recording", e.ID, "length", length, "verdict", e.Verdict.String())
	return <-a.cfg.Index.Put(e)
}

// cleanBatch bounds how many rows one round of cleaning takes.
const cleanBatch = 500

// Clean deletes what the retention rule no longer keeps and returns how many files went. The row stays, with the
// verdict Expired. A file that cannot be deleted is in the error and holds up no other. It stops early when ctx ends.
func (a *Archive) Clean(ctx context.Context, now time.Time) (int, error) {
	rule := a.cfg.Retention()
	least := rule.shortest()
	if least == 0 {
		return 0, nil
	}
	deleted := 0
	var errs []error
	stuck := map[string]bool{}
	want := func(e Entry) bool { return rule.over(e, now) && !stuck[e.ID] }
	for ctx.Err() == nil {
		rows, err := a.cfg.Index.Before(now.Add(-least), cleanBatch, want)
		if err != nil {
			return deleted, errors.Join(append(errs, fmt.Errorf("list old recordings: %w", err))...)
		}
		if len(rows) == 0 {
			return deleted, errors.Join(errs...)
		}
		for _, e := range rows {
			if err := a.expire(e); err != nil {
				stuck[e.ID], errs = true, append(errs, err)
				continue
			}
			deleted++
		}
	}
	return deleted, errors.Join(append(errs, context.Cause(ctx))...)
}

func (a *Archive) expire(e Entry) error {
	if err := os.Remove(a.Path(e)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete recording: %w", err)
	}
	e.Verdict = Expired
	if err := <-a.cfg.Index.Put(e); err != nil {
		return fmt.Errorf("write recording row: %w", err)
	}
	return nil
}
