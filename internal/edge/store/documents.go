package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"strconv"
	"time"
)

// Document is one version of a document that is kept whole, such as the settings.
type Document struct {
	Name    string    `cbor:"1,keyasint"`
	Version uint64    `cbor:"2,keyasint"`
	At      time.Time `cbor:"3,keyasint"`
	By      string    `cbor:"4,keyasint"`
	Body    []byte    `cbor:"5,keyasint"`
}

// documents is the table of all versions of all documents.
var documents = Table[Document]{ //nolint:gochecknoglobals // a declaration
	Name: "document",
	Key:  func(d Document) []byte { return documentKey(d.Name, d.Version) },
}

func documentKey(name string, version uint64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(name), 0), version)
}

// keptVersions is how many versions of a document are kept for undo.
const keptVersions = 50

// Author is who made a version of a document: as the versions name them, as the audit does, and what was done.
type Author struct {
	Name string
	By   By     // zero: somebody at the machine itself, whom Name names
	What string // "" is "import"
}

// PutDocument stores body as the next version of the document, forgets the oldest beyond 50, notes it in the audit in the
// same transaction, and returns the version's number.
func (d *DB) PutDocument(ctx context.Context, name string, who Author, body []byte, at time.Time) (uint64, error) {
	var version uint64
	err := d.Write(ctx, func(tx *Tx) error {
		last, _, err := latest(tx, name)
		if err != nil {
			return err
		}
		version = last.Version + 1
		if version > keptVersions {
			if err := documents.Delete(tx, documentKey(name, version-keptVersions)); err != nil {
				return err
			}
		}
		if tx.by = who.By; tx.by == (By{}) {
			tx.by = By{Who: who.Name, Via: "cli"}
		}
		if err := tx.Note(name, cmp.Or(who.What, "import"), map[string]string{"version": strconv.FormatUint(version, 10)}); err != nil {
			return err
		}
		return documents.Put(tx, Document{name, version, at.UTC(), who.Name, body})
	})
	return version, err
}

// Document reads a version of a document, 0 the latest; ok is false when there is none.
func (d *DB) Document(name string, version uint64) (doc Document, ok bool, err error) {
	err = d.View(func(tx *Tx) error {
		if version == 0 {
			doc, ok, err = latest(tx, name)
			return err
		}
		doc, ok, err = documents.Get(tx, documentKey(name, version))
		return err
	})
	return doc, ok, err
}

func latest(tx *Tx, name string) (Document, bool, error) {
	for doc, err := range documents.Descend(tx, append([]byte(name), 1)) {
		if err != nil {
			return Document{}, false, err
		}
		return doc, doc.Name == name, nil
	}
	return Document{}, false, nil
}
