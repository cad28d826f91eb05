package sipua_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// watch subscribes and returns the answer.
func (h *handset) watch(name, event, callID string, more ...string) string {
	h.t.Helper()
	return h.request("SUBSCRIBE", "sip:"+name+"@BOX", callID, append([]string{"Event: " + event}, more...)...)
}

// lamp subscribes to a line's dialogs and returns the subscription and what it is told first.
func (h *handset) lamp(name, callID string, want ...string) *talk {
	h.t.Helper()
	m := h.watch(name, "dialog", callID, "Accept: application/dialog-info+xml", "Expires: 600")
	if !strings.HasPrefix(m, "SIP/2.0 200") || field(m, "Expires") != "600" || field(m, "Contact") == "" {
		h.t.Fatal(m)
	}
	h.news("200 OK", append(want, `version="0" state="full"`, "Subscription-State: active;expires=600", "Event: dialog\r\n")...)
	return &talk{h: h, callID: callID, local: field(m, "From"), other: field(m, "To")}
}

// again sends a SUBSCRIBE in the subscription, with the password.
func (d *talk) again(status, event string, more ...string) string {
	d.h.t.Helper()
	m := d.h.requestIn("SUBSCRIBE", "sip:x@BOX", d.callID, d.other, append([]string{"Event: " + event}, more...)...)
	if !strings.HasPrefix(m, "SIP/2.0 "+status) {
		d.h.t.Fatalf("want %s, got\n%s", status, m)
	}
	return m
}

// silence checks that nothing comes for a moment.
func (h *handset) silence() {
	h.t.Helper()
	if m := h.read(150 * time.Millisecond); m != "" {
		h.t.Fatalf("unexpected:\n%s", m)
	}
}

func TestLamp(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102"), nil)
	h := newHandset(t, b, "101")
	first := h.lamp("102", "lamp1")
	eventually(t, "counted", func() bool { return b.Subscriptions() == 1 })

	b.ShowDialog("102", sipua.DialogState{State: sipua.Early, CallID: "x@y", Remote: "13800138000", RemoteName: "王"})
	m := h.until("NOTIFY")
	for _, want := range []string{
		`version="1" state="partial"`, "<state>early</state>", `direction="recipient"`, `display="王"`, "sip:13800138000@", `entity="sip:102@`,
	} {
		if !strings.Contains(m, want) {
			t.Errorf("no %s in\n%s", want, m)
		}
	}
	// What changes while the phone has not answered is told at once, and only as it is in the end.
	b.ShowDialog("102", sipua.DialogState{State: sipua.Confirmed, CallID: "x@y"})
	b.ShowDialog("102", sipua.DialogState{})
	b.ShowDialogs("102", []sipua.DialogState{{State: sipua.Early, CallID: "z@y"}, {State: sipua.Confirmed, CallID: "w@y", Initiator: true}})
	h.silence()
	h.respond(m, "200 OK", "")
	m = h.news("200 OK", `version="2" state="partial"`, `direction="initiator"`, "<state>terminated</state>")
	if strings.Count(m, "<dialog ") != 3 {
		t.Errorf("want the one that is over and two new ones: %s", m)
	}
	b.ShowDialogs("102", []sipua.DialogState{{State: sipua.Early, CallID: "z@y"}, {State: sipua.Confirmed, CallID: "w@y", Initiator: true}})
	b.ShowDialog("101", sipua.DialogState{State: sipua.Early})
	h.silence() // neither news

	first.again("200", "dialog", "Expires: 3600")
	h.news("200 OK", `version="3" state="full"`, "active;expires=900", "<state>early</state>", "<state>confirmed</state>")
	first.again("481", "dialog;id=7")
	first.again("481", "message-summary")
	if m := first.again("200", "dialog", "Expires: 0"); field(m, "Expires") != "0" {
		t.Error(m)
	}
	h.news("200 OK", `version="4" state="full"`, "terminated;reason=timeout")
	first.again("481", "dialog")
	if n := b.Subscriptions(); n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}

	// A phone that knows nothing of it any more is not told again.
	h.watch("102", "dialog", "lamp2")
	h.news("481 Gone")
	eventually(t, "dropped", func() bool { return b.Subscriptions() == 0 })
	// A fetch leaves nothing behind.
	h.watch("102", "dialog;id=3", "lamp3", "Expires: 0")
	h.news("200 OK", "terminated;reason=timeout", `version="0" state="full"`, "Event: dialog;id=3\r\n")
	if n := b.Subscriptions(); n != 0 {
		t.Errorf("%d subscriptions after a fetch", n)
	}
	// An extension that is no more has no lamp, and none for it.
	h.lamp("102", "lamp4", "confirmed")
	h.watch("101", "message-summary", "lamp5")
	h.news("200 OK", "Messages-Waiting: no")
	eventually(t, "two", func() bool { return b.Subscriptions() == 2 })
	if err := b.Apply(extensions("102")); err != nil {
		t.Fatal(err)
	}
	h.news("200 OK", "terminated;reason=rejected")
	h.news("200 OK", "terminated;reason=rejected")
	eventually(t, "dropped", func() bool { return b.Subscriptions() == 0 })
}

