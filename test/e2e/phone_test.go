package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// phone is a SIP phone, or the far end of a trunk, on an address of its own. It is made for these tests: it does what
// it is told, when it is told, and shares no code with the program's SIP.
type phone struct {
	t        *testing.T
	box      *box
	user     string
	password string
	ip       string
	conn     *net.UDPConn
	server   *net.UDPAddr

	mu      sync.Mutex
	pending map[string]chan message // by branch and method: who waits for responses
	dialogs map[string]*dialog      // by Call-ID
	sent    map[string]string       // by branch and method: our answer, for repeated requests
	rings   chan *dialog
	texts   chan message // SMS, as MESSAGE
	deaf    bool         // answers nothing, as if unplugged
	refuse  atomic.Int32 // answers calls with this status
	auto    *voice
	notes   map[string]string // the last document of each subscription
	asked   atomic.Int32      // how often it was told to take a call that rings
}

// newPhone makes a phone on a fresh address.
func newPhone(b *box, user string) *phone { return phoneAt(b, user, b.peer(), 5060) }

// phoneAt makes a phone on an address.
func phoneAt(b *box, user, ip string, port int) *phone {
	b.t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip), Port: port})
	if err != nil {
		b.t.Fatal(err)
	}
	p := &phone{
		t: b.t, box: b, user: user, password: secret(user), ip: ip, conn: conn,
		server:  &net.UDPAddr{IP: net.ParseIP(b.ip), Port: 5060},
		pending: map[string]chan message{}, dialogs: map[string]*dialog{}, notes: map[string]string{}, sent: map[string]string{},
		rings: make(chan *dialog, 64), texts: make(chan message, 64),
	}
	b.t.Cleanup(p.unplug)
	go p.read()
	return p
}

// deskPhone is a registered phone.
func deskPhone(b *box, user string) *phone {
	b.t.Helper()
	p := newPhone(b, user)
	if status := p.register(300); status != 200 {
		b.t.Fatalf("registering %s: %d", user, status)
	}
	return p
}

// trunkPeer is the carrier's side of the trunk "carrier".
func trunkPeer(b *box) *phone { return phoneAt(b, "carrier", b.net+carrier, 5060) }

// agentPhone is a registered phone at which its agent has signed in.
func agentPhone(b *box, user string) *phone {
	b.t.Helper()
	p := deskPhone(b, user)
	c := p.dial("*45", silent)
	c.answered()
	c.over()
	id := "100" + user[3:]
	b.until(3*time.Second, "agent "+id+" is signed in", func() bool { return b.agent(id).Status == "available" })
	return p
}

// unplug is what happens to a phone whose cable is pulled.
func (p *phone) unplug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = true
	_ = p.conn.Close()
	for _, d := range p.dialogs {
		d.stopSound()
	}
}

func (p *phone) local() string { return p.conn.LocalAddr().String() }

func (p *phone) send(m message) {
	p.mu.Lock()
	deaf := p.deaf
	p.mu.Unlock()
	if !deaf {
		_, _ = p.conn.WriteToUDP([]byte(m.String()), p.server)
	}
}

// request builds a request outside of a dialog.
func (p *phone) request(method, to string, callID, fromTag string, seq int) message {
	m := message{start: method + " " + to + " SIP/2.0"}
	m.add("via", "SIP/2.0/UDP %s;branch=z9hG4bK%x;rport", p.local(), rand.Uint64())
	m.add("from", "<sip:%s@%s>;tag=%s", p.user, p.box.ip, fromTag)
	m.add("to", "<%s>", to)
	m.add("call-id", "%s", callID)
	m.add("cseq", "%d %s", seq, method)
	m.add("max-forwards", "70")
	m.add("contact", "<sip:%s@%s>", p.user, p.local())
	return m
}

// ask sends a request, repeats it until something comes back, and hands every response to each until one is final.
func (p *phone) ask(m message, limit time.Duration, each func(message)) (message, bool) {
	branch := param(m.get("via"), "branch") + m.method()
	answers := make(chan message, 16)
	p.mu.Lock()
	p.pending[branch] = answers
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.pending, branch)
		p.mu.Unlock()
	}()
	p.send(m)
	again := time.NewTicker(500 * time.Millisecond)
	defer again.Stop()
	end := time.After(limit)
	heard := false
	for {
		select {
		case r := <-answers:
			heard = true
			if each != nil {
				each(r)
			}
			if r.status() >= 200 {
				return r, true
			}
		case <-again.C:
			if !heard {
				p.send(m)
			}
		case <-end:
			return message{}, false
		}
	}
}

// register registers for so many seconds and returns the final status, 0 for none.
func (p *phone) register(seconds int) int {
	to := "sip:" + p.box.ip
	callID, tag := fmt.Sprintf("reg-%x", rand.Uint64()), fmt.Sprintf("%x", rand.Uint32())
	challenge := ""
	for seq := 1; ; seq++ {
		m := p.request("REGISTER", to, callID, tag, seq)
		m.headers[2][1] = fmt.Sprintf("<sip:%s@%s>", p.user, p.box.ip)
		m.add("expires", "%d", seconds)
		if challenge != "" {
			authorize(&m, challenge, "authorization", p.user, p.password, "REGISTER", to)
		}
		r, ok := p.ask(m, 5*time.Second, nil)
		if !ok {
			return 0
		}
		if r.status() != 401 || seq == 2 {
			return r.status()
		}
		challenge = r.md5Challenge("www-authenticate")
	}
}

