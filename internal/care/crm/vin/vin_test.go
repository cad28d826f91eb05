package vin_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/care/crm/vin"
)

func TestCheck(t *testing.T) {
	for in, want := range map[string]vin.Problem{
		"1M8GDM9AXKP042788":  vin.None, // the worked example of 49 CFR 565
		"11111111111111111":  vin.None,
		"1M8GDM9A0KP042788":  vin.WrongCheck,
		"WVWZZZ1KZAW000001":  vin.WrongCheck, // made for Europe: position 9 is filled with Z
		"LSVAM4186C2184841":  vin.None,       // Chinese
		"LSVAM4186C218484":   vin.BadLength,  // a character short
		"LSVAM4186C2184841X": vin.BadLength,  // one too many
		"LSVAM4186C2I84841":  vin.BadLetter,  // I for 1
		"LSVAM4186CO184841":  vin.BadLetter,  // O for 0
		"QSVAM4186C2184841":  vin.BadLetter,
		"LSVAM4186C2184_41":  vin.BadCharacter,
		"京SVAM4186C2184841":  vin.BadCharacter,
		"":                   vin.BadLength,
	} {
		if got := vin.Check(in); got != want {
			t.Errorf("Check(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestNormalize(t *testing.T) {
	for _, in := range []string{"lsvam4186c2184841", " LSV-AM4186 C2184841*", "ＬＳＶＡＭ４１８６Ｃ２１８４８４１", "LSVAM4186C\u30002184841"} {
		if got := vin.Normalize(in); got != "LSVAM4186C2184841" {
			t.Errorf("Normalize(%q) = %q", in, got)
		}
	}
}

// One mistyped character is always found, except where two characters have the same value.
func FuzzOneWrongDigitIsFound(f *testing.F) {
	f.Add("LSVAM4186C2184841", uint8(3))
	f.Fuzz(func(t *testing.T, s string, at uint8) {
		v := vin.Normalize(s)
		if again := vin.Normalize(v); again != v {
			t.Fatalf("Normalize(%q) = %q, again %q", s, v, again)
		}
		i := int(at) % vin.Length
		if vin.Check(v) != vin.None || v[i] < '0' || v[i] > '8' || i == 8 {
			return
		}
		wrong := []byte(v)
		wrong[i]++
		if vin.Check(string(wrong)) != vin.WrongCheck {
			t.Errorf("%s passes for %s", wrong, v)
		}
	})
}
