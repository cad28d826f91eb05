package attachment

import (
	"bytes"
	"image"
	_ "image/jpeg" // how large a photo is
	_ "image/png"  // likewise
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// kind is one kind of file that is taken.
type kind struct {
	media string
	limit int64    // octets
	ends  []string // of names, the first for a name without any of them
}

// Limits of one file. A telephone's photo has 2 to 8 MiB; eight minutes of a call in stereo have 15.
const (
	maxPicture = 16 << 20
	maxFile    = 32 << 20
	maxPlain   = 1 << 20
	maxPixels  = 100_000_000
)

// MaxSize is the largest file that any kind allows, in octets.
const MaxSize = maxFile

var kinds = []kind{ //nolint:gochecknoglobals // a constant table
	{"image/jpeg", maxPicture, []string{".jpg", ".jpeg"}},
	{"image/png", maxPicture, []string{".png"}},
	{"image/webp", maxPicture, []string{".webp"}},
	{"application/pdf", maxFile, []string{".pdf"}},
	{"audio/wav", maxFile, []string{".wav"}},
	{"text/plain; charset=utf-8", maxPlain, []string{".txt"}},
}

// sniffed is how many octets tell what a file is.
const sniffed = 512

// kindOf tells what a file is by how it begins.
func kindOf(head []byte) (kind, bool) {
	media := http.DetectContentType(head)
	if media == "audio/wave" {
		media = "audio/wav"
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.media == media })
	if i < 0 || len(head) == 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// errKind refuses what is none of the kinds.
func errKind() error {
	return fault.New(fault.Invalid, "attachment.kind", "take in file: it is none of JPEG, PNG, WebP, PDF, WAV, text in UTF-8")
}

// inspect looks into a file that begins like one of its kind.
func (k kind) inspect(path string) error {
	switch k.media {
	case "image/jpeg", "image/png":
		return inspectPicture(path)
	case "text/plain; charset=utf-8":
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
			return errKind()
		}
	}
	return nil
}

// inspectPicture refuses what only begins like a picture, and pictures that would fill the memory of whoever opens them.
func inspectPicture(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	c, _, err := image.DecodeConfig(f)
	if err != nil {
		return errKind()
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height {
		return fault.New(fault.Invalid, "attachment.pixels", "take in picture: %d by %d, at most %d pixels", c.Width, c.Height, maxPixels)
	}
	return nil
}

// maxName bounds a file's name, in characters.
const maxName = 100

// tidyName is a name that is safe on every machine and ends as the file's kind does: "a/photo.exe" → "photo.exe.jpg".
func (k kind) tidyName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	end := strings.ToLower(filepath.Ext(name))
	if stem := strings.Trim(strings.TrimSuffix(name, filepath.Ext(name)), " ."); slices.Contains(k.ends, end) && stem != "" {
		name = stem
	} else {
		end = k.ends[0]
	}
	if r := []rune(name); len(r) > maxName {
		name = string(r[:maxName])
	}
	if name = strings.TrimRight(books.Cut(name, maxName*utf8.UTFMax), " ."); name == "" { // what was cut may end in dots
		name = "file"
	}
	return name + end
}