// md5Challenge picks the challenge for MD5 from those offered.
func (m message) md5Challenge(name string) string {
	for _, h := range m.headers {
		if h[0] == name && (strings.Contains(h[1], "MD5") || !strings.Contains(h[1], "algorithm")) {
			return h[1]
		}
	}
	return m.get(name)
}

func (p *phone) read() {
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		p.mu.Lock()
		deaf := p.deaf
		p.mu.Unlock()
		if m, ok := parseMessage(buf[:n]); ok && !deaf {
			p.got(m, from)
		}
	}
}

func (p *phone) got(m message, from *net.UDPAddr) {
	if m.status() != 0 {
		_, method := m.cseq()
		p.mu.Lock()
		c := p.pending[param(m.get("via"), "branch")+method]
		d := p.dialogs[m.get("call-id")]
		p.mu.Unlock()
		if c == nil && d != nil && method == "INVITE" && m.status() == 200 {
			d.ack() // ours was lost or was slower than the repetition
		}
		if c != nil {
			select {
			case c <- m:
			default:
			}
		}
		return
	}
	key := param(m.get("via"), "branch") + m.method()
	p.mu.Lock()
	again, seen := p.sent[key]
	d := p.dialogs[m.get("call-id")]
	p.mu.Unlock()
	if seen {
		_, _ = p.conn.WriteToUDP([]byte(again), from)
		return
	}
	switch m.method() {
	case "OPTIONS":
		p.reply(m, 200, "", nil)
	case "INVITE":
		if d != nil {
			d.reinvited(m)
			return
		}
		p.invited(m)
	case "ACK":
		if d != nil {
			d.acked()
		}
	case "CANCEL":
		p.reply(m, 200, "", nil)
		if d != nil {
			d.cancelled(m)
		}
	case "BYE":
		p.reply(m, 200, "", nil)
		if d != nil {
			d.finish("bye", reasonCause(m.get("reason")))
		}
	case "MESSAGE":
		select {
		case p.texts <- m:
		default:
		}
		p.reply(m, 200, "", nil)
	case "NOTIFY":
		if m.body != "" {
			p.mu.Lock()
			p.notes[m.get("call-id")] = m.body
			p.mu.Unlock()
		}
		if m.get("event") == "talk" && d != nil {
			p.asked.Add(1)
		}
		p.reply(m, 200, "", nil)
	default:
		p.reply(m, 200, "", nil)
	}
}

// reasonCause is the Q.850 cause of a Reason header, 0 for none.
func reasonCause(v string) int {
	if !strings.HasPrefix(v, "Q.850") {
		return 0
	}
	n, _ := strconv.Atoi(param(v, "cause"))
	return n
}

// reply answers a request; tag goes into To when it has none.
func (p *phone) reply(req message, status int, tag string, more func(*message)) {
	m := message{start: fmt.Sprintf("SIP/2.0 %d %s", status, map[bool]string{true: "OK", false: "Answer"}[status == 200])}
	for _, h := range req.headers {
		switch h[0] {
		case "via", "from", "call-id", "cseq", "record-route":
			m.headers = append(m.headers, h)
		case "to":
			if tag != "" && param(h[1], "tag") == "" {
				h[1] += ";tag=" + tag
			}
			m.headers = append(m.headers, h)
		}
	}
	m.add("contact", "<sip:%s@%s>", p.user, p.local())
	if more != nil {
		more(&m)
	}
	if status >= 200 {
		p.mu.Lock()
		p.sent[param(req.get("via"), "branch")+req.method()] = m.String()
		p.mu.Unlock()
	}
	p.send(m)
}

// invited takes a new call: it rings, is refused, or is answered at once.
func (p *phone) invited(m message) {
	p.mu.Lock()
	refuse, auto := int(p.refuse.Load()), p.auto
	p.mu.Unlock()
	if refuse != 0 {
		p.reply(m, refuse, "busy", nil)
		return
	}
	d := newDialog(p, m.get("call-id"))
	d.invite, d.inbound = m, true
	d.remote = uri(m.get("contact"))
	p.mu.Lock()
	p.dialogs[d.callID] = d
	p.mu.Unlock()
	p.reply(m, 180, d.tag, nil)
	if auto != nil {
		go d.answer(*auto)
	}
	select {
	case p.rings <- d:
	default:
	}
}

// ring waits for an incoming call.
func (p *phone) ring() *dialog {
	p.t.Helper()
	return p.ringWithin(20 * time.Second)
}

func (p *phone) ringWithin(limit time.Duration) *dialog {
	p.t.Helper()
	select {
	case d := <-p.rings:
		return d
	case <-time.After(limit):
		p.t.Fatalf("phone %s does not ring within %s", p.user, limit)
		return nil
	}
}

// quiet fails when the phone rings within a while.
func (p *phone) quiet(while time.Duration) {
	p.t.Helper()
	select {
	case d := <-p.rings:
		p.t.Errorf("phone %s rings for %s", p.user, userOf(uri(d.invite.get("from"))))
	case <-time.After(while):
	}
}
