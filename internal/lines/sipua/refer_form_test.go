package sipua

import (
	"errors"
	"strings"
	"testing"
)

func TestParseReferTo(t *testing.T) {
	attended := replaces{callID: "a@b", toTag: "x", fromTag: "y"}
	for _, c := range []struct {
		in   string
		want referTo
		err  error
	}{
		{in: "<sip:8002@box>", want: referTo{number: "8002"}},
		{in: "sip:8002@box", want: referTo{number: "8002"}},
		{in: "sip:8002@box;user=phone", want: referTo{number: "8002"}},
		{in: `"Ann <8001>, \"x" <sips:8002@192.0.2.1:5061;transport=tls>`, want: referTo{number: "8002"}},
		{in: "Ann <SIP:8002;phone-context=x@[2001:db8::1]:5060;lr>;x=y", want: referTo{number: "8002"}},
		{in: "<sip:8002:secret@box>", want: referTo{number: "8002"}},
		{in: "<sip:%2A98@box;method=INVITE>", want: referTo{number: "*98"}},
		{in: "<sip:%2331%23139@box>", want: referTo{number: "#31#139"}},
		{in: "<tel:+86-138-0013-8000;isub=1>", want: referTo{number: "+8613800138000"}},
		{in: "tel:(010)6552.9988", want: referTo{number: "01065529988"}},
		{in: "<sip:8002@box?Replaces=a%40b%3Bto-tag%3Dx%3Bfrom-tag%3Dy&Require=replaces>", want: referTo{number: "8002", replaces: attended}},
		{in: "<sip:box?replaces=a%40b%3bfrom-tag%3dy%3bto-tag%3dx>", want: referTo{replaces: attended}},
		{in: "<sip:8002@box?Subject=x&Accept-Contact=y>", want: referTo{number: "8002"}},
		{in: "<http://evil/8002>", err: errReferScheme},
		{in: "<mailto:a@b>", err: errReferScheme},
		{in: "<sip:8002@box;method=BYE>", err: errReferMethod},
		{in: "", err: errReferForm},
		{in: "8002", err: errReferForm},
		{in: "<sip:8002@box", err: errReferForm},
		{in: "<sip:8002@box> x", err: errReferForm},
		{in: `"no end <sip:8002@box>`, err: errReferForm},
		{in: "<sip:@box>", err: errReferForm},
		{in: "<sip:box>", err: errReferForm},
		{in: "<sip:8002@>", err: errReferForm},
		{in: "<sip:80%0d%0a02@box>", err: errReferForm},
		{in: "<sip:80%zz@box>", err: errReferForm},
		{in: "<sip:80 02@box>", err: errReferForm},
		{in: "<sip:" + strings.Repeat("8", 65) + "@box>", err: errReferForm},
		{in: "<tel:>", err: errReferForm},
		{in: "<sip:8002@box?Replaces=a%40b>", err: errReferForm},
		{in: "<sip:8002@box?Replaces=%zz>", err: errReferForm},
		{in: "<sip:8002@box?Replaces=a%3Bto-tag%3Dx%3Bfrom-tag%3Dy&Replaces=a%3Bto-tag%3Dx%3Bfrom-tag%3Dy>", err: errReferForm},
	} {
		got, err := parseReferTo(c.in)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %+v, %v, want %+v, %v", c.in, got, err, c.want, c.err)
		}
	}
}

func TestParseReplaces(t *testing.T) {
	for in, want := range map[string]replaces{
		"98732@sip.example.com ; from-tag=r33th4x0r ;to-tag=ff87ff": {callID: "98732@sip.example.com", toTag: "ff87ff", fromTag: "r33th4x0r"},
		"12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only":    {callID: "12adf2f34456gs5", toTag: "12345", fromTag: "54321", early: true},
		"87134@171.161.34.23;to-tag=24796;from-tag=0":               {callID: "87134@171.161.34.23", toTag: "24796", fromTag: "0"},
		"a;to-tag=1":                        {},
		"a;to-tag=1;to-tag=2;from-tag=1":    {},
		"a;from-tag=1;from-tag=2;to-tag=1":  {},
		";to-tag=1;from-tag=2":              {},
		"a b;to-tag=1;from-tag=2":           {},
		"a\x00b;to-tag=1;from-tag=2":        {},
		"a;to-tag=1;from-tag=2, b;to-tag=1": {}, // two dialogs cannot both be replaced
	} {
		got, err := parseReplaces(in)
		if got != want || (err == nil) != (want != replaces{}) {
			t.Errorf("%s: %+v, %v, want %+v", in, got, err, want)
		}
	}
}

// FuzzReferTo: what is read can be dialled, and a dialog that is named is named wholly.
func FuzzReferTo(f *testing.F) {
	for _, s := range []string{
		"<sip:8002@box>", `"A" <sip:%2A98@[::1]:5060;method=INVITE?Replaces=a%40b%3Bto-tag%3Dx%3Bfrom-tag%3Dy%3Bearly-only&x=y>;p`,
		"tel:+86-138", "sips:a;b@c?d", "<sip:?Replaces=;>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		to, err := parseReferTo(s)
		if err != nil {
			if to != (referTo{}) {
				t.Fatalf("%q: %+v beside %v", s, to, err)
			}
			return
		}
		if !plain(to.number, "#", longestNumber) {
			t.Fatalf("%q: number %q", s, to.number)
		}
		r := to.replaces
		if r.callID == "" && to.number == "" {
			t.Fatalf("%q means nobody", s)
		}
		if r.callID != "" && (r.toTag == "" || r.fromTag == "") {
			t.Fatalf("%q: %+v", s, r)
		}
		if strings.ContainsFunc(r.callID, control) {
			t.Fatalf("%q: Call-ID %q", s, r.callID)
		}
	})
}
