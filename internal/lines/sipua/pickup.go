package sipua

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
)

// place is the leg whose place an INVITE wants to take; its zero value is that of an ordinary call.
type place struct {
	callID string
	early  bool // only while that leg rings
}

// looked asks a leg how it stands.
type looked struct{ at chan standing }

// standing is how a leg stands, as others may know it.
type standing struct {
	state     dialog.State
	remoteTag string
	over      bool
}

// look asks the leg's actor how it stands. It waits for the answer, which takes microseconds; a leg that is gone is over.
func (l *Leg) look() standing {
	q := looked{make(chan standing, 1)}
	if !l.box.Put(q) {
		return standing{over: true}
	}
	select {
	case st := <-q.at:
		return st
	case <-l.gone:
		return standing{over: true}
	}
}

func (l *Leg) standing() standing {
	return standing{state: l.d.State, remoteTag: l.d.RemoteTag, over: l.closed}
}

// placeOf reads which leg's place an INVITE wants to take (RFC 3891 §3), and returns the status that refuses it, or 0.
// Only the house's phones may, and only among themselves.
func (s *Server) placeOf(req *sip.Request, who caller) (place, int) {
	if !replacing(req) {
		return place{}, 0
	}
	values := req.GetHeaders("replaces")
	switch {
	case who.ext == nil:
		return place{}, 403
	case len(values) != 1:
		return place{}, 400
	}
	r, err := parseReplaces(values[0].Value())
	if err != nil {
		return place{}, 400
	}
	l, theirs := s.named(r)
	if l == nil {
		return place{}, 481
	}
	if l.info.Kind != line.Extension {
		return place{}, 403
	}
	st := l.look()
	if theirs != st.remoteTag && (theirs != "0" || st.remoteTag != "") { // a peer of RFC 2543 has no tag: 0 (RFC 3891 §3)
		return place{}, 481
	}
	switch st.state {
	case dialog.Proceeding:
	case dialog.Answering, dialog.Confirmed:
		if r.early && !st.over {
			return place{}, 486
		}
	case dialog.Cancelling, dialog.Ended:
		st.over = true
	default: // an early dialog that we did not begin
		return place{}, 481
	}
	if st.over {
		return place{}, 603
	}
	return place{callID: l.info.CallID, early: r.early}, 0
}

// replacing reports whether there is a Replaces. Every INVITE is asked, so it costs nothing.
func replacing(req *sip.Request) bool {
	for _, h := range req.Headers() {
		if name := h.Name(); len(name) == len("Replaces") && strings.EqualFold(name, "Replaces") {
			return true
		}
	}
	return false
}

// named finds the leg that a Replaces means, and which of the two tags is meant for the far side's. Phones do not agree on
// whose tag is whose: one that learnt of the dialog by a lamp sees it from the other end (RFC 4235 §4.1.6.2).
func (s *Server) named(r replaces) (l *Leg, theirs string) {
	if l := s.leg(legKey(r.callID, r.toTag)); l != nil {
		return l, r.fromTag
	}
	if l := s.leg(legKey(r.callID, r.fromTag)); l != nil {
		return l, r.toTag
	}
	for _, l := range s.legsOf(r.callID) {
		switch shown := []byte(s.shownTag(l)); {
		case hmac.Equal(shown, []byte(r.toTag)):
			return l, r.fromTag
		case hmac.Equal(shown, []byte(r.fromTag)):
			return l, r.toTag
		}
	}
	return nil, ""
}

// legsOf finds the legs with a Call-ID.
func (s *Server) legsOf(callID string) []*Leg {
	if callID == "" {
		return nil
	}
	prefix := legKey(callID, "")
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Leg
	for key, l := range s.legs {
		if strings.HasPrefix(key, prefix) {
			out = append(out, l)
		}
	}
	return out
}

// shownTag stands for a leg's own tag where others see it. Whoever knows the tag itself could end the call or lead it
// away in its phone's name; by this name a call can only be asked for, with a password.
func (s *Server) shownTag(l *Leg) string {
	m := hmac.New(sha256.New, []byte(s.secret))
	_, _ = m.Write([]byte(l.key)) //nolint:errcheck // a hash takes everything
	return hex.EncodeToString(m.Sum(nil)[:16])
}
