package merge

import (
	"bytes"
	"maps"

	"github.com/dealerline/dealerline/internal/base/hlc"
)

// Meta is what a record knows of its own history.
type Meta struct {
	// Rev counts the writes on this machine. Who changes a record names the Rev that was read; 0 is a record not stored yet.
	Rev uint64 `cbor:"1,keyasint"`
	// Base is when the fields were set, except those in Fields.
	Base hlc.Version `cbor:"2,keyasint"`
	// Fields are the later versions of single fields, absent and emptied ones included, by field number.
	Fields map[uint64]hlc.Version `cbor:"3,keyasint,omitempty"`
	// Deleted and Restored are when the record was last deleted and when last brought back.
	Deleted  hlc.Version `cbor:"4,keyasint,omitzero"`
	Restored hlc.Version `cbor:"5,keyasint,omitzero"`
}

// Gone reports whether the record is deleted.
func (m Meta) Gone() bool { return m.Deleted.After(m.Restored) }

// Of is when a field was last set.
func (m Meta) Of(field uint64) hlc.Version {
	if v, ok := m.Fields[field]; ok {
		return v
	}
	return m.Base
}

// Set notes that fields were set at v. The first time it sets Base.
func (m *Meta) Set(v hlc.Version, fields ...uint64) {
	if m.Base == (hlc.Version{}) {
		m.Base = v
		return
	}
	own := make(map[uint64]hlc.Version, len(m.Fields)+len(fields))
	maps.Copy(own, m.Fields) // the map may be shared with a record that somebody else reads
	for _, f := range fields {
		own[f] = v
	}
	m.Fields = own
}

// Record is a record without its type.
type Record struct {
	Meta   Meta
	Fields map[uint64][]byte
}

// Join merges two states of one record. lost are the values of fields that were set in both and differ: those of the
// earlier one, for the audit. The result shares no map with its sources; its Rev is the greater one.
func Join(a, b Record) (joined Record, lost map[uint64][]byte) {
	joined = Record{
		Meta: Meta{
			Rev: max(a.Meta.Rev, b.Meta.Rev), Base: later(a.Meta.Base, b.Meta.Base), Fields: map[uint64]hlc.Version{},
			Deleted: later(a.Meta.Deleted, b.Meta.Deleted), Restored: later(a.Meta.Restored, b.Meta.Restored),
		},
		Fields: map[uint64][]byte{},
	}
	lost = map[uint64][]byte{}
	for f := range numbers(a, b) {
		va, vb := a.Meta.Of(f), b.Meta.Of(f)
		x, y := a.Fields[f], b.Fields[f]
		if c := va.Compare(vb); c < 0 || (c == 0 && bytes.Compare(x, y) < 0) {
			x, y, va = y, x, vb
		}
		if x != nil {
			joined.Fields[f] = x
		}
		if y != nil && !bytes.Equal(x, y) {
			lost[f] = y
		}
		if va != joined.Meta.Base {
			joined.Meta.Fields[f] = va
		}
	}
	return joined, lost
}

// numbers are the fields of which either record knows something.
func numbers(a, b Record) map[uint64]bool {
	all := map[uint64]bool{}
	for _, r := range []Record{a, b} {
		for f := range r.Fields {
			all[f] = true
		}
		for f := range r.Meta.Fields {
			all[f] = true
		}
	}
	return all
}

func later(v, w hlc.Version) hlc.Version {
	if w.After(v) {
		return w
	}
	return v
}
