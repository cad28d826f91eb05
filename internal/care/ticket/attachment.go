package ticket

import (
	"context"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Attachment is a file that belongs to a ticket: a photo, a document, a sound. Its octets lie beside the books, under its id.
// CBOR numbers are never reused.
type Attachment struct {
	ID     string    `cbor:"1,keyasint" json:"id"`
	Ticket string    `cbor:"2,keyasint" json:"ticket"`
	Name   string    `cbor:"3,keyasint" json:"name"`
	Media  string    `cbor:"4,keyasint" json:"media_type"` // what the octets are, whatever was claimed
	Size   int64     `cbor:"5,keyasint" json:"size"`       // octets
	SHA256 string    `cbor:"6,keyasint" json:"sha256"`     // hexadecimal
	At     time.Time `cbor:"7,keyasint" json:"at"`
	By     string    `cbor:"8,keyasint,omitempty" json:"by,omitempty"`
	Note   string    `cbor:"9,keyasint,omitempty" json:"note,omitempty"`
}

// Limits of what a ticket may carry.
const (
	MaxAttachments = 60
	MaxAttached    = 200 << 20 // octets in all
)

// The entries of a ticket's history that tell of its files.
const (
	attached = "attached"
	detached = "detached"
)

// Attach joins a file to a ticket whose octets are safe already. The same octets are joined to a ticket once: made is false, and
// the file returned is the one that is there. The ticket's revision stays: who is about to change it is not disturbed.
func (e *Edit) Attach(f Attachment) (kept Attachment, made bool, err error) {
	if _, err := books.Get(e.tx.Tickets, "ticket", f.Ticket); err != nil {
		return f, false, err
	}
	have, err := books.All(e.tx.Files, byTicket, f.Ticket)
	if err != nil {
		return f, false, err
	}
	sum := f.Size
	for _, o := range have {
		if o.SHA256 == f.SHA256 {
			return o, false, nil
		}
		sum += o.Size
	}
	if len(have) >= MaxAttachments || sum > MaxAttached {
		return f, false, fault.New(fault.Conflict, "attachment.too_many", "attach to ticket %s: it has %d files, with this one of %d octets", f.Ticket, len(have), sum)
	}
	f.At, f.By = e.now, e.who
	if err := e.tx.Files.Put(f); err != nil {
		return f, false, err
	}
	return f, true, e.Note(f.Ticket, attached, map[string]string{"name": f.Name, "media_type": f.Media, "id": f.ID})
}

// Detach takes a file from its ticket. That there was one stays in the history.
func (e *Edit) Detach(id string) (Attachment, error) {
	f, err := books.Get(e.tx.Files, "attachment", id)
	if err != nil {
		return f, err
	}
	if err := e.tx.Files.Delete(id); err != nil {
		return f, err
	}
	return f, e.Note(f.Ticket, detached, map[string]string{"name": f.Name, "sha256": f.SHA256})
}

// moveAttachments gives the files of one ticket to another, in which it goes on.
func (e *Edit) moveAttachments(from, to string) error {
	list, err := books.All(e.tx.Files, byTicket, from)
	if err != nil {
		return err
	}
	for _, f := range list {
		f.Ticket = to
		if err := e.tx.Files.Put(f); err != nil {
			return err
		}
	}
	return nil
}

// Attach is [Edit.Attach] on behalf of by.
func (b *Book) Attach(ctx context.Context, by books.By, f Attachment) (kept Attachment, made bool, err error) {
	err = b.Change(ctx, by, func(e *Edit) (err error) {
		kept, made, err = e.Attach(f)
		return err
	})
	return kept, made, err
}

// Detach is [Edit.Detach] on behalf of by.
func (b *Book) Detach(ctx context.Context, by books.By, id string) (Attachment, error) {
	return changed(ctx, b, by, func(e *Edit) (Attachment, error) { return e.Detach(id) })
}

// Attachment reads what is known of a file.
func (b *Book) Attachment(id string) (f Attachment, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		f, err = books.Get(tx.Files, "attachment", id)
		return err
	})
	return f, err
}

// Attachments lists a ticket's files, oldest first; there are [MaxAttachments] at most, or few more after a merge.
func (b *Book) Attachments(id string) (list []Attachment, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		list, err = books.All(tx.Files, byTicket, id)
		return err
	})
	return list, err
}
