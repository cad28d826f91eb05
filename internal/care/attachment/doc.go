// Package attachment keeps the files of tickets: photos of a job, documents, sounds.
//
// A file's octets lie in a directory of months, under the id of its row ([ticket.Attachment]). What a file is, is read from its
// octets, never from its name or from what the sender says of it; anything but pictures (JPEG, PNG, WebP), PDF, WAV and plain
// text is refused. A file is safe on disk, under its own name, before its row is written: a row without a file can only come of
// a disk that lost it. A file without a row, which a stop between the two leaves, is removed by [Shelf.Clean].
//
// Who may see a ticket may see its files; whoever calls asks that before. [Shelf.Add] is all that takes a file in:
//
//	Add(ctx, by books.By, up Upload, body io.Reader) (ticket.Attachment, error)
package attachment
