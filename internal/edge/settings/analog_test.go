package settings_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// withAnalog is the first document with two trunks and three lines, two of them in a group.
func withAnalog(t *testing.T) *settings.Document {
	t.Helper()
	d := first(t)
	d.Trunks = []sipua.Trunk{{Name: "late", Host: "192.0.2.2", Priority: 9}, {Name: "early", Host: "192.0.2.1", Priority: 1}}
	d.Analog = settings.Analog{
		Priority: 5,
		Lines: []fxo.LineSettings{
			{Name: "a", Device: "dahdi/1", Group: "g", Number: "61230001"},
			{Name: "alone", Device: "dahdi/2"},
			{Name: "b", Device: "dahdi/3", Group: "g"},
			{Name: "in", Device: "dahdi/4", InboundOnly: true},
		},
		Groups: []fxo.GroupSettings{{Name: "g", Choose: fxo.RoundRobin}},
	}
	return d
}

func TestAnalogLinesAreChecked(t *testing.T) {
	if ps := settings.Check(withAnalog(t), nil); len(ps) > 0 {
		t.Fatalf("a good document: %v", ps)
	}
	china := fxo.China()
	china.Dial.OnMS = 1
	for want, change := range map[string]func(d *settings.Document){
		"analog.lines[1].name: \"a\" is there twice":                      func(d *settings.Document) { d.Analog.Lines[1].Name = "a" },
		"analog.lines[1].name: missing":                                   func(d *settings.Document) { d.Analog.Lines[1].Name = "" },
		"analog.lines[1].device: \"dahdi/1\" has a line":                  func(d *settings.Document) { d.Analog.Lines[1].Device = "dahdi/1" },
		"analog.lines[1].profile: there is none":                          func(d *settings.Document) { d.Analog.Lines[1].Profile = "moon" },
		"analog.lines[1].prefix: ":                                        func(d *settings.Document) { d.Analog.Lines[1].Prefix = "x" },
		"analog.lines[1].learned_profile":                                 func(d *settings.Document) { d.Analog.Lines[1].Learned = &china },
		"analog.lines[1].name: \"late\" is also a trunk's":                func(d *settings.Document) { d.Analog.Lines[1].Name = "late" },
		"analog.lines[1].group: \"late\" is also the name":                func(d *settings.Document) { d.Analog.Lines[1].Group = "late" },
		"analog.lines[1].group: \"a\" is also the name":                   func(d *settings.Document) { d.Analog.Lines[1].Group = "a" },
		"analog.groups[0].choose: \"\" is not":                            func(d *settings.Document) { d.Analog.Groups[0].Choose = "" },
		"analog.groups[0].name: no line is in group \"other\"":            func(d *settings.Document) { d.Analog.Groups[0].Name = "other" },
		"analog.groups[1].name: \"g\" is there twice":                     func(d *settings.Document) { d.Analog.Groups = append(d.Analog.Groups, d.Analog.Groups[0]) },
		"inbound[0].trunk: there is no trunk, analog line or group \"x\"": func(d *settings.Document) { d.Inbound[0].Trunk = "x" },
		"outbound[1].trunks[0]: there is no trunk, analog line or group":  func(d *settings.Document) { d.Outbound[1].Trunks = []string{"x"} },
	} {
		d := withAnalog(t)
		change(d)
		if ps := settings.Check(d, nil); !strings.Contains(ps.Error(), want) {
			t.Errorf("no %q in:\n%v", want, ps)
		}
	}
}

func TestRulesNameLinesAndGroups(t *testing.T) {
	d := withAnalog(t)
	d.Inbound = []settings.InboundRule{
		{Trunk: "g", Target: settings.Target{Kind: "queue", Name: "q_rescue"}},
		{Trunk: "alone", Target: settings.Target{Kind: "queue", Name: "q_claim"}},
		{Number: "700", Target: settings.Target{Kind: "queue", Name: "q_club"}},
	}
	for _, c := range []struct{ trunk, number, want string }{
		{"a", "", "q_rescue"}, {"b", "", "q_rescue"}, {"alone", "", "q_claim"}, {"early", "700", "q_club"}, {"in", "", ""},
	} {
		if to, ok := d.InboundTarget(c.trunk, c.number, ""); to.Name != c.want || ok != (c.want != "") {
			t.Errorf("a call on %s is led to %q", c.trunk, to.Name)
		}
	}
	if got := d.TrunkOrder(); !slices.Equal(got, []string{"early", "g", "alone", "late"}) {
		t.Errorf("ways out: %v", got)
	}
	if w, ok := d.OutboundWay("13800138000"); !ok || !slices.Equal(w.Trunks, []string{"early", "g", "alone", "late"}) {
		t.Errorf("a rule without trunks: %v", w.Trunks)
	}
	for _, name := range []string{"a", "g", "alone", "in"} {
		if !d.IsAnalog(name) {
			t.Errorf("%s is no analog line", name)
		}
	}
	if d.IsAnalog("early") || d.IsAnalog("") {
		t.Error("a trunk is an analog line")
	}
}

// What was learned is in force as a version of its own; a field that does not exist is a mistake in a line as elsewhere.
func TestLearnedLinesAreKept(t *testing.T) {
	k := keeper(t)
	if _, err := k.Import(t.Context(), encode(t, withAnalog(t)), "test"); err != nil {
		t.Fatal(err)
	}
	before := k.Version()
	p := fxo.China()
	p.Name, p.Polarity.Answer, p.Learned = "b", fxo.Yes, &fxo.Learned{From: "test_call", Confidence: map[string]float64{"polarity": 0.8}}
	version, err := k.LearnLine(t.Context(), "b", "test", p)
	if err != nil || version != before+1 {
		t.Fatalf("LearnLine: version %d, %v", version, err)
	}
	if _, err := k.LearnLine(t.Context(), "nobody", "test", p); err == nil {
		t.Error("learned a line that is not there")
	}
	l, ok := k.Current().AnalogLine("b")
	if !ok || l.Learned == nil || l.Learned.Polarity.Answer != fxo.Yes || l.Learned.Learned.Confidence["polarity"] != 0.8 {
		t.Errorf("in force: %+v", l.Learned)
	}
	strange := strings.Replace(string(encode(t, k.Current())), `"device": "dahdi/1"`, `"device": "dahdi/1", "colour": "red"`, 1)
	if _, err := settings.Parse([]byte(strange), nil); err == nil || !strings.Contains(err.Error(), "colour") {
		t.Errorf("import with an unknown field: %v", err)
	}
}
