package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// dialog is one call of a phone.
type dialog struct {
	confirmed atomic.Bool // answered by us
	p         *phone
	callID    string
	tag       string // ours
	inbound   bool
	invite    message // the first INVITE, ours or theirs
	final     message // its final answer, if ours
	remote    string  // where requests go: their Contact
	replace   string  // the dialog whose place it shall take

	mu      sync.Mutex
	seq     int
	status  int // final status of an outgoing call, 0 before
	ended   string
	cause   int // Q.850, of the BYE
	sound   *rtpEnd
	ringing chan struct{}
	up      chan struct{}
	done    chan struct{}
}

func newDialog(p *phone, callID string) *dialog {
	return &dialog{
		p: p, callID: callID, tag: fmt.Sprintf("%x", rand.Uint32()), seq: 1,
		ringing: make(chan struct{}), up: make(chan struct{}), done: make(chan struct{}),
	}
}

// closeOnce closes a channel that may be closed already; the caller holds d.mu.
func closeOnce(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}

// dial calls a number; v is what is said. from overrides the caller's number, for trunks.
func (p *phone) dial(number string, v voice) *dialog { return p.dialAs(p.user, number, v) }

func (p *phone) dialAs(from, number string, v voice) *dialog {
	p.t.Helper()
	d := newDialog(p, fmt.Sprintf("call-%x", rand.Uint64()))
	d.sound = newRTPEnd(p.t, p.ip, v)
	p.mu.Lock()
	p.dialogs[d.callID] = d
	p.mu.Unlock()
	go d.place(from, number)
	return d
}

func (d *dialog) place(from, number string) {
	to := "sip:" + number + "@" + d.p.box.ip
	challenge := ""
	for seq := 1; seq <= 2; seq++ {
		m := d.p.request("INVITE", to, d.callID, d.tag, seq)
		m.headers[1][1] = fmt.Sprintf("\"Test\" <sip:%s@%s>;tag=%s", from, d.p.ip, d.tag)
		if d.p.password != "" && from == d.p.user {
			m.headers[1][1] = fmt.Sprintf("<sip:%s@%s>;tag=%s", from, d.p.box.ip, d.tag)
		}
		if d.replace != "" {
			m.add("replaces", "%s", d.replace)
		}
		m.add("content-type", "application/sdp")
		m.body = d.sound.offer("sendrecv")
		if challenge != "" {
			authorize(&m, challenge, "proxy-authorization", d.p.user, d.p.password, "INVITE", to)
		}
		d.mu.Lock()
		d.invite, d.seq = m, seq
		d.mu.Unlock()
		r, ok := d.p.ask(m, 3*time.Minute, d.provisional)
		if !ok {
			d.finish("timeout", 0)
			return
		}
		if r.status() == 407 && seq == 1 {
			d.ackFailure(m, r)
			challenge = r.md5Challenge("proxy-authenticate")
			continue
		}
		d.settled(m, r)
		return
	}
}

func (d *dialog) provisional(r message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.status() >= 180 && r.status() < 200 {
		closeOnce(d.ringing)
		if r.body != "" {
			d.sound.accept(r.body)
		}
	}
}

func (d *dialog) settled(m, r message) {
	d.mu.Lock()
	d.final, d.status = r, r.status()
	d.mu.Unlock()
	if r.status() >= 300 {
		d.ackFailure(m, r)
		d.finish("refused", 0)
		return
	}
	d.mu.Lock()
	d.remote = uri(r.get("contact"))
	closeOnce(d.up)
	d.mu.Unlock()
	d.ack()
	d.sound.accept(r.body)
	d.sound.begin()
}

