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

// Library holds all recordings in memory, as A-law at 8 kHz, so that the media loop never waits for a disk.
type Library struct {
	shipped fs.FS
	dir     string // the dealership's own recordings; each language a folder
	log     *slog.Logger

	mu     sync.RWMutex
	sounds map[string][]byte // "zh-CN/welcome"
	own    map[string]bool
	absent map[string]bool // missed at run time, for the missing-prompt list
}

// Open reads the recordings shipped with the box, then those of the dealership below dir, which stand before
// them. A file that is no usable WAV is left out and logged by name.
func Open(shipped fs.FS, dir string, log *slog.Logger) (*Library, error) {
	l := &Library{shipped: shipped, dir: dir, log: log, sounds: map[string][]byte{}, own: map[string]bool{}, absent: map[string]bool{}}
	if err := l.read(shipped, false); err != nil {
		return nil, fmt.Errorf("read prompts: %w", err)
	}
	if dir == "" {
		return l, nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("open prompts: %w", err)
	}
	if err := l.read(os.DirFS(dir), true); err != nil {
		return nil, fmt.Errorf("read prompts in %s: %w", dir, err)
	}
	return l, nil
}

func (l *Library) read(from fs.FS, own bool) error {
	return fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".wav") || strings.Count(path, "/") != 1 {
			return err
		}
		data, err := fs.ReadFile(from, path)
		if err != nil {
			return err
		}
		sound, err := media.ReadWAV(bytes.NewReader(data))
		if err != nil {
			l.log.Warn("prompt left out", "file", path, "error", err)
			return nil
		}
		key := strings.TrimSuffix(path, ".wav")
		l.sounds[key] = bytes.Clone(sound) // without the room that reading the file left
		l.own[key] = own || l.own[key]
		return nil
	})
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
	l.mu.RLock()
	s := l.sounds[key]
	l.mu.RUnlock()
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
	l.mu.RLock()
	defer l.mu.RUnlock()
	if s, ok := l.sounds[MusicLanguage+"/"+class]; ok {
		return s
	}
	return l.sounds[MusicLanguage+"/default"]
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
	l.sounds[key], l.own[key] = alaw, true
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
