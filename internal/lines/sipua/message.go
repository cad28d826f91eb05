package sipua

import (
	"context"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
)

// Limits of messages.
const (
	// messageAnswer is 64·T1, after which a request's transaction ends (RFC 3261 §17.1.2.2).
	messageAnswer = 32 * time.Second
	// MaxMessage bounds a message's octets: with its headers it must fit a packet of 1300 (RFC 3428 §8).
	MaxMessage = 900
)

// Message sends a text through a trunk to a number (RFC 3428) and returns when the carrier has taken it. [fault.Invalid]
// is a number or a text that it will never take; [fault.Unavailable] everything that may go better another time.
func (s *Server) Message(ctx context.Context, name, number, text string) error {
	s.mu.Lock()
	t := s.trunks[name]
	s.mu.Unlock()
	switch {
	case t == nil:
		return fault.New(fault.NotFound, "sip.trunk.unknown", "send message by trunk %s: no such trunk", name)
	case !t.cfg.Messages:
		return fault.New(fault.Unavailable, "sip.message.off", "send message by trunk %s: the settings do not let it", name)
	case len(text) > MaxMessage:
		return fault.New(fault.Invalid, "sip.message.too_long", "send message by trunk %s: %d octets, at most %d", name, len(text), MaxMessage)
	}
	st := t.state()
	if !st.Peer.IsValid() || st.State == TrunkDown || st.State == TrunkRejected || (st.State == TrunkTrying && t.cfg.Register) {
		return fault.New(fault.Unavailable, "sip.trunk.down", "send message by trunk %s: trunk is %s", name, st.State)
	}
	number = t.cfg.OutboundNumbers.Apply(number)
	if number == "" || !plain(number, "", 64) {
		return fault.New(fault.Invalid, "sip.number", "send message by trunk %s: not a number", name)
	}
	return t.message(ctx, number, text)
}

// message sends a text, with credentials when asked for them.
func (t *trunk) message(ctx context.Context, number, text string) error {
	ctx, cancel := context.WithTimeout(ctx, messageAnswer)
	defer cancel()
	callID, tag := newTag(), newTag()
	var auth sip.Header
	for seq := 1; seq <= 3; seq++ {
		req := t.messageRequest(number, text, callID, tag, seq)
		if auth != nil {
			req.AppendHeader(auth)
		}
		res, err := t.s.ask(ctx, req, messageAnswer)
		switch {
		case err != nil:
			return fault.New(fault.Unavailable, "sip.message.no_answer", "send message by trunk %s: %w", t.cfg.Name, err)
		case res.StatusCode/100 == 2: // RFC 3428 §7: 202 is as good as 200, it is stored
			return nil
		case res.StatusCode == 401 || res.StatusCode == 407:
			again := auth != nil && !digest.IsStale(challenges(res))
			h, err := authorization(res, t.credentials(), t.cfg.Realm, "MESSAGE", req.Recipient.String())
			if err != nil || again {
				return t.messageRefused(fault.Unavailable, res)
			}
			auth = h
		case res.StatusCode == 404 || res.StatusCode == 410 || res.StatusCode == 484 || res.StatusCode == 604:
			return t.messageRefused(fault.Invalid, res)
		default:
			return t.messageRefused(fault.Unavailable, res)
		}
	}
	return fault.New(fault.Unavailable, "sip.message.refused", "send message by trunk %s: too many challenges", t.cfg.Name)
}

func (t *trunk) messageRefused(code fault.Code, res *sip.Response) error {
	return fault.New(code, "sip.message.refused", "send message by trunk %s: %s", t.cfg.Name, reply(res))
}

func (t *trunk) messageRequest(number, text, callID, tag string, seq int) *sip.Request {
	peer := t.peer()
	req := t.s.request(sip.MESSAGE, t.uri(number), t.cfg.transport(), peer.String(), t.s.localIP(peer.Addr()))
	req.AppendHeader(sip.NewHeader("From", address("", t.shown(""), t.cfg.domain())+";tag="+tag))
	req.AppendHeader(sip.NewHeader("To", address("", number, t.cfg.Host)))
	req.AppendHeader(sip.NewHeader("Call-ID", callID))
	req.AppendHeader(sip.NewHeader("CSeq", fmt.Sprintf("%d MESSAGE", seq)))
	req.AppendHeader(sip.NewHeader("Content-Type", "text/plain;charset=UTF-8"))
	req.SetBody([]byte(text))
	return req
}
