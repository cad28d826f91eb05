package prompt

import (
	"strconv"
	"time"
)

// words turns a phrase into the ids of the recordings that say it in a language; ok is false for a language
// without a grammar.
func words(language string, p Phrase) (ids []string, ok bool) {
	if p.Kind == KindRecording {
		return []string{p.ID}, true
	}
	switch language {
	case "zh-CN":
		return chinese(p), true
	case "en":
		return english(p), true
	}
	return nil, false
}

// digits says s digit by digit; what is no digit is passed over.
func digits(s string, name func(d byte) string) []string {
	var ids []string
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			ids = append(ids, name(s[i]))
		}
	}
	return ids
}

// span is a number of hours, minutes or seconds.
type span struct {
	n    int
	unit string
}

// spans splits a duration, rounded to a second, into what is to be said of it: no zero parts, but "0 seconds" for
// nothing at all.
func spans(d time.Duration) []span {
	total := int(d.Round(time.Second) / time.Second)
	var out []span
	for _, s := range []span{{total / 3600, "hour"}, {total / 60 % 60, "minute"}, {total % 60, "second"}} {
		if s.n != 0 || (s.unit == "second" && total == 0) {
			out = append(out, s)
		}
	}
	return out
}

func chinese(p Phrase) []string {
	switch p.Kind {
	case KindNumber:
		return chineseNumber(p.N)
	case KindDigits:
		// 幺 for one, so that it is not heard as 七 on a bad line (as telephone numbers are read everywhere).
		return digits(p.Digits, func(d byte) string {
			if d == '1' {
				return "n1yao"
			}
			return "n" + string(d)
		})
	case KindDuration:
		return chineseDuration(p.Duration)
	case KindPosition:
		return append(append([]string{"ordinal"}, chineseNumber(p.N)...), "place")
	case KindDate:
		month := append(chineseNumber(int(p.At.Month())), "month")
		return append(append(month, chineseNumber(p.At.Day())...), "day")
	case KindClock:
		return chineseClock(p.At)
	default:
		return nil
	}
}

func chineseDuration(d time.Duration) []string {
	var ids []string
	for _, s := range spans(d) {
		number := chineseNumber(s.n)
		if s.n == 2 {
			number = []string{"n2liang"} // 两分钟, never 二分钟
		}
		ids = append(append(ids, number...), s.unit)
	}
	return ids
}

// chineseClock says a time of day on the clock of 24 hours: 两点整, 十四点零五分.
func chineseClock(t time.Time) []string {
	ids := chineseNumber(t.Hour())
	if t.Hour() == 2 {
		ids = []string{"n2liang"}
	}
	ids = append(ids, "oclock")
	switch m := t.Minute(); {
	case m == 0:
		return append(ids, "sharp")
	case m < 10:
		return append(ids, "n0", "n"+strconv.Itoa(m), "past")
	default:
		return append(append(ids, chineseNumber(m)...), "past")
	}
}

// chineseNumber says a whole number of up to twelve digits: 十二, 一百零五, 两千, 一万零三.
func chineseNumber(n int) []string {
	if n < 0 {
		return append([]string{"minus"}, chineseNumber(-n)...)
	}
	if n == 0 {
		return []string{"n0"}
	}
	var ids []string
	gap := false // a zero stands between what was said and what follows
	for _, group := range []struct {
		size int
		unit string
	}{{100_000_000, "yi"}, {10_000, "wan"}, {1, ""}} {
		part := n / group.size % 10_000
		if part == 0 {
			gap = len(ids) > 0
			continue
		}
		if len(ids) > 0 && (gap || part < 1000) {
			ids = append(ids, "n0")
		}
		ids = append(ids, chineseBelow10000(part, len(ids) == 0, group.unit != "")...)
		if group.unit != "" {
			ids = append(ids, group.unit)
		}
		gap = false
	}
	return ids
}

// chineseBelow10000 says 1…9999. At the start of a number ten is 十 and not 一十; two before 千, 万 and 亿 is 两.
func chineseBelow10000(n int, first, unitFollows bool) []string {
	if n == 2 && unitFollows {
		return []string{"n2liang"}
	}
	var ids []string
	gap := false
	for _, place := range []struct {
		size int
		unit string
	}{{1000, "qian"}, {100, "bai"}, {10, "shi"}, {1, ""}} {
		d := n / place.size % 10
		if d == 0 {
			gap = len(ids) > 0
			continue
		}
		if gap {
			ids = append(ids, "n0")
			gap = false
		}
		switch {
		case place.unit == "shi" && d == 1 && first && len(ids) == 0: // 十二
		case place.unit == "qian" && d == 2:
			ids = append(ids, "n2liang")
		default:
			ids = append(ids, "n"+strconv.Itoa(d))
		}
		if place.unit != "" {
			ids = append(ids, place.unit)
		}
	}
	return ids
}

func english(p Phrase) []string {
	switch p.Kind {
	case KindNumber:
		return englishNumber(p.N)
	case KindDigits:
		return digits(p.Digits, func(d byte) string { return "n" + string(d) })
	case KindDuration:
		return englishDuration(p.Duration)
	case KindPosition:
		if p.N >= 1 && p.N <= 20 {
			return []string{"ord" + strconv.Itoa(p.N)}
		}
		return append([]string{"number"}, englishNumber(p.N)...)
	case KindDate:
		return []string{"month" + strconv.Itoa(int(p.At.Month())), "ord" + strconv.Itoa(p.At.Day())}
	case KindClock:
		return englishClock(p.At)
	default:
		return nil
	}
}

// englishClock says a time of day on the clock of twelve hours: "two o'clock p m", "two oh five p m".
func englishClock(t time.Time) []string {
	half := "am"
	if t.Hour() >= 12 {
		half = "pm"
	}
	ids := englishNumber((t.Hour()+11)%12 + 1)
	switch m := t.Minute(); {
	case m == 0:
		ids = append(ids, "oclock")
	case m < 10:
		ids = append(ids, "oh", "n"+strconv.Itoa(m))
	default:
		ids = append(ids, englishNumber(m)...)
	}
	return append(ids, half)
}

func englishDuration(d time.Duration) []string {
	var ids []string
	for _, s := range spans(d) {
		if s.n != 1 {
			s.unit += "s"
		}
		ids = append(append(ids, englishNumber(s.n)...), s.unit)
	}
	return ids
}

// englishNumber says a whole number below 10¹²: "one hundred and five", "two thousand".
func englishNumber(n int) []string {
	switch {
	case n < 0:
		return append([]string{"minus"}, englishNumber(-n)...)
	case n < 20:
		return []string{"n" + strconv.Itoa(n)}
	case n < 100:
		ids := []string{"n" + strconv.Itoa(n/10*10)}
		if n%10 != 0 {
			ids = append(ids, "n"+strconv.Itoa(n%10))
		}
		return ids
	case n < 1000:
		ids := append(englishNumber(n/100), "hundred")
		if n%100 != 0 {
			ids = append(append(ids, "and"), englishNumber(n%100)...)
		}
		return ids
	}
	for _, g := range []struct {
		size int
		unit string
	}{{1_000_000_000, "billion"}, {1_000_000, "million"}, {1000, "thousand"}} {
		if n >= g.size {
			ids := append(englishNumber(n/g.size), g.unit)
			rest := n % g.size
			if rest == 0 {
				return ids
			}
			if rest < 100 {
				ids = append(ids, "and")
			}
			return append(ids, englishNumber(rest)...)
		}
	}
	return nil
}
