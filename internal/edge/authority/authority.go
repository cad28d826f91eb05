package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

const (
	authorityLife = 10 * 365 * 24 * time.Hour
	// leafLife is what browsers accept at most of a leaf, less a day for clocks that are wrong (CA/Browser Forum Baseline
	// Requirements §6.3.2, 398 days; Apple counts 397).
	leafLife = 396 * 24 * time.Hour
	// backdated covers PCs whose clocks are behind.
	backdated  = 24 * time.Hour
	signerFile = "authority.key"
	certFile   = "authority.crt"
)

// privateRanges are the addresses that the authority may vouch for: private (RFC 1918), loopback, link-local (RFC 3927,
// RFC 4291), unique local (RFC 4193).
var privateRanges = []string{ //nolint:gochecknoglobals // a constant table
	"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10",
}

// signer is the authority's certificate with its key.
type signer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

// openSigner reads the authority's files, or makes them when neither is there.
func openSigner(dir, host string, now time.Time) (*signer, error) {
	certPEM, certErr := os.ReadFile(filepath.Join(dir, certFile))
	keyPEM, keyErr := os.ReadFile(filepath.Join(dir, signerFile))
	if errors.Is(certErr, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist) {
		return makeSigner(dir, host, now)
	}
	if err := errors.Join(certErr, keyErr); err != nil {
		return nil, damaged(dir, err)
	}
	cert, err := parseCert(certPEM)
	if err != nil {
		return nil, damaged(dir, err)
	}
	key, err := parseKey(keyPEM)
	if err != nil {
		return nil, damaged(dir, err)
	}
	if !key.PublicKey.Equal(cert.PublicKey) || !cert.IsCA {
		return nil, damaged(dir, errors.New("key and certificate do not belong together"))
	}
	return &signer{cert, key, certPEM}, nil
}

// damaged says what a person has to decide: a new authority means a visit to every PC.
func damaged(dir string, err error) error {
	return fault.New(fault.Unavailable, "authority.damaged",
		"read the box's authority in %s: %w (restore %s and %s from a backup; or remove both, and install the new authority on every PC)",
		dir, err, certFile, signerFile)
}

func makeSigner(dir, host string, now time.Time) (*signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	tag := sha256.Sum256(serial.Bytes())
	tmpl := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Organization: []string{"Dealerline"}, CommonName: "Dealerline " + host + " " + hex.EncodeToString(tag[:3])},
		NotBefore:    now.Add(-backdated), NotAfter: now.Add(authorityLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         permittedNames(host),
		// The constraints above know names and addresses of servers; for other purposes it may vouch for nobody.
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, r := range privateRanges {
		_, n, err := net.ParseCIDR(r)
		if err != nil {
			return nil, fmt.Errorf("make authority: %w", err)
		}
		tmpl.PermittedIPRanges = append(tmpl.PermittedIPRanges, n)
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	s := &signer{cert, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	return s, savePair(filepath.Join(dir, certFile), filepath.Join(dir, signerFile), s.pem, key)
}

// permittedNames are the domains that the authority may vouch for, each with what lies below it.
func permittedNames(host string) []string {
	names := []string{"local", "localhost"}
	if host != "" && !strings.HasSuffix(host, ".local") && host != "localhost" {
		names = append(names, host)
	}
	return names
}

// may reports whether the authority may vouch for a name.
func (s *signer) mayName(name string) bool {
	for _, d := range s.cert.PermittedDNSDomains {
		if name == d || strings.HasSuffix(name, "."+d) {
			return true
		}
	}
	return false
}

func (s *signer) mayAddress(ip net.IP) bool {
	for _, n := range s.cert.PermittedIPRanges {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// issue signs a leaf for those of the names and addresses that the authority may vouch for.
func (s *signer) issue(names []string, ips []net.IP, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make certificate: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, nil, err
	}
	end := now.Add(leafLife)
	if end.After(s.cert.NotAfter) {
		end = s.cert.NotAfter
	}
	tmpl := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{Organization: []string{"Dealerline"}, CommonName: names[0]},
		NotBefore: now.Add(-backdated), NotAfter: end,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, DNSNames: names, IPAddresses: ips,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, s.cert, key.Public(), s.key)
	if err != nil {
		return nil, nil, fmt.Errorf("make certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, fmt.Errorf("make certificate: %w", err)
	}
	return cert, key, nil
}

// newSerial is 127 random bits: positive, and not to be foreseen.
func newSerial() (*big.Int, error) {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("make serial number: %w", err)
	}
	return n.Add(n, big.NewInt(1)), nil
}
