package sipua

import (
	"strings"

	"github.com/emiago/sipgo/sip"
)

// caller is who sent an INVITE.
type caller struct {
	ext   *Extension
	trunk *Trunk
}

// invited judges a new INVITE: who sends it, and may he?
func (s *Server) invited(req *sip.Request, tx *sip.ServerTx) {
	if s.merged(req, tx) {
		s.respond(req, tx, 482) // RFC 3261 §8.2.2.2
		return
	}
	who, ok := s.identify(req, tx)
	if !ok {
		return // answered
	}
	if s.cfg.Calls == nil {
		s.respond(req, tx, 503)
		return
	}
	at, status := s.placeOf(req, who)
	if status != 0 {
		s.log.Warn("sip pickup refused", "status", status)
		s.respond(req, tx, status)
		return
	}
	if err := s.inbound(req, tx, who, at); err != nil {
		s.log.Warn("refuse call", "error", err)
		s.respond(req, tx, 503)
	}
}

// merged reports whether this INVITE came before on another way.
func (s *Server) merged(req *sip.Request, tx *sip.ServerTx) bool {
	key := req.CallID().Value() + "\x00" + tagOf(req.From().Params) + "\x00" + req.CSeq().Value()
	s.mu.Lock()
	_, there := s.invites[key]
	if !there {
		s.invites[key] = tx.Key()
	}
	s.mu.Unlock()
	if there {
		return true
	}
	forget := func(string, error) {
		s.mu.Lock()
		delete(s.invites, key)
		s.mu.Unlock()
	}
	if !tx.OnTerminate(forget) {
		forget("", nil)
	}
	return false
}

// identify finds out who sends an INVITE; see the package's comment. It answers those who may not.
func (s *Server) identify(req *sip.Request, tx *sip.ServerTx) (caller, bool) {
	src := sourceOf(req)
	from := req.From()
	tab := s.settings.Load()
	if p := s.credentials(req); p != nil {
		e, ok := s.authenticate(req, tx, p, true)
		return caller{ext: e}, ok
	}
	if fromBrowser(req) {
		s.challenge(req, tx, true, false) // whatever the address of the machine that it runs on
		return caller{}, false
	}
	if t, ok := s.trunkAt(src, true); ok {
		return caller{trunk: &t}, true
	}
	_, known := tab.extensions[from.Address.User]
	if s.registrar.knows(src) || (known && s.ours(from.Address.Host)) {
		s.challenge(req, tx, true, false)
		return caller{}, false
	}
	if t, ok := s.trunkAt(src, false); ok {
		return caller{trunk: &t}, true
	}
	if known {
		s.challenge(req, tx, true, false)
		return caller{}, false
	}
	s.count.refused.Add(1)
	s.failed(src, "")
	s.respond(req, tx, 403)
	return caller{}, false
}

// calledBy takes the numbers out of an INVITE.
func (s *Server) calledBy(req *sip.Request, who caller) (from, name, to string, withheld bool) {
	to = req.Recipient.User
	if who.ext != nil {
		return who.ext.Number, who.ext.Name, to, false
	}
	t := *who.trunk
	if to == "" || (t.Register && to == t.Username) || to == contactUser(t) {
		to = req.To().Address.User // the carrier addresses our contact; the number dialled is in To
	}
	f := req.From()
	from, name = f.Address.User, f.DisplayName
	if t.TrustCaller {
		if n, ok := asserted(req); ok {
			from = n
		}
	}
	privacy := strings.ToLower(header(req, "Privacy"))
	withheld = strings.EqualFold(from, "anonymous") || strings.HasSuffix(f.Address.Host, "anonymous.invalid") ||
		strings.Contains(privacy, "id") || strings.Contains(privacy, "user")
	if withheld || strings.EqualFold(from, "unknown") || strings.EqualFold(from, "restricted") {
		return "", "", t.InboundNumbers.Apply(cleaned(to)), true
	}
	return t.CallerNumbers.Apply(cleaned(from)), strings.Trim(name, `"`), t.InboundNumbers.Apply(cleaned(to)), false
}

// asserted reads P-Asserted-Identity (RFC 3325): a SIP or tel address.
func asserted(req *sip.Request) (string, bool) {
	for _, h := range req.GetHeaders("P-Asserted-Identity") {
		var uri sip.Uri
		if _, err := sip.ParseAddressValue(h.Value(), &uri, nil); err == nil && uri.User != "" {
			return uri.User, true
		}
		if _, after, ok := strings.Cut(h.Value(), "tel:"); ok {
			n, _, _ := strings.Cut(strings.TrimRight(after, ">"), ";")
			return n, n != ""
		}
	}
	return "", false
}

// cleaned drops the parameters that some carriers leave in the user part.
func cleaned(user string) string {
	user, _, _ = strings.Cut(user, ";")
	return user
}

// contactUser is the user part of the Contact that we give a trunk.
func contactUser(t Trunk) string {
	if t.Username != "" {
		user, _, _ := strings.Cut(t.Username, "@")
		return user
	}
	return "dealerline"
}
