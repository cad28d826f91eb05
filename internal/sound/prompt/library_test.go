package prompt_test

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

var quiet = slog.New(slog.DiscardHandler)

func wav(t *testing.T, fill byte, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := media.WriteWAV(&b, bytes.Repeat([]byte{fill}, n)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func shipped(t *testing.T) fstest.MapFS {
	t.Helper()
	return fstest.MapFS{
		"zh-CN/welcome.wav": {Data: wav(t, 1, 160)}, "zh-CN/n2.wav": {Data: wav(t, 2, 160)}, "zh-CN/broken.wav": {Data: []byte("no sound")},
		"zh-CN/ordinal.wav": {Data: wav(t, 3, 160)}, "zh-CN/place.wav": {Data: wav(t, 4, 160)}, "music/default.wav": {Data: wav(t, 5, 160)},
		"README.md": {Data: []byte("x")},
	}
}

// said is the first octet of each recording.
func said(sounds [][]byte) (out []byte) {
	for _, s := range sounds {
		out = append(out, s[0])
	}
	return out
}

func TestRenderAndWhatIsMissing(t *testing.T) {
	l, err := prompt.Open(shipped(t), t.TempDir(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	got := l.Render("zh-CN", []prompt.Phrase{prompt.Recording("welcome"), prompt.Recording("broken"), prompt.Position(2), prompt.Recording("gone")})
	if !slices.Equal(said(got), []byte{1, 3, 2, 4}) {
		t.Errorf("said %v", said(got))
	}
	if a := l.Absent(); !slices.Equal(a, []string{"zh-CN/broken", "zh-CN/gone"}) {
		t.Errorf("absent %v", a)
	}
	if l.Has("zh-CN", "broken") || !l.Has("zh-CN", "welcome") {
		t.Error("Has is wrong")
	}
	if m := l.Music("jazz"); len(m) == 0 || m[0] != 5 {
		t.Error("an unknown class of music is not the default one")
	}
}

func TestTheDealershipsOwnRecordingStandsBefore(t *testing.T) {
	dir := t.TempDir()
	l, err := prompt.Open(shipped(t), dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Save("zh-CN", "welcome", bytes.NewReader(wav(t, 9, 320))); err != nil {
		t.Fatal(err)
	}
	again, err := prompt.Open(shipped(t), dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]*prompt.Library{"now": l, "after a restart": again} {
		if got := said(l.Render("zh-CN", []prompt.Phrase{prompt.Recording("welcome")})); !slices.Equal(got, []byte{9}) {
			t.Errorf("%s: said %v, want the own one", name, got)
		}
	}
	for _, bad := range []string{"../x", "", "a/b", ".hidden", strings.Repeat("x", 99)} {
		if err := l.Save("zh-CN", bad, bytes.NewReader(wav(t, 1, 160))); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("id %q: %v", bad, err)
		}
	}
	if err := l.Save("zh-CN", "x", strings.NewReader("no sound")); fault.KeyOf(err) != "prompt.bad_wav" {
		t.Errorf("no WAV: %v", err)
	}
}

func TestAMemoReplacesAPrompt(t *testing.T) {
	dir := t.TempDir()
	l, err := prompt.Open(shipped(t), dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	record := func(frames int) (time.Duration, error) {
		type result struct {
			length time.Duration
			err    error
		}
		done := make(chan result, 2)
		m := l.Memo("zh-CN", "welcome", time.Second, func(d time.Duration, err error) { done <- result{d, err} })
		var left, right media.Frame
		left[0] = 77
		for range frames {
			m.Frame(&left, &right)
		}
		m.Close()
		m.Close()
		r := <-done
		return r.length, r.err
	}
	if d, err := record(5); d != 0 || err != nil {
		t.Errorf("100 ms: kept %s, %v; want nothing", d, err)
	}
	if d, err := record(200); d != time.Second || err != nil {
		t.Errorf("4 s with a limit of 1 s: kept %s, %v", d, err)
	}
	if got := said(l.Render("zh-CN", []prompt.Phrase{prompt.Recording("welcome")})); !slices.Equal(got, []byte{77}) {
		t.Errorf("said %v, want the memo", got)
	}
	if m, err := filepath.Glob(dir + "/zh-CN/*"); err != nil || len(m) != 1 {
		t.Errorf("files %v, %v; want one and nothing half-written", m, err)
	}
}

// The grammar of each language only uses words that the script makes.
func TestEveryWordOfTheGrammarIsShipped(t *testing.T) {
	for _, language := range prompt.Languages() {
		ids, err := prompt.Texts(language)
		if err != nil {
			t.Fatal(err)
		}
		files := fstest.MapFS{}
		for _, id := range ids {
			files[language+"/"+id+".wav"] = &fstest.MapFile{Data: wav(t, 1, 8)}
		}
		l, err := prompt.Open(files, "", quiet)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 3000 {
			l.Render(language, []prompt.Phrase{prompt.Number(n * 37), prompt.Number(-n), prompt.Number(n * 999983), prompt.Position(n), prompt.Duration(time.Duration(n*7) * time.Second), prompt.Digits("0123456789")})
		}
		for at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2024; at = at.Add(67 * time.Minute) {
			l.Render(language, []prompt.Phrase{prompt.Date(at), prompt.Clock(at)})
		}
		if a := l.Absent(); len(a) > 0 {
			t.Errorf("%s says what it cannot: %v", language, a)
		}
	}
}

func TestAShippedRecordingComesBack(t *testing.T) {
	dir := t.TempDir()
	seconds := func(n int) []byte { return wav(t, 0xD5, 8000*n) }
	shipped := fstest.MapFS{"zh-CN/welcome.wav": {Data: seconds(1)}}
	l, err := prompt.Open(shipped, dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"welcome", "mine"} {
		if err := l.Save("zh-CN", id, bytes.NewReader(seconds(3))); err != nil {
			t.Fatal(err)
		}
	}
	if list := l.List(); len(list) != 2 || list[1] != (prompt.Entry{Language: "zh-CN", ID: "welcome", Own: true, Length: 3 * time.Second}) {
		t.Errorf("the library lists %+v", list)
	}
	if got, err := l.WAV("zh-CN", "mine"); err != nil || !bytes.Equal(got, seconds(3)) {
		t.Errorf("read back: %d octets, %v", len(got), err)
	}
	for _, id := range []string{"welcome", "mine"} {
		if err := l.Delete("zh-CN", id); err != nil {
			t.Error(err)
		}
	}
	if list := l.List(); len(list) != 1 || list[0].Own || list[0].Length != time.Second {
		t.Errorf("afterwards it lists %+v", list)
	}
	if err := l.Delete("zh-CN", "welcome"); fault.KeyOf(err) != "prompt.shipped" {
		t.Errorf("deleting what is shipped: %v", err)
	}
	if err := l.Delete("zh-CN", "mine"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("deleting what is gone: %v", err)
	}
	again, err := prompt.Open(shipped, dir, quiet)
	if err != nil || len(again.List()) != 1 {
		t.Errorf("the next start lists %+v, %v", again.List(), err)
	}
}
