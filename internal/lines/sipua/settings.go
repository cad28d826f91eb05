package sipua

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
)

// Settings is what a dealership changes about SIP.
type Settings struct {
	Extensions []Extension `json:"extensions"`
	Trunks     []Trunk     `json:"trunks"`
}

// Extension is one phone number of the house.
type Extension struct {
	Number      string `json:"number"`
	Name        string `json:"name,omitempty"`
	Password    string `json:"password"`
	MaxContacts int    `json:"max_contacts,omitempty"` // phones registered at once; 0 means 3
	// Digest is how the phone proves its password: "md5" (also when empty), which every phone knows; "sha256"; or
	// "both", for phones that choose the stronger one (RFC 8760).
	Digest string `json:"digest,omitempty"`
}

// algorithms are what a challenge to the extension's phones offers.
func (e Extension) algorithms() []digest.Algorithm {
	switch e.Digest {
	case DigestSHA256:
		return []digest.Algorithm{digest.SHA256}
	case DigestBoth:
		return []digest.Algorithm{digest.MD5, digest.SHA256}
	default:
		return []digest.Algorithm{digest.MD5}
	}
}

// The values of [Extension.Digest].
const (
	DigestMD5    = "md5"
	DigestSHA256 = "sha256"
	DigestBoth   = "both"
)

// Caller ID rules of a trunk: what an outgoing call shows.
const (
	CallerIDPass  = "pass"  // the number given with the call
	CallerIDFixed = "fixed" // always the trunk's caller_number
	CallerIDName  = "user"  // the trunk's from_user or username: for carriers that set the number themselves
)

// NumberRule rewrites a number: Strip is removed from its front if there, then Add is put before it.
type NumberRule struct {
	Strip string `json:"strip,omitempty"`
	Add   string `json:"add,omitempty"`
}

// Apply rewrites one number.
func (r NumberRule) Apply(number string) string { return r.Add + strings.TrimPrefix(number, r.Strip) }

// Trunk is one connection to the public network. With Register the box logs on to the carrier; without, the
// carrier knows our address and we know its (Sources).
type Trunk struct {
	Name         string `json:"name"`
	Register     bool   `json:"register,omitempty"`
	Host         string `json:"host"`
	Port         uint16 `json:"port,omitempty"`      // 0: 5060, for tls 5061
	Transport    string `json:"transport,omitempty"` // "udp" (default), "tcp", "tls"
	Username     string `json:"username,omitempty"`
	AuthName     string `json:"auth_name,omitempty"` // if it differs from username
	Password     string `json:"password,omitempty"`
	Realm        string `json:"realm,omitempty"` // answer only challenges for this realm; empty: any
	FromUser     string `json:"from_user,omitempty"`
	FromDomain   string `json:"from_domain,omitempty"` // empty: host
	CallerID     string `json:"caller_id,omitempty"`   // empty: "pass"
	CallerNumber string `json:"caller_number,omitempty"`
	TrustCaller  bool   `json:"trust_caller,omitempty"` // believe P-Asserted-Identity
	// Sources are the addresses its calls come from: "192.0.2.0/24", "192.0.2.1" or "192.0.2.1:5060". Its own
	// host and port always count.
	Sources         []string   `json:"sources,omitempty"`
	Capacity        int        `json:"capacity,omitempty"` // calls at once; 0: no limit
	Priority        int        `json:"priority,omitempty"` // lower is tried first
	ExpiresSeconds  int        `json:"expires_seconds,omitempty"`
	OptionsSeconds  int        `json:"options_seconds,omitempty"` // time between keep-alive OPTIONS; 0: none
	OutboundNumbers NumberRule `json:"outbound_numbers,omitzero"`
	InboundNumbers  NumberRule `json:"inbound_numbers,omitzero"`
	CallerNumbers   NumberRule `json:"caller_numbers,omitzero"` // of callers on inbound calls
	// Messages: it also carries SMS, as SIP messages (RFC 3428).
	Messages bool `json:"messages,omitempty"`
}

func invalid(field, format string, args ...any) error {
	return fault.New(fault.Invalid, "sip.settings.invalid", "%s: %w", field, fmt.Errorf(format, args...))
}

// userChars are allowed in numbers and user names: the unreserved and user-unreserved characters of RFC 3261
// §25.1 that need no escape anywhere.
const userChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_.*~"

func plain(s, extra string, most int) bool {
	return len(s) <= most && strings.Trim(s, userChars+extra) == ""
}

// Validate reports the first thing wrong, naming the field; the error's code is fault.Invalid.
func (e Extension) Validate() error {
	switch {
	case e.Number == "" || !plain(e.Number, "", 32):
		return invalid("number", "%q is not a number", e.Number)
	case len(e.Password) < 6:
		return invalid("password", "of extension %s has fewer than 6 characters", e.Number)
	case e.Password == e.Number || len(e.Password) > 128 || strings.ContainsFunc(e.Password, control):
		return invalid("password", "of extension %s is not usable", e.Number)
	case e.MaxContacts < 0 || e.MaxContacts > 20:
		return invalid("max_contacts", "%d is not from 0 to 20", e.MaxContacts)
	case !slices.Contains([]string{"", DigestMD5, DigestSHA256, DigestBoth}, e.Digest):
		return invalid("digest", "%q is not md5, sha256 or both", e.Digest)
	case len(e.Name) > 64 || strings.ContainsFunc(e.Name, control):
		return invalid("name", "of extension %s is not usable", e.Number)
	}
	return nil
}

