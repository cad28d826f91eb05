package store

import (
	"encoding/binary"
	"time"

	"github.com/dealerline/dealerline/internal/sound/recording"
)

// Recordings is the table of recordings. Index "verdict": the verdict, then the time.
var Recordings = Table[recording.Entry]{ //nolint:gochecknoglobals // a declaration
	Name: "recording",
	Key:  func(e recording.Entry) []byte { return idKey(e.ID) },
	Indexes: []Index[recording.Entry]{{"verdict", func(e recording.Entry) [][]byte {
		return [][]byte{verdictKey(e.Verdict, e.StartedAt)}
	}}},
}

func verdictKey(v recording.Verdict, at time.Time) []byte {
	return binary.BigEndian.AppendUint64([]byte{byte(v)}, uint64(max(at.UnixNano(), 0))) //nolint:gosec // not negative
}

// RecordingIndex is the table as the archive wants it; it satisfies recording.Index.
type RecordingIndex struct{ db *DB }

// NewRecordingIndex makes the recordings' index of a store.
func NewRecordingIndex(db *DB) RecordingIndex { return RecordingIndex{db} }

// Put hands in a row; the channel yields the outcome when it is durable.
func (x RecordingIndex) Put(e recording.Entry) <-chan error {
	return x.db.Submit(func(tx *Tx) error { return Recordings.Put(tx, e) })
}

// Get reads one row; ok is false when there is none.
func (x RecordingIndex) Get(id string) (e recording.Entry, ok bool, err error) {
	err = x.db.View(func(tx *Tx) error {
		e, ok, err = Recordings.Get(tx, idKey(id))
		return err
	})
	return e, ok, err
}

// Pace is how much was recorded between the start of the oldest of the last most recordings and now.
func (x RecordingIndex) Pace(most int, now time.Time) (length, over time.Duration, err error) {
	err = x.db.View(func(tx *Tx) error {
		n := 0
		for e, err := range Recordings.Descend(tx, nil) {
			if err != nil {
				return err
			}
			if n++; n > most {
				return nil
			}
			length, over = length+e.Length, now.Sub(e.StartedAt)
		}
		return nil
	})
	return length, over, err
}

// Unfinished returns the rows whose verdict is Open.
func (x RecordingIndex) Unfinished() ([]recording.Entry, error) {
	return x.find(recording.Open, func(recording.Entry) (want, last bool) { return true, false })
}

// Before returns up to limit rows that are Kept or Failed, started before t and are wanted, oldest first.
func (x RecordingIndex) Before(t time.Time, limit int, want func(recording.Entry) bool) ([]recording.Entry, error) {
	var all []recording.Entry
	for _, v := range []recording.Verdict{recording.Kept, recording.Failed} {
		found := len(all)
		rows, err := x.find(v, func(e recording.Entry) (take, last bool) {
			if found == limit || !e.StartedAt.Before(t) {
				return false, true
			}
			if want(e) {
				found++
				return true, false
			}
			return false, false
		})
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// find reads the rows with a verdict, oldest first, as choose says.
func (x RecordingIndex) find(v recording.Verdict, choose func(recording.Entry) (want, last bool)) ([]recording.Entry, error) {
	var out []recording.Entry
	err := x.db.View(func(tx *Tx) error {
		for e, err := range Recordings.Find(tx, "verdict", []byte{byte(v)}) {
			if err != nil {
				return err
			}
			want, last := choose(e)
			if last {
				return nil
			}
			if want {
				out = append(out, e)
			}
		}
		return nil
	})
	return out, err
}
