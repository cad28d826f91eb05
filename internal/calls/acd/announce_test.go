package acd_test

import (
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

func TestWhatTheQueuesSayIsShipped(t *testing.T) {
	for _, language := range prompt.Languages() {
		shipped, err := prompt.Texts(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range acd.Prompts() {
			if !slices.Contains(shipped, id) {
				t.Errorf("%s: there is no recording %s", language, id)
			}
		}
	}
}
