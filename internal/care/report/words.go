package report

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

//go:embed zh-CN.json en.json
var files embed.FS

// Words are what figures are called in a language, and what they mean.
type Words map[string]string

// ReadWords reads those built into the program. Languages that are none of ours are zh-CN.
func ReadWords(language string) (Words, error) {
	name := "zh-CN.json"
	if language == "en" {
		name = "en.json"
	}
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read words of figures: %w", err)
	}
	var w Words
	if err := json.Unmarshal(data, &w); err != nil {
		return nil, fmt.Errorf("read words of figures %s: %w", name, err)
	}
	return w, nil
}

// Measure is what a figure is called.
func (w Words) Measure(id string) string { return w["measure."+id] }

// Kind is what the rows of a report stand for.
func (w Words) Kind(k Kind) string { return w["kind."+string(k)] }

// Formula says what a figure means, by the options in force.
func (w Words) Formula(id string, o Options) string {
	o = o.Usual()
	key := "formula." + id
	if v, ok := w[key+"_"+string(o.ServiceLevel)]; ok {
		return fill(v, o)
	}
	return fill(w[key], o)
}

func fill(text string, o Options) string {
	number := func(s float64) string { return strconv.FormatFloat(s, 'f', -1, 64) }
	return strings.NewReplacer("{{within}}", number(o.Within.Seconds()), "{{short}}", number(o.Short.Seconds())).Replace(text)
}
