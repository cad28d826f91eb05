package station

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
)

// Station is one extension's choice. Numbers are as dialled from the phone; "" is none.
type Station struct {
	Extension string `cbor:"1,keyasint" json:"extension"`
	Disturb   bool   `cbor:"2,keyasint,omitempty" json:"do_not_disturb"`
	Always    string `cbor:"3,keyasint,omitempty" json:"forward_always,omitempty"`
	Busy      string `cbor:"4,keyasint,omitempty" json:"forward_busy,omitempty"`
	NoAnswer  string `cbor:"5,keyasint,omitempty" json:"forward_no_answer,omitempty"`
}

// plain reports whether nothing is set.
func (s Station) plain() bool { return s == Station{Extension: s.Extension} }

// Instead is the number that a call goes to in the phone's place: before it rings (cause is line.CauseUnknown) or after
// it was not reached for a cause; "" is none.
func (s Station) Instead(cause line.Cause) string {
	switch cause {
	case line.CauseUnknown:
		return s.Always
	case line.UserBusy, line.CallRejected:
		return s.Busy
	case line.NoAnswer, line.NoUserResponding, line.SubscriberAbsent, line.DestinationOutOfOrder:
		return s.NoAnswer
	default:
		return ""
	}
}

// maxNumber bounds the length of a number.
const maxNumber = 32

// Book holds the choices of all extensions. Its methods may be called from any goroutine and never wait.
type Book struct {
	mu      sync.Mutex
	all     map[string]Station
	changed chan struct{}
}

// NewBook makes a book with what was kept.
func NewBook(kept []Station) *Book {
	b := &Book{all: map[string]Station{}, changed: make(chan struct{}, 1)}
	for _, s := range kept {
		b.all[s.Extension] = s
	}
	return b
}

// Changed is readable after changes, for whoever keeps the book.
func (b *Book) Changed() <-chan struct{} { return b.changed }

// All are the extensions for which something is set, in order.
func (b *Book) All() []Station {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.SortedFunc(maps.Values(b.all), func(a, c Station) int { return cmp.Compare(a.Extension, c.Extension) })
}

// Of is what an extension has set.
func (b *Book) Of(extension string) Station {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s, ok := b.all[extension]; ok {
		return s
	}
	return Station{Extension: extension}
}

// Set changes what an extension has set. A number with anything but digits, * and #, a too long one, and the extension's
// own are refused.
func (b *Book) Set(extension string, change func(s *Station)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := b.all[extension]
	if !ok {
		s.Extension = extension
	}
	change(&s)
	for field, n := range map[string]string{"forward_always": s.Always, "forward_busy": s.Busy, "forward_no_answer": s.NoAnswer} {
		if len(n) > maxNumber || n == extension || !dialable(n) {
			return fault.New(fault.Invalid, "station.number", "set %s of %s: not a number to forward to", field, extension)
		}
	}
	if s.Extension = extension; s.plain() {
		delete(b.all, extension)
	} else {
		b.all[extension] = s
	}
	select {
	case b.changed <- struct{}{}:
	default:
	}
	return nil
}

func dialable(number string) bool {
	for _, r := range number {
		if (r < '0' || r > '9') && r != '*' && r != '#' {
			return false
		}
	}
	return true
}
