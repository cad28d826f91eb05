package sipua

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
)

// What may be wrong with an address in Refer-To, beside its form.
var (
	errReferForm   = errors.New("not an address to call")
	errReferScheme = errors.New("neither a sip nor a tel address")
	errReferMethod = errors.New("asks for another request than INVITE")
)

// longestNumber bounds the number in a Refer-To.
const longestNumber = 64

// referTo is what a Refer-To says: whom to call, and whose place to take there.
type referTo struct {
	number   string
	replaces replaces // of an attended transfer; its callID is "" for a blind one
}

// replaces names a dialog (RFC 3891 §3).
type replaces struct {
	callID, toTag, fromTag string
	early                  bool
}

// parseReferTo reads a Refer-To (RFC 3515 §2.1): a name-addr or an address alone, by sip, sips or tel, with what shall
// stand in the INVITE as escaped headers (RFC 3261 §19.1.1).
func parseReferTo(v string) (referTo, error) {
	uri, err := addressIn(v)
	if err != nil {
		return referTo{}, err
	}
	scheme, rest, ok := strings.Cut(uri, ":")
	if !ok {
		return referTo{}, errReferForm
	}
	switch strings.ToLower(scheme) {
	case "tel":
		number, _, _ := strings.Cut(rest, ";")
		return called(visual.Replace(number), "")
	case "sip", "sips":
	default:
		return referTo{}, errReferScheme
	}
	address, headers, _ := strings.Cut(rest, "?")
	user, host, ok := strings.Cut(address, "@")
	if !ok {
		user, host = "", address
	}
	host, params, _ := strings.Cut(host, ";")
	if host == "" || strings.ContainsAny(host, " \t<>\"@") {
		return referTo{}, errReferForm
	}
	for p := range strings.SplitSeq(params, ";") {
		if k, m, _ := strings.Cut(p, "="); strings.EqualFold(k, "method") && !strings.EqualFold(m, "INVITE") {
			return referTo{}, errReferMethod
		}
	}
	user, _, _ = strings.Cut(user, ":") // a password is nothing to us
	return called(cleaned(user), headers)
}

// visual takes the separators out of a tel number that are there for the eye (RFC 3966 §5.1.1).
var visual = strings.NewReplacer("-", "", ".", "", "(", "", ")", "") //nolint:gochecknoglobals // a constant table

// addressIn takes the address out of a header's value.
func addressIn(v string) (string, error) {
	v = strings.TrimSpace(v)
	if strings.HasPrefix(v, `"`) {
		end := 1
		for end < len(v) && v[end] != '"' {
			if v[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(v) {
			return "", errReferForm
		}
		v = v[end+1:]
	}
	if _, inner, ok := strings.Cut(v, "<"); ok {
		inner, after, ok := strings.Cut(inner, ">")
		if after = strings.TrimSpace(after); !ok || (after != "" && after[0] != ';') {
			return "", errReferForm
		}
		return strings.TrimSpace(inner), nil
	}
	v, _, _ = strings.Cut(v, ";") // without brackets, parameters are the header's (RFC 3261 §20)
	return strings.TrimSpace(v), nil
}

// called checks the number and reads the headers.
func called(number, headers string) (referTo, error) {
	number, err := url.PathUnescape(number)
	if err != nil || !plain(number, "#", longestNumber) {
		return referTo{}, errReferForm
	}
	t := referTo{number: number}
	seen := false
	for h := range strings.SplitSeq(headers, "&") {
		k, v, _ := strings.Cut(h, "=")
		if !strings.EqualFold(k, "Replaces") {
			continue
		}
		v, err := url.PathUnescape(v)
		if err != nil || seen {
			return referTo{}, errReferForm
		}
		seen = true
		if t.replaces, err = parseReplaces(v); err != nil {
			return referTo{}, err
		}
	}
	if t.number == "" && !seen {
		return referTo{}, errReferForm
	}
	return t, nil
}

// parseReplaces reads a Replaces (RFC 3891 §6.1). Exactly one of each tag is needed; an RFC 2543 peer has the tag 0.
func parseReplaces(v string) (replaces, error) {
	id, params, _ := strings.Cut(v, ";")
	r := replaces{callID: strings.TrimSpace(id)}
	if r.callID == "" || strings.ContainsAny(r.callID, ", \t\"<>") || strings.ContainsFunc(r.callID, control) {
		return replaces{}, fmt.Errorf("read Replaces: %w", errReferForm)
	}
	for p := range strings.SplitSeq(params, ";") {
		k, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		k, value = strings.TrimSpace(k), strings.TrimSpace(value)
		twice := false
		switch strings.ToLower(k) {
		case "to-tag":
			twice, r.toTag = r.toTag != "", value
		case "from-tag":
			twice, r.fromTag = r.fromTag != "", value
		case "early-only":
			r.early = true
		}
		if twice {
			return replaces{}, fmt.Errorf("read Replaces: %w", errReferForm)
		}
	}
	if r.toTag == "" || r.fromTag == "" {
		return replaces{}, fmt.Errorf("read Replaces: %w", errReferForm)
	}
	return r, nil
}

// asked judges a REFER in the leg's dialog. Only a phone of the house may send one, from where it speaks.
func (l *Leg) asked(req *sip.Request) *dialog.Refer {
	refuse := func(status int, why string) *dialog.Refer {
		l.s.log.Warn("sip transfer refused", "leg", l.info.ID, "line", l.info.Line, "status", status, "reason", why)
		return &dialog.Refer{Status: status}
	}
	switch src := sourceOf(req); {
	case l.info.Kind != line.Extension:
		return refuse(603, "trunk")
	case src.Addr() != l.peer.Addr():
		l.s.count.refused.Add(1)
		l.s.failed(src, "")
		return refuse(403, "from elsewhere")
	}
	values := append(req.GetHeaders("Refer-To"), req.GetHeaders("r")...)
	if len(values) != 1 {
		return refuse(400, "not one Refer-To")
	}
	to, err := parseReferTo(values[0].Value())
	switch {
	case errors.Is(err, errReferScheme):
		return refuse(416, err.Error())
	case errors.Is(err, errReferMethod):
		return refuse(603, err.Error())
	case err != nil:
		return refuse(400, err.Error())
	}
	f := &dialog.Refer{To: to.number, Silent: strings.EqualFold(header(req, "Refer-Sub"), "false")}
	if to.replaces.callID == "" {
		return f
	}
	other, _ := l.s.named(to.replaces)
	switch {
	case other == nil || other == l:
		return refuse(481, "no such dialog")
	case other.info.Kind != line.Extension || other.info.Line != l.info.Line:
		return refuse(403, "dialog of another")
	}
	f.Replaces = other.info.CallID
	return f
}

// notify sends a NOTIFY in the leg's dialog.
func (l *Leg) notify(e dialog.Notify) {
	req := l.begin(dialog.NOTIFY, e.Seq, e.Tag, e.Target, e.Routes)
	if req == nil {
		return
	}
	req.AppendHeader(sip.NewHeader("Event", e.Event))
	req.AppendHeader(sip.NewHeader("Subscription-State", e.Subscription))
	req.AppendHeader(sip.NewHeader("Contact", l.s.contact(l.user, l.transport, l.ip)))
	var body []byte
	if e.Status != 0 {
		req.AppendHeader(sip.NewHeader("Content-Type", "message/sipfrag;version=2.0"))
		body = fmt.Appendf(nil, "SIP/2.0 %d %s\r\n", e.Status, reasonPhrase(e.Status))
	}
	req.SetBody(body)
	l.transact(req)
}
