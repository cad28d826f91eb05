// Package merge joins two states of a record that was changed in two places, field by field. It is pure, knows no type
// and no encoding, and is the same code on the box and at headquarters.
//
// A record is a map of field numbers to encoded values. [Meta] says when each field was last set, and by which machine:
// the later wins ([Join]). A deleted record is a tombstone; it lives again only when somebody says so, not because a
// field was edited elsewhere meanwhile. The order in which states meet does not matter, nor does meeting twice, so
// that machines which have seen the same changes have the same record.
package merge
