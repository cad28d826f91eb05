package sipua

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/mailbox"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
	"github.com/dealerline/dealerline/internal/lines/sipua/offer"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// mailLimit is how far behind a leg may be. A call has a few dozen messages in all.
const mailLimit = 1024

// Leg is one call on the SIP side. All methods are safe from any goroutine and none of them waits; they return
// also when the leg is over.
type Leg struct {
	s    *Server
	info line.Info
	rtp  *media.RTP
	box  *mailbox.Box[any]
	key  string
	gone chan struct{} // closed when the actor has ended

	events line.Events

	actor // what only the leg's goroutine touches
}

// What comes into a leg's mailbox besides dialog events, media events and responses.
type (
	arrived struct { // a request, seen in the reading loop
		key string
		req *sip.Request
	}
	attached struct { // its transaction; nil if it was answered already
		key string
		req *sip.Request
		tx  *sip.ServerTx
	}
	due struct { // a timer; stale unless of the present generation
		clock dialog.Clock
		gen   uint64
	}
	stuck  struct{ gen uint64 } // the transaction of the first request did not come
	probed struct{ done chan struct{} }
	unsent struct { // a request that could not be sent, or was not answered
		method  string
		seq     uint32
		timeout bool
	}
)

// Info returns what is known of the leg.
func (l *Leg) Info() line.Info { return l.info }

// Port returns the leg's sound.
func (l *Leg) Port() *media.RTP { return l.rtp }

// Listen names the function that gets the leg's events from now on, those that happened before included, in
// order. It must only post to a mailbox. A second call replaces the first.
func (l *Leg) Listen(post func(line.Event)) { l.events.Listen(post) }

// Do tells the leg to do something. What comes of it is reported as an event.
func (l *Leg) Do(c line.Command) { l.box.Put(dialog.Command{Command: c}) }

func (l *Leg) probe() <-chan struct{} {
	p := probed{make(chan struct{})}
	if !l.box.Put(p) {
		return l.gone
	}
	select {
	case <-l.gone:
		return l.gone
	default:
		return p.done
	}
}

// newLeg makes a leg with its sound but without a goroutine. Tones says that key presses come in the sound itself.
func (s *Server) newLeg(info line.Info, role dialog.Role, transport string, peer netip.AddrPort, tones bool) (*Leg, error) {
	l := &Leg{s: s, info: info, box: mailbox.New[any](mailLimit), gone: make(chan struct{})}
	rtp, err := s.cfg.Media.OpenRTP(media.RTPConfig{Sink: l.sound, Timeout: s.cfg.SoundTimeout, InBandDTMF: tones})
	if err != nil {
		return nil, err
	}
	l.rtp = rtp
	l.info.ID = uuid.Must(uuid.NewV7()).String()
	l.info.At = time.Now()
	l.actor = actor{
		tag: newTag(), transport: transport, peer: peer, ip: s.localIP(peer.Addr()),
		requests: make(map[int]*inRequest),
	}
	l.d = dialog.Dialog{Role: role, LocalSeq: uint32(rand.IntN(10000)) + 1} //nolint:gosec // no secret
	l.d.Session.ID = uint64(rand.Int64N(1 << 40))                           //nolint:gosec // no secret
	l.d.Session.Local = netip.AddrPortFrom(l.ip, rtp.LocalPort())
	if err := l.openBrowser(); err != nil {
		rtp.Close()
		return nil, err
	}
	return l, nil
}

// sound takes the media's facts.
func (l *Leg) sound(e media.Event) { l.box.Put(e) }

// run starts the leg's goroutine with its first event.
func (l *Leg) start(first any) bool {
	s := l.s
	l.key = legKey(l.info.CallID, l.tag)
	s.mu.Lock()
	if s.running == nil || s.running.Err() != nil {
		s.mu.Unlock()
		l.rtp.Close()
		if l.browser != nil {
			l.browser.Close()
		}
		return false
	}
	s.legs[l.key] = l
	ctx := s.running
	s.wg.Add(1)
	s.mu.Unlock()
	l.box.Put(first)
	go func() {
		defer s.wg.Done()
		l.run(ctx)
	}()
	return true
}

// tellRefused counts a call that was refused before it had a leg, and tells of it.
func (s *Server) tellRefused(info line.Info, cause line.Cause) {
	s.count.turnedAway.Add(1)
	if s.cfg.Refused != nil {
		s.cfg.Refused(info, cause)
	}
}

// inbound makes a leg of an INVITE. The dialog may still refuse it: then the call never hears of it, and what there
// is to tell is told by tellRefused.
func (s *Server) inbound(req *sip.Request, tx *sip.ServerTx, who caller, at place) error {
	from, name, to, withheld := s.calledBy(req, who)
	info := line.Info{
		CallID: req.CallID().Value(), Direction: line.Inbound, From: from, FromName: name, To: to, Withheld: withheld,
		At: time.Now(), Replaces: at.callID, ReplacesEarly: at.early,
	}
	var t *trunk
	if who.ext != nil {
		info.Kind, info.Line = line.Extension, who.ext.Number
	} else {
		info.Kind, info.Line = line.Trunk, who.trunk.Name
		s.mu.Lock()
		t = s.trunks[who.trunk.Name]
		s.mu.Unlock()
		if t == nil || !t.enter() {
			s.respond(req, tx, 486) // all channels of the trunk are in use
			s.tellRefused(info, line.NoCircuit)
			return nil
		}
	}
	l, err := s.newLeg(info, dialog.Callee, kindOfTransport(req), sourceOf(req), withoutEvents(req))
	if err != nil {
		if t != nil {
			t.leave()
		}
		s.tellRefused(info, line.Congestion)
		return err
	}
	l.toSource = who.ext != nil
	l.trunk = t
	l.localAddr, l.remoteAddr = req.To().Value(), req.From().Value()
	l.remoteTag(tagOf(req.From().Params))
	l.d.Routes = routesOf(req, false)
	if who.trunk != nil && t != nil {
		l.creds, l.realm, l.user = t.credentials(), t.cfg.Realm, contactUser(t.cfg)
	} else {
		l.user = info.To
	}
	key, err := sip.ServerTxKeyMake(req)
	if err != nil || !l.start(attached{key: key, req: req, tx: tx}) {
		if t != nil {
			t.leave()
		}
		s.respond(req, tx, 503)
		return nil
	}
	box := l.box // the transaction lives on for half a minute, and shall not keep the whole leg
	if !tx.OnCancel(func(r *sip.Request) { box.Put(dialog.Cancelled{Cause: reasonOf(r)}) }) {
		l.box.Put(dialog.Cancelled{}) // taken back before we looked
	}
	return nil
}

// withoutEvents reports whether an INVITE's offer has no telephone-event.
func withoutEvents(req *sip.Request) bool {
	remote, err := offer.Parse(req.Body())
	return err == nil && remote.EventPT == 0
}

// digestOf is the answer to a challenge that a leg can give.
func (l *Leg) digestOf(res *sip.Response, method, uri string) (sip.Header, error) {
	if l.creds.Username == "" {
		return nil, digest.ErrNoChallenge
	}
	return authorization(res, l.creds, l.realm, method, uri)
}