func control(r rune) bool { return r < ' ' || r == 0x7f }

func (e Extension) maxContacts() int {
	if e.MaxContacts == 0 {
		return 3
	}
	return e.MaxContacts
}

// Validate reports the first thing wrong, naming the field; the error's code is fault.Invalid.
func (t Trunk) Validate() error {
	switch {
	case t.Name == "" || !plain(t.Name, " ", 32):
		return invalid("name", "%q is not a name", t.Name)
	case t.Host == "" || !plain(t.Host, ":[]", 253):
		return invalid("host", "%q is not a host", t.Host)
	case !slices.Contains([]string{"", "udp", "tcp", "tls"}, t.Transport):
		return invalid("transport", "%q is not udp, tcp or tls", t.Transport)
	case t.Register && t.Username == "":
		return invalid("username", "is needed to register")
	case !plain(t.Username, "@", 128) || !plain(t.AuthName, "@", 128) || !plain(t.FromUser, "", 64):
		return invalid("username", "has characters that cannot be in an address")
	case t.FromDomain != "" && !plain(t.FromDomain, ":[]", 253):
		return invalid("from_domain", "%q is not a domain", t.FromDomain)
	case strings.ContainsFunc(t.Password+t.Realm, control):
		return invalid("password", "has control characters")
	case !slices.Contains([]string{"", CallerIDPass, CallerIDFixed, CallerIDName}, t.CallerID):
		return invalid("caller_id", "%q is not pass, fixed or user", t.CallerID)
	case t.CallerID == CallerIDFixed && (t.CallerNumber == "" || !plain(t.CallerNumber, "", 32)):
		return invalid("caller_number", "%q is not a number", t.CallerNumber)
	case t.Capacity < 0:
		return invalid("capacity", "%d is negative", t.Capacity)
	case t.ExpiresSeconds != 0 && (t.ExpiresSeconds < 30 || t.ExpiresSeconds > 86400):
		return invalid("expires_seconds", "%d is not from 30 to 86400", t.ExpiresSeconds)
	case t.OptionsSeconds != 0 && (t.OptionsSeconds < 5 || t.OptionsSeconds > 3600):
		return invalid("options_seconds", "%d is not from 5 to 3600", t.OptionsSeconds)
	}
	for i, r := range []NumberRule{t.OutboundNumbers, t.InboundNumbers, t.CallerNumbers} {
		if !plain(r.Strip+r.Add, "#", 64) {
			return invalid([]string{"outbound_numbers", "inbound_numbers", "caller_numbers"}[i], "is no number rule")
		}
	}
	for i, s := range t.Sources {
		if _, err := parseSource(s); err != nil {
			return invalid(fmt.Sprintf("sources[%d]", i), "%w", err)
		}
	}
	return nil
}

func (t Trunk) transport() string {
	if t.Transport == "" {
		return "udp"
	}
	return t.Transport
}

func (t Trunk) port() uint16 {
	switch {
	case t.Port != 0:
		return t.Port
	case t.Transport == "tls":
		return 5061
	}
	return 5060
}

func (t Trunk) expires() time.Duration {
	if t.ExpiresSeconds == 0 {
		return 10 * time.Minute
	}
	return time.Duration(t.ExpiresSeconds) * time.Second
}

// domain is the host part of the addresses that we use with this carrier.
func (t Trunk) domain() string {
	if t.FromDomain != "" {
		return t.FromDomain
	}
	return t.Host
}

// source is where a trunk's requests may come from: a network, with one port if port is not 0.
type source struct {
	net  netip.Prefix
	port uint16
}

func parseSource(s string) (source, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return source{net: p.Masked()}, nil
	}
	if ip, err := netip.ParseAddr(s); err == nil {
		return source{net: netip.PrefixFrom(ip, ip.BitLen())}, nil
	}
	ap, err := netip.ParseAddrPort(s)
	if err != nil {
		return source{}, fmt.Errorf("%q is neither an address nor a network", s)
	}
	return source{net: netip.PrefixFrom(ap.Addr(), ap.Addr().BitLen()), port: ap.Port()}, nil
}

// Validate checks every entry and that numbers and names are unique.
func (s Settings) Validate() error {
	seen := make(map[string]bool)
	for i, e := range s.Extensions {
		if err := e.Validate(); err != nil {
			return fault.New(fault.Invalid, fault.KeyOf(err), "extensions[%d].%w", i, err)
		}
		if seen[e.Number] {
			return invalid(fmt.Sprintf("extensions[%d].number", i), "%s is there twice", e.Number)
		}
		seen[e.Number] = true
	}
	names := make(map[string]bool)
	for i, t := range s.Trunks {
		if err := t.Validate(); err != nil {
			return fault.New(fault.Invalid, fault.KeyOf(err), "trunks[%d].%w", i, err)
		}
		if names[t.Name] {
			return invalid(fmt.Sprintf("trunks[%d].name", i), "%s is there twice", t.Name)
		}
		names[t.Name] = true
	}
	return nil
}

// hostPort joins a host, which may be a bare IPv6 address, and a port.
func hostPort(host string, port uint16) string {
	return net.JoinHostPort(strings.Trim(host, "[]"), fmt.Sprint(port))
}
