package recording

import (
	"errors"
	"syscall"
	"time"
)

const (
	// settleInterval is how often the rows of verdicts are looked after.
	settleInterval = 250 * time.Millisecond
	// rowRetry is the pause before a row that could not be written (a full disk) is tried again.
	rowRetry = 5 * time.Second
	// lastRows bounds the wait for rows when the archive ends.
	lastRows = 4 * time.Second
)

// verdictRow is a verdict on its way into the index.
type verdictRow struct {
	entry   Entry
	outcome <-chan error // nil while it waits for the next try
	again   time.Time
}

// runFinisher gives the recordings that ended their header, hash and verdict, until the channel is closed and every
// row is durable.
func (a *Archive) runFinisher() {
	settle := time.NewTicker(settleInterval)
	defer settle.Stop()
	var rows []verdictRow
	var ended []*writing
	for {
		select {
		case w, ok := <-a.finish:
			if !ok {
				a.settleLast(append(rows, a.conclude(ended)...))
				return
			}
			ended = append(ended, w)
		case now := <-settle.C:
			rows = a.settle(append(rows, a.conclude(ended)...), now)
			ended = ended[:0]
		}
	}
}

// settle drops the rows that are durable and tries again those that failed.
func (a *Archive) settle(rows []verdictRow, now time.Time) []verdictRow {
	left := rows[:0]
	for _, r := range rows {
		select {
		case err := <-r.outcome:
			if err == nil {
				continue
			}
			a.cfg.Logger.Error("write recording verdict, will try again", "recording", r.entry.ID, "error", err)
			r.outcome, r.again = nil, now.Add(rowRetry)
		default:
		}
		if r.outcome == nil && now.After(r.again) {
			r.outcome = a.cfg.Index.Put(r.entry)
		}
		left = append(left, r)
	}
	return left
}

// settleLast waits for the rows when the archive ends; what still fails is repaired at the next start.
func (a *Archive) settleLast(rows []verdictRow) {
	limit := time.NewTimer(lastRows)
	defer limit.Stop()
	for _, r := range rows {
		if r.outcome == nil {
			r.outcome = a.cfg.Index.Put(r.entry)
		}
		select {
		case err := <-r.outcome:
			if err != nil {
				a.cfg.Logger.Error("write recording verdict", "recording", r.entry.ID, "error", err)
			}
		case <-limit.C:
			a.cfg.Logger.Error("recording verdicts not written", "recording", r.entry.ID)
			return
		}
	}
}

// conclude seals the files of the recordings that ended, forces them to the disk together, and hands in their
// verdicts.
func (a *Archive) conclude(ended []*writing) []verdictRow {
	if len(ended) == 0 {
		return nil
	}
	dirty, room := map[*writing]bool{}, make([]byte, hashRoom)
	for _, w := range ended {
		if w.file == nil {
			continue
		}
		length, sum, err := seal(w.file, a.channels(), room)
		w.err = errors.Join(w.err, err)
		w.entry.Length, w.entry.SHA256 = length, sum
		if w.err == nil && length == 0 {
			w.err = errEmpty
			if w.cut {
				w.err = syscall.ENOSPC
			}
		}
		dirty[w] = true
	}
	syncFiles(dirty)
	rows := make([]verdictRow, len(ended))
	for i, w := range ended {
		if w.file != nil {
			w.err = errors.Join(w.err, w.file.Close())
		}
		e := a.verdict(w)
		rows[i] = verdictRow{entry: e, outcome: a.cfg.Index.Put(e)}
	}
	return rows
}

// verdict says what came of a recording.
func (a *Archive) verdict(w *writing) Entry {
	e := w.entry
	if w.err != nil {
		a.stats.failed.Add(1)
		e.Verdict, e.Reason = Failed, reason(w.err)
		a.cfg.Logger.Warn("recording failed", "recording", e.ID, "error", w.err)
		return e
	}
	a.stats.kept.Add(1)
	e.Verdict = Kept
	if w.cut {
		e.Reason = reason(syscall.ENOSPC)
	}
	return e
}
