// Package crash proves that what the store has acknowledged survives a loss of power and a kill -9.
//
// A FUSE process of its own (recorder) writes down every write and every fsync of a store at work. From that record the
// test makes the file as a loss of power after any of these operations could have left it: what was synced is there, of
// what was not any part may be. Each such image must open, be sound (pages, indexes, chain of the audit) and hold every
// write that was acknowledged by then. Run it with `make crash`.
package crash
