package sipua_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
)

// register sends a REGISTER as a phone would: challenged, then with the password. It returns the final answer.
func (w *wire) register(number, pass string, seq int, contact string, more ...string) string {
	w.t.Helper()
	lines := func(seq int, auth ...string) []string {
		r := []string{
			"REGISTER sip:BOX SIP/2.0", fmt.Sprintf("Via: SIP/2.0/UDP 10.9.9.9:5060;rport;branch=z9hG4bK%s%d%d", number, w.port(), seq),
			"From: <sip:" + number + "@BOX>;tag=r", "To: <sip:" + number + "@BOX>", fmt.Sprintf("Call-ID: reg%s%d", number, w.port()),
			fmt.Sprintf("CSeq: %d REGISTER", seq), "Max-Forwards: 70",
		}
		if contact != "" {
			r = append(r, "Contact: "+contact)
		}
		return append(append(r, more...), auth...)
	}
	w.send(lines(seq)...)
	m := w.until("SIP/2.0")
	if !strings.HasPrefix(m, "SIP/2.0 401") {
		return m
	}
	v, err := digest.Answer([]string{field(m, "WWW-Authenticate")}, digest.Credentials{Username: number, Password: pass}, "", "REGISTER", "sip:"+w.to)
	if err != nil {
		w.t.Fatal(err)
	}
	w.send(lines(seq+1, "Authorization: "+v)...)
	return w.until("SIP/2.0")
}

func TestRegistrar(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102"), nil)
	w := newWire(t, b, "127.0.0.1")
	n := 1
	expect := func(what, got, want string) {
		t.Helper()
		if !strings.HasPrefix(got, "SIP/2.0 "+want) {
			t.Errorf("%s: want %s, got\n%s", what, want, got)
		}
		n += 2
	}
	list := func() int { return len(b.Registrations()) }
	expect("register", w.register("101", password, n, "<sip:101@10.9.9.9:5060>;expires=120"), "200")
	if r := b.Registrations(); len(r) != 1 || r[0].Source.Port() != w.port() || r[0].Contact != "sip:101@10.9.9.9:5060" {
		t.Fatalf("behind NAT: %+v", r)
	}
	expect("wrong password", w.register("101", "guess-it", n, "<sip:101@10.9.9.9>"), "403")
	expect("unknown number", w.register("999", password, n, "<sip:999@10.9.9.9>"), "403")
	expect("too short", w.register("101", password, n, "<sip:101@10.9.9.9>;expires=10"), "423")
	expect("nonsense contact", w.register("101", password, n, "<mailto:a@b>"), "400")
	expect("star without expiry 0", w.register("101", password, n, "*"), "400")
	query := w.register("101", password, n, "")
	expect("query", query, "200")
	if !strings.Contains(query, "<sip:101@10.9.9.9:5060>;expires=1") {
		t.Errorf("query: %s", query)
	}
	expect("second phone", w.register("101", password, n, "<sip:101@10.9.9.8:5060>"), "200")
	if list() != 2 {
		t.Errorf("%d phones, want 2", list())
	}
	expect("one leaves", w.register("101", password, n, "<sip:101@10.9.9.8:5060>;expires=0"), "200")
	if list() != 1 {
		t.Errorf("%d phones, want 1", list())
	}
	for i := range 5 {
		w.register("102", password, 100+2*i, fmt.Sprintf("<sip:102@10.9.9.%d:5060>", i))
	}
	if list() != 4 {
		t.Errorf("%d phones, want 1 and 3 at most", list())
	}
	expect("all leave", w.register("102", password, 200, "*", "Expires: 0"), "200")
	if list() != 1 {
		t.Errorf("%d phones after *", list())
	}

	// A call goes to where the phone's packets come from, though its Contact is unreachable.
	legs, err := b.DialExtension("101", sipua.Outgoing{From: "8008"})
	if err != nil || len(legs) != 1 {
		t.Fatal(legs, err)
	}
	inv := w.until("INVITE sip:101@10.9.9.9:5060")
	w.respond(inv, "486 Busy Here", "x")
	hold(t, legs[0]).ended(line.UserBusy)
	if err := b.Apply(extensions("102")); err != nil || list() != 0 {
		t.Error("a removed extension is still registered", err)
	}
}

