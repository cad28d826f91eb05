package sipua

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/netip"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Listen is one address to listen on.
type Listen struct {
	Network string         // "udp", "tcp" or "tls"
	Addr    netip.AddrPort // port 0 takes any free one
	TLS     *tls.Config    // for "tls"
}

// Config is what a [Server] is made of. It does not change; what a dealership changes is in [Settings].
type Config struct {
	Listen     []Listen
	ClientTLS  *tls.Config   // for connections to trunks by TLS; nil: the system's authorities
	ExternalIP netip.Addr    // put into Contact and SDP; invalid: the address of the interface a packet leaves by
	Realm      string        // of the digest passwords; empty: "dealerline"
	Media      *media.Engine // opens the legs' sound
	Store      BindingStore  // nil: registrations do not survive a restart
	Calls      Acceptor      // gets inbound legs; nil: all are refused
	Refused    Refusal       // hears of calls that were refused before they had a leg; nil: nobody
	Browsers   Browsers      // zero: none
	Logger     *slog.Logger  // nil: none
	UserAgent  string        // empty: "dealerline"
	// SoundTimeout ends a call whose far side sends no sound for so long; 0: the media engine's default.
	SoundTimeout time.Duration
}

// Acceptor takes inbound legs. Accept must not block; the leg keeps its events until [Leg.Listen].
type Acceptor interface{ Accept(*Leg) }

// Refusal is told of a call of a trunk or a phone that was refused before it had a leg: no channel of the trunk is
// free, no sound can be opened, nothing common to speak in. It must not block. It never hears of a stranger's.
type Refusal func(info line.Info, cause line.Cause)

// BindingStore keeps registrations over a restart. Save replaces what was saved before.
type BindingStore interface {
	Load() ([]Binding, error)
	Save(ctx context.Context, all []Binding) error
}

// Outgoing is what is known of an outgoing call besides the number.
type Outgoing struct {
	From       string            // caller's number to show
	FromName   string            // caller's name to show
	Privacy    bool              // ask the network not to show it (RFC 3323)
	Timeout    time.Duration     // give up ringing after this long; 0: three minutes
	AutoAnswer bool              // ask the phone to answer by itself
	Headers    map[string]string // further headers of the INVITE
}

// Stats are counters since the start, and the present number of legs.
type Stats struct {
	Legs          int    `json:"legs"`
	Inbound       uint64 `json:"inbound"`
	Outbound      uint64 `json:"outbound"`
	Registered    int    `json:"registered"`
	Challenged    uint64 `json:"challenged"`
	WrongPassword uint64 `json:"wrong_password"`
	Refused       uint64 `json:"refused"`      // requests of strangers
	TurnedAway    uint64 `json:"turned_away"`  // calls of trunks and phones that were refused before they had a leg
	Malformed     uint64 `json:"malformed"`    // messages that do not parse, and requests answered 400
	Dropped       uint64 `json:"dropped"`      // packets dropped unread
	OutOfOrder    uint64 `json:"out_of_order"` // requests whose transaction never came
	Sources       int    `json:"sources"`      // addresses that the transport layer remembers
	Faults        uint64 `json:"faults"`       // legs ended by a fault of ours
}
