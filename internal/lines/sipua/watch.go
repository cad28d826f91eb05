package sipua

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/mailbox"
	"github.com/dealerline/dealerline/internal/lines/sipua/subscribe"
)

// Bounds of what phones may watch. The largest desk phones have three extension boards of 60 keys.
const (
	watchesPerExtension = 300 // over all its phones
	watchesInAll        = 10000
	watchMail           = 20000 // in the actor's mailbox; each subscription has an answer and a timer in it at most
)

// watchers owns all subscriptions: one actor, which feeds each one's machine and carries out its effects.
//
//	SUBSCRIBE ──▶ wanted ─┐                        ┌──▶ 200, NOTIFY ──▶ phone
//	ShowDialog ─▶ lamps ──┼─▶ actor: subscribe.Step ┤                     │
//	timers ─────▶ ranOut ─┘         ▲              └──▶ timers            │
//	                                └──────────── told ◀──────────────────┘
type watchers struct {
	s     *Server
	box   *mailbox.Box[any]
	count atomic.Int64

	subs   map[string]*watcher // by the key of their dialog
	about  map[subject]map[*watcher]bool
	of     map[string]int // by extension
	lines  map[string][]subscribe.Dialog
	closed bool
}

// watcher is one subscription.
type watcher struct {
	subscribe.Subscription

	key, ext      string
	about         subject
	event         string
	callID, tag   string
	local, remote string // our From and To in its NOTIFYs
	host          string
	target        string
	routes        []string
	transport     string
	peer          netip.AddrPort
	ip            netip.Addr
	timer         *time.Timer
	armed         uint64
	sent          []subscribe.Dialog // as last told; never changed in place
}

// What comes into the mailbox.
type (
	wanted struct { // a SUBSCRIBE of somebody who may
		req  *sip.Request
		tx   *sip.ServerTx
		ext  string
		key  string
		wish wish
	}
	told struct { // a NOTIFY was answered
		key    string
		seq    uint32
		status int
	}
	ranOut struct { // a timer
		key   string
		armed uint64
	}
	applied struct{} // the settings have changed
)

func newWatchers(s *Server) *watchers {
	return &watchers{
		s: s, box: mailbox.New[any](watchMail), subs: make(map[string]*watcher),
		about: make(map[subject]map[*watcher]bool), of: make(map[string]int), lines: make(map[string][]subscribe.Dialog),
	}
}

// Subscriptions is how many lamps phones have on at present.
func (s *Server) Subscriptions() int { return int(s.watchers.count.Load()) }

// run is the actor's goroutine.
func (w *watchers) run(ctx context.Context) {
	defer w.leave()
	var batch []any
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.s.lamps.wake:
			for _, what := range w.s.lamps.take() {
				w.safely(what)
			}
		case <-w.box.Ready():
			batch = w.box.Take(batch)
			for _, m := range batch {
				w.safely(m)
			}
		}
	}
}

// leave asks the phones to come again when the box is back, and answers those who wait.
func (w *watchers) leave() {
	w.box.Close()
	w.closed = true
	for _, x := range w.subs {
		w.farewell(x)
	}
	for _, m := range w.box.Take(nil) {
		switch m := m.(type) {
		case wanted:
			w.s.respond(m.req, m.tx, 503)
		case probed:
			close(m.done)
		}
	}
}

// farewell asks one phone to come again.
func (w *watchers) farewell(x *watcher) {
	defer w.s.survive("subscriptions")
	x.stop()
	x.telling(w, subscribe.End{Reason: subscribe.Restarting, Now: true})
}

// safely handles one message; what goes wrong with one phone concerns no other.
func (w *watchers) safely(m any) {
	defer w.s.survive("subscriptions")
	switch m := m.(type) {
	case wanted:
		w.want(m)
	case subject:
		delete(w.lines, m.name)
		for x := range w.about[m] {
			x.telling(w, subscribe.Changed{})
		}
	case told:
		if x := w.subs[m.key]; x != nil {
			x.telling(w, subscribe.Answered{Seq: m.seq, Status: m.status})
		}
	case ranOut:
		if x := w.subs[m.key]; x != nil && x.armed == m.armed {
			x.telling(w, subscribe.Due{})
		}
	case applied:
		w.retain()
	case probed:
		close(m.done)
	}
}

