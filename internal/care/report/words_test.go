package report_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/dealerline/dealerline/internal/care/report"
)

// Every figure and kind has a name and a formula in every language, and no text is left over.
func TestEveryFigureIsExplained(t *testing.T) {
	for _, language := range []string{"zh-CN", "en"} {
		words, err := report.ReadWords(language)
		if err != nil {
			t.Fatal(err)
		}
		used := map[string]bool{}
		for _, k := range report.Kinds() {
			if words.Kind(k) == "" {
				t.Errorf("%s: %s has no name", language, k)
			}
			used["kind."+string(k)] = true
			for _, m := range k.Measures() {
				formula := words.Formula(m.ID, report.Options{})
				if words.Measure(m.ID) == "" || formula == "" || strings.Contains(formula, "{{") {
					t.Errorf("%s: %s is %q: %q", language, m.ID, words.Measure(m.ID), formula)
				}
				used["measure."+m.ID], used["formula."+m.ID] = true, true
			}
		}
		for key, text := range words {
			if strings.HasPrefix(key, "measure.") && !used[key] {
				t.Errorf("%s: nothing uses %s", language, key)
			}
			if language == "en" && strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("en %s: %s", key, text)
			}
		}
	}
}

func TestTheFormulaIsThatInForce(t *testing.T) {
	words, err := report.ReadWords("en")
	if err != nil {
		t.Fatal(err)
	}
	o := report.Options{ServiceLevel: report.WithQuick, Within: 30 * time.Second, Short: 2 * time.Second}
	if got := words.Formula("service_level", o); !strings.HasPrefix(got, "(Calls answered within 30 s") || !strings.Contains(got, "within 2 s) ÷ calls") {
		t.Error(got)
	}
}
