package fxo_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	shipped "github.com/dealerline/dealerline/hw/lines"
	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

func TestShippedProfilesAreWholeAndExplained(t *testing.T) {
	all, err := fxo.ShippedProfiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"china", "copper-office", "fibre-onu", "iad-swapping", "iad-restless", "pbx-extension"} {
		p, ok := all[name]
		if !ok {
			t.Errorf("no profile %s", name)
		}
		if p.Title["zh-CN"] == "" || p.Title["en"] == "" || p.Notes == "" || p.Learned != nil {
			t.Errorf("%s is not explained", name)
		}
	}
	// The default of the program and the default shipped are one.
	want, got := fxo.China(), all["china"]
	got.Title, got.Notes, want.Title = nil, "", nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("china.json is\n%+v\nand the program's own default\n%+v", got, want)
	}
	pbx, fibre := all["pbx-extension"], all["fibre-onu"]
	if pbx.Rules().Abandon.Seconds() != 7 || fibre.Rules().AnswerSwap != fxo.No {
		t.Error("rules do not follow the profile")
	}
}

func TestProfilesAreReadStrictly(t *testing.T) {
	for doc, want := range map[string]string{
		`{"name":"x","dail":{}}`:                                            `unknown field "dail"`,
		`{"name":"x","dial":{"on_ms":"100"}}`:                               "dial.on_ms",
		`{"name":"x","dial":{"on_ms":5}}`:                                   "dial.on_ms: 5",
		`{"name":"x","dial":{"method":"morse"}}`:                            "dial.method",
		`{"name":"x","dial":{"level_db":30}}`:                               "dial.level_db",
		`{"name":"x","polarity":{"answer":"maybe"}}`:                        "polarity.answer",
		`{"name":"x","polarity":{"hang_up":""}}`:                            "polarity.hang_up",
		`{"name":"x","caller_id":"fsk"}`:                                    "caller_id",
		`{"name":"x"} {}`:                                                   "something follows",
		`{"name":""}`:                                                       "name: missing",
		`{"name":"x","tones":{"tones":[{"tone":"buzz"}]}}`:                  "buzz",
		`{"name":"x","tones":{"tones":[{"tone":"busy","frequency_hz":5}]}}`: "tones[0]",
		`{"name":"x","timing":{"guard_ms":1}}`:                              "timing.guard_ms",
		``:                                                                  "EOF",
		strings.Repeat(" ", 70<<10):                                         "longer",
	} {
		_, err := fxo.ParseProfile([]byte(doc))
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %s", doc, err, want)
		}
	}
	_, err := fxo.ReadProfiles(fstest.MapFS{
		"good.json": {Data: []byte(`{"name":"good"}`)}, "bad.json": {Data: []byte(`{"name":"bad","ring":{"abandon_ms":1}}`)},
		"other.json": {Data: []byte(`{"name":"good"}`)}, "README.md": {Data: []byte("no profile")},
	})
	for _, want := range []string{"bad.json", "ring.abandon_ms", `other.json`, `"good" is not that of the file`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %s in %v", want, err)
		}
	}
}

func FuzzParseProfile(f *testing.F) {
	files, err := shipped.Files().ReadDir(".")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := shipped.Files().ReadFile(file.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := fxo.ParseProfile(data)
		if err != nil {
			return
		}
		if err := p.Validate(); err != nil {
			t.Fatalf("read but not valid: %v", err)
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fxo.ParseProfile(again); err != nil && len(again) < 64<<10 {
			t.Fatalf("does not come back: %v\n%s", err, again)
		}
		_ = p.Rules()
	})
}

func FuzzParseStages(f *testing.F) {
	f.Add("9W13800138000")
	f.Add("*70,,10086#!")
	f.Fuzz(func(t *testing.T, s string) {
		stages, err := fxo.ParseStages(s)
		if err != nil {
			return
		}
		for i, st := range stages {
			n := 0
			for _, set := range []bool{st.Digits != "", st.Pause > 0, st.Tone, st.Flash} {
				if set {
					n++
				}
			}
			if n != 1 || i > 0 && st.Digits != "" && stages[i-1].Digits != "" {
				t.Fatalf("%q: %+v", s, stages)
			}
		}
	})
}
