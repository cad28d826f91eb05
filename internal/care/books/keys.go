package books

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Keys makes the keys of a record in each of its indexes, by the indexes' names.
type Keys[T any] map[string]func(T) [][]byte

// MaxTerm bounds the octets of one key that people type.
const MaxTerm = 64

// Terms gathers the keys of one record in one index.
type Terms struct{ list [][]byte }

// TermsOf makes keys of texts; empty ones make none.
func TermsOf(list ...string) [][]byte {
	var k Terms
	for _, s := range list {
		k.Add(s)
	}
	return k.list
}

// Add adds a text, once, cut to what a key may have.
func (k *Terms) Add(term string) {
	term = Cut(term, MaxTerm)
	if term == "" || strings.IndexByte(term, 0) >= 0 {
		return
	}
	if !slices.ContainsFunc(k.list, func(have []byte) bool { return string(have) == term }) {
		k.list = append(k.list, []byte(term))
	}
}

// List is what was added.
func (k *Terms) List() [][]byte { return k.list }

// Cut shortens s to n octets at most without cutting a character.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// NewestFirst is a key under which later times of one id come first; none without an id.
func NewestFirst(id string, at time.Time) [][]byte {
	if id == "" {
		return nil
	}
	inverted := math.MaxUint64 - uint64(max(at.UnixNano(), 0)) //nolint:gosec // not negative
	return [][]byte{binary.BigEndian.AppendUint64(append([]byte(id), 0), inverted)}
}

// SoonestFirst is a key under which earlier times of one id come first; none without a time.
func SoonestFirst(id string, at time.Time) [][]byte {
	if at.IsZero() {
		return nil
	}
	return [][]byte{binary.BigEndian.AppendUint64(append([]byte(id), 0), uint64(max(at.UnixNano(), 0)))} //nolint:gosec // not negative
}

// Exactly is the prefix of the one key.
func Exactly(key string) []byte { return append([]byte(key), 0) }
