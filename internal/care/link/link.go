package link

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Purpose is what a link is for. The values are for ever.
type Purpose string

// The purposes.
const (
	Job    Purpose = "job"    // a technician's word about a job
	Coming Purpose = "coming" // a customer sees who comes
	Survey Purpose = "survey" // a customer answers a task's script
)

// Link is one address that was given to somebody. CBOR numbers are never reused.
type Link struct {
	ID      string    `cbor:"1,keyasint" json:"id"` // the token's hash
	Purpose Purpose   `cbor:"2,keyasint" json:"purpose"`
	Ticket  string    `cbor:"3,keyasint,omitempty" json:"ticket,omitempty"`
	Task    string    `cbor:"4,keyasint,omitempty" json:"task,omitempty"`
	Person  string    `cbor:"5,keyasint,omitempty" json:"person,omitempty"` // the technician
	Since   time.Time `cbor:"6,keyasint,omitzero" json:"since,omitzero"`    // when the dispatch began that it is about
	MadeAt  time.Time `cbor:"7,keyasint" json:"made_at"`
	Expires time.Time `cbor:"8,keyasint" json:"expires"`
}

// byExpiry is the index of links, the first to expire first.
const byExpiry = "expiry"

// Keys are the indexes of links.
var Keys = books.Keys[Link]{ //nolint:gochecknoglobals // a constant table
	byExpiry: func(l Link) [][]byte { return books.SoonestFirst("", l.Expires) },
}

// tokenSize is the length of a token of [rand.Text]: 26 letters of 5 bits.
const tokenSize = 26

// Books keep the records.
type Books interface {
	View(fn func(books.Rows[Link]) error) error
	Change(ctx context.Context, by books.By, fn func(books.Rows[Link]) error) error
}

// Book is the service of links. Its methods are safe from any goroutine.
type Book struct {
	books Books
	clock func() time.Time
}

// NewBook makes the service. clock is [time.Now].
func NewBook(b Books, clock func() time.Time) *Book { return &Book{b, clock} }

// hash is what is kept of a token.
func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Issue makes a link that lasts so long, and returns its token, which nobody can find out any more afterwards.
func (b *Book) Issue(ctx context.Context, l Link, lasts time.Duration) (token string, err error) {
	token = strings.ToLower(rand.Text())
	l.ID, l.MadeAt = hash(token), b.clock().UTC()
	l.Expires = l.MadeAt.Add(lasts)
	err = b.books.Change(ctx, books.By{Who: "box", Via: "clock", Action: "issue-link"}, func(rows books.Rows[Link]) error { return rows.Put(l) })
	return token, err
}

// Find returns the link of a token; ok is false for one that never was, or has expired.
func (b *Book) Find(token string) (l Link, ok bool, err error) {
	if len(token) != tokenSize { // what cannot be one is looked up all the same, so that it takes as long
		token = strings.Repeat("-", tokenSize)
	}
	err = b.books.View(func(rows books.Rows[Link]) (err error) {
		l, ok, err = rows.Get(hash(token))
		return err
	})
	if !ok || err != nil || !b.clock().Before(l.Expires) {
		return Link{}, false, err
	}
	return l, true, nil
}

// maxSwept bounds what one transaction forgets.
const maxSwept = 1000

// Sweep forgets links that have expired, and returns how many.
func (b *Book) Sweep(ctx context.Context) (n int, err error) {
	now := b.clock()
	var gone []string
	err = b.books.View(func(rows books.Rows[Link]) error {
		for l, err := range rows.Find(byExpiry, nil, nil) {
			if err != nil {
				return err
			}
			if l.Expires.After(now) || len(gone) == maxSwept {
				return nil
			}
			gone = append(gone, l.ID)
		}
		return nil
	})
	if err != nil || len(gone) == 0 {
		return 0, err
	}
	return len(gone), b.books.Change(ctx, books.By{Who: "box", Via: "clock", Action: "forget-links"}, func(rows books.Rows[Link]) error {
		for _, id := range gone {
			if err := rows.Delete(id); err != nil {
				return err
			}
		}
		return nil
	})
}
