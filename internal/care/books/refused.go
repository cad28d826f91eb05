package books

import (
	"fmt"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// RefusedError says that a record's state does not allow a change, and which ones it allows.
type RefusedError struct {
	Kind    string // "ticket", "task"
	Name    string // what people call the record, or its id
	Change  string
	State   string
	Allowed []string
	Key     string // of the message shown to people
}

// Error is for logs.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s %s %s: it is %s, which allows %s", e.Change, e.Kind, e.Name, e.State, strings.Join(e.Allowed, ", "))
}

// Unwrap makes it a conflict for whoever does not look closer.
func (e *RefusedError) Unwrap() error { return fault.New(fault.Conflict, e.Key, "%s", e.Error()) }