func TestRefusedSubscriptions(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102"), nil)
	b.ShowDialog("701", sipua.DialogState{}) // a park slot
	b.ShowMessages("sales", 1, 0)
	h := newHandset(t, b, "101")
	n := 0
	try := func(status, name, event string, more ...string) string {
		t.Helper()
		n++
		m := h.watch(name, event, fmt.Sprintf("try%d", n), more...)
		if !strings.HasPrefix(m, "SIP/2.0 "+status) {
			t.Errorf("%s of %s: want %s, got\n%s", event, name, status, m)
		}
		return m
	}
	for _, event := range []string{"presence", "as-feature-event", "", "refer"} {
		if m := try("489", "102", event); field(m, "Allow-Events") != "dialog, message-summary" {
			t.Errorf("%q: %s", event, m)
		}
	}
	try("406", "102", "dialog", "Accept: application/pidf+xml")
	try("406", "101", "message-summary", "Accept: application/dialog-info+xml")
	if m := try("423", "102", "dialog", "Expires: 59"); field(m, "Min-Expires") != "60" {
		t.Error(m)
	}
	try("400", "102", "dialog;id=<")
	try("400", "1%zz02", "dialog")
	try("404", "999", "dialog")
	try("403", "102", "message-summary") // another's mailbox
	for _, good := range [][3]string{
		{"701", "dialog", "Accept: application/*"}, {"sales", "Message-Summary", "Accept: text/plain, */*;q=0.1"}, {"10%32", "dialog", "X: y"},
	} {
		try("200", good[0], good[1], good[2])
		h.news("200 OK", "active")
	}
	if b.Subscriptions() != 3 {
		t.Errorf("%d subscriptions", b.Subscriptions())
	}

	stranger := &handset{wire: newWire(t, b, "127.0.0.9"), number: "666"}
	stranger.send(request("SUBSCRIBE", "s1", 1, "Event: dialog")...)
	if m := stranger.until("SIP/2.0 "); !strings.HasPrefix(m, "SIP/2.0 401") || field(m, "WWW-Authenticate") == "" {
		t.Error(m)
	}
	if m := stranger.watch("102", "dialog", "s2"); !strings.HasPrefix(m, "SIP/2.0 403") {
		t.Errorf("a stranger's password: %s", m)
	}
}

func TestMessagesWaiting(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	b.ShowMessages("101", 0, 2)
	h := newHandset(t, b, "101")
	if m := h.watch("101", "message-summary", "mwi"); field(m, "Expires") != "900" {
		t.Error(m)
	}
	h.news("200 OK", "Messages-Waiting: no\r\nMessage-Account: sip:101@127.0.0.1\r\nVoice-Message: 0/2 (0/0)\r\n", "simple-message-summary")
	b.ShowMessages("101", 1, 2)
	h.news("200 OK", "Messages-Waiting: yes\r\n", "Voice-Message: 1/2 (0/0)\r\n")
	b.ShowMessages("101", 1, 2)
	h.silence()
}

