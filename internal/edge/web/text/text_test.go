package text_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/dealerline/dealerline/internal/edge/web/text"
)

func load(t testing.TB) *text.Texts {
	t.Helper()
	all, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var keyForm = regexp.MustCompile(`^[a-z][a-z_]*(\.[a-z0-9][a-z0-9_]*)+$`)

// Every key that the program uses has a text in every language, and every text a key.
func TestEveryKeyIsSaidInEveryLanguage(t *testing.T) {
	used := usedKeys(t)
	if len(used) < 50 {
		t.Fatalf("found only %d keys: the search is broken", len(used))
	}
	all := load(t)
	for _, language := range text.Languages() {
		for _, key := range slices.Sorted(maps.Keys(used)) {
			if m, ok := all.Find(language, key); !ok || strings.TrimSpace(m) == "" {
				t.Errorf("%s: no text for %s (%s)", language, key, used[key])
			}
		}
		for _, key := range all.Keys(language) {
			if used[key] == "" && key != "internal" {
				t.Errorf("%s: nothing uses %s", language, key)
			}
		}
	}
}

func TestTextsAreInTheirLanguage(t *testing.T) {
	all := load(t)
	for _, key := range all.Keys(text.English) {
		m, _ := all.Find(text.English, key)
		if strings.ContainsFunc(m, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("en %s: %s", key, m)
		}
		if m, _ := all.Find(text.Chinese, key); !strings.ContainsFunc(m, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("zh-CN %s: %s", key, m)
		}
	}
}

// usedKeys finds the keys of faults in the program's sources, each with a place where it stands: the second argument of
// fault.New, of Fields.Add and of the customers' rules, constants and variables named Key… or key…, the Key of a field,
// and the third argument of the menus' add.
func usedKeys(t *testing.T) map[string]string {
	t.Helper()
	used := map[string]string{}
	set := token.NewFileSet()
	for _, root := range []string{"../../../../internal", "../../../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			inCare := strings.Contains(path, "/care/")
			ast.Inspect(file, func(n ast.Node) bool {
				found := keysOf(n)
				if r, ok := n.(*ast.ReturnStmt); ok && inCare { // rules there return the key of what is wrong
					found = r.Results
				}
				for _, e := range found {
					if key, ok := literal(e); ok && keyForm.MatchString(key) {
						used[key] = set.Position(e.Pos()).String()
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return used
}

// keysOf lists the expressions of a node that could be keys.
func keysOf(n ast.Node) (out []ast.Expr) {
	switch n := n.(type) {
	case *ast.CallExpr:
		switch name := called(n); {
		case slices.Contains([]string{"New", "Add", "Wrong", "Within", "OneOf"}, name) && len(n.Args) > 2:
			out = append(out, n.Args[1])
		case name == "add" && len(n.Args) > 3:
			out = append(out, n.Args[1], n.Args[2])
		}
	case *ast.KeyValueExpr:
		if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Key" {
			out = append(out, n.Value)
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if strings.HasPrefix(strings.ToLower(name.Name), "key") && i < len(n.Values) {
				out = append(out, n.Values[i])
			}
		}
	case *ast.AssignStmt:
		for i, to := range n.Lhs {
			if id, ok := to.(*ast.Ident); ok && id.Name == "key" && i < len(n.Rhs) {
				out = append(out, n.Rhs[i])
			}
		}
	case *ast.CompositeLit: // pairs of a message's beginning and its key
		if len(n.Elts) == 2 && n.Type == nil {
			out = append(out, n.Elts[1])
		}
	}
	return out
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

func TestChoosingALanguage(t *testing.T) {
	for header, want := range map[string]string{
		"": text.Chinese, "en": text.English, "en-GB,en;q=0.9": text.English, "zh-TW": text.Chinese, "fr": text.Chinese,
		"fr,en;q=0.5": text.English, "en;q=0.3, zh;q=0.7": text.Chinese, "en;q=x": text.Chinese, "*": text.Chinese, "EN-us": text.English,
		"zh;q=0, en;q=0.1": text.English, strings.Repeat("fr,", 10000) + "en": text.Chinese, "en;q=NaN": text.Chinese,
	} {
		if got := text.Choose(header); got != want {
			t.Errorf("%.30q: %s, want %s", header, got, want)
		}
	}
}
