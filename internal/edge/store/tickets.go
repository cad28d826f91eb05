package store

import (
	"context"
	"iter"

	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// The tables of tickets. Their index keys are ticket's, which knows what people search by.
//
//nolint:gochecknoglobals // declarations
var (
	Tickets = Table[ticket.Ticket]{
		Name: "ticket", Audited: true, Indexes: indexesOf(ticket.TicketKeys),
		Key:  func(t ticket.Ticket) []byte { return idKey(t.ID) },
		Meta: func(t *ticket.Ticket) *merge.Meta { return &t.Meta },
	}
	TicketEntries = Table[ticket.Entry]{
		Name: "ticket_entry", Indexes: indexesOf(ticket.EntryKeys),
		Key: func(e ticket.Entry) []byte { return idKey(e.ID) },
	}
	TicketNotices = Table[ticket.Notice]{
		Name: "ticket_notice", Indexes: indexesOf(ticket.NoticeKeys),
		Key: func(n ticket.Notice) []byte { return idKey(n.ID) },
	}
	TicketFiles = Table[ticket.Attachment]{
		Name: "ticket_file", Audited: true, Indexes: indexesOf(ticket.AttachmentKeys),
		Key: func(f ticket.Attachment) []byte { return idKey(f.ID) },
	}
	TicketWords = Table[ticket.Words]{
		Name: "ticket_words", Local: true, Indexes: indexesOf(ticket.WordKeys),
		Key: func(w ticket.Words) []byte { return idKey(w.Ticket) },
	}
	ticketCounters = Table[ticket.Counter]{
		Name: "ticket_counter", Local: true,
		Key: func(c ticket.Counter) []byte { return []byte(c.ID) },
	}
)

// TicketTables are the tables of tickets, to check their indexes.
func TicketTables() []Checkable {
	return []Checkable{&Tickets, &TicketEntries, &TicketNotices, &TicketFiles, &TicketWords, &WrapUps, &wrapUpDrafts}
}

// TicketBooks are the tables as ticket wants them; it satisfies ticket.Books.
type TicketBooks struct{ DB *DB }

// View runs fn on a consistent view.
func (b TicketBooks) View(fn func(ticket.Tx) error) error {
	return b.DB.View(func(tx *Tx) error { return fn(TicketsOf(tx)) })
}

// Change runs fn in one transaction and returns when it is durable.
func (b TicketBooks) Change(ctx context.Context, by books.By, fn func(ticket.Tx) error) error {
	return b.DB.Change(ctx, By(by), func(tx *Tx) error { return fn(TicketsOf(tx)) })
}

// TicketsOf is a transaction as ticket wants it.
func TicketsOf(tx *Tx) ticket.Tx {
	return ticket.Tx{
		Tickets: rows[ticket.Ticket]{&Tickets, tx}, Entries: rows[ticket.Entry]{&TicketEntries, tx},
		Notices: rows[ticket.Notice]{&TicketNotices, tx}, Counters: rows[ticket.Counter]{&ticketCounters, tx},
		Files: rows[ticket.Attachment]{&TicketFiles, tx}, Words: rows[ticket.Words]{&TicketWords, tx},
		Meet: func(words []string) iter.Seq2[string, error] { return withWords(tx, words) },
	}
}

// withWords yields the tickets that have all of some words, newest first, by the keys of the index alone. It gives up when many have
// each of the words and hardly any has all.
func withWords(tx *Tx, words []string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var x crossing
		for _, w := range words {
			t := trailIn(tx, TicketWords.Name, "word", w, nil)
			if t == nil {
				return // no ticket has any word
			}
			x.trails = append(x.trails, t)
		}
		for len(x.trails) > 0 {
			if found, _ := x.next(); !found {
				return
			}
			if !yield(textKey(x.trails[0].key()), nil) {
				return
			}
			x.trails[0].next()
		}
	}
}
