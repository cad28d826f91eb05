package softphone

import (
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/lines/sipua/front"
)

// Path is where the WebSocket is, on the console's origin.
const Path = "/sip"

// How often one person may connect: a page that is loaded again and again, and a network that comes and goes.
const (
	attempts = 20
	within   = time.Minute
)

// Config is what a [Door] asks.
type Config struct {
	Accounts *account.Accounts
	// Extension is the phone of a user, "" for none.
	Extension func(account.User) string
}

// Door lets agents' browsers in. It is an [http.Handler] for [Path], and Front is what the SIP side listens on.
type Door struct {
	cfg   Config
	Front *front.Handler

	mu    sync.Mutex
	tries map[string][]time.Time // by user
}

// New makes a door for clients that reach the box at addr. Accounts may be set later by [Door.Open], for the lines are
// built before the accounts.
func New(addr net.Addr) *Door {
	d := &Door{tries: make(map[string][]time.Time)}
	d.Front = front.New(addr, d.admit)
	return d
}

// Open says who is let in. It is called once, before the door serves; until then it refuses everybody.
func (d *Door) Open(c Config) { d.cfg = c }

// ServeHTTP answers one handshake.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.cfg.Accounts == nil {
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	d.cfg.Accounts.Load(d.Front).ServeHTTP(w, r)
}

// admit says whose connection it is, or the status that refuses it.
func (d *Door) admit(r *http.Request) (front.Guest, int) {
	u, session, err := d.cfg.Accounts.Current(r.Context())
	switch {
	case err != nil:
		return front.Guest{}, http.StatusUnauthorized
	case u.MustChange || !u.Role.Grants(account.AgentsSelf):
		return front.Guest{}, http.StatusForbidden
	case !d.may(u.ID, time.Now()):
		return front.Guest{}, http.StatusTooManyRequests
	}
	phone := d.cfg.Extension(u)
	if phone == "" {
		return front.Guest{}, http.StatusForbidden
	}
	return front.Guest{Name: u.ID, Phone: phone, Alive: func() bool {
		list, err := d.cfg.Accounts.Sessions(u.ID)
		return err != nil || slices.ContainsFunc(list, func(s account.Session) bool { return s.ID == session })
	}}, 0
}

// may counts an attempt.
func (d *Door) may(user string, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := slices.DeleteFunc(d.tries[user], func(t time.Time) bool { return now.Sub(t) >= within })
	ok := len(list) < attempts
	if ok {
		list = append(list, now)
	}
	d.tries[user] = list
	return ok
}
