package settings_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

func first(t testing.TB) *settings.Document {
	t.Helper()
	d, err := settings.Default()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func encode(t testing.TB, d *settings.Document) []byte {
	t.Helper()
	data, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTheDefaultIsGoodAndSaysOnlyWhatCanBeSaid(t *testing.T) {
	texts := map[string]bool{}
	for _, language := range prompt.Languages() {
		ids, err := prompt.Texts(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			texts[language+"/"+id] = true
		}
	}
	d := first(t)
	for _, language := range prompt.Languages() {
		d.Dealership.Language = language
		if _, err := settings.Parse(encode(t, d), func(l, id string) bool { return texts[l+"/"+id] }); err != nil {
			t.Errorf("%s: %v", language, err)
		}
	}
	if other := first(t); other.Extensions[0].Password == d.Extensions[0].Password || len(d.Extensions[0].Password) < 16 {
		t.Error("there is a default password")
	}
}

// The default menu offers English: what is said after that choice must be there in English, what is said before it
// need not be.
func TestRecordingsAreNeededInTheLanguagesOnOffer(t *testing.T) {
	for missing, want := range map[string]string{
		"en/main_menu": "there is no recording \"main_menu\" in en", "zh-CN/main_menu": "\"main_menu\" in zh-CN", "en/welcome": "",
	} {
		_, err := settings.Parse(encode(t, first(t)), func(l, id string) bool { return l+"/"+id != missing })
		switch {
		case want == "" && err != nil:
			t.Errorf("without %s: %v", missing, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "flows[0](main)")):
			t.Errorf("without %s: %v, want %q", missing, err, want)
		}
	}
}

func TestEveryMistakeIsNamedByItsPath(t *testing.T) {
	for want, change := range map[string]func(d *settings.Document){
		"format":                              func(d *settings.Document) { d.Format = 9 },
		"dealership.zone":                     func(d *settings.Document) { d.Dealership.Zone = "Mars/Base" },
		"dealership.language":                 func(d *settings.Document) { d.Dealership.Language = "tlh" },
		"extensions[1].password":              func(d *settings.Document) { d.Extensions[1].Password = "1" },
		"extensions[1].number":                func(d *settings.Document) { d.Extensions[1].Number = "8001" },
		"extensions[0].number: *45":           func(d *settings.Document) { d.Extensions[0].Number = "*45" },
		"internal[0].number":                  func(d *settings.Document) { d.Internal[0].Number = "8001" },
		"internal[0].target.name":             func(d *settings.Document) { d.Internal[0].Target.Name = "nowhere" },
		"agents[0].extension":                 func(d *settings.Document) { d.Agents[0].Extension = "9999" },
		"queues[0].strategy":                  func(d *settings.Document) { d.Queues[0].Strategy = "first_come" },
		"queues[0].overflow[0].target":        func(d *settings.Document) { d.Queues[0].Overflow[0].Target.Name = "q_none" },
		"flows[0](main)":                      func(d *settings.Document) { d.Queues = d.Queues[1:] },
		"flows[0].published":                  func(d *settings.Document) { d.Flows[0].Published = 7 },
		"calendars[0].week.mon[0].to":         func(d *settings.Document) { d.Calendars[0].Week["mon"][0].To = "evening" },
		"inbound[0].trunk":                    func(d *settings.Document) { d.Inbound[0].Trunk = "none" },
		"inbound[0].number":                   func(d *settings.Document) { d.Inbound[0].Number = "12a" },
		"outbound[0].match":                   func(d *settings.Document) { d.Outbound[0].Match = "" },
		"outbound[1].trunks[0]":               func(d *settings.Document) { d.Outbound[1].Trunks = []string{"none"} },
		"blacklist[0].number":                 func(d *settings.Document) { d.Blacklist = []settings.Listed{{Number: "*"}} },
		"vips[0].number":                      func(d *settings.Document) { d.VIPs = []settings.VIP{{}} },
		"calls.ring":                          func(d *settings.Document) { d.Calls.Ring = 1 },
		"calls.record":                        func(d *settings.Document) { d.Calls.Record = "some" },
		"recording.keep_days":                 func(d *settings.Document) { d.Recording.KeepDays = -1 },
		"recording.keep_days_by_queue.q_none": func(d *settings.Document) { d.Recording.KeepDaysByQueue["q_none"] = 1 },
		"blacklist[0].number: would":          func(d *settings.Document) { d.Blacklist = []settings.Listed{{Number: "XX*"}} },
		"calls.max_duration":                  func(d *settings.Document) { d.Calls.MaxDuration = 1e300 },
		"vips[0].bonus":                       func(d *settings.Document) { d.VIPs = []settings.VIP{{Number: "1", Bonus: 1e9}} },
		"keep_days_by_queue.q_rescue":         func(d *settings.Document) { d.Recording.KeepDaysByQueue["q_rescue"] = -1 },
		"prompt_numbers.101":                  func(d *settings.Document) { d.PromptNumbers["101"] = "../x" },
		"prompt_numbers.1":                    func(d *settings.Document) { d.PromptNumbers["1"] = "welcome" },
	} {
		t.Run(want, func(t *testing.T) {
			d := first(t)
			change(d)
			_, err := settings.Parse(encode(t, d), nil)
			var ps settings.Problems
			if !errors.As(err, &ps) || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want a problem at %s", err, want)
			}
		})
	}
}

