package sipua

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"runtime/debug"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
	"github.com/dealerline/dealerline/internal/lines/sipua/offer"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// attachLimit is how long a request may wait for its transaction. It takes microseconds unless something failed.
const attachLimit = 500 * time.Millisecond

// actor is the part of a leg that only its goroutine touches.
type actor struct {
	d dialog.Dialog

	tag        string         // our tag
	transport  string         // "udp", "tcp", "tls"
	peer       netip.AddrPort // where the far side's packets come from
	ip         netip.Addr     // our address towards it
	user       string         // of our Contact
	localAddr  string         // our From or To, without tag
	remoteAddr string         // the far side's, without tag
	toSource   bool           // requests go to where packets come from, whatever the Contact says
	headers    []sip.Header   // further headers of our INVITE
	trunk      *trunk         // whose channel the leg holds
	creds      digest.Credentials
	realm      string
	browser    BrowserSound // nil: a phone

	order    order[*sip.ServerTx]
	orderGen uint64
	nextID   int
	requests map[int]*inRequest
	invite   *sip.Request // our last INVITE
	branches []string     // of our requests that may still be answered
	failure  *sip.Response
	timers   [dialog.Clocks]*time.Timer
	gens     [dialog.Clocks]uint64
	accepted bool // inbound: the calls layer knows of it
	closed   bool // sound closed, Ended told
	finished bool
}

// inRequest is a request that may be answered, or whose answer may have to be repeated.
type inRequest struct {
	req  *sip.Request
	tx   *sip.ServerTx
	last *sip.Response
}

func (l *Leg) remoteTag(t string) { l.d.RemoteTag = t }

// run is the leg's goroutine.
func (l *Leg) run(ctx context.Context) {
	defer l.leave()
	var batch []any
	for !l.finished {
		select {
		case <-ctx.Done():
			return
		case <-l.box.Ready():
		}
		batch = l.box.Take(batch)
		for _, m := range batch {
			if !l.finished {
				l.safely(m) //nolint:contextcheck // what a leg starts lives as long as the server
			} else {
				l.late(m)
			}
		}
	}
}

// leave frees what the leg holds, whatever ended it.
func (l *Leg) leave() {
	l.close(line.Ended{Cause: line.TemporaryFailure}) // told already unless Run or the leg broke off
	l.box.Close()
	for _, t := range l.timers {
		if t != nil {
			t.Stop()
		}
	}
	l.s.mu.Lock()
	delete(l.s.legs, l.key)
	l.s.mu.Unlock()
	if l.invite != nil {
		branch, _ := l.invite.Via().Params.Get("branch")
		l.s.tombs.bury(l.key, tomb{branch: branch, invite: l.invite, local: l.ip})
	}
	close(l.gone)
	for _, m := range l.box.Take(nil) {
		if a, ok := m.(attached); ok && a.tx != nil {
			l.s.respond(a.req, a.tx, 481)
		} else {
			l.late(m)
		}
	}
}

// late answers those who wait for a leg that has ended.
func (*Leg) late(m any) {
	switch m := m.(type) {
	case probed:
		close(m.done)
	case looked:
		m.at <- standing{over: true}
	}
}

// close ends the sound, gives the trunk's channel back and tells the call, once.
func (l *Leg) close(e line.Ended) {
	if l.closed {
		return
	}
	l.closed = true
	e.Quality = l.rtp.Close()
	if l.browser != nil {
		l.browser.Close()
	}
	if l.trunk != nil {
		l.trunk.leave()
	}
	l.s.log.Debug("sip leg ended", "leg", l.info.ID, "call", l.info.CallID, "cause", e.Cause.String(), "detail", e.Detail)
	l.events.Tell(e)
}

// safely handles one message and, if that goes wrong, ends this leg and no other.
func (l *Leg) safely(m any) {
	defer func() {
		if r := recover(); r != nil {
			l.s.count.faults.Add(1)
			l.s.log.Error("sip leg fault", "leg", l.info.ID, "fault", r, "stack", string(debug.Stack()))
			l.mend()
		}
	}()
	l.take(m)
}

// mend says goodbye to the far side after a fault, if that still works.
func (l *Leg) mend() {
	defer func() {
		if r := recover(); r != nil {
			l.finished = true
		}
	}()
	l.step(dialog.Broken{})
}

func (l *Leg) take(m any) {
	switch m := m.(type) {
	case arrived:
		l.order.arrive(m.key, m.req)
		l.sorted()
	case attached:
		l.order.attach(m.key, m.req, m.tx)
		l.sorted()
	case *sip.Response:
		l.order.arrive("", m)
		l.sorted()
	case stuck:
		if m.gen == l.orderGen && l.order.blocked() {
			l.s.count.disorder.Add(1)
			l.order.skip()
			l.sorted()
		}
	case due:
		if l.gens[m.clock] == m.gen {
			l.step(dialog.Due{Timer: m.clock})
		}
	case media.Digit:
		l.events.Tell(line.Digit{Key: m.Key})
	case media.Lost, unheard:
		l.step(dialog.SoundLost{})
	case unsent:
		l.step(dialog.Failed{Method: m.method, Seq: m.seq, Timeout: m.timeout})
	case probed:
		close(m.done)
	case looked:
		m.at <- l.standing()
	case dialog.Event:
		l.step(m)
	}
}

