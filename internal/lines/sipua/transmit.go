package sipua

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
)

// keptBranches is how many of a leg's own requests may still be answered.
const keptBranches = 32

// dialTime is how long a connection to a far side may take.
const dialTime = 10 * time.Second

// build makes a request of the leg: in the dialog, or the INVITE that begins it.
func (l *Leg) build(method string, seq uint32, tag, target string, routes []string) (*sip.Request, error) {
	var uri sip.Uri
	if err := sip.ParseUri(target, &uri); err != nil {
		return nil, fmt.Errorf("parse target: %w", err)
	}
	uri.Headers = nil
	req := l.s.request(sip.RequestMethod(method), uri, l.transport, destination(l, uri, routes), l.ip)
	for _, r := range routes {
		req.AppendHeader(sip.NewHeader("Route", r))
	}
	remote := l.remoteAddr
	if tag != "" {
		remote = bare(remote) + ";tag=" + tag
	}
	req.AppendHeader(sip.NewHeader("From", bare(l.localAddr)+";tag="+l.tag))
	req.AppendHeader(sip.NewHeader("To", remote))
	req.AppendHeader(sip.NewHeader("Call-ID", l.info.CallID))
	req.AppendHeader(sip.NewHeader("CSeq", fmt.Sprintf("%d %s", seq, method)))
	return parsed(req), nil
}

// bare takes the tag off an address.
func bare(addr string) string {
	before, after, found := strings.Cut(addr, ";tag=")
	if !found {
		return addr
	}
	if _, more, ok := strings.Cut(after, ";"); ok {
		return before + ";" + more
	}
	return before
}

// begin makes a request that will be answered; when it cannot, it returns nil and the leg is told that it was not sent.
func (l *Leg) begin(method string, seq uint32, tag, target string, routes []string) *sip.Request {
	req, err := l.build(method, seq, tag, target, routes)
	if err != nil {
		l.s.log.Debug("build sip request", "leg", l.info.ID, "method", method, "error", err)
		l.box.Put(unsent{method, seq, false})
		return nil
	}
	return req
}

// send sends a request and sees to it that its failure is noticed.
func (l *Leg) send(e dialog.Send) {
	req := l.begin(e.Method, e.Seq, e.Tag, e.Target, e.Routes)
	if req == nil {
		return
	}
	if e.Method == dialog.INVITE || e.Method == dialog.UPDATE {
		req.AppendHeader(sip.NewHeader("Contact", l.s.contact(l.user, l.transport, l.ip)))
		req.AppendHeader(sip.NewHeader("Allow", allow))
		req.AppendHeader(sip.NewHeader("Supported", supported))
		sessionHeaders(req, e.Timer)
	}
	if e.Method == dialog.INVITE && e.Tag == "" {
		for _, h := range l.headers {
			req.AppendHeader(h)
		}
		l.invite = req
	}
	if e.Method == dialog.PRACK {
		req.AppendHeader(sip.NewHeader("RAck", fmt.Sprintf("%d %d INVITE", e.RSeq, e.RCSeq)))
	}
	if e.Cause != line.CauseUnknown {
		req.AppendHeader(reasonHeader(e.Cause))
	}
	if e.Authorize && l.failure != nil {
		if h, err := l.digestOf(l.failure, e.Method, req.Recipient.String()); err == nil {
			req.AppendHeader(h)
		}
	}
	if len(e.Body) > 0 {
		req.AppendHeader(sip.NewHeader("Content-Type", sdp))
	}
	req.SetBody(l.forBrowser(e.Body, true))
	l.transact(req)
}

func sessionHeaders(m interface{ AppendHeader(sip.Header) }, t dialog.Timer) {
	if t.Interval == 0 {
		return
	}
	v := fmt.Sprint(int(t.Interval.Seconds()))
	if t.Refresher != "" {
		v += ";refresher=" + t.Refresher
	}
	m.AppendHeader(sip.NewHeader("Session-Expires", v))
	if t.Minimum > 0 {
		m.AppendHeader(sip.NewHeader("Min-SE", fmt.Sprint(int(t.Minimum.Seconds()))))
	}
}

// transact begins a client transaction. Over UDP that does not wait; a connection may first have to be made, so
// that is done aside.
func (l *Leg) transact(req *sip.Request) {
	branch, _ := req.Via().Params.Get("branch")
	if len(l.branches) >= keptBranches {
		l.branches = slices.Delete(l.branches, 1, keptBranches/2) // the INVITE's stays
	}
	l.branches = append(l.branches, branch)
	method, seq := req.Method.String(), req.CSeq().SeqNo
	begin := func() {
		ctx, cancel := context.WithTimeout(l.s.life(), dialTime)
		defer cancel()
		tx, err := l.s.transactions.Request(ctx, req)
		if err != nil {
			l.box.Put(unsent{method, seq, false})
			return
		}
		l.s.drain(tx, func(res *sip.Response, err error) {
			if res != nil {
				l.box.Put(res)
				return
			}
			l.box.Put(unsent{method, seq, isTimeout(err)})
		})
	}
	if l.transport == "udp" {
		begin()
		return
	}
	l.s.spawn(begin)
}

