package settings_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// ofNewer is the default document as a newer version of the program might write it, with fields that this one does
// not know, in places of every kind.
func ofNewer(t *testing.T) []byte {
	t.Helper()
	text := string(encode(t, first(t)))
	once := func(pattern, by string) {
		re := regexp.MustCompile(pattern)
		at := re.FindStringSubmatchIndex(text)
		if at == nil {
			t.Fatalf("no %s", pattern)
		}
		text = text[:at[0]] + string(re.ExpandString(nil, by, text, at)) + text[at[1]:]
	}
	once(`"ring": \{`, `"of_newer": [1], "ring": {"of_newer": {"x": 1},`)
	once(`"say": \[\s*("\w+")`, `"say": [{"recording": $1, "of_newer": true}`)
	return []byte(text)
}

// A field that no part reads is refused at import, by its path, however deep it lies.
func TestUnknownFieldsAreRefusedAtImport(t *testing.T) {
	_, err := settings.Parse(ofNewer(t), nil)
	var ps settings.Problems
	if !errors.As(err, &ps) || len(ps) != 3 {
		t.Fatalf("%v, want three problems", err)
	}
	for _, want := range []string{"flows[0].versions[0].flow.nodes.", ".say[0].of_newer", "queues[0].of_newer: unknown", "queues[0].ring.of_newer: unknown"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// The same document in the store, left there by a newer version of the program, does not stop the box.
func TestSettingsOfANewerVersionAreInForce(t *testing.T) {
	db := stored(t)
	if _, err := db.PutDocument(t.Context(), "settings", store.Author{Name: "newer"}, ofNewer(t), time.Now()); err != nil {
		t.Fatal(err)
	}
	k := settings.NewKeeper(db, nil)
	if err := k.Load(t.Context(), settings.Default); err != nil {
		t.Fatal(err)
	}
	if k.Version() != 1 || len(k.Current().Queues) == 0 {
		t.Errorf("version %d, %d queues", k.Version(), len(k.Current().Queues))
	}
}

// Every field that the program writes is one that it knows.
func FuzzUnknownFields(f *testing.F) {
	f.Add(encode(f, first(f)))
	f.Add([]byte(`{"queues":[{"ring":[],"announce":{"entry":7}}],"flows":{"a":[]},"calendars":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := settings.Parse(data, nil)
		if err != nil {
			return
		}
		if _, err := settings.Parse(encode(t, d), nil); err != nil {
			t.Errorf("what was written is refused: %v", err)
		}
	})
}
