package api

import (
	"encoding/base64"
	"encoding/json"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Paging is the part of a list operation's input that says which page. Embed it.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many, at most"`
	Cursor string `query:"cursor" maxLength:"600" doc:"next_cursor of the page before; empty for the first page"`
}

// Page is one page of a list. A list is in a stable order, so that nothing shows twice or is left out when records
// come and go meanwhile.
type Page[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"next_cursor,omitempty" doc:"For the next page; absent on the last one"`
}

// maxCursor bounds a cursor's content, in octets.
const maxCursor = 400

// cursor is where a list goes on. It is opaque to clients; List keeps one list's cursor out of another.
type cursor struct {
	List  string `json:"l"`
	After string `json:"a"`
}

// encodeCursor makes a cursor of the list op that goes on after a key.
func encodeCursor(op, after string) string {
	data, err := json.Marshal(cursor{op, after})
	if err != nil || len(data) > maxCursor {
		return "" // texts are always marshalled, and keys are short
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// decodeCursor reads a cursor of the list op; an empty one is the beginning.
func decodeCursor(op, s string) (after string, err error) {
	if s == "" {
		return "", nil
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err == nil && len(data) > maxCursor {
		err = fault.New(fault.Invalid, keyBadCursor, "too long")
	}
	var c cursor
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil || c.List != op || c.After == "" {
		return "", fault.New(fault.Invalid, keyBadCursor, "read cursor: not one of %s", op)
	}
	return c.After, nil
}

// paged makes a page of one item more than was asked for; key is where an item stands in the order.
func paged[T any](op string, list []T, limit int, key func(T) string) Page[T] {
	p := Page[T]{Items: list}
	if len(list) > limit {
		p.Items = list[:limit]
		p.NextCursor = encodeCursor(op, key(p.Items[limit-1]))
	}
	if p.Items == nil {
		p.Items = []T{}
	}
	return p
}

func badCursor(err error) error {
	if fault.KeyOf(err) == keyBadCursor {
		return err
	}
	return fault.New(fault.Invalid, keyBadCursor, "read cursor: %w", err)
}