// ackFailure confirms a refusal: part of the INVITE's transaction (RFC 3261 §17.1.1.3).
func (d *dialog) ackFailure(m, r message) {
	a := message{start: "ACK " + strings.Fields(m.start)[1] + " SIP/2.0"}
	a.headers = append(a.headers, [2]string{"via", m.get("via")}, [2]string{"from", m.get("from")},
		[2]string{"to", r.get("to")}, [2]string{"call-id", d.callID})
	n, _ := m.cseq()
	a.add("cseq", "%d ACK", n)
	d.p.send(a)
}

// ack confirms a 200 to an INVITE of ours, the last one.
func (d *dialog) ack() {
	d.mu.Lock()
	a := d.inDialog("ACK", d.seq)
	d.mu.Unlock()
	d.p.send(a)
}

// inDialog builds a request inside the dialog; the caller holds d.mu.
func (d *dialog) inDialog(method string, seq int) message {
	m := d.p.request(method, d.remote, d.callID, d.tag, seq)
	if d.inbound {
		m.headers[1][1] = d.invite.get("to") + ";tag=" + d.tag
		m.headers[2][1] = d.invite.get("from")
	} else {
		m.headers[1][1] = d.invite.get("from")
		m.headers[2][1] = d.final.get("to")
	}
	return m
}

// tell sends a request inside the dialog and returns the final status, 0 for none.
func (d *dialog) tell(method string, fill func(*message)) (message, int) {
	d.mu.Lock()
	d.seq++
	m := d.inDialog(method, d.seq)
	d.mu.Unlock()
	if fill != nil {
		fill(&m)
	}
	r, ok := d.p.ask(m, 10*time.Second, nil)
	if !ok {
		return r, 0
	}
	return r, r.status()
}

// answer takes an incoming call.
func (d *dialog) answer(v voice) {
	end := newRTPEnd(d.p.t, d.p.ip, v)
	end.accept(d.invite.body)
	d.mu.Lock()
	d.sound = end
	d.mu.Unlock()
	d.confirm()
	end.begin()
}

// progress opens the sound of an incoming call before it is answered.
func (d *dialog) progress(v voice) {
	end := newRTPEnd(d.p.t, d.p.ip, v)
	end.accept(d.invite.body)
	d.mu.Lock()
	d.sound = end
	d.mu.Unlock()
	d.p.reply(d.invite, 183, d.tag, d.describe)
	end.begin()
}

// confirm answers a call whose sound is open.
func (d *dialog) confirm() {
	d.confirmed.Store(true)
	d.p.reply(d.invite, 200, d.tag, d.describe)
}

func (d *dialog) describe(m *message) {
	m.add("content-type", "application/sdp")
	m.body = d.sound.offer("sendrecv")
}

// reject refuses an incoming call.
func (d *dialog) reject(status int) {
	d.p.reply(d.invite, status, d.tag, nil)
	d.finish("rejected", 0)
}

// cancelled: the caller gave up before we answered.
func (d *dialog) cancelled(m message) {
	d.mu.Lock()
	up := false
	select {
	case <-d.up:
		up = true
	default:
	}
	d.mu.Unlock()
	if !up {
		d.p.reply(d.invite, 487, d.tag, nil)
		cause := reasonCause(m.get("reason"))
		if strings.Contains(m.get("reason"), "completed elsewhere") {
			cause = 26
		}
		d.finish("cancel", cause)
	}
}

func (d *dialog) acked() {
	d.mu.Lock()
	defer d.mu.Unlock()
	closeOnce(d.up)
}

// reinvited answers an INVITE inside the dialog with what holds already.
func (d *dialog) reinvited(m message) {
	d.p.reply(m, 200, d.tag, d.describe)
}

// hold puts the far side on hold, or takes it back.
func (d *dialog) hold(on bool) {
	d.p.t.Helper()
	direction := map[bool]string{true: "sendonly", false: "sendrecv"}[on]
	_, status := d.tell("INVITE", func(m *message) {
		m.add("content-type", "application/sdp")
		m.body = d.sound.offer(direction)
	})
	if status != 200 {
		d.p.t.Fatalf("re-INVITE (%s): %d", direction, status)
	}
	d.ack()
}