// What a lamp tells is enough to take the call.
func TestLampNamesTheDialog(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102"), nil)
	rung, h := newHandset(t, b, "101"), newHandset(t, b, "102")
	h.lamp("101", "lamp")
	legs, err := b.DialExtension("101", sipua.Outgoing{From: "13800138000"})
	if err != nil {
		t.Fatal(err)
	}
	e := hold(t, legs[0])
	inv := rung.until("INVITE")
	b.ShowDialog("101", sipua.DialogState{State: sipua.Trying, CallID: e.Info().CallID})
	if m := h.news("200 OK", "<state>trying</state>"); strings.Contains(m, "call-id") {
		t.Errorf("there is nothing to be taken yet: %s", m)
	}
	rung.respond(inv, "180 Ringing", "t101", "Contact: <sip:101@ME>")
	e.next()
	b.ShowDialog("101", sipua.DialogState{State: sipua.Early, CallID: e.Info().CallID})
	m := h.news("200 OK", "<state>early</state>")
	attr := func(name string) string {
		_, after, _ := strings.Cut(m, " "+name+`="`)
		v, _, _ := strings.Cut(after, `"`)
		return v
	}
	if attr("call-id") != e.Info().CallID || attr("local-tag") != "t101" || attr("remote-tag") == "" {
		t.Fatal(m)
	}
	// By what it shows nobody can meddle with the call itself.
	if strings.Contains(m, tagIn(field(inv, "From"))) {
		t.Errorf("the box's own tag is shown: %s", m)
	}
	meddling := talk{h: h, callID: attr("call-id"), local: "<sip:101@BOX>;tag=t101", other: "<sip:x@BOX>;tag=" + attr("remote-tag")}
	meddling.ask("481", "BYE")
	go func() { b.call().Do(line.Hangup{Cause: line.UserBusy}) }()
	if got := h.request("INVITE", "sip:101@BOX", "take", "Replaces: "+attr("call-id")+";to-tag="+attr("remote-tag")+";from-tag="+attr("local-tag"),
		"Content-Type: application/sdp", "", soundSDP); !strings.HasPrefix(got, "SIP/2.0 486") {
		t.Error(got)
	}
}

// Phones are many, and some of them mad.
func TestSubscriptionsAreBounded(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102"), nil)
	h, other := newHandset(t, b, "101"), newHandset(t, b, "102")
	full := ""
	for n := range 310 {
		m := h.watch("102", "dialog", fmt.Sprintf("many%d", n))
		if !strings.HasPrefix(m, "SIP/2.0 200") {
			full = m
			break
		}
		h.news("200 OK")
	}
	if !strings.HasPrefix(full, "SIP/2.0 503") || field(full, "Retry-After") == "" || b.Subscriptions() != 300 {
		t.Errorf("%d subscriptions, then %s", b.Subscriptions(), full)
	}
	other.lamp("101", "another's")
}

// Before the box goes it asks the phones to come again; what it does not know afterwards it says so.
func TestSubscriptionsOverARestart(t *testing.T) {
	t.Parallel()
	var m memory
	b := newBox(t, extensions("101", "102"), func(c *sipua.Config) { c.Store = &m })
	h := newHandset(t, b, "101")
	d := h.lamp("102", "lamp")
	if err := b.Probe(t.Context()); err != nil {
		t.Error(err)
	}
	b.stop()
	<-b.done
	h.until("NOTIFY")
	again := newBox(t, extensions("101", "102"), func(c *sipua.Config) {
		c.Store = &m
		c.Listen[0].Addr = b.addr
	})
	d.again("481", "dialog")
	h.lamp("102", "new")
	if again.Subscriptions() != 1 {
		t.Error(again.Subscriptions())
	}
}
