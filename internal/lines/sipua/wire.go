package sipua

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
)

// What we understand, for the headers that say so.
const (
	allow     = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER, REGISTER, SUBSCRIBE"
	supported = "100rel, timer, replaces, norefersub"
	accept    = "application/sdp, application/dtmf-relay, application/dtmf"
	sdp       = "application/sdp"
)

// understood are the option tags that a Require header may hold; path is for REGISTER only and not supported.
var understood = map[string]bool{ //nolint:gochecknoglobals // a constant table
	"100rel": true, "timer": true, "replaces": true, "norefersub": true,
}

// headed is what requests and responses have in common here.
type headed interface {
	GetHeaders(name string) []sip.Header
}

// header returns the first value of a header under any of its names, "" for none.
func header(m headed, names ...string) string {
	for _, n := range names {
		if hs := m.GetHeaders(n); len(hs) > 0 {
			return strings.TrimSpace(hs[0].Value())
		}
	}
	return ""
}

// tokens returns all comma-separated values of a header, in lower case and without parameters.
func tokens(m headed, names ...string) []string {
	var out []string
	for _, n := range names {
		for _, h := range m.GetHeaders(n) {
			for v := range strings.SplitSeq(h.Value(), ",") {
				v, _, _ = strings.Cut(v, ";")
				if v = strings.ToLower(strings.TrimSpace(v)); v != "" {
					out = append(out, v)
				}
			}
		}
	}
	return out
}

func has(list []string, v string) bool { return slices.Contains(list, v) }

// unsupported returns the option tags required of us that we do not know.
func unsupported(m headed) []string {
	var out []string
	for _, t := range tokens(m, "Require") {
		if !understood[t] {
			out = append(out, t)
		}
	}
	return out
}

// contentType returns the media type of the body without parameters, in lower case.
func contentType(m headed) string {
	v, _, _ := strings.Cut(header(m, "Content-Type", "c"), ";")
	return strings.ToLower(strings.TrimSpace(v))
}

// seconds reads a number of seconds with parameters behind it: "1800;refresher=uac".
func seconds(v string) (time.Duration, string) {
	n, params, _ := strings.Cut(v, ";")
	s, err := strconv.ParseUint(strings.TrimSpace(n), 10, 31)
	if err != nil {
		return 0, params
	}
	return time.Duration(s) * time.Second, params
}

func timerOf(m headed) dialog.Timer {
	t := dialog.Timer{Supported: has(tokens(m, "Supported", "k"), "timer")}
	var params string
	t.Interval, params = seconds(header(m, "Session-Expires", "x"))
	for p := range strings.SplitSeq(params, ";") {
		if k, v, _ := strings.Cut(p, "="); strings.EqualFold(strings.TrimSpace(k), "refresher") {
			t.Refresher = strings.ToLower(strings.TrimSpace(v))
		}
	}
	if t.Refresher != "uac" && t.Refresher != "uas" {
		t.Refresher = ""
	}
	t.Minimum, _ = seconds(header(m, "Min-SE"))
	return t
}

// reasonOf reads the Reason header (RFC 3326): a Q.850 cause, or SIP 200 for "call completed elsewhere".
func reasonOf(m headed) line.Cause {
	for _, h := range m.GetHeaders("Reason") {
		for v := range strings.SplitSeq(h.Value(), ",") {
			protocol, params, _ := strings.Cut(v, ";")
			protocol = strings.TrimSpace(protocol)
			for p := range strings.SplitSeq(params, ";") {
				k, n, _ := strings.Cut(p, "=")
				if !strings.EqualFold(strings.TrimSpace(k), "cause") {
					continue
				}
				cause, err := strconv.ParseUint(strings.TrimSpace(n), 10, 16)
				switch {
				case err != nil:
				case strings.EqualFold(protocol, "Q.850") && cause > 0 && cause < 128:
					return line.Cause(cause)
				case strings.EqualFold(protocol, "SIP") && cause == 200:
					return line.AnsweredElsewhere
				case strings.EqualFold(protocol, "SIP") && cause >= 300 && cause < 700:
					return dialog.CauseOf(int(cause))
				}
			}
		}
	}
	return line.CauseUnknown
}

