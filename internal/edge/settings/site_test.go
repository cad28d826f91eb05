package settings_test

import (
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/settings"
)

func TestThePublicAddress(t *testing.T) {
	for url, ok := range map[string]bool{
		"": true, "https://box.dealer.example": true, "https://box.dealer.example/": true, "https://box.dealer.example:8443": true, "https://203.0.113.5": true,
		"http://box.dealer.example": false, "box.dealer.example": false, "https://": false, "https://localhost": false, "https://127.0.0.1:8443": false,
		"https://[::1]": false, "https://0.0.0.0": false, "https://user:secret@box.example": false, "https://box.example/path": false,
		"https://box.example/?a=b": false, "https://box.example/?": false, "https://box.example/#x": false, "https://bo x": false,
		"https://" + strings.Repeat("a", 100) + ".example": false, "javascript:alert(1)": false,
	} {
		d, err := settings.Default()
		if err != nil {
			t.Fatal(err)
		}
		d.Site.PublicURL = url
		wrong := false
		for _, p := range settings.Check(d, nil) {
			wrong = wrong || strings.Contains(p.Path, "site.public_url")
		}
		if wrong == ok {
			t.Errorf("%q: wrong %t", url, wrong)
		}
	}
	if got := (settings.Site{PublicURL: "https://box.example/"}).Page("/l/x"); got != "https://box.example/l/x" {
		t.Errorf("page %q", got)
	}
	if got := (settings.Site{}).Page("/l/x"); got != "" {
		t.Errorf("page without an address: %q", got)
	}
}
