package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Handler answers for a built console. What is no file is a page of it, which finds its own way by the address: wall is the
// page for screens on walls, index every other one.
func Handler(files fs.FS) http.Handler { return handler{files} }

type handler struct{ files fs.FS }

// assets is the folder of files with their content's hash in the name.
const assets = "assets/"

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if h.serve(w, r, name) {
		return
	}
	if strings.HasPrefix(name, assets) || path.Ext(name) != "" {
		http.NotFound(w, r) // a page that asks for it is of another version
		return
	}
	page := "index.html"
	if name == "wall" || strings.HasPrefix(name, "wall/") {
		page = "wall.html"
	}
	if !h.serve(w, r, page) {
		http.NotFound(w, r)
	}
}

// serve writes a file in the best packing that the browser takes, and reports whether there is one.
func (h handler) serve(w http.ResponseWriter, r *http.Request, name string) bool {
	if name == "" || !fs.ValidPath(name) || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
		return false
	}
	data, encoding, ok := h.find(name, accepts(r.Header.Values("Accept-Encoding")))
	if !ok {
		return false
	}
	header := w.Header()
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	header.Set("Content-Type", kind)
	header.Set("Vary", "Accept-Encoding")
	if strings.HasPrefix(name, assets) {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		sum := sha256.Sum256(data)
		tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		header.Set("Cache-Control", "no-cache")
		header.Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
	}
	header.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(data) // a browser that went away needs no answer
	}
	return true
}

// find reads a file as it is to be sent.
func (h handler) find(name string, takes map[string]bool) (data []byte, encoding string, ok bool) {
	for _, p := range []struct{ ending, encoding string }{{".br", "br"}, {".gz", "gzip"}, {"", ""}} {
		if p.encoding != "" && !takes[p.encoding] {
			continue
		}
		if data, err := fs.ReadFile(h.files, name+p.ending); err == nil {
			return data, p.encoding, true
		}
	}
	packed, err := fs.ReadFile(h.files, name+".gz") // for a client that takes neither
	if err != nil {
		return nil, "", false
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, "", false
	}
	data, err = io.ReadAll(r)
	return data, "", err == nil
}

// accepts are the encodings that a client takes (RFC 9110 §12.5.3); one with q=0 it does not.
func accepts(headers []string) map[string]bool {
	takes := map[string]bool{}
	for part := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		name, weight, _ := strings.Cut(part, ";")
		_, q, weighted := strings.Cut(weight, "q=")
		n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		takes[strings.ToLower(strings.TrimSpace(name))] = !weighted || err != nil || n > 0
	}
	return takes
}
