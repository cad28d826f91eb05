package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// unknownFields finds the fields of a document that no part of the program reads. The decoder looks for them too, but
// not inside types that read themselves, such as queues and what menus say: those also read what a newer version of
// the program has stored.
func unknownFields(data []byte) Problems {
	var tree any
	_ = json.Unmarshal(data, &tree) // the decoder has read it before
	var ps Problems
	compare("", tree, reflect.TypeFor[Document](), &ps)
	return ps
}

// compare looks for the members of a value that its type has no field for. What is written in another form than the
// type's own (a time as text) has none.
func compare(path string, value any, t reflect.Type, ps *Problems) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			inside := strings.TrimPrefix(path+"."+name, ".")
			switch t.Kind() { //nolint:exhaustive // nothing else is written as an object
			case reflect.Struct:
				if field, ok := fieldOf(t, name); ok {
					compare(inside, value[name], field, ps)
				} else {
					*ps = append(*ps, Problem{Path: inside, Text: "unknown field"})
				}
			case reflect.Map:
				compare(inside, value[name], t.Elem(), ps)
			}
		}
	case []any:
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
			for i, v := range value {
				compare(fmt.Sprintf("%s[%d]", path, i), v, t.Elem(), ps)
			}
		}
	}
}

// fieldOf finds the type of a struct's field by its name in JSON, as the decoder does.
func fieldOf(t reflect.Type, name string) (reflect.Type, bool) {
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || tag == "-" || (f.Anonymous && tag == "") {
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		if strings.EqualFold(tag, name) {
			return f.Type, true
		}
	}
	return nil, false
}
