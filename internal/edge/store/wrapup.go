package store

import (
	"context"

	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/wrapup"
)

// The tables of what was said of calls. Drafts are written every few seconds while somebody types: no audit tells of them.
//
//nolint:gochecknoglobals // declarations
var (
	WrapUps = Table[wrapup.Record]{
		Name: "wrap_up", Audited: true, Indexes: indexesOf(wrapup.RecordKeys),
		Key:  func(r wrapup.Record) []byte { return idKey(r.Call) },
		Meta: func(r *wrapup.Record) *merge.Meta { return &r.Meta },
	}
	wrapUpDrafts = Table[wrapup.Draft]{
		Name: "wrap_up_draft", Local: true, Indexes: indexesOf(wrapup.DraftKeys),
		Key: func(d wrapup.Draft) []byte { return idKey(d.ID) },
	}
)

// WrapUpBooks are the tables as wrapup wants them; it satisfies wrapup.Books.
type WrapUpBooks struct{ DB *DB }

// View runs fn on a consistent view.
func (b WrapUpBooks) View(fn func(wrapup.Tx) error) error {
	return b.DB.View(func(tx *Tx) error { return fn(WrapUpsOf(tx)) })
}

// Change runs fn in one transaction and returns when it is durable.
func (b WrapUpBooks) Change(ctx context.Context, by books.By, fn func(wrapup.Tx) error) error {
	return b.DB.Change(ctx, By(by), func(tx *Tx) error { return fn(WrapUpsOf(tx)) })
}

// WrapUpsOf is a transaction as wrapup wants it.
func WrapUpsOf(tx *Tx) wrapup.Tx {
	return wrapup.Tx{Records: rows[wrapup.Record]{&WrapUps, tx}, Drafts: rows[wrapup.Draft]{&wrapUpDrafts, tx}, Tickets: TicketsOf(tx)}
}
