package store

import (
	"encoding/binary"

	"github.com/dealerline/dealerline/internal/calls/voicemail"
)

// Messages is the table of what was left in voicemail boxes. Index "box": the box, then the time.
var Messages = Table[voicemail.Message]{ //nolint:gochecknoglobals // a declaration
	Name: "voicemail",
	Key:  func(m voicemail.Message) []byte { return idKey(m.ID) },
	Indexes: []Index[voicemail.Message]{{"box", func(m voicemail.Message) [][]byte {
		at := uint64(max(m.Left.UnixNano(), 0)) //nolint:gosec // not negative
		return [][]byte{binary.BigEndian.AppendUint64(append([]byte(m.Box), 0), at)}
	}}},
}

// MessageIndex is the table as voicemail wants it; it satisfies voicemail.Index.
type MessageIndex struct{ DB *DB }

// Put hands in a row; the channel yields the outcome when it is durable.
func (x MessageIndex) Put(m voicemail.Message) <-chan error {
	return x.DB.Submit(func(tx *Tx) error { return Messages.Put(tx, m) })
}

// Delete hands in that a row goes; the channel yields the outcome when that is durable.
func (x MessageIndex) Delete(id string) <-chan error {
	return x.DB.Submit(func(tx *Tx) error { return Messages.Delete(tx, idKey(id)) })
}

// All returns every row.
func (x MessageIndex) All() (all []voicemail.Message, err error) {
	err = x.DB.View(func(tx *Tx) error {
		for m, err := range Messages.Ascend(tx, nil) {
			if err != nil {
				return err
			}
			all = append(all, m)
		}
		return nil
	})
	return all, err
}