// reasonHeader writes the Reason header for a cause.
func reasonHeader(c line.Cause) sip.Header {
	if c == line.AnsweredElsewhere {
		return sip.NewHeader("Reason", `SIP;cause=200;text="Call completed elsewhere"`)
	}
	return sip.NewHeader("Reason", "Q.850;cause="+strconv.Itoa(int(c.Q850()))+`;text="`+c.String()+`"`)
}

// uriOf returns the first Contact's address, "" for none or one that is no SIP address.
func uriOf(m interface{ Contact() *sip.ContactHeader }) string {
	c := m.Contact()
	if c == nil || !strings.HasPrefix(c.Address.Scheme, "sip") || c.Address.Host == "" {
		return ""
	}
	return c.Address.String()
}

// routesOf returns the Record-Route addresses; reversed for the side that sent the INVITE (RFC 3261 §12.1.2).
func routesOf(m headed, reversed bool) []string {
	var out []string
	for _, h := range m.GetHeaders("Record-Route") {
		v := strings.TrimSpace(h.Value())
		if reversed {
			out = append([]string{v}, out...)
		} else {
			out = append(out, v)
		}
	}
	return out
}

func tagOf(p sip.HeaderParams) string {
	t, _ := p.Get("tag")
	return t
}

// sourceOf returns the address that a message came from.
func sourceOf(m interface{ Source() string }) netip.AddrPort {
	ap, err := netip.ParseAddrPort(m.Source())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
}

// legKey names the leg that a message belongs to: its Call-ID and our own tag.
func legKey(callID, localTag string) string { return callID + "\x00" + localTag }

// requestEvent turns a request into the event for the dialog.
func requestEvent(id int, req *sip.Request) dialog.Request {
	ev := dialog.Request{
		ID: id, Method: string(req.Method), Seq: req.CSeq().SeqNo, Target: uriOf(req),
		Unsupported: unsupported(req), Type: contentType(req), Body: req.Body(),
		Reliable: has(tokens(req, "Require"), "100rel"), Timer: timerOf(req),
		Updates: has(tokens(req, "Allow"), "update"), Cause: reasonOf(req),
	}
	if ev.Target == "" {
		ev.Target = elderTarget(req)
	}
	if f := strings.Fields(header(req, "RAck")); len(f) == 3 {
		ev.RSeq, ev.RCSeq = number(f[0]), number(f[1])
	}
	return ev
}

// responseEvent turns a response into the event for the dialog.
func responseEvent(res *sip.Response) dialog.Response {
	ev := dialog.Response{
		Method: string(res.CSeq().MethodName), Seq: res.CSeq().SeqNo, Status: res.StatusCode, Reason: res.Reason,
		Target: uriOf(res), Routes: routesOf(res, true), Timer: timerOf(res), Cause: reasonOf(res),
		Updates: has(tokens(res, "Allow"), "update"),
	}
	if to := res.To(); to != nil {
		ev.Tag = tagOf(to.Params)
	}
	if contentType(res) == sdp {
		ev.Body = res.Body()
	}
	if has(tokens(res, "Require"), "100rel") {
		ev.RSeq = number(header(res, "RSeq"))
	}
	return ev
}

func number(s string) uint32 {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 31)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// reasonPhrase gives the words for a status (RFC 3261 §21 and the RFCs that added to it).
func reasonPhrase(status int) string {
	if p, ok := phrases[status]; ok {
		return p
	}
	return "Status " + strconv.Itoa(status)
}

var phrases = map[int]string{ //nolint:gochecknoglobals // a constant table
	100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted",
	400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	406: "Not Acceptable",
	407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone", 415: "Unsupported Media Type",
	416: "Unsupported URI Scheme", 420: "Bad Extension", 422: "Session Interval Too Small",
	423: "Interval Too Brief", 480: "Temporarily Unavailable",
	481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 484: "Address Incomplete", 486: "Busy Here",
	487: "Request Terminated", 488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending",
	500: "Server Internal Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
	504: "Server Time-out", 505: "Version Not Supported", 603: "Decline",
}

// hostOf splits an address as in Via or Contact into host and port.
func udpHost(ip netip.Addr) string {
	if ip.Is6() {
		return "[" + ip.String() + "]"
	}
	return ip.String()
}

// laddr makes sipgo's form of an address.
func laddr(ap netip.AddrPort) sip.Addr {
	return sip.Addr{IP: net.IP(ap.Addr().AsSlice()), Port: int(ap.Port())}
}
