package fault

import (
	"errors"
	"fmt"
)

// Code is the kind of a failure. The zero value is invalid on purpose.
type Code uint8

// The kinds of failure.
const (
	_           Code = iota
	Invalid          // the caller sent something that can never be right
	NotFound         // what was named does not exist
	Conflict         // it exists, but its present state forbids this
	Denied           // the caller may not do this
	Busy             // right now there is no room; later there may be
	Unavailable      // something this depends on is away
	Internal         // a fault of ours
)

// String returns the code's name as it stands in logs and in the API.
func (c Code) String() string {
	names := [...]string{"unknown", "invalid", "not_found", "conflict", "denied", "busy", "unavailable", "internal"}
	if int(c) >= len(names) {
		return names[0]
	}
	return names[c]
}

// Error is a failure with a code. Op says in English what was being done; Key is the id of the message
// shown to people, for example "queue.full"; Err is the cause and may be nil.
type Error struct {
	Code Code
	Op   string
	Key  string
	Err  error
}

// New makes an error of this code. The format may wrap a cause with %w.
func New(code Code, key, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...) //nolint:err113 // the code and the key make it distinguishable
	return &Error{Code: code, Op: err.Error(), Key: key, Err: errors.Unwrap(err)}
}

// Error returns the English text, for logs.
func (e *Error) Error() string { return e.Op }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first [Error] in err's chain, [Invalid] for [Fields], and [Internal] when there is
// neither.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	if _, ok := errors.AsType[Fields](err); ok {
		return Invalid
	}
	return Internal
}

// KeyOf returns the message id of the first [Error] in err's chain, "fields" for [Fields], and "internal" when there
// is neither.
func KeyOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Key != "" {
		return e.Key
	}
	if _, ok := errors.AsType[Fields](err); ok {
		return "fields"
	}
	return "internal"
}
