package callerid_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
)

// closed appends the checksum.
func closed(b ...byte) []byte {
	sum := byte(0)
	for _, v := range b {
		sum += v
	}
	return append(b, -sum)
}

func join(parts ...any) (b []byte) {
	for _, p := range parts {
		switch v := p.(type) {
		case int:
			b = append(b, byte(v))
		case string:
			b = append(b, v...)
		}
	}
	return b
}

func TestDecode(t *testing.T) {
	t.Parallel()
	time := callerid.Message{Month: 6, Day: 1, Hour: 8, Minute: 30}
	with := func(change func(*callerid.Message)) callerid.Message {
		m := time
		change(&m)
		return m
	}
	for name, c := range map[string]struct {
		octets []byte
		want   callerid.Message
		err    error
	}{
		"SDMF": {
			octets: closed(join(0x04, 19, "06010830", "13800138000")...),
			want:   with(func(m *callerid.Message) { m.Number = "13800138000" }),
		},
		"SDMF private": {
			octets: closed(join(0x04, 9, "06010830", "P")...),
			want:   with(func(m *callerid.Message) { m.NumberAbsence = callerid.Private }),
		},
		"MDMF, GBK name, unknown parameter": {
			octets: closed(join(0x80, 32, 1, 8, "06010830", 2, 11, "13800138000", 0x11, 1, 1, 7, 4, "\xd5\xc5\xc8\xfd")...),
			want:   with(func(m *callerid.Message) { m.Number, m.Name = "13800138000", "张三" }),
		},
		"MDMF, UTF-8 name": {
			octets: closed(join(0x80, 18, 2, 8, "88886666", 7, 6, "张三")...),
			want:   callerid.Message{Number: "88886666", Name: "张三"},
		},
		"MDMF, ASCII name with what cannot be shown": {
			octets: closed(join(0x80, 21, 2, 8, "88886666", 7, 9, " WANG\x00LI ")...),
			want:   callerid.Message{Number: "88886666", Name: "WANGLI"},
		},
		"MDMF, a name that is nothing": {
			octets: closed(join(0x80, 15, 2, 8, "88886666", 7, 3, "A\xff\xff")...),
			want:   callerid.Message{Number: "88886666", Name: "A"},
		},
		"MDMF, absent": {
			octets: closed(join(0x80, 6, 4, 1, "O", 8, 1, "P")...),
			want:   callerid.Message{NumberAbsence: callerid.Unavailable, NameAbsence: callerid.Private},
		},
		"spaces and dashes": {
			octets: closed(join(0x80, 14, 2, 12, "021-8888 666")...),
			want:   callerid.Message{Number: "0218888666"},
		},
		"an exchange without a clock": {
			octets: closed(join(0x04, 12, "00000000", "8888")...),
			want:   callerid.Message{Number: "8888"},
		},
		"month 13":             {octets: closed(join(0x04, 12, "13010830", "8888")...), err: callerid.ErrContent},
		"no digit in the time": {octets: closed(join(0x04, 12, "0x010830", "8888")...), err: callerid.ErrContent},
		"another type":         {octets: closed(join(0x06, 4, "8888")...), err: callerid.ErrContent},
		"parameter too long":   {octets: closed(join(0x80, 6, 2, 5, "8888")...), err: callerid.ErrLength},
		"half a parameter":     {octets: closed(join(0x80, 1, 2)...), err: callerid.ErrLength},
		"time too short":       {octets: closed(join(0x80, 4, 1, 2, "06")...), err: callerid.ErrContent},
		"SDMF too short":       {octets: closed(join(0x04, 2, "06")...), err: callerid.ErrLength},
		"length octet":         {octets: closed(join(0x80, 7, 2, 4, "8888")...), err: callerid.ErrLength},
		"nothing":              {err: callerid.ErrLength},
		"checksum":             {octets: join(0x80, 6, 2, 4, "8888", 1), err: callerid.ErrChecksum},
	} {
		got, err := callerid.Decode(c.octets)
		if c.err != nil {
			if !errors.Is(err, c.err) {
				t.Errorf("%s: %v, want %v", name, err, c.err)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]callerid.Message{
		"letters":     {Number: "CALLME"},
		"too long":    {Number: strings.Repeat("1", 33)},
		"month":       {Number: "1", Month: 13},
		"a long name": {Number: "1", Name: strings.Repeat("王", 26)},
	} {
		if b, err := callerid.Encode(m, callerid.MDMF); err == nil {
			t.Errorf("%s: % x", name, b)
		}
	}
}

func TestNamesSurvive(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"王小明", "上海大众4S店", "WANG XIAO", "联通", "Ошибка", "龘", "😀店"} {
		b, err := callerid.Encode(callerid.Message{Number: "1", Name: name}, callerid.MDMF)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := callerid.Decode(b); err != nil || m.Name != name {
			t.Errorf("%s: %q, %v", name, m.Name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(closed(join(0x80, 18, 2, 8, "88886666", 7, 6, "张三")...))
	f.Add(closed(join(0x80, 16, 2, 8, "88886666", 7, 4, "\xd5\xc5\xc8\xfd")...))
	f.Add(closed(join(0x04, 19, "06010830", "13800138000")...))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := callerid.Decode(b)
		if err != nil {
			return
		}
		if strings.Trim(m.Number, "0123456789*#+") != "" || strings.ContainsAny(m.Name, "\x00\r\n\x1b") {
			t.Fatalf("%q, %q", m.Number, m.Name)
		}
		if m.Hour > 23 || m.Minute > 59 || m.Number == "" && b[0] == 0x04 {
			return // read leniently, not written
		}
		again, err := callerid.Encode(m, callerid.MDMF)
		if err != nil {
			if errors.Is(err, callerid.ErrLength) {
				return // a name that is longer in our encoding
			}
			t.Fatalf("%+v: %v", m, err)
		}
		if n, err := callerid.Decode(again); err != nil || n.Number != m.Number || n.Month != m.Month {
			t.Fatalf("%+v became %+v, %v", m, n, err)
		}
	})
}

func TestDTMFKeys(t *testing.T) {
	t.Parallel()
	private, unavailable := callerid.Message{NumberAbsence: callerid.Private}, callerid.Message{NumberAbsence: callerid.Unavailable}
	for keys, want := range map[string]callerid.Message{
		"D13800138000C": {Number: "13800138000"},
		"D13800138000#": {Number: "13800138000"},
		"A02188886666C": {Number: "02188886666"},
		"A02188886666#": {Number: "02188886666"},
		"D13800138000":  {Number: "13800138000"},
		"13800138000":   {Number: "13800138000"},
		"13800138000C":  {Number: "13800138000"},
		"D1C":           {Number: "1"},
		"D2C":           {Number: "2"},
		"B00C":          unavailable,
		"B00":           unavailable,
		"B10C":          private,
		"B10#":          private,
		"D1#":           private,
		"D2#":           unavailable,
		"D3#":           unavailable,
	} {
		if m, ok := callerid.ParseDTMF(keys); !ok || m != want {
			t.Errorf("%s: %+v, %v", keys, m, ok)
		}
	}
	for _, keys := range []string{"", "D", "DC", "A#", "12", "C", "#", "*123", "B", "B20C", "D12A34C", "DD123C", strings.Repeat("1", 40), "D*1C"} {
		if m, ok := callerid.ParseDTMF(keys); ok {
			t.Errorf("%q is %+v", keys, m)
		}
	}
	for _, number := range []string{"13800138000", "110", "1", ""} {
		m, ok := callerid.ParseDTMF(callerid.DTMFKeys(number))
		if !ok || m.Number != number {
			t.Errorf("%q: %+v", number, m)
		}
	}
}

func FuzzParseDTMF(f *testing.F) {
	for _, s := range []string{"D138C", "A1#", "B00C", "D1#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, keys string) {
		m, ok := callerid.ParseDTMF(keys)
		if !ok && m != (callerid.Message{}) {
			t.Fatal(m)
		}
		if ok && m.Number != "" && !bytes.Contains([]byte(keys), []byte(m.Number)) {
			t.Fatal(m)
		}
	})
}
