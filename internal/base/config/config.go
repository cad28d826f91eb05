// Package config reads the boot file: where the data lies, which addresses and hardware the box uses. Everything a
// dealership changes while the box runs lies in the store instead.
//
// Reading is strict: every unknown key, wrong type and bad value is reported at once, each with its line.
package config

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Config is the boot file.
type Config struct {
	DataDir   string    `toml:"data_dir"`
	LogLevel  string    `toml:"log_level"`
	SIP       SIP       `toml:"sip"`
	Media     Media     `toml:"media"`
	Local     Local     `toml:"local"`
	Web       Web       `toml:"web"`
	Recording Recording `toml:"recording"`
	DAHDI     DAHDI     `toml:"dahdi"`
	Exchange  Exchange  `toml:"exchange"`
	Shutdown  Shutdown  `toml:"shutdown"`
}

// SIP is where the box speaks SIP.
type SIP struct {
	Listen     []string `toml:"listen"` // "udp://0.0.0.0:5060", "tcp://…", "tls://…"
	TLSCert    string   `toml:"tls_cert"`
	TLSKey     string   `toml:"tls_key"`
	ExternalIP string   `toml:"external_ip"` // behind a NAT: the address the outside sees
	Realm      string   `toml:"realm"`
}

// Media is where the box sends and takes sound.
type Media struct {
	Address string `toml:"address"`
	PortMin uint16 `toml:"port_min"`
	PortMax uint16 `toml:"port_max"`
	Loops   int    `toml:"receive_loops"`
}

// Local is the listener for health and metrics; it must be on a loopback address.
type Local struct {
	Listen string `toml:"listen"`
}

// Web is where the box serves its API and console.
type Web struct {
	Listen string `toml:"listen"` // HTTPS: "0.0.0.0:8443"; empty: not at all
	// Plain is the port without TLS, which has only the certificate of the box's authority and the way to HTTPS; empty: none.
	Plain   string `toml:"plain"`
	TLSCert string `toml:"tls_cert"` // a certificate from elsewhere, instead of the box's own
	TLSKey  string `toml:"tls_key"`
	// SetupCodeFile is a second place for the setup code of a new box, such as what prints its label reads; empty: none.
	SetupCodeFile string `toml:"setup_code_file"`
}

// Recording is where recordings lie.
type Recording struct {
	Dir       string `toml:"dir"`
	MinFreeMB uint64 `toml:"min_free_mb"`
}

// DAHDI is the telephony cards, which the kernel's DAHDI modules drive.
type DAHDI struct {
	// Enabled is "auto" (use them if the kernel has any), "yes" (without them the box does not start) or "no".
	Enabled       string `toml:"enabled"`
	EchoCanceller string `toml:"echo_canceller"` // the kernel's: "mg2", "oslec" …; "none"
	Channels      []int  `toml:"channels"`       // those to use; empty: every port towards an exchange
}

// Exchange is the simulated telephone exchange of demos and tests: eight analog lines, exchange/1 to exchange/8.
type Exchange struct {
	Enabled bool `toml:"enabled"`
}

// Shutdown is how the box stops.
type Shutdown struct {
	GraceSeconds int `toml:"grace_seconds"` // how long calls may go on
}

// Default returns what holds where the file says nothing.
func Default() Config {
	return Config{
		DataDir: "/var/lib/dealerline", LogLevel: "info",
		SIP:       SIP{Listen: []string{"udp://0.0.0.0:5060", "tcp://0.0.0.0:5060"}, Realm: "dealerline"},
		Media:     Media{Address: "0.0.0.0", PortMin: 10000, PortMax: 19999, Loops: 1},
		Local:     Local{Listen: "127.0.0.1:8090"},
		Web:       Web{Listen: "0.0.0.0:8443", Plain: "0.0.0.0:8080"},
		Recording: Recording{MinFreeMB: 512},
		DAHDI:     DAHDI{Enabled: "auto", EchoCanceller: "mg2"},
		Shutdown:  Shutdown{GraceSeconds: 20},
	}
}

// Load reads the boot file. The error, if any, is [Problems].
func Load(path string) (Config, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return Config{}, fmt.Errorf("read boot file: %w", err)
	}
	return Parse(path, data)
}

// SIPListen is one parsed entry of sip.listen.
type SIPListen struct {
	Network string // "udp", "tcp" or "tls"
	Addr    netip.AddrPort
}

// SIPListens returns the parsed sip.listen; the file was checked when it was read.
func (c Config) SIPListens() []SIPListen {
	out := make([]SIPListen, 0, len(c.SIP.Listen))
	for _, s := range c.SIP.Listen {
		if l, err := parseListen(s); err == nil {
			out = append(out, l)
		}
	}
	return out
}

func parseListen(s string) (SIPListen, error) {
	network, rest, ok := strings.Cut(s, "://")
	if !ok || !slices.Contains([]string{"udp", "tcp", "tls"}, network) {
		return SIPListen{}, fmt.Errorf("%q does not begin with udp://, tcp:// or tls://", s)
	}
	addr, err := netip.ParseAddrPort(rest)
	if err != nil {
		return SIPListen{}, fmt.Errorf("%q: not an address and port like 0.0.0.0:5060", rest)
	}
	return SIPListen{network, addr}, nil
}
