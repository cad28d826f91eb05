package main

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// agents are phones that answer at once.
type agents struct {
	conn  *net.UDPConn
	box   *net.UDPAddr
	rtp   *net.UDPConn
	sound bool
	mu    sync.Mutex
	rung  map[string]time.Time // by the caller's number: when the agent's INVITE came
	ok    chan message
	quit  chan struct{}
}

func newAgents(b *box, n int) (*agents, error) {
	conn, err := udp(0)
	if err != nil {
		return nil, err
	}
	rtp, err := udp(0)
	if err != nil {
		return nil, err
	}
	a := &agents{conn: conn, rtp: rtp, box: &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: b.sip}, rung: map[string]time.Time{}, ok: make(chan message, 64), quit: make(chan struct{})}
	go a.listen()
	go sink(rtp)
	for i := range n {
		if err := a.register(8000 + i); err != nil {
			return nil, err
		}
		if err := a.signIn(8000 + i); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *agents) close() { close(a.quit); _ = a.conn.Close(); _ = a.rtp.Close() }

func (a *agents) port() int { return a.conn.LocalAddr().(*net.UDPAddr).Port } //nolint:errcheck,forcetypeassert // UDP

func (a *agents) send(s string) { _, _ = a.conn.WriteToUDP([]byte(s), a.box) }

// request sends one request and waits for its final response, answering a challenge once.
func (a *agents) request(method, uri string, n, seq int, more, body string) (message, error) {
	id := fmt.Sprintf("%s-%d-%d@bench", method, n, time.Now().UnixNano())
	auth := ""
	for try := range 2 {
		a.send(fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK%s%d\r\nMax-Forwards: 70\r\nFrom: <sip:%d@bench>;tag=f%d\r\nTo: <sip:%d@bench>\r\nCall-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:%d@127.0.0.1:%d>\r\n%s%sContent-Length: %d\r\n\r\n%s",
			method, uri, a.port(), id, try, n, n, n, id, seq+try, method, n, a.port(), auth, more, len(body), body))
		for {
			select {
			case m := <-a.ok:
				if m.headers["call-id"] != id || strings.HasPrefix(m.first, "SIP/2.0 1") {
					continue
				}
				if !strings.HasPrefix(m.first, "SIP/2.0 4") {
					return m, nil
				}
				auth = answer(m, method, uri, n)
				if method == "INVITE" {
					a.ack(m, uri, fmt.Sprintf("%s%d", id, try))
				}
			case <-time.After(3 * time.Second):
				return message{}, fmt.Errorf("%s of %d: no answer", method, n)
			}
			break
		}
	}
	return message{}, fmt.Errorf("%s of %d: refused", method, n)
}

// answer is the Authorization for a challenge with MD5.
func answer(m message, method, uri string, n int) string {
	for _, h := range [][2]string{{"www-authenticate", "Authorization"}, {"proxy-authenticate", "Proxy-Authorization"}} {
		for c := range strings.SplitSeq(m.headers[h[0]], "\r\n") {
			if c == "" || (field(c, "algorithm") != "" && field(c, "algorithm") != "MD5") {
				continue
			}
			realm, nonce := field(c, "realm"), field(c, "nonce")
			ha1 := md5hex(fmt.Sprintf("%d:%s:%s", n, realm, password(n)))
			resp := md5hex(ha1 + ":" + nonce + ":00000001:bench:auth:" + md5hex(method+":"+uri))
			return fmt.Sprintf("%s: Digest username=\"%d\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"bench\", opaque=\"%s\"\r\n", h[1], n, realm, nonce, uri, resp, field(c, "opaque"))
		}
	}
	return ""
}

func (a *agents) ack(m message, uri, branch string) {
	seq, _, _ := strings.Cut(m.headers["cseq"], " ")
	a.send(fmt.Sprintf("ACK %s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK%s\r\nMax-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s ACK\r\nContent-Length: 0\r\n\r\n",
		uri, a.port(), branch, m.headers["from"], m.headers["to"], m.headers["call-id"], seq))
}

