package books

import "iter"

// MaxScan bounds how many records are read for one page of a list that is filtered: a page may be short, or empty, although
// there are more.
const MaxScan = 500

// Range is a part of a list: what comes behind the record with id After, in the order of their making or the other way.
type Range struct {
	After string
	Down  bool // newest first
	Limit int
}

// Part reads a part of a list. next is the id behind which it goes on, empty at the end.
func Part[T any](rows Rows[T], r Range, id func(T) string, fits func(T) bool) (list []T, next string, err error) {
	return PartOf(rows.Walk(r.After, r.Down), r.After, r.Limit, id, fits)
}

// PartOf is [Part] of records in any order that begins at the one with the id after, or behind it.
func PartOf[T any](rows iter.Seq2[T, error], after string, limit int, id func(T) string, fits func(T) bool) (list []T, next string, err error) {
	n, last := 0, ""
	for v, err := range rows {
		if err != nil {
			return nil, "", err
		}
		if id(v) == after {
			continue
		}
		if len(list) == limit || n == MaxScan {
			return list, last, nil
		}
		n, last = n+1, id(v)
		if fits(v) {
			list = append(list, v)
		}
	}
	return list, "", nil
}
