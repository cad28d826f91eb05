package sipua

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
)

func (t *trunk) credentials() digest.Credentials {
	name := t.cfg.AuthName
	if name == "" {
		name = t.cfg.Username
	}
	return digest.Credentials{Username: name, Password: t.cfg.Password}
}

// register sends one REGISTER, with credentials when asked for them, and returns when the next is due.
func (t *trunk) register(ctx context.Context, life time.Duration) (time.Duration, bool) {
	began := time.Now()
	var auth sip.Header
	for range 3 {
		req := t.registration(life, auth)
		res, err := t.s.ask(ctx, req, trunkAnswer)
		switch {
		case err != nil:
			t.set(TrunkDown, "no answer to REGISTER", 0)
			return 0, false
		case res.StatusCode == 200:
			granted := granted(res, life)
			t.mu.Lock()
			t.status.Expires = time.Now().Add(granted)
			t.mu.Unlock()
			t.set(TrunkUp, "", time.Since(began))
			return refreshAfter(granted), true
		case res.StatusCode == 423:
			least, _ := seconds(header(res, "Min-Expires"))
			if least <= life || least > 24*time.Hour {
				t.set(TrunkRejected, reply(res), 0)
				return 0, false
			}
			life = least
		case res.StatusCode == 401 || res.StatusCode == 407:
			again := auth != nil && !digest.IsStale(challenges(res))
			if h, err := authorization(res, t.credentials(), t.cfg.Realm, "REGISTER", req.Recipient.String()); err == nil && !again {
				auth = h
				continue
			}
			t.set(TrunkRejected, reply(res), 0)
			return longestPause, false
		default:
			state := TrunkDown
			if res.StatusCode < 500 {
				state = TrunkRejected
			}
			t.set(state, reply(res), 0)
			wait, _ := seconds(header(res, "Retry-After"))
			return min(wait, time.Hour), false
		}
	}
	t.set(TrunkRejected, "too many challenges", 0)
	return 0, false
}

// refreshAfter leaves a tenth of a registration's life, and at least five seconds of it, for trying again.
func refreshAfter(granted time.Duration) time.Duration {
	return max(granted-max(granted/10, 5*time.Second), granted/2)
}

// granted reads how long a registration holds.
func granted(res *sip.Response, asked time.Duration) time.Duration {
	best := time.Duration(0)
	for _, h := range res.GetHeaders("Contact") {
		if c, ok := h.(*sip.ContactHeader); ok {
			if v, ok := c.Params.Get("expires"); ok {
				if d, _ := seconds(v); d > 0 {
					best = max(best, min(d, asked))
				}
			}
		}
	}
	if d, _ := seconds(header(res, "Expires")); best == 0 && d > 0 {
		best = min(d, asked)
	}
	if best == 0 {
		best = asked
	}
	return best
}

func reply(res *sip.Response) string { return fmt.Sprintf("%d %s", res.StatusCode, res.Reason) }

func (t *trunk) registration(life time.Duration, auth sip.Header) *sip.Request {
	t.mu.Lock()
	t.seq++
	seq := t.seq
	t.mu.Unlock()
	peer := t.peer()
	ip := t.s.localIP(peer.Addr())
	req := t.s.request(sip.REGISTER, t.uri(""), t.cfg.transport(), peer.String(), ip)
	user, _, _ := strings.Cut(t.cfg.Username, "@")
	me := fmt.Sprintf("<sip:%s@%s>", user, t.cfg.domain())
	req.AppendHeader(sip.NewHeader("From", me+";tag="+newTag()))
	req.AppendHeader(sip.NewHeader("To", me))
	req.AppendHeader(sip.NewHeader("Call-ID", t.callID))
	req.AppendHeader(sip.NewHeader("CSeq", fmt.Sprintf("%d REGISTER", seq)))
	req.AppendHeader(sip.NewHeader("Contact", t.s.contact(contactUser(t.cfg), t.cfg.transport(), ip)))
	req.AppendHeader(sip.NewHeader("Expires", fmt.Sprint(int(life.Seconds()))))
	if auth != nil {
		req.AppendHeader(auth)
	}
	req.SetBody(nil)
	return req
}

// unregister tells the carrier that we leave, without waiting long for its answer.
func (t *trunk) unregister() {
	if !t.cfg.Register || t.state().State != TrunkUp {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	t.register(ctx, 0)
}

// challenges returns the challenges of a 401 or 407.
func challenges(res *sip.Response) []string {
	var out []string
	for _, n := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
		for _, h := range res.GetHeaders(n) {
			out = append(out, h.Value())
		}
	}
	return out
}

// authorization answers the challenges of a 401 or 407.
func authorization(res *sip.Response, c digest.Credentials, realm, method, uri string) (sip.Header, error) {
	v, err := digest.Answer(challenges(res), c, realm, method, uri)
	if err != nil {
		return nil, err
	}
	name := "Authorization"
	if res.StatusCode == 407 {
		name = "Proxy-Authorization"
	}
	return sip.NewHeader(name, v), nil
}

// contact is our Contact towards a far side.
func (s *Server) contact(user, transport string, ip netip.Addr) string {
	host := udpHost(ip)
	if local, ok := s.socketFor(transport, ip); ok {
		host = fmt.Sprintf("%s:%d", host, local.Port())
	}
	if transport != "udp" {
		return fmt.Sprintf("<sip:%s@%s;transport=%s>", user, host, transport)
	}
	return fmt.Sprintf("<sip:%s@%s>", user, host)
}
