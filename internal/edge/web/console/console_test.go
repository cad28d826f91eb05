package console_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/dealerline/dealerline/internal/edge/web/console"
)

func packed(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func site(t *testing.T) http.Handler {
	t.Helper()
	return console.Handler(fstest.MapFS{
		"index.html.br": {Data: []byte("index, brotli")}, "index.html.gz": {Data: packed(t, "index")},
		"wall.html.br": {Data: []byte("wall, brotli")}, "wall.html.gz": {Data: packed(t, "wall")},
		"assets/app-1a2b.js.br": {Data: []byte("app, brotli")}, "assets/app-1a2b.js.gz": {Data: packed(t, "app")},
		"assets/ring-3c4d.wav": {Data: []byte("RIFF")},
	})
}

func TestWhatABrowserGets(t *testing.T) {
	h := site(t)
	for _, c := range []struct {
		method, path, accept string
		status               int
		body, encoding, kept string
	}{
		{"GET", "/", "gzip, br", 200, "index, brotli", "br", "no-cache"},
		{"GET", "/", "br;q=0, *", 200, "index", "", "no-cache"},
		{"GET", "/calls/C1", "br", 200, "index, brotli", "br", "no-cache"},
		{"GET", "/wall", "br", 200, "wall, brotli", "br", "no-cache"},
		{"GET", "/assets/app-1a2b.js", "br", 200, "app, brotli", "br", "public, max-age=31536000, immutable"},
		{"GET", "/assets/ring-3c4d.wav", "br", 200, "RIFF", "", "public, max-age=31536000, immutable"},
		{"GET", "/assets/app-0000.js", "br", 404, "", "", ""},
		{"GET", "/assets/app-1a2b.js.br", "br", 404, "", "", ""},
		{"GET", "/robots.txt", "br", 404, "", "", ""},
		{"GET", "/../../etc/passwd", "br", 200, "index, brotli", "br", "no-cache"},
		{"HEAD", "/", "br", 200, "", "br", "no-cache"},
		{"POST", "/", "br", 405, "", "", ""},
	} {
		r := httptest.NewRequest(c.method, "http://box"+c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.status)
			continue
		}
		if w.Code == 200 && (w.Body.String() != c.body || w.Header().Get("Content-Encoding") != c.encoding || w.Header().Get("Cache-Control") != c.kept) {
			t.Errorf("%s %s: %q, %v", c.method, c.path, w.Body, w.Header())
		}
	}
}

func TestAnUnchangedPageIsNotSentAgain(t *testing.T) {
	h := site(t)
	ask := func(tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", "br")
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	tag := ask("").Header().Get("ETag")
	if tag == "" || ask(tag).Code != http.StatusNotModified || ask(`"other"`).Code != http.StatusOK {
		t.Errorf("tag %q", tag)
	}
}

func FuzzPath(f *testing.F) {
	f.Add("/assets/../index.html", "br, gzip;q=0.5")
	f.Fuzz(func(t *testing.T, path, accept string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = path
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		site(t).ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusNotFound {
			t.Errorf("%q: %d", path, w.Code)
		}
	})
}
