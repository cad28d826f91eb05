// Package store keeps the dealership's data in one bbolt file.
//
// There is one way to write: [DB.Write] (or [DB.Submit], which does not wait). Whoever writes hands over a
// function; one goroutine runs the waiting ones in one transaction, which costs one fsync, and gives each its own
// error. A function that fails leaves nothing behind and harms no other. It may be run twice, so it must do nothing
// but write.
//
// A [Table] is typed: values are CBOR with integer keys whose numbers are never reused. Putting a value writes the
// record, its indexes and the record's slot in the change sequence, all in the one transaction. The sequence has
// one slot a record (the latest change), so that it cannot grow beyond the data however long nobody reads it.
//
//	meta          schema version, ids, the last sign of life
//	t.NAME        key → CBOR                          x.NAME.INDEX  index key \0 key → nothing
//	sync.seq      sequence (8 octets) → table \0 key   sync.cur      table \0 key → sequence
//
// The file is never read from a media loop: a page fault would stall the sound.
package store
