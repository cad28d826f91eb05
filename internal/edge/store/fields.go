package store

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/care/books"
)

// field is what a record's type says of one of its fields.
type field struct {
	name   string // as in JSON
	secret bool   // tagged `audit:"secret"`: its values do not go into the audit
}

// knownFields keeps what types say of their fields, by [reflect.Type]: every put asks for it.
var knownFields sync.Map //nolint:gochecknoglobals // what a type says never changes

// known are the fields of T by number, from the tags `cbor:"N,keyasint"`. They are not to be changed.
func known[T any]() map[uint64]field {
	t := reflect.TypeFor[T]()
	if all, ok := knownFields.Load(t); ok {
		return all.(map[uint64]field) //nolint:errcheck,forcetypeassert // nothing else is kept there
	}
	all := map[uint64]field{}
	collect(t, all)
	knownFields.Store(t, all)
	return all
}

func collect(t reflect.Type, into map[uint64]field) {
	if t.Kind() != reflect.Struct {
		return
	}
	for f := range t.Fields() {
		tag, ok := f.Tag.Lookup("cbor")
		if !ok && f.Anonymous {
			collect(f.Type, into)
			continue
		}
		number, options, _ := strings.Cut(tag, ",")
		n, err := strconv.ParseUint(number, 10, 64)
		if err != nil || !strings.Contains(options, "keyasint") {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			name = f.Name
		}
		into[n] = field{name, f.Tag.Get("audit") == "secret"}
	}
}

// Bounds of what an audit entry keeps of one value.
const maxAuditValue = 16 << 10

// difference lists the fields in which two records differ, by field number.
func difference(from, to fields, known map[uint64]field) []FieldChange {
	var out []FieldChange
	for _, n := range slices.Sorted(maps.Keys(union(from, to))) {
		if n == metaField || slices.Equal(from[n], to[n]) {
			continue
		}
		f := known[n]
		c := FieldChange{Name: cmp.Or(f.name, "field "+strconv.FormatUint(n, 10)), From: from[n], To: to[n]}
		switch {
		case f.secret:
			c.From, c.To, c.Hidden = nil, nil, true
		case len(c.From) > maxAuditValue || len(c.To) > maxAuditValue:
			c.From, c.To, c.Hidden = nil, nil, true
		}
		out = append(out, c)
	}
	return out
}

// NewID makes the id of a new record: a UUIDv7, so ids sort by time.
func NewID() string { return books.NewID() }

// IDKey is the table key of an id: the 16 octets of a UUID, the text itself of anything else.
func IDKey(id string) []byte { return idKey(id) }

// textKey is the id of a table key.
func textKey(key []byte) string {
	if u, err := uuid.FromBytes(key); err == nil {
		return u.String()
	}
	return string(key)
}

// TextID is the id of a table key: what [IDKey] made it of.
func TextID(key []byte) string { return textKey(key) }
