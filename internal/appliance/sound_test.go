package appliance

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// A number that was taken for a recording's id stands masked where missing recordings are told of; ids that are none,
// and recordings that are there, are left as they are.
func TestNumbersTakenForRecordingsAreMasked(t *testing.T) {
	dir := t.TempDir()
	var wav bytes.Buffer
	if err := media.WriteWAV(&wav, make([]byte, 1600)); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "en"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "en", "20261122.wav"), wav.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	prompts, err := prompt.Open(prompt.Shipped(), dir, slog.New(slog.NewTextHandler(&text, nil)))
	if err != nil {
		t.Fatal(err)
	}
	phrases := []prompt.Phrase{prompt.Recording("13812345678"), prompt.Recording("20261122"), prompt.Recording("promo_20261123")}
	voice{prompts}.Say("en", phrases)
	if got, want := prompts.Absent(), []string{"en/138****5678", "en/promo_20261123"}; !slices.Equal(got, want) {
		t.Errorf("missing: %q, want %q", got, want)
	}
	if strings.Contains(text.String(), "13812345678") || !strings.Contains(text.String(), "138****5678") {
		t.Errorf("the log: %s", text.String())
	}
	if phrases[0].ID != "13812345678" {
		t.Error("the caller's phrases were written to")
	}
}
