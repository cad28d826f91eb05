package text

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

//go:embed zh-CN.json en.json
var files embed.FS

// The languages, the default first.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Languages lists the languages, the default first.
func Languages() []string { return []string{Chinese, English} }

// Texts are all messages.
type Texts struct {
	messages map[string]map[string]string // language → key → message
}

// Load reads the messages built into the program.
func Load() (*Texts, error) {
	t := &Texts{messages: map[string]map[string]string{}}
	for _, language := range Languages() {
		data, err := files.ReadFile(language + ".json")
		if err != nil {
			return nil, fmt.Errorf("load texts: %w", err)
		}
		var m map[string]string
		if err := json.Unmarshal(data, &m); err != nil {
			return nil, fmt.Errorf("load texts %s: %w", language, err)
		}
		t.messages[language] = m
	}
	return t, nil
}

// Find returns the message of a key in a language; ok is false when there is none.
func (t *Texts) Find(language, key string) (message string, ok bool) {
	message, ok = t.messages[language][key]
	return message, ok
}

// Of returns the message of a key in a language, the general one when there is none.
func (t *Texts) Of(language, key string) string {
	if m, ok := t.Find(language, key); ok {
		return m
	}
	return t.messages[language]["internal"]
}

// Keys lists the keys of a language, in order.
func (t *Texts) Keys(language string) []string { return slices.Sorted(maps.Keys(t.messages[language])) }

// maxRanges bounds how much of an Accept-Language header is read.
const maxRanges = 16

// Choose finds the language that an Accept-Language header asks for (RFC 9110 §12.5.4), the default when it asks for
// none of ours.
func Choose(header string) string {
	best, quality := Chinese, 0.0
	for i, r := range strings.Split(header, ",") {
		if i == maxRanges {
			break
		}
		tag, params, _ := strings.Cut(strings.TrimSpace(r), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(v, 64); err != nil {
				continue
			}
		}
		if l, ok := ours(tag); ok && q > quality {
			best, quality = l, q
		}
	}
	return best
}

func ours(tag string) (string, bool) {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch primary {
	case "zh":
		return Chinese, true
	case "en":
		return English, true
	}
	return "", false
}
