package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// update writes the committed files anew: go test ./internal/edge/web/api -update.
var update = flag.Bool("update", false, "write api/openapi.json and testdata/access.txt anew")

// committed compares what was generated with a committed file, or writes it.
func committed(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil { //nolint:gosec // a public file
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s is not what the program says, from line %d:\n committed: %s\n now:       %s\n(run go test ./internal/edge/web/api -update and commit)", path, i+1, w[i], g[i])
		}
	}
	t.Fatalf("%s has %d lines, the program says %d (run go test ./internal/edge/web/api -update and commit)", path, len(w), len(g))
}

func description(t testing.TB, a *api.API) []byte {
	t.Helper()
	text, err := a.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheCommittedDescriptionIsTheOneServed(t *testing.T) {
	b := serve(t)
	plain := b.client(t).do("GET", "/openapi.json", nil, "Accept-Encoding", "identity")
	if plain.Status != http.StatusOK || !bytes.Equal(plain.Body, description(t, b.api)) || plain.Header.Get("Content-Encoding") != "" {
		t.Errorf("without compression: status %d, %d octets, %v", plain.Status, len(plain.Body), plain.Header)
	}
	served := b.client(t).do("GET", "/openapi.json", nil)
	if served.Status != http.StatusOK || !bytes.Equal(served.Body, description(t, b.api)) {
		t.Errorf("status %d", served.Status)
	}
	committed(t, filepath.Join("..", "..", "..", "..", "api", "openapi.json"), normalised(t, served.Body))
}

// normalised leaves out the version, which changes with each release.
func normalised(t *testing.T, data []byte) []byte {
	t.Helper()
	return regexp.MustCompile(`"version": "[^"]*"`).ReplaceAll(data, []byte(`"version": "0"`))
}

// operation is what the description says of one operation.
type operation struct {
	ID         string `json:"operationId"`
	Perm       string `json:"x-perm"`
	Parameters []struct {
		Name, In string
	} `json:"parameters"`
	Method, Path string
}

func operations(t testing.TB, b *box) (all []operation) {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]operation `json:"paths"`
	}
	if err := json.Unmarshal(description(t, b.api), &doc); err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths {
		for method, op := range item {
			op.Method, op.Path = strings.ToUpper(method), strings.TrimPrefix(path, "/api")
			all = append(all, op)
		}
	}
	return all
}

func TestTheDescriptionSaysWhatClientsNeed(t *testing.T) {
	b := serve(t)
	for _, op := range operations(t, b) {
		if op.ID == "" || op.Perm == "" || !regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`).MatchString(op.ID) {
			t.Errorf("%s %s: id %q, x-perm %q", op.Method, op.Path, op.ID, op.Perm)
		}
	}
	var tree any
	if err := json.Unmarshal(description(t, b.api), &tree); err != nil {
		t.Fatal(err)
	}
	walk(tree, "", func(path string, node map[string]any) {
		if kinds, ok := node["type"].([]any); ok {
			for _, k := range kinds {
				if k == "array" {
					t.Errorf("%s: a list that may be null", path)
				}
			}
		}
		if _, ok := node["$schema"]; ok {
			t.Errorf("%s: has $schema", path)
		}
	})
	if bytes.Contains(description(t, b.api), []byte("ErrorModel")) {
		t.Error("huma's own problems are described")
	}
}

func walk(node any, path string, visit func(path string, node map[string]any)) {
	switch node := node.(type) {
	case map[string]any:
		visit(path, node)
		for k, v := range node {
			walk(v, path+"/"+k, visit)
		}
	case []any:
		for _, v := range node {
			walk(v, path+"[]", visit)
		}
	}
}

func TestAnOperationWithoutAPermissionStopsTheStart(t *testing.T) {
	b := serve(t)
	for name, op := range map[string]api.Op{
		"no permission":      {ID: "open-door", Method: http.MethodGet, Path: "/door", Summary: "Open"},
		"unknown permission": {ID: "open-door", Method: http.MethodGet, Path: "/door", Summary: "Open", Perm: "doors.open"},
		"no id":              {Method: http.MethodGet, Path: "/door", Summary: "Open", Perm: api.Public},
		"id taken":           {ID: "list-users", Method: http.MethodGet, Path: "/door", Summary: "Open", Perm: api.Public},
		"no summary":         {ID: "open-door", Method: http.MethodGet, Path: "/door", Perm: api.Public},
		"path not read":      {ID: "open-door", Method: http.MethodGet, Path: "/door/{id}", Summary: "Open", Perm: api.Public},
		"no method":          {ID: "open-door", Path: "/door", Summary: "Open", Perm: api.Public},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := api.New(b.api.Deps, door(op)); err == nil {
				t.Error("it started")
			}
		})
	}
	if _, err := api.New(b.api.Deps, door(api.Op{ID: "open-door", Method: http.MethodGet, Path: "/door", Summary: "Open", Perm: account.LiveRead})); err != nil {
		t.Error(err)
	}
}
