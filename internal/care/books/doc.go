// Package books is what the rooms of the dealership's business share when they keep records: on whose behalf something
// is changed, the records of one kind in a transaction, how their lists are parted into pages, and the checking of what
// people wrote. The store implements [Rows]; nothing here knows it, or any kind of record.
package books
