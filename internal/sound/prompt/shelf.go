package prompt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Entry is one recording of the library.
type Entry struct {
	Language string
	ID       string
	Own      bool // the dealership's; otherwise shipped with the box
	Length   time.Duration
}

// List names all recordings, in the order of language and id.
func (l *Library) List() []Entry {
	l.mu.RLock()
	sounds := maps.Clone(l.sounds)
	l.mu.RUnlock()
	list := make([]Entry, 0, len(sounds))
	for key, r := range sounds {
		if r.alaw == nil { // not kept: whoever looks at the list does not hear it
			data, err := fs.ReadFile(l.shipped, key+".wav")
			if err == nil {
				r.alaw, err = media.ReadWAV(bytes.NewReader(data))
			}
			if err != nil {
				continue
			}
		}
		language, id, _ := strings.Cut(key, "/")
		list = append(list, Entry{language, id, r.own, time.Duration(len(r.alaw)) * time.Second / dsp.SampleRate})
	}
	slices.SortFunc(list, func(a, b Entry) int { return strings.Compare(a.Language+"/"+a.ID, b.Language+"/"+b.ID) })
	return list
}

// WAV is a recording as a file.
func (l *Library) WAV(language, id string) ([]byte, error) {
	sound := l.find(language + "/" + id)
	if sound == nil {
		return nil, errNone(language, id)
	}
	var out bytes.Buffer
	if err := media.WriteWAV(&out, sound); err != nil {
		return nil, fmt.Errorf("read prompt %s/%s: %w", language, id, err)
	}
	return out.Bytes(), nil
}

func errNone(language, id string) error {
	return fault.New(fault.NotFound, "prompt.not_found", "find prompt: there is no %s/%s", language, id)
}

// Delete removes a recording of the dealership's own, from now on and for all later starts; the one shipped under that
// id, if there is one, is heard again.
func (l *Library) Delete(language, id string) error {
	key := language + "/" + id
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.sounds[key]
	if !ok {
		return errNone(language, id)
	}
	if !r.own {
		return fault.New(fault.Conflict, "prompt.shipped", "delete prompt %s: it is shipped with the box", key)
	}
	if err := os.Remove(filepath.Join(l.dir, language, id+".wav")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete prompt %s: %w", key, err)
	}
	delete(l.sounds, key)
	if err := l.take(l.shipped, key, false); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("bring shipped prompt %s back: %w", key, err)
	}
	return nil
}
