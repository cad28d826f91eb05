package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/conference"
)

// Three phones meet in a room with a PIN: each hears the others, one is muted by itself, and the recording holds all.
func TestConference(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		r := conference.DefaultRoom()
		r.Number, r.Name, r.PIN, r.Record, r.Announce = "6600", "Room", "4711", true, conference.NoNotice
		d.Conferences.Rooms = []conference.Room{r}
	})
	tones := []float64{customerTone, agentTone, thirdTone}
	var parties []*dialog
	for i, user := range []string{"8004", "8005", "8006"} {
		c := deskPhone(b, user).dial("6600", tone(tones[i]))
		c.answered()
		time.Sleep(400 * time.Millisecond)
		c.keys("4711#")
		parties = append(parties, c)
	}
	time.Sleep(4 * time.Second) // what is said at the door
	from := time.Now()
	time.Sleep(1500 * time.Millisecond)
	for i, p := range parties {
		heard := p.since(from)
		for j, hz := range tones {
			if i != j && powerOf(heard, hz) < -35 {
				t.Errorf("party %d hears %d at %.1f dBm0", i, j, powerOf(heard, hz))
			}
		}
		if own := powerOf(heard, tones[i]); own > -45 {
			t.Errorf("party %d hears itself at %.1f dBm0", i, own)
		}
	}
	parties[2].keys("*1")
	time.Sleep(3 * time.Second)
	from = time.Now()
	time.Sleep(time.Second)
	if p := powerOf(parties[0].since(from), thirdTone); p > -45 {
		t.Errorf("a party that muted itself is heard at %.1f dBm0", p)
	}
	for _, p := range parties {
		p.hangup()
	}
	b.until(5*time.Second, "three records", func() bool { return len(b.calls()) == 3 })
	if r := b.calls()[0]; !r.went("conference 6600") {
		t.Errorf("the record does not tell of the room: %+v", r.Path)
	}
}

// A lamp for another phone follows it, and its key picks up what rings there.
func TestLampAndPickupByLamp(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	watcher, rung, caller := deskPhone(b, "8004"), deskPhone(b, "8005"), deskPhone(b, "8006")
	lamp := watcher.subscribe("8005", "dialog")
	c := caller.dial("8005", tone(customerTone))
	d := rung.ring()
	d.p.reply(d.invite, 180, d.tag, nil)
	var document string
	b.until(3*time.Second, "the lamp blinks", func() bool {
		document = lamp()
		return strings.Contains(document, "<state>early</state>")
	})
	took := watcher.pickup("8005", document, tone(thirdTone))
	took.answered()
	c.answered()
	if how := d.over(); how != "cancel" {
		t.Errorf("the phone that rang: %s", how)
	}
	time.Sleep(400 * time.Millisecond)
	only(t, "the caller", c, thirdTone)
	b.until(3*time.Second, "the lamp is out", func() bool { return !strings.Contains(lamp(), "early") })
	c.hangup()
	took.over()
}

// subscribe watches a name, and returns what reads the last document that came.
func (p *phone) subscribe(name, event string) (last func() string) {
	p.t.Helper()
	to := "sip:" + name + "@" + p.box.ip
	callID, tag := fmt.Sprintf("sub-%x", rand.Uint64()), fmt.Sprintf("%x", rand.Uint32())
	challenge := ""
	for seq := 1; seq <= 2; seq++ {
		m := p.request("SUBSCRIBE", to, callID, tag, seq)
		m.add("event", "%s", event)
		m.add("expires", "300")
		if challenge != "" {
			authorize(&m, challenge, "authorization", p.user, p.password, "SUBSCRIBE", to)
		}
		r, ok := p.ask(m, 5*time.Second, nil)
		if ok && r.status() == 401 {
			challenge = r.md5Challenge("www-authenticate")
			continue
		}
		if !ok || r.status() != 200 {
			p.t.Fatalf("SUBSCRIBE to %s: %d", name, r.status())
		}
		break
	}
	return func() string {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.notes[callID]
	}
}

// pickup takes what rings at a line, as its lamp shows it (RFC 3891).
func (p *phone) pickup(name, document string, v voice) *dialog {
	p.t.Helper()
	attribute := func(n string) string {
		_, rest, _ := strings.Cut(document, " "+n+"=\"")
		value, _, _ := strings.Cut(rest, "\"")
		return value
	}
	d := newDialog(p, fmt.Sprintf("pick-%x", rand.Uint64()))
	d.replace = fmt.Sprintf("%s;to-tag=%s;from-tag=%s;early-only", attribute("call-id"), attribute("remote-tag"), attribute("local-tag"))
	d.sound = newRTPEnd(p.t, p.ip, v)
	p.mu.Lock()
	p.dialogs[d.callID] = d
	p.mu.Unlock()
	go d.place(p.user, name)
	return d
}