// memory is a store that lives as long as the test.
type memory struct {
	mu   sync.Mutex
	list []sipua.Binding
}

func (m *memory) Load() ([]sipua.Binding, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.list, nil
}

func (m *memory) Save(_ context.Context, all []sipua.Binding) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list = append([]sipua.Binding{}, all...)
	return nil
}

func TestBindingsSurviveRestart(t *testing.T) {
	t.Parallel()
	var m memory
	stored := func(c *sipua.Config) { c.Store = &m }
	b := newBox(t, extensions("101"), stored)
	w := newWire(t, b, "127.0.0.1")
	w.register("101", password, 1, "<sip:101@10.9.9.9:5060>")
	eventually(t, "saved", func() bool { l, _ := m.Load(); return len(l) == 1 }) // before the end: kill -9 may come
	b.stop()
	<-b.done
	again := newBox(t, extensions("101"), stored)
	if r := again.Registrations(); len(r) != 1 || r[0].Source.Port() != w.port() {
		t.Fatalf("%+v", r)
	}
	// A clock that was set back must not make a registration eternal.
	m.mu.Lock()
	m.list[0].Expires = time.Now().Add(1000 * time.Hour)
	m.mu.Unlock()
	third := newBox(t, extensions("101"), stored)
	if r := third.Registrations(); len(r) != 1 || time.Until(r[0].Expires) > 2*time.Hour {
		t.Errorf("%+v", r)
	}
}

// selfSigned makes a certificate for 127.0.0.1.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// A phone on TCP and one on TLS register, are called on the connection that they opened, and call.
func TestStreams(t *testing.T) {
	t.Parallel()
	cert := selfSigned(t)
	for _, network := range []string{"tcp", "tls"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			b := newBox(t, extensions("101"), func(c *sipua.Config) {
				c.Listen[0] = sipua.Listen{Network: network, Addr: ap("127.0.0.1:0"), TLS: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}}
			})
			set := sipua.Settings{Trunks: []sipua.Trunk{{
				Name: "line", Register: true, Host: "127.0.0.1", Port: b.addr.Port(), Transport: network, Username: "101", Password: password,
			}}}
			pool := x509.NewCertPool()
			leaf, err := x509.ParseCertificate(cert.Certificate[0])
			if err != nil {
				t.Fatal(err)
			}
			pool.AddCert(leaf)
			p := newBox(t, set, func(c *sipua.Config) {
				c.ClientTLS = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
			})
			eventually(t, "registration", func() bool { return p.Trunks()[0].State == sipua.TrunkUp })
			if r := b.Registrations(); len(r) != 1 || r[0].Transport != network {
				t.Fatalf("%+v", r)
			}
			legs, err := b.DialExtension("101", sipua.Outgoing{From: "8008"})
			if err != nil {
				t.Fatal(err)
			}
			out, in := hold(t, legs[0]), p.call()
			in.Do(line.Answer{})
			out.want(line.Answered{})
			in.want(line.Answered{})
			out.Do(line.Hangup{})
			in.ended(line.NormalClearing)
			l, err := p.DialTrunk("line", "600", sipua.Outgoing{From: "101"})
			if err != nil {
				t.Fatal(err)
			}
			out, in = hold(t, l), b.call()
			in.Do(line.Answer{})
			out.want(line.Answered{})
			in.Do(line.Hangup{})
			out.ended(line.NormalClearing)
		})
	}
}

