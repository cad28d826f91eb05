package prompt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// MusicLanguage is the folder of what has no language: music and tones.
const MusicLanguage = "music"

// Languages are the languages with a grammar, the default first.
func Languages() []string { return []string{"zh-CN", "en"} }

// Library holds recordings in memory, as A-law at 8 kHz, so that the media loop never waits for a disk. Of those shipped with
// the box, in two languages, most are never heard in one house: they are decoded when they are first asked for.
type Library struct {
	shipped fs.FS
	dir     string // the dealership's own recordings; each language a folder
	log     *slog.Logger

	mu     sync.RWMutex
	sounds map[string]recording // "zh-CN/welcome"
	absent map[string]bool      // missed at run time, for the missing-prompt list
}

// Open reads the recordings shipped with the box, then those of the dealership below dir, which stand before
// them. A file that is no usable WAV is left out and logged by name.
func Open(shipped fs.FS, dir string, log *slog.Logger) (*Library, error) {
	l := &Library{shipped: shipped, dir: dir, log: log, sounds: map[string]recording{}, absent: map[string]bool{}}
	name := func(key string) error {
		l.sounds[key] = recording{}
		return nil
	}
	if err := each(shipped, name); err != nil {
		return nil, fmt.Errorf("read prompts: %w", err)
	}
	if dir == "" {
		return l, nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("open prompts: %w", err)
	}
	if err := each(os.DirFS(dir), func(key string) error { return l.take(os.DirFS(dir), key, true) }); err != nil {
		return nil, fmt.Errorf("read prompts in %s: %w", dir, err)
	}
	return l, nil
}

// recording is one of the library's.
type recording struct {
	alaw []byte // nil: not asked for yet
	own  bool   // the dealership's
}

// each names the recordings of a tree of files, as "zh-CN/welcome".
func each(from fs.FS, take func(key string) error) error {
	return fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".wav") || strings.Count(path, "/") != 1 {
			return err
		}
		return take(strings.TrimSuffix(path, ".wav"))
	})
}

// take reads a recording into the library. One that is no usable WAV is left out.
func (l *Library) take(from fs.FS, key string, own bool) error {
	data, err := fs.ReadFile(from, key+".wav")
	if err != nil {
		return err
	}
	sound, err := media.ReadWAV(bytes.NewReader(data))
	if err != nil {
		l.log.Warn("prompt left out", "file", key+".wav", "error", err)
		return nil
	}
	l.sounds[key] = recording{bytes.Clone(sound), own} // without the room that reading the file left
	return nil
}

// find is a recording, nil when there is none.
func (l *Library) find(key string) []byte {
	l.mu.RLock()
	r, ok := l.sounds[key]
	l.mu.RUnlock()
	if !ok || r.alaw != nil {
		return r.alaw
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if r, ok := l.sounds[key]; !ok || r.alaw != nil { // another was quicker
		return r.alaw
	}
	if err := l.take(l.shipped, key, false); err != nil {
		l.log.Warn("prompt left out", "file", key+".wav", "error", err)
	}
	if l.sounds[key].alaw == nil {
		delete(l.sounds, key)
	}
	return l.sounds[key].alaw
}

// Has reports whether there is a recording with this id in a language.
func (l *Library) Has(language, id string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	_, ok := l.sounds[language+"/"+id]
	return ok
}

// Render returns the recordings that say the phrases in a language, in order. What has no recording is left out
// and remembered for [Library.Absent]. The octets are shared and must not be changed.
func (l *Library) Render(language string, phrases []Phrase) [][]byte {
	var out [][]byte
	for _, p := range phrases {
		language := language
		if p.Language != "" {
			language = p.Language
		}
		ids, ok := words(language, p)
		if !ok {
			ids, _ = words(Languages()[0], p)
		}
		for _, id := range ids {
			if s := l.sound(language, id); s != nil {
				out = append(out, s)
			}
		}
	}
	return out
}

func (l *Library) sound(language, id string) []byte {
	key := language + "/" + id
	s := l.find(key)
	if s == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !l.absent[key] {
			l.absent[key] = true
			l.log.Warn("prompt missing", "language", language, "prompt", id)
		}
	}
	return s
}

// Music returns a class of music on hold, the default class when there is none of that name, and nil when there
// is no music at all.
func (l *Library) Music(class string) []byte {
	if s := l.find(MusicLanguage + "/" + class); s != nil {
		return s
	}
	return l.find(MusicLanguage + "/default")
}

// Absent lists what was to be said but has no recording, as "zh-CN/welcome".
func (l *Library) Absent() []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	out := make([]string, 0, len(l.absent))
	for k := range l.absent {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`) //nolint:gochecknoglobals // immutable

// ValidID reports whether a recording may have this id: it is the name of a file.
func ValidID(id string) bool { return validName.MatchString(id) }

// Save keeps a recording of the dealership's own, given as a WAV file, from now on and for all later starts. It
// stands before the shipped one of that id.
func (l *Library) Save(language, id string, wav io.Reader) error {
	sound, err := media.ReadWAV(wav)
	if err != nil {
		return fault.New(fault.Invalid, "prompt.bad_wav", "save prompt %s/%s: %w", language, id, err)
	}
	return l.keep(language, id, sound)
}

func (l *Library) keep(language, id string, alaw []byte) error {
	if !ValidID(id) || !validName.MatchString(language) {
		return fault.New(fault.Invalid, "prompt.bad_name", "save prompt: %q is not a prompt id of letters, digits, - and _", language+"/"+id)
	}
	dir := filepath.Join(l.dir, language)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("save prompt: %w", err)
	}
	var file bytes.Buffer
	if err := media.WriteWAV(&file, alaw); err != nil {
		return fmt.Errorf("save prompt: %w", err)
	}
	if err := replaceFile(filepath.Join(dir, id+".wav"), file.Bytes()); err != nil {
		return fmt.Errorf("save prompt: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := language + "/" + id
	l.sounds[key] = recording{alaw, true}
	delete(l.absent, key)
	return nil
}

// replaceFile writes a file so that after a power cut either the old or the new one is there, whole.
func replaceFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}
