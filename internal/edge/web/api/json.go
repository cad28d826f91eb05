package api

import (
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// maxDepth is how deep JSON may be nested: the deepest document of the box has about ten levels.
const maxDepth = 32

// Texts by which problems know these errors again.
const (
	msgDeep = "json: nested too deep"
	msgUTF8 = "json: not UTF-8"
)

// format reads and writes JSON; what it reads must be UTF-8 and not too deep.
func format() huma.Format {
	return huma.Format{
		Marshal: func(w io.Writer, v any) error {
			enc := json.NewEncoder(w)
			enc.SetEscapeHTML(false)
			return enc.Encode(v)
		},
		Unmarshal: func(data []byte, v any) error {
			if err := checkJSON(data); err != nil {
				return err
			}
			return json.Unmarshal(data, v)
		},
	}
}

// checkJSON refuses what a decoder would take too much of.
func checkJSON(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New(msgUTF8)
	}
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return errors.New(msgDeep)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
