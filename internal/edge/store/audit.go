package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// By says on whose behalf something is written.
type By struct {
	Who     string `cbor:"1,keyasint"`           // a user's id, "box" for the box itself
	Via     string `cbor:"2,keyasint,omitempty"` // "api", "cli", "import" …
	Action  string `cbor:"3,keyasint,omitempty"` // the operation's id
	Address string `cbor:"4,keyasint,omitempty"` // where the request came from
}

// TheBox is who writes when nobody asked for it.
const TheBox = "box"

// What an audit entry tells of.
const (
	AuditCreate = "create"
	AuditUpdate = "update"
	AuditDelete = "delete"
	AuditNote   = "note" // something was done that changed no record: a listening, an export, a sign-in
)

// AuditEntry is one entry of the audit. Field numbers are for ever.
type AuditEntry struct {
	Seq     uint64            `cbor:"1,keyasint"`
	At      time.Time         `cbor:"2,keyasint"`
	By      By                `cbor:"3,keyasint"`
	What    string            `cbor:"4,keyasint"`
	Subject string            `cbor:"5,keyasint"`           // a table's name, or what a note is about
	ID      string            `cbor:"6,keyasint,omitempty"` // the record's
	Fields  []FieldChange     `cbor:"7,keyasint,omitempty"`
	Detail  map[string]string `cbor:"8,keyasint,omitempty"`
	// Previous is the hash of the entry before.
	Previous []byte `cbor:"9,keyasint"`
}

// FieldChange is what became of one field. From and To are CBOR, nil for a field that was or is not there; [Value]
// reads them. Hidden values are secret, or too long to be kept here.
type FieldChange struct {
	Name   string          `cbor:"1,keyasint"`
	From   cbor.RawMessage `cbor:"2,keyasint,omitempty"`
	To     cbor.RawMessage `cbor:"3,keyasint,omitempty"`
	Hidden bool            `cbor:"4,keyasint,omitempty"`
}

// Value reads a field's value of the audit as JSON would show it; nil when there is none.
func Value(raw cbor.RawMessage) (v any, err error) {
	if raw == nil {
		return nil, nil
	}
	err = plain.Unmarshal(raw, &v)
	return v, err
}

// plain decodes maps with keys of any kind into maps that JSON can write.
var plain = newPlain() //nolint:gochecknoglobals // immutable

// The audit's buckets: entries by number (hash, then CBOR), and by subject, by record and by who did it.
const (
	auditBucket  = "audit"
	auditSubject = "audit.subject" // subject \0 id \0 seq
	auditKind    = "audit.kind"    // subject \0 seq
	auditWho     = "audit.who"     // who \0 seq
)

const hashSize = sha256.Size

// audit appends an entry. There is no way to change or remove one.
func (tx *Tx) audit(what, subject, id string, changes []FieldChange, detail map[string]string) error {
	b, err := tx.bucket(auditBucket)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	e := AuditEntry{
		Seq: 1, At: time.Now().UTC(), By: tx.by, What: what, Subject: subject, ID: id, Fields: changes, Detail: detail,
	}
	if e.By.Who == "" {
		e.By.Who = TheBox
	}
	if k, v := b.Cursor().Last(); k != nil {
		e.Seq = binary.BigEndian.Uint64(k) + 1
		e.Previous = v[:hashSize]
	}
	body, err := codec.Marshal(e)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	hash := sha256.Sum256(body)
	seq := binary.BigEndian.AppendUint64(nil, e.Seq)
	return errors.Join(
		b.Put(seq, append(hash[:], body...)),
		tx.refer(auditSubject, bytes.Join([][]byte{[]byte(subject), []byte(id), seq}, []byte{0})),
		tx.refer(auditKind, bytes.Join([][]byte{[]byte(subject), seq}, []byte{0})),
		tx.refer(auditWho, bytes.Join([][]byte{[]byte(e.By.Who), seq}, []byte{0})),
	)
}

func (tx *Tx) refer(bucket string, key []byte) error {
	b, err := tx.bucket(bucket)
	if err != nil {
		return err
	}
	return b.Put(key, nil)
}

// Note appends an entry about something that changed no record: a listening, an export, a sign-in.
func (tx *Tx) Note(subject, id string, detail map[string]string) error {
	return tx.audit(AuditNote, subject, id, nil, detail)
}
