package sipua

import (
	"slices"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
)

// credentials returns the parameters of the request's answer to a challenge for our realm, nil for none.
func (s *Server) credentials(req *sip.Request) digest.Params {
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		for _, h := range req.GetHeaders(name) {
			if p, err := digest.Parse(h.Value()); err == nil && p["realm"] == s.cfg.Realm {
				return p
			}
		}
	}
	return nil
}

// challenge asks for a password: 407 to a call, 401 to a registration.
func (s *Server) challenge(req *sip.Request, tx *sip.ServerTx, proxy, stale bool) {
	s.count.challenged.Add(1)
	status, name := 401, "WWW-Authenticate"
	if proxy {
		status, name = 407, "Proxy-Authenticate"
	}
	// Who the request says to be is only a hint what to offer: an unknown name is challenged like a known one.
	var claimed Extension
	if f := req.From(); f != nil && !fromBrowser(req) { // browsers know MD5, and what they are lent is random enough for it
		claimed = s.settings.Load().extensions[f.Address.User]
	}
	var headers []sip.Header
	for _, c := range s.check.Challenges(stale, claimed.algorithms()...) {
		headers = append(headers, sip.NewHeader(name, c))
	}
	s.respond(req, tx, status, headers...)
}

// authenticate judges a request's credentials, nil for none, and answers it unless they are right.
func (s *Server) authenticate(req *sip.Request, tx *sip.ServerTx, p digest.Params, proxy bool) (*Extension, bool) {
	if p == nil {
		s.challenge(req, tx, proxy, false)
		return nil, false
	}
	if fromBrowser(req) {
		return s.authenticateBrowser(req, tx, p, proxy)
	}
	src := sourceOf(req)
	user := p["username"]
	e, known := s.settings.Load().extensions[user]
	if s.guard.Locked(user) && !s.registrar.at(user, src.Addr()) {
		s.failed(src, "")
		s.respond(req, tx, 403)
		return nil, false
	}
	verdict := s.check.Check(p, e.Password, known, req.Method.String())
	if a, _ := digest.AlgorithmOf(p); verdict == digest.Right && !slices.Contains(e.algorithms(), a) {
		verdict = digest.Unknown // right, but not in the way this extension asks for
	}
	switch verdict {
	case digest.Right:
		s.guard.Succeeded(src.Addr())
		return &e, true
	case digest.Stale:
		s.challenge(req, tx, proxy, true)
	case digest.Unknown:
		s.challenge(req, tx, proxy, false)
	default:
		s.count.wrong.Add(1)
		s.failed(src, user)
		s.respond(req, tx, 403)
	}
	return nil, false
}
