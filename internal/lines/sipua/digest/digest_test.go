package digest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	icholy "github.com/icholy/digest"

	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
)

const uri = "sip:box"

func answer(t *testing.T, challenges []string, user, password string) digest.Params {
	t.Helper()
	v, err := digest.Answer(challenges, digest.Credentials{Username: user, Password: password}, "", "REGISTER", uri)
	if err != nil {
		t.Fatal(err)
	}
	p, err := digest.Parse(v)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCheck(t *testing.T) {
	c, other := digest.NewChecker("dealer"), digest.NewChecker("dealer")
	both := c.Challenges(false, digest.MD5, digest.SHA256)
	for _, k := range []struct {
		name       string
		challenges []string
		password   string
		known      bool
		change     func(digest.Params)
		want       digest.Verdict
	}{
		{"right, SHA-256 chosen", both, "secret", true, func(p digest.Params) {
			if p["algorithm"] != "SHA-256" {
				t.Errorf("chose %s", p["algorithm"])
			}
		}, digest.Right},
		{"right, MD5 only", both[:1], "secret", true, nil, digest.Stale}, // the same nonce and count again: a replay
		{"right, MD5 fresh", c.Challenges(false, digest.MD5, digest.SHA256)[:1], "secret", true, nil, digest.Right},
		{"wrong password", c.Challenges(false, digest.MD5, digest.SHA256), "guess", true, nil, digest.Wrong},
		{"unknown user", c.Challenges(false, digest.MD5, digest.SHA256), "secret", false, nil, digest.Wrong},
		{"nonce of somebody else", other.Challenges(false, digest.MD5, digest.SHA256), "secret", true, nil, digest.Unknown},
		{"another realm", c.Challenges(false, digest.MD5, digest.SHA256), "secret", true, func(p digest.Params) { p["realm"] = "x" }, digest.Unknown},
		{"unknown algorithm", c.Challenges(false, digest.MD5, digest.SHA256), "secret", true, func(p digest.Params) { p["algorithm"] = "MD4" }, digest.Unknown},
		{"count zero", c.Challenges(false, digest.MD5, digest.SHA256), "secret", true, func(p digest.Params) { p["nc"] = "0" }, digest.Wrong},
		{"no response", c.Challenges(false, digest.MD5, digest.SHA256), "secret", true, func(p digest.Params) { delete(p, "response") }, digest.Wrong},
		{"tampered nonce", c.Challenges(false, digest.MD5, digest.SHA256), "secret", true, func(p digest.Params) { p["nonce"] = "A" + p["nonce"] }, digest.Unknown},
	} {
		t.Run(k.name, func(t *testing.T) {
			p := answer(t, k.challenges, "101", k.password)
			if k.change != nil {
				k.change(p)
			}
			if got := c.Check(p, "secret", k.known, "REGISTER"); got != k.want {
				t.Errorf("got %s, want %s", got, k.want)
			}
		})
	}
}

func TestNonceExpiresAndReplayIsStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := digest.NewChecker("dealer")
		p := answer(t, c.Challenges(false, digest.MD5, digest.SHA256), "101", "secret")
		if got := c.Check(p, "secret", true, "REGISTER"); got != digest.Right {
			t.Fatalf("first use: %s", got)
		}
		if got := c.Check(p, "secret", true, "REGISTER"); got != digest.Stale {
			t.Errorf("replay: %s", got)
		}
		fresh := answer(t, c.Challenges(false, digest.MD5, digest.SHA256), "101", "secret")
		time.Sleep(digest.Lifetime + time.Second)
		if got := c.Check(fresh, "secret", true, "REGISTER"); got != digest.Stale {
			t.Errorf("after %v: %s", digest.Lifetime, got)
		}
		if !digest.IsStale(c.Challenges(true, digest.MD5, digest.SHA256)) || digest.IsStale(c.Challenges(false, digest.MD5, digest.SHA256)) {
			t.Error("stale flag")
		}
	})
}

// The example of RFC 2617 §3.5.
func TestRFC2617Example(t *testing.T) {
	got := digest.Response(digest.MD5, digest.Credentials{Username: "Mufasa", Password: "Circle Of Life"},
		"testrealm@host.com", "GET", "/dir/index.html", digest.Params{
			"nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093", "nc": "00000001", "cnonce": "0a4f113b", "qop": "auth",
		})
	if got != "6629fae49393a05397450978507c4ef1" {
		t.Error(got)
	}
}

// Somebody else's client agrees with us on SHA-256.
func TestPeer(t *testing.T) {
	c := digest.NewChecker("dealer")
	chal, err := icholy.ParseChallenge(c.Challenges(false, digest.MD5, digest.SHA256)[1])
	if err != nil {
		t.Fatal(err)
	}
	cred, err := icholy.Digest(chal, icholy.Options{Method: "INVITE", URI: uri, Username: "101", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := digest.Parse(cred.String())
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Check(p, "secret", true, "INVITE"); got != digest.Right {
		t.Errorf("%s: %s", cred, got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`Digest username="101", realm="a\"b", nonce=abc,uri="sip:x", response="00"`)
	f.Add(`Digest a=,=b,"`)
	f.Fuzz(func(t *testing.T, in string) {
		p, err := digest.Parse(in)
		if err == nil && len(p) > 0 && !strings.Contains(in, "=") {
			t.Fatal("parameters from nothing")
		}
		digest.NewChecker("r").Check(p, "", true, "INVITE")
	})
}