// sorted handles the messages that are complete, in order.
func (l *Leg) sorted() {
	for {
		item, tx, ok := l.order.next()
		if !ok {
			break
		}
		switch m := item.(type) {
		case *sip.Response:
			l.response(m)
		case *sip.Request:
			l.request(m, tx)
		}
	}
	l.orderGen++
	if l.order.blocked() {
		gen := l.orderGen
		time.AfterFunc(attachLimit, func() { l.box.Put(stuck{gen}) })
	}
}

func (l *Leg) request(req *sip.Request, tx *sip.ServerTx) {
	if req.IsAck() {
		l.step(dialog.Acked{Seq: req.CSeq().SeqNo, Body: l.plainly(req.Body(), false)})
		return
	}
	if tx == nil {
		return // refused before it came here
	}
	var refer *dialog.Refer
	if req.Method == sip.REFER {
		refer = l.asked(req)
	}
	src := sourceOf(req)
	if refer != nil && src.Addr() != l.peer.Addr() {
		src = l.peer // the refused attempt of another moves nothing
	}
	if l.toSource && src.IsValid() && kindOfTransport(req) == l.transport {
		l.peer = src // a NAT may have given the phone a new port
	}
	l.nextID++
	l.requests[l.nextID] = &inRequest{req: req, tx: tx}
	first := l.d.State == 0
	ev := requestEvent(l.nextID, req)
	ev.Refer = refer
	if ev.Type == sdp {
		ev.Body = l.plainly(ev.Body, true) // an answer comes with an ACK
	}
	l.step(ev)
	if first && l.d.State == dialog.Offered && !l.accepted {
		l.accepted = true
		l.s.count.inbound.Add(1)
		l.s.cfg.Calls.Accept(l)
	}
}

func (l *Leg) response(res *sip.Response) {
	branch, _ := res.Via().Params.Get("branch")
	if !has(l.branches, branch) {
		return // no answer to anything of ours
	}
	ev := responseEvent(res)
	ev.Jitter = rand.Float64() //nolint:gosec // no secret
	ev.Body = l.plainly(ev.Body, false)
	if res.StatusCode == 401 || res.StatusCode == 407 {
		_, err := l.digestOf(res, ev.Method, "sip:x")
		ev.Answers = err == nil
	}
	if res.StatusCode >= 400 {
		l.failure = res
	}
	if l.toSource && res.StatusCode > 100 && res.Source() != "" && kindOfTransport(res) == l.transport {
		if src := sourceOf(res); src.IsValid() {
			l.peer = src
		}
	}
	l.step(ev)
}

// step feeds the dialog and carries out what it decides.
func (l *Leg) step(ev dialog.Event) {
	before := l.d.State
	var effects []dialog.Effect
	l.d, effects = dialog.Step(l.d, ev)
	if l.d.State != before {
		l.s.log.Debug("sip leg", "leg", l.info.ID, "from", before.String(), "to", l.d.State.String())
	}
	for _, e := range effects {
		l.carryOut(e)
	}
}

func (l *Leg) carryOut(e dialog.Effect) {
	switch e := e.(type) {
	case dialog.Send:
		l.send(e)
	case dialog.Notify:
		l.notify(e)
	case dialog.Acknowledge:
		l.acknowledge(e)
	case dialog.Cancel:
		l.cancel(e)
	case dialog.Reply:
		l.reply(e)
	case dialog.Again:
		l.again(e.ID)
	case dialog.Arm:
		l.arm(e.Timer, e.After)
	case dialog.Disarm:
		l.disarm(e.Timer)
	case dialog.Refused:
		l.s.tellRefused(l.info, e.Cause)
	case dialog.Report:
		if ended, ok := e.Event.(line.Ended); ok {
			l.close(ended)
		} else {
			l.events.Tell(e.Event)
		}
	case dialog.Sound:
		l.setSound()
	case dialog.Press:
		l.rtp.InjectDigit(e.Key)
	case dialog.Digits:
		l.rtp.SendDigits(e.Keys)
	case dialog.Finish:
		l.finished = true
	}
}

// setSound gives the media what was agreed.
func (l *Leg) setSound() {
	if l.closed {
		return
	}
	n := l.d.Session
	law := media.ALaw
	if n.Codec == offer.PCMU {
		law = media.MuLaw
	}
	signal := l.peer.Addr()
	if l.browser != nil {
		signal = n.Remote.Addr.Addr() // its sound comes from this machine, and from nowhere else
	}
	l.rtp.SetRemote(media.Remote{
		Addr: n.Remote.Addr, Signal: signal, Law: law, EventPT: n.EventPT,
		Send: n.Sends() && n.Remote.Addr.IsValid(), Receive: n.Receives(),
	})
	l.rtp.SetHeld(!n.Receives())
}

func (l *Leg) arm(c dialog.Clock, after time.Duration) {
	l.disarm(c)
	gen := l.gens[c]
	l.timers[c] = time.AfterFunc(after, func() { l.box.Put(due{c, gen}) })
}

func (l *Leg) disarm(c dialog.Clock) {
	l.gens[c]++
	if t := l.timers[c]; t != nil {
		t.Stop()
		l.timers[c] = nil
	}
}

// isTimeout tells a silent far side from one that cannot be reached.
func isTimeout(err error) bool { return errors.Is(err, sip.ErrTransactionTimeout) }