// drain takes the responses of a transaction, which the leg has seen already in their order, and reports its
// end: by the refusal of an INVITE, which is acknowledged by then, or by the error that it failed with.
func (s *Server) drain(tx *sip.ClientTx, ended func(*sip.Response, error)) {
	invite, life := tx.Origin().IsInvite(), s.life()
	s.spawn(func() {
		for {
			select {
			case <-life.Done(): // the far side had its time to answer
				tx.Terminate()
				return
			case res := <-tx.Responses():
				switch {
				case res.IsProvisional():
				case !invite || res.IsSuccess():
					tx.Terminate() // later ones are answered by the leg
					return
				default:
					if ended != nil {
						ended(res, nil)
					}
					return // the transaction lives on to acknowledge repetitions
				}
			case <-tx.Done():
				if err := tx.Err(); ended != nil && err != nil {
					ended(nil, err)
				}
				return
			}
		}
	})
}

// acknowledge sends the ACK to a 2xx.
func (l *Leg) acknowledge(e dialog.Acknowledge) {
	req, err := l.build(dialog.ACK, e.Seq, e.Tag, e.Target, e.Routes)
	if err != nil {
		l.s.log.Debug("build ACK", "leg", l.info.ID, "error", err)
		return
	}
	req.SetBody(nil)
	if err := l.s.transport.WriteMsg(req); err != nil {
		l.s.log.Debug("send ACK", "leg", l.info.ID, "error", err)
	}
}

// cancel takes our INVITE back: same branch, same CSeq number, same addresses (RFC 3261 §9.1).
func (l *Leg) cancel(e dialog.Cancel) {
	inv := l.invite
	if inv == nil {
		return
	}
	req := sip.NewRequest(sip.CANCEL, inv.Recipient)
	req.SetTransport(inv.Transport())
	req.SetDestination(inv.Destination())
	req.Laddr = inv.Laddr
	req.AppendHeader(inv.Via().Clone())
	sip.CopyHeaders("Route", inv, req)
	for _, name := range []string{"Max-Forwards", "From", "To", "Call-ID"} {
		sip.CopyHeaders(name, inv, req)
	}
	req.AppendHeader(&sip.CSeqHeader{SeqNo: e.Seq, MethodName: sip.CANCEL})
	if e.Cause != line.CauseUnknown {
		req.AppendHeader(reasonHeader(e.Cause))
	}
	req.SetBody(nil)
	l.transact(req)
}

// reply answers a request of the far side.
func (l *Leg) reply(e dialog.Reply) {
	in := l.requests[e.ID]
	if in == nil {
		return
	}
	res := l.s.response(in.req, e.Status, l.tag, l.forBrowser(e.Body, len(in.req.Body()) == 0))
	if e.Status < 300 {
		res.AppendHeader(sip.NewHeader("Contact", l.s.contact(l.user, l.transport, l.ip)))
	}
	sessionHeaders(res, e.Timer)
	if e.Timer.Interval > 0 && e.Timer.Supported {
		res.AppendHeader(sip.NewHeader("Require", "timer"))
	}
	if e.MinSE {
		res.AppendHeader(sip.NewHeader("Min-SE", fmt.Sprint(int(dialog.MinExpires.Seconds()))))
	}
	if e.RSeq != 0 {
		res.AppendHeader(sip.NewHeader("Require", "100rel"))
		res.AppendHeader(sip.NewHeader("RSeq", fmt.Sprint(e.RSeq)))
	}
	if e.NoNews {
		res.AppendHeader(sip.NewHeader("Refer-Sub", "false"))
	}
	if e.RetryAfter > 0 {
		res.AppendHeader(sip.NewHeader("Retry-After", fmt.Sprint(int(e.RetryAfter.Seconds()))))
	}
	if len(e.Unsupported) > 0 {
		res.AppendHeader(sip.NewHeader("Unsupported", strings.Join(e.Unsupported, ", ")))
	}
	if e.Cause != line.CauseUnknown {
		res.AppendHeader(reasonHeader(e.Cause))
	}
	if len(e.Body) > 0 {
		res.AppendHeader(sip.NewHeader("Content-Type", sdp))
	}
	in.last = res
	if err := in.tx.Respond(res); err != nil {
		l.s.log.Debug("send sip response", "leg", l.info.ID, "status", e.Status, "error", err)
	}
	if e.Status >= 200 && (!in.req.IsInvite() || e.Status >= 300) {
		delete(l.requests, e.ID)
	}
}

// again repeats the last response to a request.
func (l *Leg) again(id int) {
	in := l.requests[id]
	if in == nil || in.last == nil {
		return
	}
	if err := in.tx.Respond(in.last); err != nil {
		l.s.log.Debug("repeat sip response", "leg", l.info.ID, "error", err)
	}
}

// life is the context of everything that the running server started.
func (s *Server) life() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return ctx
	}
	return s.running
}

// spawn runs something small aside; Run waits for it. After Run has begun to end it does nothing.
func (s *Server) spawn(f func()) {
	s.mu.Lock()
	if s.running == nil || s.running.Err() != nil {
		s.mu.Unlock()
		return
	}
	s.wg.Add(1)
	s.mu.Unlock()
	go func() {
		defer s.wg.Done()
		defer s.survive("aside")
		f()
	}()
}
