package guard

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// The limits; see the package's table.
const (
	window        = 10 * time.Minute
	publicLimit   = 10
	publicBan     = 15 * time.Minute
	lanLimit      = 50
	lanBan        = 2 * time.Minute
	lanEvery      = time.Second
	userLimit     = 30
	userBan       = 5 * time.Minute
	maxTracked    = 20000
	sourcePrefix  = "source/"
	userPrefix    = "user/"
	ipv6PrefixLen = 64 // one subscriber has at least a /64 to himself (RFC 6177)
)

// Kind says what a ban does.
type Kind string

// The kinds of ban.
const (
	Dropped   Kind = "dropped"   // everything from the source is dropped
	Throttled Kind = "throttled" // one attempt a second is let through
	Locked    Kind = "locked"    // the user's password is refused from strange addresses
)

// Ban is one entry of the list shown to people.
type Ban struct {
	ID       string    `json:"id"` // for Unban
	Kind     Kind      `json:"kind"`
	Source   string    `json:"source,omitempty"` // address, empty for a user
	User     string    `json:"user,omitempty"`
	Failures int       `json:"failures"`
	Dropped  uint64    `json:"dropped"` // packets not listened to since
	Since    time.Time `json:"since"`
	Until    time.Time `json:"until"`
}

// Guard holds the counts. Safe from any goroutine.
type Guard struct {
	mu      sync.Mutex
	tracks  map[string]*track
	buckets map[string]*bucket
	all     bucket
	dropped uint64
}

type track struct {
	first, last  time.Time // of the failures in the window
	failures     int
	since, until time.Time // of the ban
	dropped      uint64
	passed       time.Time // last one let through a throttle
	kind         Kind
}

// New makes an empty guard.
func New() *Guard {
	return &Guard{tracks: make(map[string]*track), buckets: make(map[string]*bucket)}
}

// Local reports whether an address is the machine's own or from a private network, where a mistake is likelier
// than an attack.
func Local(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
}

func sourceKey(ip netip.Addr) string {
	ip = ip.Unmap()
	if ip.Is6() && !Local(ip) {
		if p, err := ip.Prefix(ipv6PrefixLen); err == nil {
			return sourcePrefix + p.String()
		}
	}
	return sourcePrefix + ip.String()
}

// Failed counts one failure from ip, in the name of user ("" for none), and returns the bans that begin with it.
func (g *Guard) Failed(ip netip.Addr, user string) []Ban {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	limit, length, kind := publicLimit, publicBan, Dropped
	if Local(ip) {
		limit, length, kind = lanLimit, lanBan, Throttled
	}
	var out []Ban
	if b, began := g.count(sourceKey(ip), now, limit, length, kind); began {
		out = append(out, b)
	}
	if user != "" {
		if b, began := g.count(userPrefix+user, now, userLimit, userBan, Locked); began {
			out = append(out, b)
		}
	}
	return out
}

func (g *Guard) count(key string, now time.Time, limit int, length time.Duration, kind Kind) (Ban, bool) {
	t := g.tracks[key]
	if t == nil {
		g.shrink()
		t = &track{first: now}
		g.tracks[key] = t
	}
	banned := now.Before(t.until)
	if !banned && (now.Sub(t.first) > window || !t.until.IsZero()) {
		*t = track{first: now}
	}
	t.failures++
	t.last = now
	if t.failures < limit {
		return Ban{}, false
	}
	t.kind, t.until = kind, now.Add(length) // going on prolongs it
	if !banned {
		t.since = now
	}
	return ban(key, t), !banned
}

// shrink forgets the older half when there are too many; bans are kept as long as there is room without them.
func (g *Guard) shrink() {
	if len(g.tracks) < maxTracked {
		return
	}
	keys := make([]string, 0, len(g.tracks))
	for k := range g.tracks {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		x, y := g.tracks[a], g.tracks[b]
		if c := x.until.Compare(y.until); c != 0 {
			return c
		}
		return x.last.Compare(y.last)
	})
	for _, k := range keys[:len(keys)/2] {
		delete(g.tracks, k)
	}
}

// Admit reports whether a packet from ip may be read at all; costly says that it asks for a password check.
func (g *Guard) Admit(ip netip.Addr, costly bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.tracks) == 0 {
		return true
	}
	t := g.tracks[sourceKey(ip)]
	if t == nil {
		return true
	}
	now := time.Now()
	if !now.Before(t.until) {
		return true
	}
	if t.kind == Throttled && (!costly || now.Sub(t.passed) >= lanEvery) {
		if costly {
			t.passed = now
		}
		return true
	}
	t.dropped++
	g.dropped++
	return false
}

// Locked reports whether passwords for a user are refused at present from addresses where it is not registered.
func (g *Guard) Locked(user string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.tracks[userPrefix+user]
	return t != nil && time.Now().Before(t.until)
}

// Succeeded forgets the failures of an address that has shown the right password.
func (g *Guard) Succeeded(ip netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.tracks, sourceKey(ip))
}

// Bans lists what is in force, oldest first.
func (g *Guard) Bans() []Ban {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	out := []Ban{}
	for k, t := range g.tracks {
		if now.Before(t.until) {
			out = append(out, ban(k, t))
		}
	}
	slices.SortFunc(out, func(a, b Ban) int {
		if c := a.Since.Compare(b.Since); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

// Unban lifts a ban by its ID. Without such a ban it returns fault.NotFound.
func (g *Guard) Unban(id string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.tracks[id]
	if t == nil || !time.Now().Before(t.until) {
		return fault.New(fault.NotFound, "sip.ban.unknown", "lift ban %q: no such ban", id)
	}
	delete(g.tracks, id)
	return nil
}

// Dropped is the number of packets not listened to since the start.
func (g *Guard) Dropped() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dropped
}

func ban(key string, t *track) Ban {
	b := Ban{ID: key, Kind: t.kind, Failures: t.failures, Dropped: t.dropped, Since: t.since, Until: t.until}
	if user, ok := strings.CutPrefix(key, userPrefix); ok {
		b.User = user
	} else {
		b.Source = strings.TrimPrefix(key, sourcePrefix)
	}
	return b
}
