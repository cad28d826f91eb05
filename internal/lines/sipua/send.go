package sipua

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// errNoAnswer means that a request was not answered in time.
var errNoAnswer = errors.New("no answer")

// newTag returns a fresh random name for tags, branches and Call-IDs: 128 bits.
func newTag() string { return strings.ToLower(rand.Text()) }

// request begins a request with its Via and Max-Forwards; the rest is the caller's.
func (s *Server) request(method sip.RequestMethod, uri sip.Uri, transport, dest string, ip netip.Addr) *sip.Request {
	req := sip.NewRequest(method, uri)
	req.SetTransport(sip.NetworkToUpper(transport))
	req.SetDestination(dest)
	peer, _ := netip.ParseAddrPort(dest) //nolint:errcheck // a name: any socket will do
	via := &sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: sip.NetworkToUpper(transport), Host: udpHost(ip),
	}
	if local, ok := s.socketFor(transport, peer.Addr()); ok {
		via.Port = int(local.Port())
		if transport == "udp" {
			req.Laddr = laddr(local) // out by the listening socket, so that NATs and firewalls see one address
		}
	}
	via.Params.Add("branch", sip.RFC3261BranchMagicCookie+newTag())
	via.Params.Add("rport", "")
	req.AppendHeader(via)
	most := sip.MaxForwardsHeader(70)
	req.AppendHeader(&most)
	req.AppendHeader(sip.NewHeader("User-Agent", s.cfg.UserAgent))
	return req
}

// ask sends a request outside of any dialog and waits for its final answer.
func (s *Server) ask(ctx context.Context, req *sip.Request, limit time.Duration) (*sip.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tx, err := s.transactions.Request(ctx, parsed(req))
	if err != nil {
		return nil, err
	}
	defer tx.Terminate()
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, tx.Err()
		case <-ctx.Done():
			return nil, errors.Join(errNoAnswer, context.Cause(ctx))
		}
	}
}

// parsed makes sure that the headers which sipgo looks at are there in its own types.
func parsed(req *sip.Request) *sip.Request {
	for _, h := range req.Headers() {
		switch h.Name() {
		case "From", "To", "Call-ID", "CSeq":
		default:
			continue
		}
		typed, err := sip.HeadersParser(sip.DefaultHeadersParser()).ParseHeader(nil, []byte(h.Name()+": "+h.Value()))
		if err == nil && len(typed) == 1 {
			req.ReplaceHeader(typed[0])
		}
	}
	return req
}
