package sipua

import (
	"bytes"
	"os"
	"testing"

	"github.com/emiago/sipgo/sip"
)

func TestTidyTakesAwayWhatHasNoMeaning(t *testing.T) {
	const start, end = "INVITE sip:a@b SIP/2.0\r\n", "\r\n\r\nbody ; = \r\n x"
	for in, want := range map[string]string{
		"From: <sip:a@b> ;\ttag = 1":                    "From: <sip:a@b>;tag=1",
		"f : \"A \\\" ; = B\"  <sip:a@b; x>; tag=1":     "f: \"A \\\" ; = B\" <sip:a@b; x>;tag=1",
		"From: Mr   A <sip:a@b> ; tag=1":                "From: Mr A <sip:a@b>;tag=1",
		"Via: SIP / 2.0 /UDP\r\n h : 5060 ; branch = x": "Via: SIP/2.0/UDP h:5060;branch=x",
		"v: SIP/2.0/UDP a ,\r\n\t SIP/2.0/TCP b":        "v: SIP/2.0/UDP a,SIP/2.0/TCP b",
		"Subject: a ; b =\r\n  c":                       "Subject: a ; b = c", // its text is its own
		"To: <sip:a@b\r\n ;x>;tag=1":                    "To: <sip:a@b ;x>;tag=1",
		"no header ;\r\nTo: \"open ; ":                  "no header ;\r\nTo: \"open ; ",
	} {
		if got := string(tidy([]byte(start + in + end))); got != start+want+end {
			t.Errorf("%q:\n got %q\nwant %q", in, got, start+want+end)
		}
	}
}

// What needs nothing is not copied: that is nearly every packet.
func TestTidyLeavesTheUsualAlone(t *testing.T) {
	for _, in := range []string{
		"INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\r\nFrom: \"A B\" <sip:a@b>;tag=1\r\n\r\nv=0 ; \r\n x",
		"INVITE sip:a@b SIP/2.0\r\nVia: SIP / 2.0/UDP a", // no end
		"\r\n\r\n", "", " ; ",
	} {
		msg := []byte(in)
		got := tidy(msg)
		if string(got) != in || (len(in) > 0 && &got[0] != &msg[0]) {
			t.Errorf("%q became %q", in, got)
		}
	}
	usual := []byte("INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n\r\n")
	if n := testing.AllocsPerRun(100, func() { tidy(usual) }); n != 0 {
		t.Errorf("%v allocations for a packet that needs nothing", n)
	}
}

func TestStreamsAreNotTidied(t *testing.T) {
	in := []byte("INVITE sip:a@b SIP/2.0\r\nTo: <sip:a@b> ; tag=1\r\n\r\n")
	got, err := filter(sip.TransportReadProps{Transport: "TCP"}, in)
	if err != nil || &got[0] != &in[0] || len(got) != len(in) {
		t.Error(string(got), err)
	}
}

// FuzzTidy holds that tidying never grows a message, never touches its body or start line, and has nothing to do
// the second time that would change what the first has made.
func FuzzTidy(f *testing.F) {
	for _, name := range []string{"wsinv", "inv2543", "quotbal", "trws", "lwsruri"} {
		data, err := os.ReadFile("testdata/torture/" + name + ".dat")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		kept := bytes.Clone(data)
		out := tidy(data)
		if !bytes.Equal(data, kept) {
			t.Fatal("the packet itself was written to")
		}
		if !untidy(kept) {
			if !bytes.Equal(out, kept) {
				t.Fatalf("changed without need: %q", out)
			}
			return
		}
		end := bytes.Index(kept, []byte("\r\n\r\n"))
		if end < 0 {
			return
		}
		if !bytes.HasSuffix(out, kept[end:]) {
			t.Fatalf("the body changed: %q", out)
		}
		first, _, _ := bytes.Cut(kept, []byte("\r\n"))
		if !bytes.HasPrefix(out, first) {
			t.Fatalf("the start line changed: %q", out)
		}
		if again := tidy(out); !bytes.Equal(again, out) {
			t.Fatalf("%q became %q", out, again)
		}
	})
}
