package sipua

import (
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
	if req.GetHeader("replaces") == nil {
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
	l := s.named(r)
	if l == nil {
		return place{}, 481
	}
	if l.info.Kind != line.Extension {
		return place{}, 403
	}
	st := l.look()
	theirs := r.fromTag
	if l.tag == r.fromTag { // as seen from the phone that l belongs to
		theirs = r.toTag
	}
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
