package settings_test

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

const docsFile = "../../../docs/settings.md"

func readDocs(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fields collects the JSON names of a type and of all that it holds.
func fields(of reflect.Type, names map[string]bool, seen map[reflect.Type]bool) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		fields(of.Elem(), names, seen)
	case reflect.Struct:
		if seen[of] {
			return
		}
		seen[of] = true
		for f := range of.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			names[name] = true
			fields(f.Type, names, seen)
		}
	default:
	}
}

func TestEveryFieldIsDocumented(t *testing.T) {
	docs := readDocs(t)
	names := map[string]bool{}
	fields(reflect.TypeFor[settings.Document](), names, map[reflect.Type]bool{})
	if len(names) < 100 {
		t.Fatalf("found only %d fields: the search is broken", len(names))
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !regexp.MustCompile("`([a-z_]+\\.)?" + name + "`").MatchString(docs) {
			t.Errorf("docs/settings.md does not mention `%s`", name)
		}
	}
	for _, s := range strategy.Names() {
		if !strings.Contains(docs, "`"+string(s)+"`") {
			t.Errorf("docs/settings.md does not mention the strategy %s", s)
		}
	}
}

// TestTheExamplesAreGood puts each example's parts in the place of the default document's.
func TestTheExamplesAreGood(t *testing.T) {
	examples := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(readDocs(t), -1)
	if len(examples) < 4 {
		t.Fatalf("found only %d examples", len(examples))
	}
	texts := map[string]bool{}
	for _, language := range prompt.Languages() {
		ids, err := prompt.Texts(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			texts[language+"/"+id] = true
		}
	}
	for _, example := range examples {
		var whole, part map[string]json.RawMessage
		if err := json.Unmarshal(encode(t, first(t)), &whole); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(example[1]), &part); err != nil {
			t.Errorf("%v in\n%s", err, example[1])
			continue
		}
		maps.Copy(whole, part)
		data, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := settings.Parse(data, func(l, id string) bool { return texts[l+"/"+id] }); err != nil {
			t.Errorf("%v in\n%s", err, example[1])
		}
	}
}
