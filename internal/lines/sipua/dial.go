package sipua

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
)

// DialExtension calls every phone registered under a number and returns one leg each, ringing or about to.
// Without any the error's code is fault.Unavailable, and the cause to record is line.SubscriberAbsent.
func (s *Server) DialExtension(number string, o Outgoing) ([]*Leg, error) {
	e, known := s.settings.Load().extensions[number]
	if !known {
		return nil, fault.New(fault.NotFound, "sip.extension.unknown", "dial extension %s: no such extension", number)
	}
	list := s.registrar.of(number, time.Now())
	if reachable := slices.DeleteFunc(slices.Clone(list), func(b Binding) bool { return !b.Reachable }); len(reachable) > 0 {
		list = reachable
	}
	if len(list) == 0 {
		return nil, fault.New(fault.Unavailable, "sip.extension.absent", "dial extension %s: not registered", number)
	}
	legs := make([]*Leg, 0, len(list))
	var last error
	for _, b := range list {
		l, err := s.callPhone(e, b, o)
		if err != nil {
			last = err
			continue
		}
		legs = append(legs, l)
	}
	if len(legs) == 0 {
		return nil, fmt.Errorf("dial extension %s: %w", number, last)
	}
	return legs, nil
}

func (s *Server) callPhone(e Extension, b Binding, o Outgoing) (*Leg, error) {
	info := line.Info{
		Direction: line.Outbound, Kind: line.Extension, Line: e.Number, From: o.From, FromName: o.FromName,
		To: e.Number, Withheld: o.Privacy,
	}
	l, err := s.newLeg(info, dialog.Caller, b.Transport, b.Source, false)
	if err != nil {
		return nil, err
	}
	l.toSource = true
	l.d.Target = b.Contact
	from := o.From
	if from == "" {
		from = "anonymous"
	}
	l.user = from
	l.localAddr = address(o.FromName, from, udpHost(l.ip))
	l.remoteAddr = address("", e.Number, udpHost(l.ip))
	if o.AutoAnswer {
		l.headers = append(l.headers,
			sip.NewHeader("Call-Info", fmt.Sprintf("<sip:%s>;answer-after=0", udpHost(l.ip))),
			sip.NewHeader("Alert-Info", "<http://localhost>;info=alert-autoanswer;delay=0"))
	}
	return s.dial(l, o)
}

// DialTrunk calls a number through a trunk. The error's code is fault.Busy when all its channels are in use and
// fault.Unavailable when it is down.
func (s *Server) DialTrunk(name, number string, o Outgoing) (*Leg, error) {
	s.mu.Lock()
	t := s.trunks[name]
	s.mu.Unlock()
	if t == nil {
		return nil, fault.New(fault.NotFound, "sip.trunk.unknown", "dial trunk %s: no such trunk", name)
	}
	st := t.state()
	if !st.Peer.IsValid() || st.State == TrunkDown || st.State == TrunkRejected || (st.State == TrunkTrying && t.cfg.Register) {
		return nil, fault.New(fault.Unavailable, "sip.trunk.down", "dial trunk %s: trunk is %s", name, st.State)
	}
	number = t.cfg.OutboundNumbers.Apply(number)
	if number == "" || !plain(number, "#", 64) {
		return nil, fault.New(fault.Invalid, "sip.number", "dial trunk %s: not a number", name)
	}
	if !t.enter() {
		return nil, fault.New(fault.Busy, "sip.trunk.full", "dial trunk %s: all %d channels in use", name, t.cfg.Capacity)
	}
	l, err := s.callTrunk(t, number, o)
	if err != nil {
		t.leave()
		return nil, fmt.Errorf("dial trunk %s: %w", name, err)
	}
	return l, nil
}

func (s *Server) callTrunk(t *trunk, number string, o Outgoing) (*Leg, error) {
	info := line.Info{
		Direction: line.Outbound, Kind: line.Trunk, Line: t.cfg.Name, From: o.From, FromName: o.FromName,
		To: number, Withheld: o.Privacy,
	}
	l, err := s.newLeg(info, dialog.Caller, t.cfg.transport(), t.peer(), false)
	if err != nil {
		return nil, err
	}
	l.trunk = t
	target := t.uri(strings.ReplaceAll(number, "#", "%23"))
	l.d.Target = target.String()
	l.creds, l.realm, l.user = t.credentials(), t.cfg.Realm, contactUser(t.cfg)
	shown := t.shown(o.From)
	l.remoteAddr = address("", target.User, t.cfg.Host)
	if !o.Privacy {
		l.localAddr = address(o.FromName, shown, t.cfg.domain())
		return s.dial(l, o)
	}
	l.localAddr = `"Anonymous" <sip:anonymous@anonymous.invalid>` // RFC 3323 §4.1.1.3
	l.headers = append(l.headers, sip.NewHeader("Privacy", "id"),
		sip.NewHeader("P-Asserted-Identity", address("", shown, t.cfg.domain())))
	return s.dial(l, o)
}

// shown is the number that a call through the trunk shows.
func (t *trunk) shown(from string) string {
	own := t.cfg.FromUser
	if own == "" {
		own = contactUser(t.cfg)
	}
	switch {
	case t.cfg.CallerID == CallerIDFixed:
		return t.cfg.CallerNumber
	case t.cfg.CallerID == CallerIDName || from == "" || !plain(from, "", 64):
		return own
	}
	return from
}

// address writes a name-addr. What could break out of it is taken out.
func address(name, user, host string) string {
	user = strings.Map(func(r rune) rune {
		if strings.ContainsRune(userChars+"%", r) {
			return r
		}
		return -1
	}, user)
	uri := fmt.Sprintf("<sip:%s@%s>", user, host)
	name = strings.Map(func(r rune) rune {
		if control(r) || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, name)
	if name == "" {
		return uri
	}
	return `"` + name + `" ` + uri
}

// dial starts a calling leg. On an error the sound is closed and the caller gives its channel back.
func (s *Server) dial(l *Leg, o Outgoing) (*Leg, error) {
	for _, k := range slices.Sorted(maps.Keys(o.Headers)) {
		if v := o.Headers[k]; !strings.ContainsFunc(k+v, control) {
			l.headers = append(l.headers, sip.NewHeader(k, v))
		}
	}
	l.info.CallID = newTag() + "@" + l.ip.String()
	if !l.start(dialog.Begin{Limit: o.Timeout}) {
		return nil, fault.New(fault.Unavailable, "sip.closed", "%w", ErrClosed)
	}
	s.count.outbound.Add(1)
	return l, nil
}
