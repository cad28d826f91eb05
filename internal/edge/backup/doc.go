// Package backup makes, verifies and restores backups of a box.
//
// A backup is a gzipped tar: the database as of one moment (callers and writers go on meanwhile), the dealership's own
// prompts, what callers said to voicemail, the box's certificate authority, and last manifest.json, which has the SHA-256 of every file. Recordings are
// not in it: they are large, plain files, and a backup of them is a copy of their directory.
//
// A backup counts as one only when it was read back: [Verify] compares every hash and checks the database's pages,
// indexes and audit. [Restore] does the same before it puts anything in its place.
package backup
