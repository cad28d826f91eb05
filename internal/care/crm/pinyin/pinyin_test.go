package pinyin_test

import (
	"slices"
	"testing"

	dictionary "github.com/mozillazg/go-pinyin"

	"github.com/dealerline/dealerline/internal/care/crm/pinyin"
)

func TestSurnamesAreReadAsSurnames(t *testing.T) {
	for name, want := range map[string]string{
		"曾国藩": "zengguofan", "单雄信": "shanxiongxin", "仇英": "qiuying", "解缙": "xiejin", "区志强": "ouzhiqiang",
		"任我行": "renwoxing", "查良镛": "zhaliangyong", "盖叫天": "gejiaotian", "翟志刚": "zhaizhigang", "覃海洋": "qinhaiyang",
		"乐毅": "yueyi", "尉迟恭": "yuchigong", "万俟卨": "moqixie", "单于": "chanyu", "长孙无忌": "zhangsunwuji", "吕布": "lvbu",
		"欧阳修": "ouyangxiu", "王建国": "wangjianguo", "张San": "zhangsan", "John Smith": "johnsmith", "": "", "…": "",
		"上海顺达物流有限公司": "shanghaishundawuliuyouxiangongsi",
	} {
		if got := pinyin.Likely(name); got != want {
			t.Errorf("Likely(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestAllReadingsOfTheFirstCharacterAreSpelt(t *testing.T) {
	for name, want := range map[string][]string{
		"曾国藩": {"zengguofan", "cengguofan"}, "单雄信": {"shanxiongxin", "danxiongxin", "chanxiongxin"}, "李茜": {"liqian", "lixi"},
	} {
		var got []string
		for _, s := range pinyin.Spellings(name) {
			got = append(got, s.Full())
		}
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s is spelt %v, without %s", name, got, w)
			}
		}
	}
	if got := pinyin.Spellings("尉迟恭")[0].Initials(); got != "ycg" {
		t.Errorf("initials %q", got)
	}
}

// Every reading of every character is made of plain letters only.
func TestEveryReadingIsPlain(t *testing.T) {
	for r := range dictionary.PinyinDict {
		readings := pinyin.Readings(rune(r))
		if len(readings) == 0 {
			t.Errorf("%c has no reading", rune(r))
		}
		for _, s := range readings {
			for _, c := range s {
				if c < 'a' || c > 'z' {
					t.Fatalf("%c is read %q", rune(r), s)
				}
			}
		}
	}
}

func FuzzSpellings(f *testing.F) {
	f.Add("曾国藩")
	f.Add("a\xff单于 9")
	f.Fuzz(func(t *testing.T, name string) {
		all := pinyin.Spellings(name)
		if len(all) > 8 {
			t.Fatalf("%d spellings", len(all))
		}
		for _, s := range all {
			if len(s) == 0 || len(s.Initials()) != len(s) || len(s.Full()) < len(s) {
				t.Fatalf("%q: %q", name, s)
			}
		}
	})
}

func BenchmarkSpellings(b *testing.B) {
	for b.Loop() {
		pinyin.Spellings("王建国")
	}
}
