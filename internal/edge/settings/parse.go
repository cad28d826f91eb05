package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Problem is one thing wrong with a document.
type Problem struct {
	Path string `json:"path,omitempty"` // "queues[2].strategy"
	Line int    `json:"line,omitempty"` // for what is not even JSON of the right shape
	Text string `json:"text"`
}

func (p Problem) String() string {
	switch {
	case p.Line > 0:
		return fmt.Sprintf("line %d: %s", p.Line, p.Text)
	case p.Path != "":
		return p.Path + ": " + p.Text
	}
	return p.Text
}

// Problems are all problems of a document; as an error it lists them, one a line.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Parse reads and checks a document. The error, if any, is [Problems]. has reports whether there is a recording with
// an id in a language; nil takes all for there.
func Parse(data []byte, has func(language, id string) bool) (*Document, error) {
	return parse(data, has, true)
}

// parse reads a document; strict refuses fields that it does not know.
func parse(data []byte, has func(language, id string) bool, strict bool) (*Document, error) {
	var d Document
	dec := json.NewDecoder(bytes.NewReader(data))
	if strict {
		dec.DisallowUnknownFields()
	}
	if err := dec.Decode(&d); err != nil {
		return nil, Problems{{Line: lineOf(data, err, dec.InputOffset()), Text: strings.TrimPrefix(err.Error(), "json: ")}}
	}
	if dec.More() {
		return nil, Problems{{Line: lineAt(data, dec.InputOffset()), Text: "something follows the document"}}
	}
	var ps Problems
	if strict {
		ps = unknownFields(data)
	}
	if ps = append(ps, Check(&d, has)...); len(ps) > 0 {
		return nil, ps
	}
	return &d, nil
}

// Encode writes a document as it is exported: indented, the fields in one order.
func (d *Document) Encode() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	return out.Bytes(), nil
}

func lineOf(data []byte, err error, read int64) int {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return lineAt(data, syntax.Offset)
	case errors.As(err, &wrong):
		return lineAt(data, wrong.Offset)
	}
	// An unknown field: the decoder only says how far it has read, and it reads past the field's value.
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		if at := bytes.LastIndex(data[:min(read, int64(len(data)))], []byte(name)); at >= 0 {
			return lineAt(data, int64(at))
		}
	}
	return lineAt(data, read)
}

func lineAt(data []byte, offset int64) int {
	offset = min(max(offset, 0), int64(len(data)))
	return 1 + bytes.Count(data[:offset], []byte("\n"))
}
