package authority

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

const (
	leafKeyFile  = "server.key"
	leafCertFile = "server.crt"
	// lookEvery is how often names, addresses and files are looked at.
	lookEvery = time.Minute
)

// Config says what to vouch for.
type Config struct {
	// Dir holds the files; keys are readable by the service's user alone.
	Dir string
	// CertFile and KeyFile, if set, are a certificate from elsewhere, to be used instead of the box's own.
	CertFile, KeyFile string
	// Host is the host's name; "" asks the system.
	Host string
	// Addresses lists the host's addresses; nil asks the system.
	Addresses func() ([]net.IP, error)
	Logger    *slog.Logger
}

// Authority holds the certificate that the box serves with.
type Authority struct {
	cfg     Config
	signer  *signer // nil with a certificate from elsewhere
	current atomic.Pointer[tls.Certificate]
	note    atomic.Pointer[string]
}

// Open reads or makes the authority and its leaf. Nothing runs before Run.
func Open(cfg Config) (*Authority, error) {
	if cfg.Host == "" {
		name, err := os.Hostname()
		if err != nil {
			return nil, fmt.Errorf("open authority: %w", err)
		}
		cfg.Host = name
	}
	cfg.Host = strings.ToLower(strings.TrimSuffix(cfg.Host, "."))
	if cfg.Addresses == nil {
		cfg.Addresses = systemAddresses
	}
	a := &Authority{cfg: cfg}
	if cfg.CertFile == "" {
		var err error
		if a.signer, err = openSigner(cfg.Dir, cfg.Host, time.Now()); err != nil {
			return nil, err
		}
	}
	if err := a.look(time.Now()); err != nil {
		return nil, err
	}
	return a, nil
}

// Run keeps the certificate fresh until ctx ends.
func (a *Authority) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := a.look(time.Now()); err != nil {
			text := err.Error()
			if old := a.note.Swap(&text); old == nil || *old != text {
				a.cfg.Logger.Error("renew the certificate", "error", err)
			}
			continue
		}
		a.note.Store(nil)
	}
}

// look puts the right certificate in force.
func (a *Authority) look(now time.Time) error {
	if a.signer == nil {
		return a.readGiven()
	}
	names, ips, err := a.wanted()
	if err != nil {
		return err
	}
	if c := a.current.Load(); c != nil && fresh(c.Leaf, a.signer, names, ips, now) {
		return nil
	}
	certPath, keyPath := filepath.Join(a.cfg.Dir, leafCertFile), filepath.Join(a.cfg.Dir, leafKeyFile)
	if a.current.Load() == nil {
		if c, err := tls.LoadX509KeyPair(certPath, keyPath); err == nil && c.Leaf != nil && fresh(c.Leaf, a.signer, names, ips, now) {
			a.current.Store(a.withChain(c.Leaf, c.PrivateKey))
			return nil
		}
	}
	leaf, key, err := a.signer.issue(names, ips, now)
	if err != nil {
		return err
	}
	a.current.Store(a.withChain(leaf, key))
	a.cfg.Logger.Info("new certificate", "names", names, "addresses", ips, "until", leaf.NotAfter)
	return a.saveLeaf(certPath, keyPath, leaf, key)
}

func (a *Authority) saveLeaf(certPath, keyPath string, leaf *x509.Certificate, key *ecdsa.PrivateKey) error {
	return savePair(certPath, keyPath, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw}), key)
}

func (a *Authority) withChain(leaf *x509.Certificate, key any) *tls.Certificate {
	return &tls.Certificate{Certificate: [][]byte{leaf.Raw, a.signer.cert.Raw}, PrivateKey: key, Leaf: leaf}
}

// readGiven reads the certificate from elsewhere; one that cannot be read leaves the former one in force.
func (a *Authority) readGiven() error {
	c, err := tls.LoadX509KeyPair(a.cfg.CertFile, a.cfg.KeyFile)
	if err != nil {
		return fmt.Errorf("read certificate %s: %w", a.cfg.CertFile, err)
	}
	a.current.Store(&c)
	return nil
}

// fresh reports whether a leaf still serves: signed by this authority, for exactly these names and addresses, and with
// more than a third of its life before it.
func fresh(leaf *x509.Certificate, s *signer, names []string, ips []net.IP, now time.Time) bool {
	renew := leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) * 2 / 3)
	if now.Before(leaf.NotBefore) || !now.Before(renew) || leaf.CheckSignatureFrom(s.cert) != nil {
		return false
	}
	return slices.Equal(leaf.DNSNames, names) && slices.EqualFunc(leaf.IPAddresses, ips, net.IP.Equal)
}

// wanted is what the leaf must be for.
func (a *Authority) wanted() (names []string, ips []net.IP, err error) {
	for _, n := range []string{a.cfg.Host, a.cfg.Host + ".local", "appliance.local", "localhost"} {
		if a.signer.mayName(n) && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	all, err := a.cfg.Addresses()
	if err != nil {
		return nil, nil, fmt.Errorf("list addresses: %w", err)
	}
	for _, ip := range all {
		if a.signer.mayAddress(ip) {
			ips = append(ips, ip)
		}
	}
	slices.SortFunc(ips, func(x, y net.IP) int { return slices.Compare(x.To16(), y.To16()) })
	return names, slices.CompactFunc(ips, net.IP.Equal), nil
}

func systemAddresses() (ips []net.IP, err error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if n, ok := x.(*net.IPNet); ok {
			ips = append(ips, n.IP)
		}
	}
	return ips, nil
}

// TLS is the configuration of a server with the box's certificate.
func (a *Authority) TLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if c := a.current.Load(); c != nil {
				return c, nil
			}
			return nil, errors.New("there is no certificate")
		},
	}
}

// Certificate is the authority's certificate as PEM, for PCs to install; nil with a certificate from elsewhere.
func (a *Authority) Certificate() []byte {
	if a.signer == nil {
		return nil
	}
	return a.signer.pem
}

// DER is the same for Windows and phones, which know it by the ending .crt.
func (a *Authority) DER() []byte {
	if a.signer == nil {
		return nil
	}
	return a.signer.cert.Raw
}

// Fingerprint is the SHA-256 of the authority's certificate, by which a person can compare it: "AB:CD:…".
func (a *Authority) Fingerprint() string {
	if a.signer == nil {
		return ""
	}
	sum := sha256.Sum256(a.signer.cert.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = strings.ToUpper(hex.EncodeToString([]byte{b}))
	}
	return strings.Join(pairs, ":")
}

// State is the certificate in force, for the health page.
type State struct {
	Until       time.Time `json:"until"`
	Names       []string  `json:"names"`
	Own         bool      `json:"own"`            // of the box's authority
	Note        string    `json:"note,omitempty"` // what is wrong
	Fingerprint string    `json:"fingerprint,omitempty"`
}

// State says which certificate is in force and whether anything is wrong with it.
func (a *Authority) State() State {
	s := State{Own: a.signer != nil, Fingerprint: a.Fingerprint()}
	if c := a.current.Load(); c != nil && c.Leaf != nil {
		s.Until, s.Names = c.Leaf.NotAfter, c.Leaf.DNSNames
		if time.Now().After(c.Leaf.NotAfter) {
			s.Note = "the certificate has expired"
		}
	}
	if n := a.note.Load(); n != nil {
		s.Note = *n
	}
	return s
}
