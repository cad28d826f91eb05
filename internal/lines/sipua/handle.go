package sipua

import (
	"net/netip"
	"runtime/debug"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// arrived sees every message in the reading loop, in the order of arrival. It only posts to mailboxes.
func (s *Server) arrived(msg sip.Message) {
	defer s.survive("arrived")
	callID := msg.CallID()
	if callID == nil {
		return
	}
	switch m := msg.(type) {
	case *sip.Response:
		from := m.From()
		if from == nil || m.CSeq() == nil || m.Via() == nil {
			return
		}
		if m.StatusCode >= 300 && m.CSeq().MethodName == sip.INVITE {
			return // comes by its transaction, which has to send the ACK first
		}
		key := legKey(callID.Value(), tagOf(from.Params))
		if l := s.leg(key); l != nil {
			l.box.Put(m)
		} else {
			s.tombs.answer(s, key, m)
		}
	case *sip.Request:
		modernise(m)
		to := m.To()
		if to == nil || m.CSeq() == nil {
			return
		}
		l := s.leg(legKey(callID.Value(), tagOf(to.Params)))
		if l == nil {
			return
		}
		switch m.Method {
		case sip.ACK:
			l.box.Put(arrived{req: m})
		case sip.CANCEL:
		default:
			if key, err := sip.ServerTxKeyMake(m); err == nil {
				l.box.Put(arrived{key: key, req: m})
			}
		}
	}
}

// stray gets the responses that no transaction waits for. The legs have seen them in arrived already.
func (*Server) stray(*sip.Response) {}

// survive keeps a fault in handling one message from ending the program.
func (s *Server) survive(what string) {
	if r := recover(); r != nil {
		s.count.faults.Add(1)
		s.log.Error("sip handler fault", "op", what, "fault", r, "stack", string(debug.Stack()))
	}
}

// handle gets every new request with its transaction, each in a goroutine of its own.
func (s *Server) handle(req *sip.Request, tx *sip.ServerTx) {
	defer s.survive("handle")
	if req.IsAck() {
		tx.Terminate() // it has no answer; the leg has seen it in arrived
		return
	}
	status, headers := s.inspect(req)
	to, callID := req.To(), req.CallID()
	if to != nil && callID != nil && tagOf(to.Params) != "" && !req.IsCancel() {
		key := legKey(callID.Value(), tagOf(to.Params))
		if req.Method == sip.SUBSCRIBE && status == 0 && s.leg(key) == nil {
			s.subscribed(req, tx, key)
			return
		}
		s.inDialog(req, tx, key, status, headers)
		return
	}
	if status != 0 {
		s.respond(req, tx, status, headers...)
		return
	}
	switch req.Method {
	case sip.REGISTER:
		s.register(req, tx)
	case sip.OPTIONS:
		s.respond(req, tx, 200, sip.NewHeader("Accept", accept), sip.NewHeader("Allow-Events", allowEvents))
	case sip.INVITE:
		s.invited(req, tx)
	case sip.CANCEL, sip.BYE, sip.PRACK, sip.UPDATE, sip.INFO:
		s.respond(req, tx, 481)
	case sip.REFER: // there is no call that it could be about
		s.count.refused.Add(1)
		s.respond(req, tx, 403)
	case sip.SUBSCRIBE:
		s.subscribed(req, tx, "")
	case sip.NOTIFY, sip.MESSAGE, sip.PUBLISH:
		s.respond(req, tx, 405)
	default:
		s.respond(req, tx, 501)
	}
}

// inDialog brings a request's transaction to its leg.
func (s *Server) inDialog(req *sip.Request, tx *sip.ServerTx, key string, status int, headers []sip.Header) {
	l := s.leg(key)
	if l == nil && status == 0 {
		status = 481
	}
	if status != 0 {
		s.respond(req, tx, status, headers...)
		tx = nil
	}
	if l == nil {
		return
	}
	txKey, err := sip.ServerTxKeyMake(req)
	if err != nil || !l.box.Put(attached{key: txKey, req: req, tx: tx}) {
		if tx != nil {
			s.respond(req, tx, 481)
		}
	}
}

// single are the headers that may be there but once (RFC 3261 §7.3.1, table 2).
var single = []string{ //nolint:gochecknoglobals // a constant table
	"From", "f", "To", "t", "Call-ID", "i", "CSeq", "Max-Forwards", "Content-Length", "l", "Content-Type", "c",
	"Expires", "Date", "Subject", "s", "User-Agent", "MIME-Version", "Organization", "Priority",
}

// inspect checks what every request must satisfy (RFC 3261 §8.2) and returns the status that refuses it, or 0.
func (s *Server) inspect(req *sip.Request) (int, []sip.Header) {
	bad := func() (int, []sip.Header) {
		s.count.malformed.Add(1)
		return 400, nil
	}
	if req.SipVersion != "SIP/2.0" {
		return 505, nil
	}
	if req.From() == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil || req.Via() == nil {
		return bad()
	}
	for _, name := range single {
		if len(req.GetHeaders(name)) > 1 {
			return bad()
		}
	}
	if !strings.EqualFold(strings.TrimSpace(req.CSeq().MethodName.String()), req.Method.String()) {
		return bad()
	}
	if m := req.MaxForwards(); m != nil && *m > 255 {
		return bad()
	}
	if scheme := strings.ToLower(req.Recipient.Scheme); scheme != "sip" && scheme != "sips" && scheme != "tel" {
		return 416, nil
	}
	if req.Recipient.Host == "" && req.Recipient.Scheme != "tel" {
		return bad()
	}
	if strings.Trim(req.Method.String(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		if u := unsupported(req); len(u) > 0 && req.Method != sip.CANCEL {
			return 420, []sip.Header{sip.NewHeader("Unsupported", strings.Join(u, ", "))}
		}
	}
	return 0, nil
}

// respond answers a request outside of any leg.
func (s *Server) respond(req *sip.Request, tx *sip.ServerTx, status int, headers ...sip.Header) {
	res := s.response(req, status, "", nil)
	for _, h := range headers {
		res.AppendHeader(h)
	}
	if err := tx.Respond(res); err != nil {
		s.log.Debug("send sip response", "status", status, "error", err)
	}
}

// response builds an answer with what every one of ours carries. Tag is put into To unless one is there.
func (s *Server) response(req *sip.Request, status int, tag string, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, status, reasonPhrase(status), body)
	res.SipVersion = "SIP/2.0"
	if to := res.To(); to != nil && tag != "" {
		to.Params.Remove("tag")
		to.Params.Add("tag", tag)
	}
	res.AppendHeader(sip.NewHeader("Server", s.cfg.UserAgent))
	if status == 405 || status == 501 || (status >= 200 && status < 300) {
		res.AppendHeader(sip.NewHeader("Allow", allow))
		res.AppendHeader(sip.NewHeader("Supported", supported))
	}
	if status == 489 {
		res.AppendHeader(sip.NewHeader("Allow-Events", allowEvents))
	}
	if status == 415 {
		res.AppendHeader(sip.NewHeader("Accept", accept))
	}
	return res
}

// kindOfTransport returns "udp", "tcp" or "tls".
func kindOfTransport(m interface{ Transport() string }) string {
	return sip.NetworkToLower(m.Transport())
}

// destination decides where a leg's requests go: to the first route, else for a phone to where its packets come
// from (it may be behind NAT), else to the far side's Contact if that is an address that can be right.
func destination(l *Leg, target sip.Uri, routes []string) string {
	if len(routes) > 0 {
		var uri sip.Uri
		if _, err := sip.ParseAddressValue(routes[0], &uri, nil); err == nil {
			return uriAddr(uri, l.transport)
		}
	}
	ip, err := netip.ParseAddr(strings.Trim(target.Host, "[]"))
	if l.toSource || err != nil || (ip.IsPrivate() && !l.peer.Addr().IsPrivate()) {
		return l.peer.String()
	}
	return uriAddr(target, l.transport)
}

func uriAddr(uri sip.Uri, transport string) string {
	port := uri.Port
	if port == 0 {
		port = sip.DefaultPort(transport)
	}
	return hostPort(uri.Host, uint16(port)) //nolint:gosec // the parser allows no other port
}
