package crm

import (
	"context"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Tx is one transaction on the books.
type Tx struct {
	Customers books.Rows[Customer]
	Vehicles  books.Rows[Vehicle]
	Visits    books.Rows[Visit]
	Relations books.Rows[Relation]
	Mergings  books.Rows[Merging]
	Reviews   books.Rows[Review]
	Values    books.Rows[Value]
}

// Books keep the records. Change runs fn in one transaction and returns when it is durable; fn may be run twice.
type Books interface {
	View(fn func(Tx) error) error
	Change(ctx context.Context, by books.By, fn func(Tx) error) error
}
