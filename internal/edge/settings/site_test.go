package settings_test

import (
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/care/outreach"
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

// What the box is to do by itself needs what it does it with.
func TestHowCustomersAreAsked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *settings.Document)
		wrong  string
	}{
		"a menu":           {func(d *settings.Document) { d.Outreach.Survey.Flow = d.Flows[0].ID }, ""},
		"no such menu":     {func(d *settings.Document) { d.Outreach.Survey.Flow = "none" }, "outreach.survey.flow"},
		"too many calls":   {func(d *settings.Document) { d.Outreach.Survey.Calls = 21 }, "outreach.survey.calls"},
		"by call":          {plan("call", ""), ""},
		"by SMS":           {plan("sms", "https://box.example"), ""},
		"by SMS, no pages": {plan("sms", ""), "outreach.plans[0].way"},
		"by letter":        {plan("letter", ""), "outreach.plans[0].way"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := settings.Default()
			if err != nil {
				t.Fatal(err)
			}
			c.change(d)
			got := settings.Check(d, nil).Error()
			if c.wrong == "" && strings.Contains(got, "outreach") || !strings.Contains(got, c.wrong) {
				t.Errorf("wrong: %s", got)
			}
		})
	}
}

// plan asks customers in a way on the third day after repairs.
func plan(way outreach.Way, url string) func(d *settings.Document) {
	return func(d *settings.Document) {
		d.Site.PublicURL = url
		d.Outreach.Plans = []outreach.Plan{{ID: "p", Name: "x", After: []string{"repair"}, Days: 3, Script: "quality", Way: way}}
	}
}
