package ticket_test

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// memory is books of tickets that are not kept: the simulation writes more than a disk could in the time. What it shows of
// the store (revisions, indexes, all or nothing) is checked against the real one by TestTheSimulationOnTheStore.
type memory struct {
	mu       sync.Mutex
	tickets  *rows[ticket.Ticket]
	entries  *rows[ticket.Entry]
	notices  *rows[ticket.Notice]
	counters *rows[ticket.Counter]
	files    *rows[ticket.Attachment]
	words    *rows[ticket.Words]
}

func newMemory() *memory {
	return &memory{
		tickets:  newRows(ticket.TicketKeys, func(t ticket.Ticket) string { return t.ID }, func(t *ticket.Ticket) *merge.Meta { return &t.Meta }),
		entries:  newRows(ticket.EntryKeys, func(e ticket.Entry) string { return e.ID }, nil),
		notices:  newRows(ticket.NoticeKeys, func(n ticket.Notice) string { return n.ID }, nil),
		counters: newRows(nil, func(c ticket.Counter) string { return c.ID }, nil),
		files:    newRows(ticket.AttachmentKeys, func(f ticket.Attachment) string { return f.ID }, nil),
		words:    newRows(ticket.WordKeys, func(w ticket.Words) string { return w.Ticket }, nil),
	}
}

func (m *memory) View(fn func(ticket.Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fn(ticket.Tx{Tickets: m.tickets, Entries: m.entries, Notices: m.notices, Counters: m.counters, Files: m.files, Words: m.words, Meet: m.meet})
}

// Change undoes what a failing function has written.
func (m *memory) Change(_ context.Context, _ books.By, fn func(ticket.Tx) error) error {
	err := m.View(fn)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tickets.settle(err == nil)
	m.entries.settle(err == nil)
	m.notices.settle(err == nil)
	m.counters.settle(err == nil)
	m.files.settle(err == nil)
	m.words.settle(err == nil)
	return err
}

// meet looks at all of them.
func (m *memory) meet(words []string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, id := range slices.Backward(slices.Sorted(maps.Keys(m.words.records))) {
			w := m.words.records[id]
			if !slices.ContainsFunc(words, func(s string) bool { return !slices.Contains(w.Words, s) }) && !yield(id, nil) {
				return
			}
		}
	}
}

// rows are records by id and in indexes.
type rows[T any] struct {
	keys    books.Keys[T]
	id      func(T) string
	meta    func(*T) *merge.Meta
	records map[string]T
	indexes map[string][]string // key, a zero, id
	before  map[string]*T       // what a change has replaced; nil: nothing was there
}

func newRows[T any](keys books.Keys[T], id func(T) string, meta func(*T) *merge.Meta) *rows[T] {
	return &rows[T]{keys: keys, id: id, meta: meta, records: map[string]T{}, indexes: map[string][]string{}, before: map[string]*T{}}
}

func (r *rows[T]) Get(id string) (T, bool, error) {
	v, ok := r.records[id]
	return v, ok, nil
}

func (r *rows[T]) Put(v T) error {
	id := r.id(v)
	had, ok := r.records[id]
	if r.meta != nil {
		rev := uint64(0)
		if ok {
			rev = r.meta(&had).Rev
		}
		if m := r.meta(&v); m.Rev != rev {
			return fault.New(fault.Conflict, "store.rev", "revision %d was read, %d is stored", m.Rev, rev)
		}
		r.meta(&v).Rev++
	}
	if _, noted := r.before[id]; !noted {
		r.before[id] = nil
		if ok {
			r.before[id] = &had
		}
	}
	r.replace(id, &v)
	return nil
}

func (r *rows[T]) Delete(id string) error {
	if had, ok := r.records[id]; ok {
		if _, noted := r.before[id]; !noted {
			r.before[id] = &had
		}
		r.replace(id, nil)
		delete(r.records, id)
	}
	return nil
}

// replace puts a record where another was; nil takes it away.
func (r *rows[T]) replace(id string, v *T) {
	if had, ok := r.records[id]; ok {
		r.each(id, had, func(name, key string) {
			if i, ok := slices.BinarySearch(r.indexes[name], key); ok {
				r.indexes[name] = slices.Delete(r.indexes[name], i, i+1)
			}
		})
	}
	if v == nil {
		delete(r.records, id)
		return
	}
	r.records[id] = *v
	r.each(id, *v, func(name, key string) {
		i, _ := slices.BinarySearch(r.indexes[name], key)
		r.indexes[name] = slices.Insert(r.indexes[name], i, key)
	})
}

func (r *rows[T]) each(id string, v T, do func(name, key string)) {
	for name, keys := range r.keys {
		for _, k := range keys(v) {
			do(name, string(k)+"\x00"+id)
		}
	}
}

func (r *rows[T]) settle(kept bool) {
	if !kept {
		for id, v := range r.before {
			r.replace(id, v)
		}
	}
	clear(r.before)
}

func (r *rows[T]) Find(index string, prefix []byte, from *books.Mark) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		at := string(prefix)
		if from != nil {
			at = string(bytes.Join([][]byte{from.Key, []byte(from.ID)}, []byte{0})) + "\x00"
		}
		list := r.indexes[index]
		i, _ := slices.BinarySearch(list, at)
		for _, key := range slices.Clone(list[i:min(len(list), i+200)]) {
			if !strings.HasPrefix(key, string(prefix)) || !yield(r.records[key[len(key)-36:]], nil) {
				return
			}
		}
	}
}

func (r *rows[T]) Walk(string, bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, id := range slices.Sorted(maps.Keys(r.records)) {
			if !yield(r.records[id], nil) {
				return
			}
		}
	}
}
