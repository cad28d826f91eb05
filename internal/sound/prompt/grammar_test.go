package prompt

import (
	"strings"
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		lang string
		say  Phrase
		want string
	}{
		{"zh-CN", Position(2), "ordinal n2 place"},
		{"zh-CN", Position(12), "ordinal shi n2 place"},
		{"zh-CN", Duration(2 * time.Minute), "n2liang minute"},
		{"zh-CN", Duration(90 * time.Second), "n1 minute n3 shi second"},
		{"zh-CN", Duration(12 * time.Minute), "shi n2 minute"},
		{"zh-CN", Duration(0), "n0 second"},
		{"zh-CN", Duration(2*time.Hour + 2*time.Second), "n2liang hour n2liang second"},
		{"zh-CN", Digits("13800-1"), "n1yao n3 n8 n0 n0 n1yao"},
		{"zh-CN", Number(0), "n0"},
		{"zh-CN", Number(10), "shi"},
		{"zh-CN", Number(20), "n2 shi"},
		{"zh-CN", Number(105), "n1 bai n0 n5"},
		{"zh-CN", Number(110), "n1 bai n1 shi"},
		{"zh-CN", Number(1010), "n1 qian n0 n1 shi"},
		{"zh-CN", Number(2000), "n2liang qian"},
		{"zh-CN", Number(2222), "n2liang qian n2 bai n2 shi n2"},
		{"zh-CN", Number(10003), "n1 wan n0 n3"},
		{"zh-CN", Number(20000), "n2liang wan"},
		{"zh-CN", Number(100000), "shi wan"},
		{"zh-CN", Number(120500), "shi n2 wan n0 n5 bai"},
		{"zh-CN", Number(100000001), "n1 yi n0 n1"},
		{"en", Position(2), "ord2"},
		{"en", Position(21), "number n20 n1"},
		{"en", Duration(time.Minute), "n1 minute"},
		{"en", Duration(2*time.Minute + 30*time.Second), "n2 minutes n30 seconds"},
		{"en", Number(105), "n1 hundred and n5"},
		{"en", Number(1005), "n1 thousand and n5"},
		{"en", Number(12345), "n12 thousand n3 hundred and n40 n5"},
		{"en", Digits("10"), "n1 n0"},
		{"en", Recording("welcome"), "welcome"},
		{"zh-CN", Date(at(14, 5)), "shi n1 month n2 shi n2 day"},
		{"zh-CN", Clock(at(14, 5)), "shi n4 oclock n0 n5 past"},
		{"zh-CN", Clock(at(2, 0)), "n2liang oclock sharp"},
		{"zh-CN", Clock(at(0, 30)), "n0 oclock n3 shi past"},
		{"en", Date(at(14, 5)), "month11 ord22"},
		{"en", Clock(at(14, 5)), "n2 oh n5 pm"},
		{"en", Clock(at(12, 0)), "n12 oclock pm"},
		{"en", Clock(at(0, 42)), "n12 n40 n2 am"},
		{"en", Message("one"), ""},
	} {
		got, ok := words(c.lang, c.say)
		if s := strings.Join(got, " "); !ok || s != c.want {
			t.Errorf("%s %+v: %q, want %q", c.lang, c.say, s, c.want)
		}
	}
	if _, ok := words("xx", Number(1)); ok {
		t.Error("a language without a grammar has words")
	}
}

// at is a time on 22 November.
func at(hour, minute int) time.Time { return time.Date(2026, 11, 22, hour, minute, 0, 0, time.UTC) }