func TestTrunkRules(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	set := extensions("101")
	set.Trunks = []sipua.Trunk{{
		Name: "carrier", Host: "127.0.0.1", Port: w.port(), Sources: []string{"127.0.0.1"}, Username: "sip-user", Capacity: 1,
		TrustCaller: true, OutboundNumbers: sipua.NumberRule{Strip: "9"}, InboundNumbers: sipua.NumberRule{Strip: "+86", Add: "0"},
		CallerID: sipua.CallerIDFixed, CallerNumber: "02188886666",
	}}
	if err := b.Apply(set); err != nil {
		t.Fatal(err)
	}
	r := withSDP(request("INVITE", "pai", 1, "P-Asserted-Identity: <sip:13911112222@carrier>"))
	r[0], r[3] = "INVITE sip:sip-user@BOX SIP/2.0", "To: <sip:+862155556666@carrier>"
	w.send(r...)
	in := b.call()
	if i := in.Info(); i.From != "13911112222" || i.To != "02155556666" || i.Withheld {
		t.Errorf("number rules: %+v", i)
	}
	if _, err := b.DialTrunk("carrier", "913900139000", sipua.Outgoing{}); fault.CodeOf(err) != fault.Busy {
		t.Errorf("second call on one channel: %v", err)
	}
	w.send(withSDP(request("INVITE", "full", 1))...)
	w.until("SIP/2.0 486")
	in.Do(line.Hangup{Cause: line.Blocked})
	w.until("SIP/2.0 603")
	eventually(t, "channel free", func() bool { return b.Trunks()[0].Calls == 0 })

	r = withSDP(request("INVITE", "anon", 1, "Privacy: id"))
	r[2] = `From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=far`
	w.send(r...)
	in = b.call()
	if i := in.Info(); i.From != "" || !i.Withheld {
		t.Errorf("withheld: %+v", i)
	}
	in.Do(line.Hangup{})
	w.until("SIP/2.0 480")
	eventually(t, "channel free", func() bool { return b.Trunks()[0].Calls == 0 })

	l, err := b.DialTrunk("carrier", "913900139000", sipua.Outgoing{From: "101", Privacy: true})
	if err != nil {
		t.Fatal(err)
	}
	inv := w.until("INVITE sip:13900139000@")
	if !strings.Contains(field(inv, "From"), "anonymous.invalid") || field(inv, "Privacy") != "id" || !strings.Contains(field(inv, "P-Asserted-Identity"), "02188886666") {
		t.Errorf("private call: %s", inv)
	}
	w.respond(inv, "503 Service Unavailable", "x", "Reason: Q.850;cause=42")
	hold(t, l).ended(line.Congestion)
}

func TestRegistrationIsRefusedAndTriedAgain(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	set := sipua.Settings{Trunks: []sipua.Trunk{{Name: "line", Register: true, Host: "127.0.0.1", Port: b.addr.Port(), Username: "101", Password: "wrong-one"}}}
	p := newBox(t, set, nil)
	eventually(t, "refusal", func() bool { return p.Trunks()[0].State == sipua.TrunkRejected })
	if _, err := p.DialTrunk("line", "600", sipua.Outgoing{}); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("dial: %v", err)
	}
	set.Trunks[0].Password = password
	if err := p.Apply(set); err != nil {
		t.Fatal(err)
	}
	eventually(t, "registration", func() bool { return p.Trunks()[0].State == sipua.TrunkUp })
	b.stop()
	<-b.done
}

func TestSoundLossEndsCall(t *testing.T) {
	t.Parallel()
	b := newBox(t, at(9), func(c *sipua.Config) { c.SoundTimeout = time.Second })
	w := newWire(t, b, "127.0.0.1")
	w.send(withSDP(request("INVITE", "silent", 1))...)
	e := b.call()
	e.Do(line.Answer{})
	ack := request("ACK", "silent", 1)
	ack[3] = "To: " + field(w.until("SIP/2.0 200"), "To")
	w.send(ack...)
	e.want(line.Answered{})
	bye := w.until("BYE")
	if !strings.Contains(field(bye, "Reason"), "cause=102") {
		t.Errorf("%s", bye)
	}
	w.respond(bye, "200 OK", "")
	e.ended(line.MediaTimeout)
}