func TestWhatIsNoDocumentIsNamedByItsLine(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a typing error":   {"{\n \"format\": 1,\n \"colour\": 2\n}", "line 3: unknown field \"colour\""},
		"a wrong type":     {"{\n \"format\": \"one\"\n}", "line 2:"},
		"no JSON":          {"{\n \"format\": 1,\n,", "line 3:"},
		"something behind": {"{}\n{}", "line"},
		"nothing":          {"", "line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := settings.Parse([]byte(c.text), nil); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// stored makes a store that writes until the test ends.
func stored(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = db.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ended
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// keeper makes a keeper on such a store, with the default settings in force.
func keeper(t *testing.T) *settings.Keeper {
	t.Helper()
	k := settings.NewKeeper(stored(t), nil)
	if err := k.Load(t.Context(), settings.Default); err != nil {
		t.Fatal(err)
	}
	return k
}

func TestImportAndUndo(t *testing.T) {
	k := keeper(t)
	told := ""
	if err := k.Follow(func(d *settings.Document) error { told = d.Dealership.Name; return nil }); err != nil {
		t.Fatal(err)
	}
	before := told
	d := first(t)
	d.Dealership.Name = "北城店"
	if v, err := k.Import(t.Context(), encode(t, d), "li"); v != 2 || err != nil || told != "北城店" {
		t.Fatalf("Import = %d, %v; followers know %q", v, err, told)
	}
	d.Dealership.Name = ""
	if _, err := k.Import(t.Context(), encode(t, d), "li"); err == nil || k.Version() != 2 || told != "北城店" || k.Current().Dealership.Name != "北城店" {
		t.Errorf("a bad document: %v; version %d, %q in force", err, k.Version(), told)
	}
	if v, err := k.Undo(t.Context(), "li"); v != 3 || err != nil || told != before {
		t.Errorf("Undo = %d, %v; %q in force, want %q", v, err, told, before)
	}
}

func TestStoredSettingsOfAnotherVersionAreTaken(t *testing.T) {
	db := stored(t)
	body := strings.Replace(string(encode(t, first(t))), `"format": 1,`, `"format": 1, "of_a_newer_program": true,`, 1)
	if _, err := db.PutDocument(t.Context(), "settings", store.Author{Name: "li"}, []byte(body), time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := settings.Parse([]byte(body), nil); err == nil {
		t.Error("an import takes what it does not know")
	}
	if err := settings.NewKeeper(db, nil).Load(t.Context(), settings.Default); err != nil {
		t.Errorf("load: %v", err)
	}
}

func TestAFollowerThatRefusesKeepsTheFormerSettings(t *testing.T) {
	k := keeper(t)
	told := ""
	no := errors.New("no")
	if err := k.Follow(func(d *settings.Document) error { told = d.Dealership.Name; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := k.Follow(func(d *settings.Document) error {
		if d.Dealership.Name == "bad" {
			return no
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	before := told
	d := first(t)
	d.Dealership.Name = "bad"
	if _, err := k.Import(t.Context(), encode(t, d), "li"); !errors.Is(err, no) || told != before || k.Version() != 1 {
		t.Errorf("%v; %q in force, version %d", err, told, k.Version())
	}
}

func TestFlowsArePublishedAndRolledBack(t *testing.T) {
	k := keeper(t)
	d := first(t)
	draft := d.Flows[0].Versions[0].Flow
	d.Flows[0].Draft = &draft
	if _, err := k.Import(t.Context(), encode(t, d), "li"); err != nil {
		t.Fatal(err)
	}
	if _, err := k.PublishFlow(t.Context(), "main", "li", "as before"); err != nil {
		t.Fatal(err)
	}
	if s := k.Current().Flows[0]; s.Published != 2 || s.Versions[1].By != "li" || s.Draft != nil {
		t.Errorf("after publishing: published %d, draft %v", s.Published, s.Draft)
	}
	if _, err := k.PublishFlow(t.Context(), "main", "li", ""); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("without a draft: %v", err)
	}
	if _, err := k.RollBackFlow(t.Context(), "main", "li", 1); err != nil || k.Current().Flows[0].Published != 1 {
		t.Errorf("roll back: %v", err)
	}
	if _, err := k.RollBackFlow(t.Context(), "none", "li", 1); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("no such flow: %v", err)
	}
}

func TestRoutes(t *testing.T) {
	d := first(t)
	d.Inbound = []settings.InboundRule{
		{Number: "4006*", Caller: "138*", Target: settings.Target{Kind: "queue", Name: "q_club"}},
		{Trunk: "gsm", Target: settings.Target{Kind: "queue", Name: "q_rescue"}},
		{Target: settings.Target{Kind: "menu", Name: "main"}},
	}
	for _, c := range []struct{ trunk, number, caller, want string }{
		{"sip", "40061", "13800138000", "q_club"}, {"sip", "40061", "13900138000", "main"}, {"gsm", "1", "", "q_rescue"}, {"sip", "1", "", "main"},
	} {
		if got, ok := d.InboundTarget(c.trunk, c.number, c.caller); !ok || got.Name != c.want {
			t.Errorf("InboundTarget(%s, %s, %s) = %v, %v; want %s", c.trunk, c.number, c.caller, got, ok, c.want)
		}
	}
	for number, want := range map[string]string{"13800138000": "13800138000", "913800138000": "13800138000", "120": "120", "0044123": "", "12": ""} {
		if w, ok := d.OutboundWay(number); w.Number != want || ok != (want != "") {
			t.Errorf("OutboundWay(%s) = %+v, %v; want %q", number, w, ok, want)
		}
	}
	d.Blacklist = []settings.Listed{{Number: "0085*"}, {Number: "+8613800138000"}}
	for number, want := range map[string]bool{"00851234": true, "13800138000": true, "138001380001": false, "": false} {
		if d.IsBlocked(number) != want {
			t.Errorf("IsBlocked(%q) is not %v", number, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(encode(f, first(f)))
	f.Add([]byte(`{"format":1,"queues":[{"id":"a","agents":[{"agent":"x"}]}],"flows":[{"id":"m","published":1,"versions":[{"version":1,"flow":{"nodes":{"a":{}}}}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := settings.Parse(data, nil)
		if err != nil {
			return
		}
		again, err := d.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := settings.Parse(again, nil); err != nil || !json.Valid(again) {
			t.Errorf("what was accepted is refused after export: %v", err)
		}
	})
}
