package sipua

import (
	"fmt"
	"net/url"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/lines/sipua/subscribe"
)

// notifyLimit is how long a phone may take to answer a NOTIFY: timer F (RFC 3261 §17.1.2.2).
const notifyLimit = 32 * time.Second

// step feeds the subscription.
func (x *watcher) step(ev subscribe.Event) []subscribe.Effect {
	var effects []subscribe.Effect
	x.Subscription, effects = subscribe.Step(x.Subscription, ev, time.Now())
	return effects
}

// telling feeds the subscription and carries out what it decides.
func (x *watcher) telling(w *watchers, ev subscribe.Event) { x.carryOut(w, x.step(ev)) }

func (x *watcher) carryOut(w *watchers, effects []subscribe.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case subscribe.Notify:
			x.notify(w, e)
		case subscribe.Arm:
			x.arm(w, e.After)
		case subscribe.Finish:
			w.remove(x)
		}
	}
}

func (x *watcher) stop() {
	if x.timer != nil {
		x.timer.Stop()
	}
}

func (x *watcher) arm(w *watchers, after time.Duration) {
	x.stop()
	x.armed++
	due := ranOut{x.key, x.armed}
	x.timer = time.AfterFunc(after, func() { w.box.Put(due) })
}

// reply answers a SUBSCRIBE.
func (x *watcher) reply(w *watchers, m wanted, r subscribe.Reply) {
	res := w.s.response(m.req, r.Status, x.tag, nil)
	if r.Status == 200 {
		res.AppendHeader(sip.NewHeader("Contact", w.s.contact(x.user(), x.transport, x.ip)))
		res.AppendHeader(sip.NewHeader("Expires", fmt.Sprint(int(r.Life.Seconds()))))
	}
	if err := m.tx.Respond(res); err != nil {
		w.s.log.Debug("send sip response", "status", r.Status, "error", err)
	}
}

// notify sends a NOTIFY and sees to it that its answer, or the lack of one, is noticed.
func (x *watcher) notify(w *watchers, e subscribe.Notify) {
	s, key := w.s, x.key
	req, err := x.build(s, e)
	if err != nil {
		s.log.Debug("build sip request", "method", "NOTIFY", "error", err)
		w.box.Put(told{key: key, seq: e.Seq})
		return
	}
	body, kind := x.document(w, e)
	req.AppendHeader(sip.NewHeader("Content-Type", kind))
	req.SetBody(body)
	if w.closed { // nobody waits for an answer any more, and connections are as good as closed
		if x.transport == "udp" {
			if err := s.transport.WriteMsg(parsed(req)); err != nil {
				s.log.Debug("send sip request", "method", "NOTIFY", "error", err)
			}
		}
		return
	}
	life := s.life()
	s.spawn(func() {
		status := 0
		if res, err := s.ask(life, req, notifyLimit); err == nil {
			status = res.StatusCode
		}
		w.box.Put(told{key, e.Seq, status})
	})
}

// user is what the subscription is about as the user part of an address.
func (x *watcher) user() string { return url.PathEscape(x.about.name) }

func (x *watcher) build(s *Server, e subscribe.Notify) (*sip.Request, error) {
	var uri sip.Uri
	if err := sip.ParseUri(x.target, &uri); err != nil {
		return nil, fmt.Errorf("parse target: %w", err)
	}
	uri.Headers = nil
	dest := x.peer.String() // a phone may be behind NAT, whatever its Contact says
	if len(x.routes) > 0 {
		var first sip.Uri
		if _, err := sip.ParseAddressValue(x.routes[0], &first, nil); err == nil {
			dest = uriAddr(first, x.transport)
		}
	}
	req := s.request(sip.NOTIFY, uri, x.transport, dest, x.ip)
	for _, r := range x.routes {
		req.AppendHeader(sip.NewHeader("Route", r))
	}
	req.AppendHeader(sip.NewHeader("From", x.local))
	req.AppendHeader(sip.NewHeader("To", x.remote))
	req.AppendHeader(sip.NewHeader("Call-ID", x.callID))
	req.AppendHeader(sip.NewHeader("CSeq", fmt.Sprintf("%d NOTIFY", e.Seq)))
	req.AppendHeader(sip.NewHeader("Contact", s.contact(x.user(), x.transport, x.ip)))
	req.AppendHeader(sip.NewHeader("Event", x.event))
	req.AppendHeader(sip.NewHeader("Subscription-State", e.State))
	return req, nil
}

// document writes what a NOTIFY says, and of what kind that is.
func (x *watcher) document(w *watchers, e subscribe.Notify) (body []byte, kind string) {
	if x.about.event == eventMessages {
		return subscribe.Summary("sip:"+x.user()+"@"+x.host, w.s.lamps.messagesOf(x.about.name)), subscribe.MessagesType
	}
	if e.Full {
		delete(w.lines, x.about.name) // tags may have become known since
	}
	before, now := x.sent, w.dialogs(x.about.name)
	x.sent = now
	if tell := subscribe.Differences(before, now); !e.Full && len(tell) > 0 {
		return subscribe.DialogInfo(x.user(), x.host, e.Version, false, tell), subscribe.DialogInfoType
	}
	return subscribe.DialogInfo(x.user(), x.host, e.Version, true, now), subscribe.DialogInfoType
}