// hangup ends the call, whatever its state.
func (d *dialog) hangup() {
	d.p.t.Helper()
	if d.confirmed.Load() { // before the ACK there is no BYE (RFC 3261 §15)
		select {
		case <-d.up:
		case <-d.done:
		case <-time.After(5 * time.Second):
		}
	}
	select {
	case <-d.up:
		if _, status := d.tell("BYE", nil); status != 200 && status != 481 {
			d.p.t.Errorf("BYE: %d", status)
		}
		d.finish("hangup", 0)
	default:
		d.mu.Lock()
		m := d.invite
		d.mu.Unlock()
		c := message{start: "CANCEL " + strings.Fields(m.start)[1] + " SIP/2.0"}
		for _, h := range m.headers {
			if h[0] == "via" || h[0] == "from" || h[0] == "to" || h[0] == "call-id" {
				c.headers = append(c.headers, h)
			}
		}
		n, _ := m.cseq()
		c.add("cseq", "%d CANCEL", n)
		d.p.send(c)
		d.over()
	}
}

// info sends a key by SIP INFO (application/dtmf-relay).
func (d *dialog) info(key byte) {
	d.p.t.Helper()
	_, status := d.tell("INFO", func(m *message) {
		m.add("content-type", "application/dtmf-relay")
		m.body = fmt.Sprintf("Signal=%c\r\nDuration=160\r\n", key)
	})
	if status != 200 {
		d.p.t.Fatalf("INFO: %d", status)
	}
}

func (d *dialog) finish(how string, cause int) {
	d.mu.Lock()
	if d.ended == "" {
		d.ended, d.cause = how, cause
		close(d.done)
	}
	d.mu.Unlock()
	d.stopSound()
}

func (d *dialog) stopSound() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sound != nil {
		d.sound.stop()
	}
}

// answered waits until the call is up.
func (d *dialog) answered() {
	d.p.t.Helper()
	select {
	case <-d.up:
	case <-d.done:
		select {
		case <-d.up:
		default:
			d.p.t.Fatalf("call of %s ended (%s, status %d) before it was answered", d.p.user, d.ended, d.status)
		}
	case <-time.After(20 * time.Second):
		d.p.t.Fatalf("call of %s is not answered", d.p.user)
	}
}

// over waits until the call has ended and returns how: "bye", "cancel", "refused" …
func (d *dialog) over() string {
	d.p.t.Helper()
	return d.overWithin(20 * time.Second)
}

func (d *dialog) overWithin(limit time.Duration) string {
	d.p.t.Helper()
	select {
	case <-d.done:
		return d.ended
	case <-time.After(limit):
		d.p.t.Fatalf("call of %s does not end within %s", d.p.user, limit)
		return ""
	}
}

// refusedWith waits for the end of a call that must be refused, and returns the status.
func (d *dialog) refusedWith() int {
	d.p.t.Helper()
	if how := d.over(); how != "refused" {
		d.p.t.Fatalf("call of %s ended by %s, want a refusal", d.p.user, how)
	}
	return d.status
}

// sdpRemote reads where sound goes and in which law from a session description.
func sdpRemote(body string) (*net.UDPAddr, int) {
	var ip net.IP
	port, law := 0, 8
	for line := range strings.SplitSeq(body, "\n") {
		line = strings.TrimSpace(line)
		if v, ok := strings.CutPrefix(line, "c=IN IP4 "); ok {
			ip = net.ParseIP(v)
		}
		if v, ok := strings.CutPrefix(line, "m=audio "); ok {
			f := strings.Fields(v)
			port, _ = strconv.Atoi(f[0])
			law, _ = strconv.Atoi(f[2])
		}
	}
	if ip == nil || port == 0 {
		return nil, law
	}
	return &net.UDPAddr{IP: ip, Port: port}, law
}
