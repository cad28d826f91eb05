package link

import (
	"bytes"
	"io"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// multi is a form with files, as a browser sends it.
func multi(t testing.TB, fields [][2]string, files ...string) (contentType string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, content := range files {
		p, err := w.CreateFormFile("photo", "图.jpg")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(p, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

func TestFormsAreRead(t *testing.T) {
	got := ""
	take := func(f form, name string, content io.Reader) error {
		data, err := io.ReadAll(content)
		got += f.Get("do") + " " + name + " " + string(data) + ";"
		return err
	}
	kind, body := multi(t, [][2]string{{"do", "photo"}}, "one", "two")
	f, err := readForm(kind, bytes.NewReader(body), take)
	if err != nil || f.Get("do") != "photo" || got != "photo 图.jpg one;photo 图.jpg two;" {
		t.Errorf("%v, %q, %v", f, got, err)
	}
	f, err = readForm("application/x-www-form-urlencoded", strings.NewReader("do=completed&part_name=a&part_name=&part_name=c&part_count=2&note=%E5%A5%BD"), take)
	if err != nil || f.Get("note") != "好" || f.all("part_name", 2) != "c" || f.all("part_name", 3) != "" {
		t.Errorf("%v, %v", f, err)
	}
	parts, err := f.parts()
	if err != nil || len(parts) != 2 || parts[0].Count != 2 || parts[1].Name != "c" || parts[1].Count != 1 {
		t.Errorf("%+v, %v", parts, err)
	}
}

func TestFormsAreBounded(t *testing.T) {
	many, files := make([][2]string, 101), make([]string, 11)
	for i := range many {
		many[i] = [2]string{"f" + strings.Repeat("x", i%50) + string(rune('a'+i/50)), "v"}
	}
	manyKind, manyBody := multi(t, many)
	filesKind, filesBody := multi(t, [][2]string{{"do", "photo"}}, files...)
	longKind, longBody := multi(t, [][2]string{{"note", strings.Repeat("x", 17<<10)}})
	for name, c := range map[string]struct{ kind, body string }{
		"another kind":    {"application/json", "{}"},
		"no kind":         {"", ""},
		"no boundary":     {"multipart/form-data", "x"},
		"cut off":         {manyKind, string(manyBody[:300])},
		"many fields":     {manyKind, string(manyBody)},
		"many files":      {filesKind, string(filesBody)},
		"long field":      {longKind, string(longBody)},
		"large":           {"application/x-www-form-urlencoded", strings.Repeat("a=b&", 70_000)},
		"no text":         {"application/x-www-form-urlencoded", "a=%ff"},
		"a broken escape": {"application/x-www-form-urlencoded", "a=%f"},
		"a long name":     {"application/x-www-form-urlencoded", strings.Repeat("x", 101) + "=1"},
	} {
		if _, err := readForm(c.kind, strings.NewReader(c.body), func(_ form, _ string, r io.Reader) error {
			_, err := io.Copy(io.Discard, r)
			return err
		}); fault.KeyOf(err) != "link.form" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (form{map[string][]string{"part_name": {"a"}, "part_count": {"0"}}}).parts(); fault.KeyOf(err) != "link.part_count" {
		t.Errorf("no parts: %v", err)
	}
}

func FuzzForm(f *testing.F) {
	kind, body := multi(f, [][2]string{{"do", "photo"}, {"part_name", "a"}, {"part_count", "2"}}, "one")
	f.Add(kind, body)
	f.Add("application/x-www-form-urlencoded", []byte("do=completed&part_name=a&part_count=9&note=x%0d%0ay"))
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"../../b\"\r\n\r\n1\r\n--x--"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		files := 0
		got, err := readForm(kind, bytes.NewReader(body), func(_ form, _ string, r io.Reader) error {
			files++
			_, err := io.Copy(io.Discard, r)
			return err
		})
		if files > maxPhotos {
			t.Errorf("%d files", files)
		}
		if err != nil {
			return
		}
		size := 0
		for name, list := range got.Values {
			for _, v := range list {
				if size += len(v); name == "" || len(v) > maxValue {
					t.Errorf("field %q of %d", name, len(v))
				}
			}
		}
		if size > maxForm+maxValue || len(got.Values) > maxFields {
			t.Errorf("%d octets in %d fields", size, len(got.Values))
		}
		parts, err := got.parts()
		for _, p := range parts {
			if err == nil && (p.Count < 1 || p.Name+p.Number == "") {
				t.Errorf("part %+v", p)
			}
		}
	})
}
