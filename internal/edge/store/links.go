package store

import (
	"context"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/link"
)

// links are the addresses given to people outside. They are the box's own affair: nothing of them leaves it.
//
//nolint:gochecknoglobals // a declaration
var links = Table[link.Link]{
	Name: "link", Local: true, Indexes: indexesOf(link.Keys),
	Key: func(l link.Link) []byte { return []byte(l.ID) },
}

// LinkBooks are links as their book wants them; it satisfies link.Books.
type LinkBooks struct{ DB *DB }

// View runs fn on a consistent view.
func (b LinkBooks) View(fn func(books.Rows[link.Link]) error) error {
	return b.DB.View(func(tx *Tx) error { return fn(rows[link.Link]{&links, tx}) })
}

// Change runs fn in one transaction and returns when it is durable.
func (b LinkBooks) Change(ctx context.Context, by books.By, fn func(books.Rows[link.Link]) error) error {
	return b.DB.Change(ctx, By(by), func(tx *Tx) error { return fn(rows[link.Link]{&links, tx}) })
}
