package health_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/health"
)

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"call from 13800138000 ended":                   "call from 138****8000 ended",
		"extension 8001, code 200":                      "extension 8001, code 200",
		`{"id":"01a2062c-43dc-771e-83a0-5d90621a8c5e"}`: `{"id":"01a2062c-43dc-771e-83a0-5d90621a8c5e"}`,
		"2026-11-23T02:11:40.123456789Z up":             "2026-11-23T02:11:40.123456789Z up",
		"192.168.100.200:50600":                         "192.168.100.200:50600",
	} {
		if got := health.Mask(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// Nothing in the bundle gives a customer away, and all of it can be read.
func TestBundle(t *testing.T) {
	const secret = "13800138000"
	f := well()
	f.Lines[0].Detail = "busy with " + secret
	b := health.Bundle{
		Facts: f, Problems: []health.Problem{{Code: "ban", What: secret}}, Status: map[string]any{"deep": []string{secret}, "size": 1234567890},
		Settings: map[string]string{"number": secret}, Log: []byte("line one " + secret + "\n"),
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	for _, file := range z.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(secret)) || len(text) == 0 {
			t.Errorf("%s: %s", file.Name, text)
		}
		if strings.HasSuffix(file.Name, ".json") && !json.Valid(text) {
			t.Errorf("%s is no JSON", file.Name)
		}
		names++
	}
	if names != 6 {
		t.Errorf("%d files", names)
	}
}

func TestRingKeepsTheLastLines(t *testing.T) {
	var r health.Ring
	line := strings.Repeat("x", 1000)
	for i := range 2000 {
		if _, err := fmt.Fprintf(&r, "%d %s\n", i, line); err != nil {
			t.Fatal(err)
		}
	}
	text := string(r.Text())
	if len(text) > 512<<10 || len(text) < 500<<10 || !strings.Contains(text, "\n1999 ") || strings.HasPrefix(text, "0 ") || strings.Count(text, "\n") < 400 {
		t.Errorf("%d octets kept, beginning with %.20q", len(text), text)
	}
}
