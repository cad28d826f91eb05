package authority

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/test/peer"
)

// lan is the addresses of a host in a dealership, one of them public.
func lan() ([]net.IP, error) {
	return []net.IP{net.ParseIP("192.168.1.20"), net.ParseIP("203.0.113.9"), net.ParseIP("127.0.0.1"), net.ParseIP("fe80::1"), net.ParseIP("192.168.1.20")}, nil
}

func openIn(t *testing.T, dir string, addresses func() ([]net.IP, error)) *Authority {
	t.Helper()
	a, err := Open(Config{Dir: dir, Host: "Box-7.", Addresses: addresses, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *Authority) leaf(t *testing.T) *x509.Certificate {
	t.Helper()
	c, err := a.TLS().GetCertificate(&tls.ClientHelloInfo{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf
}

func TestTheLeafIsForTheHostAndItsPrivateAddresses(t *testing.T) {
	a := openIn(t, t.TempDir(), lan)
	leaf := a.leaf(t)
	if want := []string{"box-7", "box-7.local", "appliance.local", "localhost"}; !slices.Equal(leaf.DNSNames, want) {
		t.Errorf("names %v, want %v", leaf.DNSNames, want)
	}
	if len(leaf.IPAddresses) != 3 {
		t.Errorf("addresses %v: the public one must not be there, nor one twice", leaf.IPAddresses)
	}
	if life := leaf.NotAfter.Sub(leaf.NotBefore); life > 397*24*time.Hour {
		t.Errorf("lives %s", life)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.Certificate())
	for _, name := range []string{"box-7", "appliance.local", "192.168.1.20", "127.0.0.1", "fe80::1"} {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheAuthorityMayNotVouchForTheInternet(t *testing.T) {
	a := openIn(t, t.TempDir(), lan)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.Certificate())
	for _, c := range []struct {
		names []string
		ips   []net.IP
	}{
		{names: []string{"example.com"}},
		{names: []string{"box-7.example.com"}},
		{names: []string{"evil.box"}},
		{names: []string{"box-7"}, ips: []net.IP{net.ParseIP("203.0.113.9")}},
		{names: []string{"box-7"}, ips: []net.IP{net.ParseIP("2001:db8::1")}},
	} {
		leaf, _, err := a.signer.issue(c.names, c.ips, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots}); err == nil {
			t.Errorf("%v %v: is trusted", c.names, c.ips)
		}
	}
}

// OpenSSL judges as browsers do, written by others.
func TestOpenSSLAgrees(t *testing.T) {
	openssl := peer.Need(t, "openssl")
	dir := t.TempDir()
	a := openIn(t, dir, lan)
	verify := func(name string, leaf *x509.Certificate) (string, error) {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), openssl, "verify", "-x509_strict", "-purpose", "sslserver",
			"-CAfile", filepath.Join(dir, certFile), file).CombinedOutput()
		return string(out), err
	}
	if out, err := verify("good.crt", a.leaf(t)); err != nil {
		t.Errorf("the leaf is refused: %s", out)
	}
	evil, _, err := a.signer.issue([]string{"example.com"}, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if out, err := verify("evil.crt", evil); err == nil || !strings.Contains(out, "permitted subtree violation") {
		t.Errorf("a certificate for example.com: %v %s", err, out)
	}
}

func TestTheLeafIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		addresses, _ := lan()
		a := openIn(t, dir, func() ([]net.IP, error) { return addresses, nil })
		first := a.leaf(t)
		look := func() *x509.Certificate {
			t.Helper()
			if err := a.look(time.Now()); err != nil {
				t.Fatal(err)
			}
			return a.leaf(t)
		}
		if !look().Equal(first) || !openIn(t, dir, lan).leaf(t).Equal(first) {
			t.Error("renewed without a reason")
		}
		addresses = append(addresses, net.ParseIP("10.0.0.5"))
		second := look()
		if second.Equal(first) || second.VerifyHostname("10.0.0.5") != nil {
			t.Error("not renewed for a new address")
		}
		time.Sleep(leafLife*2/3 - 48*time.Hour)
		if !look().Equal(second) {
			t.Error("renewed before two thirds of its life")
		}
		time.Sleep(72 * time.Hour)
		if look().Equal(second) {
			t.Error("not renewed after two thirds of its life")
		}
		if s := a.State(); !s.Own || s.Note != "" || s.Fingerprint == "" {
			t.Errorf("%+v", s)
		}
	})
}

func TestDamagedFiles(t *testing.T) {
	for _, c := range []struct {
		name, file string
		damage     func(path string) error
		repaired   bool
	}{
		{"leaf cut off", leafCertFile, func(p string) error { return os.Truncate(p, 30) }, true},
		{"leaf missing", leafCertFile, os.Remove, true},
		{"leaf's key missing", leafKeyFile, os.Remove, true},
		{"leaf's key garbage", leafKeyFile, func(p string) error { return os.WriteFile(p, []byte("x"), 0o600) }, true},
		{"authority cut off", certFile, func(p string) error { return os.Truncate(p, 30) }, false},
		{"authority missing", certFile, os.Remove, false},
		{"authority's key missing", signerFile, os.Remove, false},
		{"authority's key garbage", signerFile, func(p string) error { return os.WriteFile(p, []byte("x"), 0o600) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			before := openIn(t, dir, lan)
			for _, key := range []string{signerFile, leafKeyFile} {
				if st, err := os.Stat(filepath.Join(dir, key)); err != nil || st.Mode().Perm() != 0o600 {
					t.Errorf("%s: %v %v", key, st.Mode(), err)
				}
			}
			if err := c.damage(filepath.Join(dir, c.file)); err != nil {
				t.Fatal(err)
			}
			after, err := Open(Config{Dir: dir, Host: "box-7", Addresses: lan, Logger: slog.New(slog.DiscardHandler)})
			if !c.repaired {
				if fault.KeyOf(err) != "authority.damaged" {
					t.Errorf("got %v, want a clear error", err)
				}
				return
			}
			if err != nil || after.Fingerprint() != before.Fingerprint() || after.leaf(t).Equal(before.leaf(t)) {
				t.Errorf("not repaired by a new leaf of the same authority: %v", err)
			}
		})
	}
}

func TestACertificateFromElsewhere(t *testing.T) {
	dir := t.TempDir()
	openIn(t, dir, lan)
	cfg := Config{
		Dir: t.TempDir(), Host: "box-7", Logger: slog.New(slog.DiscardHandler),
		CertFile: filepath.Join(dir, leafCertFile), KeyFile: filepath.Join(dir, leafKeyFile),
	}
	a, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if a.Certificate() != nil || a.State().Own || a.leaf(t) == nil {
		t.Error("it is not the one in use")
	}
	cfg.KeyFile = filepath.Join(dir, "none")
	if _, err := Open(cfg); err == nil {
		t.Error("a missing key was taken")
	}
}