func (a *agents) register(n int) error {
	_, err := a.request("REGISTER", fmt.Sprintf("sip:127.0.0.1:%d", a.box.Port), n, 1, "Expires: 3600\r\n", "")
	return err
}

// signIn dials *45 and lets the box hang up.
func (a *agents) signIn(n int) error {
	body := sdp(a.rtp.LocalAddr().(*net.UDPAddr).Port) //nolint:errcheck,forcetypeassert // UDP
	m, err := a.request("INVITE", fmt.Sprintf("sip:*45@127.0.0.1:%d", a.box.Port), n, 1, "Content-Type: application/sdp\r\n", body)
	if err == nil {
		a.ack(m, m.uri(), fmt.Sprintf("ack%d", n))
	}
	return err
}

// listen answers everything the box asks.
func (a *agents) listen() {
	buf := make([]byte, 8192)
	body := sdp(a.rtp.LocalAddr().(*net.UDPAddr).Port) //nolint:errcheck,forcetypeassert // UDP
	contact := fmt.Sprintf("sip:bench@127.0.0.1:%d", a.port())
	for {
		n, err := a.conn.Read(buf)
		if err != nil {
			return
		}
		m := parse(buf[:n])
		switch method, _, _ := strings.Cut(m.first, " "); method {
		case "SIP/2.0":
			select {
			case a.ok <- m:
			default:
			}
		case "INVITE":
			at := time.Now()
			a.send(m.reply("200 OK", "t"+m.headers["call-id"], contact, body))
			_, from, _ := strings.Cut(m.headers["from"], "sip:")
			number, _, _ := strings.Cut(from, "@")
			a.mu.Lock()
			if _, again := a.rung[number]; !again {
				a.rung[number] = at
				if a.sound {
					go a.speak(m.port(), m.headers["call-id"])
				}
			}
			a.mu.Unlock()
		case "ACK":
		default:
			a.send(m.reply("200 OK", "", "", ""))
		}
	}
}

// speak sends sound to a port of the box for as long as the benchmark runs.
func (a *agents) speak(port int, _ string) { talk(port, a.quit) }

// delays is how long after the caller's INVITE each agent's came.
func (a *agents) delays(c *callers) []time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []time.Duration
	for number, at := range a.rung {
		if began, ok := c.began[number]; ok {
			out = append(out, at.Sub(began))
		}
	}
	return out
}

// callers are customers on the carrier's line.
type callers struct {
	conn  *net.UDPConn
	box   *net.UDPAddr
	rtp   *net.UDPConn
	sound bool
	mu    sync.Mutex
	next  int
	began map[string]time.Time
	calls map[string]*customer
	up    int
	quit  chan struct{}
}

// pressAfter is how long a caller listens to the menu.
const pressAfter = 500 * time.Millisecond

// customer is one call.
type customer struct {
	number string
	from   string
	to     string
	target string
	port   int
	up     bool
	over   bool
	hold   time.Duration
	key    string
	at     time.Time
}

func newCallers(b *box) (*callers, error) {
	conn, err := udp(b.carrier)
	if err != nil {
		return nil, err
	}
	rtp, err := udp(0)
	if err != nil {
		return nil, err
	}
	c := &callers{conn: conn, rtp: rtp, box: &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: b.sip}, began: map[string]time.Time{}, calls: map[string]*customer{}, quit: make(chan struct{})}
	go c.listen()
	go sink(rtp)
	return c, nil
}

func (c *callers) close() { close(c.quit); _ = c.conn.Close(); _ = c.rtp.Close() }

func (c *callers) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.began, c.up = map[string]time.Time{}, 0
}

func (c *callers) answered() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.up
}

// wait returns when every call is over, or the time is.
func (c *callers) wait(limit time.Duration) {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		c.mu.Lock()
		left := 0
		for _, k := range c.calls {
			if !k.over {
				left++
			}
		}
		c.mu.Unlock()
		if left == 0 {
			return
		}
	}
}

