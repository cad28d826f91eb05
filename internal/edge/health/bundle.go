package health

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
)

// Bundle is what somebody who helps from afar needs to know. It names no customer: numbers are masked in all of it.
type Bundle struct {
	Facts    Facts
	Problems []Problem
	Status   any    // how each part does
	Settings any    // without passwords
	Log      []byte // the last lines
}

// number finds telephone numbers: seven digits or more, as they are written.
var number = regexp.MustCompile(`\+?\d(?:[ -]?\d){6,}`) //nolint:gochecknoglobals // a constant

// unique are long ids and times, in which digits are no telephone number.
var unique = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[0-9:.]+|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|[0-9A-F]{2}(?::[0-9A-F]{2}){7,}`) //nolint:gochecknoglobals // a constant

// Mask masks the telephone numbers of a text.
func Mask(text string) string {
	var b strings.Builder
	at := 0
	mask := func(s string) string { return number.ReplaceAllStringFunc(s, phone.Mask) }
	for _, m := range unique.FindAllStringIndex(text, -1) {
		b.WriteString(mask(text[at:m[0]]))
		b.WriteString(text[m[0]:m[1]])
		at = m[1]
	}
	b.WriteString(mask(text[at:]))
	return b.String()
}

// masked is a value as JSON, with the numbers of its texts masked; numbers that are no text are sizes and times.
func masked(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	return json.MarshalIndent(maskTree(tree), "", "  ")
}

func maskTree(v any) any {
	switch v := v.(type) {
	case string:
		return Mask(v)
	case []any:
		for i := range v {
			v[i] = maskTree(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = maskTree(v[k])
		}
	}
	return v
}

// Write packs the bundle as a zip file.
func (b Bundle) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	put := func(name string, text []byte) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.Facts.At})
		if err == nil {
			_, err = f.Write(text)
		}
		return err
	}
	for _, part := range []struct {
		name string
		v    any
	}{{"health.json", b.Facts}, {"problems.json", b.Problems}, {"status.json", b.Status}, {"settings.json", b.Settings}} {
		text, err := masked(part.v)
		if err != nil {
			return fmt.Errorf("pack %s: %w", part.name, err)
		}
		if err := put(part.name, text); err != nil {
			return fmt.Errorf("pack %s: %w", part.name, err)
		}
	}
	if err := put("log.txt", []byte(Mask(string(b.Log)))); err != nil {
		return fmt.Errorf("pack the log: %w", err)
	}
	if err := put("program.txt", program()); err != nil {
		return fmt.Errorf("pack the program's state: %w", err)
	}
	return z.Close()
}

// program is what the program is made of and does.
func program() []byte {
	var s strings.Builder
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintf(&s, "at %s\ngoroutines %d\nheap %d\nsystem %d\n", time.Now().UTC().Format(time.RFC3339), runtime.NumGoroutine(), m.HeapAlloc, m.Sys)
	if info, ok := debug.ReadBuildInfo(); ok {
		s.WriteString(info.String())
	}
	_ = pprof.Lookup("goroutine").WriteTo(&s, 1) // a strings.Builder takes everything
	return []byte(s.String())
}
