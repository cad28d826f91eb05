package sipua

import (
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// tombLife is how long a far side may go on repeating its 2xx (RFC 3261 §13.3.1.4).
const tombLife = 64 * 500 * time.Millisecond

// tombs remembers the calling legs that are gone for as long as a late 2xx may come for them: each is
// acknowledged and ended with BYE, so that no phone stays in a call with nobody.
type tombs struct {
	mu sync.Mutex
	m  map[string]tomb
}

type tomb struct {
	until   time.Time
	branch  string // of the INVITE
	invite  *sip.Request
	local   netip.Addr
	replied map[string]bool // To tags that got their BYE
}

func (t *tombs) bury(key string, b tomb) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.m == nil {
		t.m = make(map[string]tomb)
	}
	b.until = time.Now().Add(tombLife)
	b.replied = make(map[string]bool)
	t.m[key] = b
}

func (t *tombs) sweep(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, b := range t.m {
		if now.After(b.until) {
			delete(t.m, k)
		}
	}
}

// answer serves a response for a leg that is gone.
func (t *tombs) answer(s *Server, key string, res *sip.Response) {
	if res.StatusCode < 200 || res.StatusCode > 299 || res.CSeq().MethodName != sip.INVITE || res.To() == nil {
		return
	}
	t.mu.Lock()
	b, ok := t.m[key]
	branch, _ := res.Via().Params.Get("branch")
	ok = ok && branch == b.branch
	tag := tagOf(res.To().Params)
	again := ok && b.replied[tag]
	if ok && len(b.replied) < 16 {
		b.replied[tag] = true
	}
	t.mu.Unlock()
	if !ok || uriOf(res) == "" {
		return
	}
	s.spawn(func() { s.turnAway(b, res, again) })
}

// turnAway sends the ACK and, the first time, the BYE for a 2xx that nobody wants any more.
func (s *Server) turnAway(b tomb, res *sip.Response, again bool) {
	contact := res.Contact().Address
	build := func(method sip.RequestMethod, seq uint32) *sip.Request {
		dest := uriAddr(contact, kindOfTransport(b.invite))
		if routes := routesOf(res, true); len(routes) > 0 || res.Source() != "" {
			dest = res.Source()
		}
		req := s.request(method, contact, kindOfTransport(b.invite), dest, b.local)
		for _, r := range routesOf(res, true) {
			req.AppendHeader(sip.NewHeader("Route", r))
		}
		req.AppendHeader(sip.HeaderClone(res.From()))
		req.AppendHeader(sip.HeaderClone(res.To()))
		req.AppendHeader(sip.HeaderClone(res.CallID()))
		req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
		req.SetBody(nil)
		return req
	}
	seq := res.CSeq().SeqNo
	if err := s.transport.WriteMsg(build(sip.ACK, seq)); err != nil {
		s.log.Debug("acknowledge late answer", "error", err)
	}
	if again {
		return
	}
	if tx, err := s.transactions.Request(s.life(), build(sip.BYE, seq+1)); err == nil {
		s.drain(tx, nil)
	}
}