// A carrier that ceases to answer OPTIONS is down, and up again with its first answer.
func TestTrunkIsWatched(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	set := sipua.Settings{Trunks: []sipua.Trunk{{Name: "carrier", Host: "127.0.0.1", Port: w.port(), OptionsSeconds: 5}}}
	if err := b.Apply(set); err != nil {
		t.Fatal(err)
	}
	w.respond(w.until("OPTIONS"), "404 Not Found", "x") // any answer will do
	eventually(t, "up", func() bool { return b.Trunks()[0].State == sipua.TrunkUp })
	for limit := time.Now().Add(25 * time.Second); b.Trunks()[0].State == sipua.TrunkUp && time.Now().Before(limit); {
		time.Sleep(50 * time.Millisecond)
	}
	if st := b.Trunks()[0]; st.State != sipua.TrunkDown {
		t.Fatalf("%+v", st)
	}
	if _, err := b.DialTrunk("carrier", "1", sipua.Outgoing{}); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("dial: %v", err)
	}
	last := ""
	for m := w.read(6 * time.Second); m != ""; m = w.read(6 * time.Second) {
		if last = m; field(m, "Call-ID") != "" && b.Trunks()[0].State != sipua.TrunkUp {
			w.respond(last, "200 OK", "x")
		} else {
			break
		}
	}
	eventually(t, "up again", func() bool { return b.Trunks()[0].State == sipua.TrunkUp })
}

// A stranger's calls are refused, counted, and from a local network slowed down; nothing of it becomes a leg.
func TestStrangerIsRefused(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	w := newWire(t, b, "127.0.0.77")
	for i := range 50 {
		id := fmt.Sprintf("scan%d", i)
		w.send(withSDP(request("INVITE", id, 1))...)
		for field(w.until("SIP/2.0 403"), "Call-ID") != id { // older answers are repeated: we send no ACK
		}
	}
	if n := b.Stats().Refused; n != 50 || len(b.calls) != 0 {
		t.Errorf("%d refused, %d calls", n, len(b.calls))
	}
	if bans := b.Bans(); len(bans) != 1 || bans[0].Source != "127.0.0.77" {
		t.Errorf("%+v", bans)
	}
	r := withSDP(request("INVITE", "known", 1))
	r[2] = "From: <sip:101@127.0.0.1>;tag=far"
	w.send(r...)
	w.until("SIP/2.0 407") // known by name: asked for the password
}

func TestSettingsValidation(t *testing.T) {
	t.Parallel()
	good := sipua.Trunk{Name: "t", Host: "sip.example.com"}
	for _, c := range []struct {
		field string
		set   sipua.Settings
	}{
		{"extensions[0].number", sipua.Settings{Extensions: []sipua.Extension{{Number: "10 1", Password: password}}}},
		{"extensions[0].password", sipua.Settings{Extensions: []sipua.Extension{{Number: "101", Password: "101"}}}},
		{"extensions[1].number", sipua.Settings{Extensions: []sipua.Extension{{Number: "101", Password: password}, {Number: "101", Password: password}}}},
		{"trunks[0].host", sipua.Settings{Trunks: []sipua.Trunk{{Name: "t", Host: "a b"}}}},
		{"trunks[0].sources[0]", sipua.Settings{Trunks: []sipua.Trunk{{Name: "t", Host: "a", Sources: []string{"x"}}}}},
		{"trunks[1].name", sipua.Settings{Trunks: []sipua.Trunk{good, good}}},
		{"trunks[0].username", sipua.Settings{Trunks: []sipua.Trunk{{Name: "t", Host: "a", Register: true}}}},
		{"trunks[0].caller_id", sipua.Settings{Trunks: []sipua.Trunk{{Name: "t", Host: "a", CallerID: "x"}}}},
	} {
		err := c.set.Validate()
		if fault.CodeOf(err) != fault.Invalid || err == nil || !strings.HasPrefix(err.Error(), c.field+":") {
			t.Errorf("%s: %v", c.field, err)
		}
	}
}
