package phone_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/base/phone"
)

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		"+86 138-0013-8000": "13800138000", "013800138000": "13800138000", "0086 13800138000": "13800138000",
		"13800138000": "13800138000", "+8621 6123 4567": "02161234567", "021-61234567": "02161234567",
		"+442079460000": "+442079460000", "8001": "8001", "": "", "*45": "*45", "anonymous": "",
	} {
		if got := phone.Normalize(in); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{"13800135678": "138****5678", "8001": "8001", "02161234567": "021****4567"} {
		if got := phone.Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzNormalizeIsStable(f *testing.F) {
	f.Add("+86 13800138000")
	f.Add("00+86")
	f.Fuzz(func(t *testing.T, s string) {
		once := phone.Normalize(s)
		if twice := phone.Normalize(once); twice != once {
			t.Errorf("Normalize(%q) = %q, again %q", s, once, twice)
		}
	})
}

func TestTheFormsNumbersAreFoundBy(t *testing.T) {
	for in, want := range map[string]string{"02161234567": "61234567", "07551234567": "1234567", "075512345678": "12345678", "13800138000": "", "8001": "", "": ""} {
		if got := phone.Local(in); got != want {
			t.Errorf("Local(%q) = %q, want %q", in, got, want)
		}
	}
	if got := phone.Reversed("13801005678"); got != "87650010831" {
		t.Errorf("reversed %q", got)
	}
	for in, want := range map[string]bool{"13800138000": true, "+442079460000": true, "110": true, "12": false, "": false, "+": false, "*45": false, "123456789012345678901": false} {
		if got := phone.Valid(in); got != want {
			t.Errorf("Valid(%q) = %v", in, got)
		}
	}
}