// untilAnswered calls until one call is answered.
func (c *callers) untilAnswered(to string, limit time.Duration) error {
	for end := time.Now().Add(limit); time.Now().Before(end); {
		before := c.answered()
		c.call(to, 50*time.Millisecond, "")
		for range 20 {
			time.Sleep(time.Millisecond)
			if c.answered() > before {
				return nil
			}
		}
	}
	return errors.New("no call is answered")
}

// load makes calls at a steady rate and returns how many.
func (c *callers) load(to string, rate int, length, hold time.Duration, key string) int {
	began, n := time.Now(), 0
	for time.Since(began) < length {
		for due := int(time.Since(began).Seconds() * float64(rate)); n <= due; n++ {
			c.call(to, hold, key)
		}
		time.Sleep(time.Millisecond)
	}
	return n
}

func (c *callers) port() int { return c.conn.LocalAddr().(*net.UDPAddr).Port } //nolint:errcheck,forcetypeassert // UDP

func (c *callers) send(s string) { _, _ = c.conn.WriteToUDP([]byte(s), c.box) }

func (c *callers) call(to string, hold time.Duration, key string) {
	c.mu.Lock()
	c.next++
	id := fmt.Sprintf("c%d@bench", c.next)
	k := &customer{number: fmt.Sprintf("139%08d", c.next), hold: hold, key: key, at: time.Now()}
	k.from = fmt.Sprintf("<sip:%s@127.0.0.1:%d>;tag=c%d", k.number, c.port(), c.next)
	k.to = fmt.Sprintf("<sip:%s@127.0.0.1:%d>", to, c.box.Port)
	c.calls[id] = k
	c.began[k.number] = k.at
	c.mu.Unlock()
	body := sdp(c.rtp.LocalAddr().(*net.UDPAddr).Port) //nolint:errcheck,forcetypeassert // UDP
	c.send(fmt.Sprintf("INVITE sip:%s@127.0.0.1:%d SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKi%s\r\nMax-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: 1 INVITE\r\nContact: <sip:%s@127.0.0.1:%d>\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
		to, c.box.Port, c.port(), id, k.from, k.to, id, k.number, c.port(), len(body), body))
}

// inDialog sends a request inside a call.
func (c *callers) inDialog(id string, k *customer, method string, seq int) {
	c.send(fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK%s%s\r\nMax-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nContent-Length: 0\r\n\r\n",
		method, k.target, c.port(), method, id, k.from, k.to, id, seq, method))
}

func (c *callers) listen() {
	buf := make([]byte, 8192)
	for {
		n, err := c.conn.Read(buf)
		if err != nil {
			return
		}
		m := parse(buf[:n])
		id := m.headers["call-id"]
		c.mu.Lock()
		k := c.calls[id]
		c.mu.Unlock()
		switch {
		case strings.HasPrefix(m.first, "BYE"):
			c.send(m.reply("200 OK", "", "", ""))
			c.finish(id, k)
		case k == nil || !strings.HasPrefix(m.first, "SIP/2.0"):
		case strings.HasPrefix(m.first, "SIP/2.0 200") && strings.HasSuffix(m.headers["cseq"], "INVITE"):
			c.connected(id, k, m)
		case strings.HasPrefix(m.first, "SIP/2.0 200"):
			c.finish(id, k)
		case !strings.HasPrefix(m.first, "SIP/2.0 1"):
			c.finish(id, k)
		}
	}
}

func (c *callers) finish(id string, k *customer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k != nil {
		k.over = true
		delete(c.calls, id)
	}
}

func (c *callers) connected(id string, k *customer, m message) {
	c.mu.Lock()
	again := k.up
	k.up, k.to, k.target, k.port = true, m.headers["to"], m.uri(), m.port()
	if !again {
		c.up++
	}
	c.mu.Unlock()
	c.inDialog(id, k, "ACK", 1)
	if again {
		return
	}
	if c.sound {
		go talk(k.port, c.quit)
	}
	if k.key != "" {
		time.AfterFunc(pressAfter, func() { c.press(k) })
	}
	time.AfterFunc(k.hold, func() {
		c.mu.Lock()
		over := k.over
		c.mu.Unlock()
		if !over {
			c.inDialog(id, k, "BYE", 2)
		}
	})
}
