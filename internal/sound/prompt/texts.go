package prompt

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"strings"
)

//go:embed texts/*.tsv
var texts embed.FS

// Texts lists the ids of the recordings shipped in a language, as the script that makes them knows them.
func Texts(language string) ([]string, error) {
	data, err := texts.ReadFile("texts/" + language + ".tsv")
	if err != nil {
		return nil, fmt.Errorf("list prompts: %w", err)
	}
	var ids []string
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		if id, _, ok := strings.Cut(lines.Text(), "\t"); ok {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