// want takes a SUBSCRIBE: a new one, or one within a subscription.
func (w *watchers) want(m wanted) {
	x := w.subs[m.key]
	switch {
	case m.key != "" && (x == nil || x.event != m.wish.event || x.about.event != m.wish.about.event):
		w.s.respond(m.req, m.tx, 481) // after a restart of the box; the phone begins anew
		return
	case x != nil && x.ext != m.ext:
		w.s.respond(m.req, m.tx, 403)
		return
	case x == nil && (len(w.subs) >= watchesInAll || w.of[m.ext] >= watchesPerExtension):
		w.s.log.Debug("sip subscription refused", "line", m.ext, "subscriptions", len(w.subs))
		w.s.respond(m.req, m.tx, 503, sip.NewHeader("Retry-After", "60"))
		return
	case x == nil:
		x = w.open(m)
	}
	x.target, x.peer, x.transport = m.wish.target, sourceOf(m.req), kindOfTransport(m.req)
	x.ip = w.s.localIP(x.peer.Addr())
	effects := x.step(subscribe.Asked{Seq: m.req.CSeq().SeqNo, Life: m.wish.life})
	for _, e := range effects {
		if r, ok := e.(subscribe.Reply); ok {
			x.reply(w, m, r)
		}
	}
	x.carryOut(w, effects)
}

// open makes the subscription that a SUBSCRIBE begins.
func (w *watchers) open(m wanted) *watcher {
	req := m.req
	x := &watcher{
		ext: m.ext, about: m.wish.about, event: m.wish.event, host: m.wish.host,
		callID: req.CallID().Value(), tag: newTag(), remote: req.From().Value(), routes: routesOf(req, false),
	}
	x.key = legKey(x.callID, x.tag)
	x.local = bare(req.To().Value()) + ";tag=" + x.tag
	w.subs[x.key] = x
	if w.about[x.about] == nil {
		w.about[x.about] = make(map[*watcher]bool)
	}
	w.about[x.about][x] = true
	w.of[x.ext]++
	w.s.lamps.watch(x.about, 1)
	w.count.Add(1)
	return x
}

// remove forgets a subscription that is gone.
func (w *watchers) remove(x *watcher) {
	if w.subs[x.key] != x || w.closed {
		return
	}
	x.stop()
	delete(w.subs, x.key)
	if delete(w.about[x.about], x); len(w.about[x.about]) == 0 {
		delete(w.about, x.about)
	}
	if w.of[x.ext]--; w.of[x.ext] <= 0 {
		delete(w.of, x.ext)
	}
	w.s.lamps.watch(x.about, -1)
	w.count.Add(-1)
}

// retain ends the subscriptions of extensions, and to extensions, that are no more.
func (w *watchers) retain() {
	known := w.s.settings.Load().extensions
	for _, x := range w.subs {
		if _, ok := known[x.ext]; !ok {
			x.telling(w, subscribe.End{Reason: subscribe.Rejected})
		} else if _, ok := known[x.about.name]; !ok && !w.s.lamps.shown(x.about) {
			x.telling(w, subscribe.End{Reason: subscribe.NoResource})
		}
	}
}

// dialogs are those of a line as phones are told of them, with the tags by which one may be taken over.
func (w *watchers) dialogs(name string) []subscribe.Dialog {
	if list, ok := w.lines[name]; ok {
		return list
	}
	var out []subscribe.Dialog
	for _, d := range w.s.lamps.dialogsOf(name) {
		x := subscribe.Dialog{ID: d.CallID, State: d.State, Initiator: d.Initiator, Remote: d.Remote, Name: d.RemoteName}
		if x.ID == "" {
			x.ID = name
		}
		for _, l := range w.s.legsOf(d.CallID) {
			if st := l.look(); !st.over && st.remoteTag != "" && l.info.Kind == line.Extension {
				x.CallID, x.LocalTag, x.RemoteTag = d.CallID, st.remoteTag, w.s.shownTag(l)
			}
		}
		out = append(out, x)
	}
	w.lines[name] = out
	return out
}
