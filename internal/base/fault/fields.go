package fault

import (
	"fmt"
	"strings"
)

// Field is one thing that is wrong with one field of what was sent.
type Field struct {
	Path    string `json:"path"`    // where, as in JSON: "phones[1].number"
	Key     string `json:"key"`     // the message id, "customer.phone_invalid"
	Message string `json:"message"` // English, for logs
}

// Fields is every field error of one record at once, so that a form can mark them all. Its code is [Invalid].
type Fields []Field

// Error lists the fields in English, for logs.
func (f Fields) Error() string {
	parts := make([]string, len(f))
	for i, e := range f {
		parts[i] = e.Path + ": " + e.Message
	}
	return strings.Join(parts, "; ")
}

// Add appends an error.
func (f *Fields) Add(path, key, format string, args ...any) {
	*f = append(*f, Field{Path: path, Key: key, Message: fmt.Sprintf(format, args...)})
}

// Under appends the errors of a part, their paths put under that of the part.
func (f *Fields) Under(path string, part Fields) {
	for _, e := range part {
		if e.Path = path + "." + e.Path; strings.HasSuffix(e.Path, ".") {
			e.Path = path
		}
		*f = append(*f, e)
	}
}

// Err is nil when there are no errors, and otherwise the list.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}
