package webrtc_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	pion "github.com/pion/webrtc/v4"

	"github.com/dealerline/dealerline/internal/lines/webrtc"
)

func TestTwoBrowsersHearEachOtherAndAreRecorded(t *testing.T) {
	t.Parallel()
	b := newBed(t)
	one, two := b.party(), b.party()
	caller, agent := newBrowser(t, 440), newBrowser(t, 1000)
	b.calls(one, caller)

	// The box rings the other one: it offers, and the browser answers.
	offer, err := two.Outward(two.describe("sendrecv", 101), true)
	if err != nil {
		t.Fatal(err)
	}
	agent.take(pion.SDPTypeOffer, offer)
	a, err := agent.pc.CreateAnswer(nil)
	if err != nil {
		t.Fatal(err)
	}
	agent.event = 101
	plain, err := two.Inward(agent.local(a), false)
	if err != nil {
		t.Fatal(err)
	}
	two.agree(t, plain)

	bridge := b.engine.NewBridge()
	defer bridge.Close()
	left := bridge.Add(one.rtp)
	bridge.Add(two.rtp)
	bridge.SetLeft(left)
	tap := &listener{}
	bridge.SetTap(tap)
	caller.hears(1000)
	agent.hears(440)
	tap.hears(t, "caller in the recording", func() []byte { return tap.left }, 440, true)
	tap.hears(t, "agent in the recording", func() []byte { return tap.right }, 1000, true)

	t.Run("keys", func(t *testing.T) {
		caller.press('5')
		select {
		case k := <-one.keys:
			if k != '5' {
				t.Errorf("key %c, want 5", k)
			}
		case <-time.After(patience):
			t.Fatal("no key came")
		}
		two.rtp.SendDigits("7#")
		for limit := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
			agent.mu.Lock()
			keys := string(agent.keys)
			agent.mu.Unlock()
			if keys == "57#" { // the caller's was passed on
				break
			}
			if time.Now().After(limit) {
				t.Fatalf("the browser got %q, want 57#", keys)
			}
		}
	})

	t.Run("hold", func(t *testing.T) {
		held := strings.Replace(string(caller.pc.LocalDescription().SDP), "a=sendrecv", "a=sendonly", 1)
		plain, err := one.Inward([]byte(held), true)
		if err != nil || !strings.Contains(string(plain), "a=sendonly") {
			t.Fatalf("hold became %v\n%s", err, plain)
		}
		answer, err := one.Outward(one.agree(t, plain), false)
		if err != nil || !strings.Contains(string(answer), "a=recvonly") {
			t.Fatalf("answer to hold: %v\n%s", err, answer)
		}
		plain, err = one.Inward(caller.offer(false), true)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err = one.Outward(one.agree(t, plain), false); err != nil {
			t.Fatal(err)
		}
		caller.take(pion.SDPTypeAnswer, answer)
		caller.hears(1000)
		agent.hears(440)
	})

	t.Run("hold by who was called", func(t *testing.T) {
		held := two.offered(t, agent, "a=sendonly")
		if !strings.Contains(string(held), "a=recvonly") || !strings.Contains(string(held), "a=setup:passive") {
			t.Errorf("answer to hold:\n%s", held)
		}
		agent.take(pion.SDPTypeAnswer, held)
		agent.take(pion.SDPTypeAnswer, two.offered(t, agent, "a=sendrecv"))
		agent.hears(440)
		caller.hears(1000)
	})

	t.Run("ICE restart of who was called", func(t *testing.T) {
		plain, err := two.Inward(agent.offer(true), true)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := two.Outward(two.agree(t, plain), false)
		if err != nil {
			t.Fatal(err)
		}
		agent.take(pion.SDPTypeAnswer, answer)
		agent.hears(440)
		caller.hears(1000)
	})

	t.Run("ICE restart", func(t *testing.T) {
		plain, err := one.Inward(caller.offer(true), true)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := one.Outward(one.agree(t, plain), false)
		if err != nil {
			t.Fatal(err)
		}
		caller.take(pion.SDPTypeAnswer, answer)
		caller.hears(1000)
		agent.hears(440)
	})

	t.Run("a browser that closes is noticed", func(t *testing.T) {
		if err := agent.pc.Close(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-two.lost:
		case <-time.After(patience):
			t.Fatal("nobody noticed")
		}
	})
}

func TestWhatIsNoBrowsersIsRefused(t *testing.T) {
	b := newBed(t)
	p := b.party()
	head := "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
	for _, c := range []struct{ name, body string }{
		{"nothing", ""},
		{"a phone's", head + "m=audio 4000 RTP/AVP 8\r\n"},
		{"video first", head + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"},
		{"no credentials", head + "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=rtpmap:8 PCMA/8000\r\n"},
	} {
		if got, err := p.Inward([]byte(c.body), true); !errors.Is(err, webrtc.ErrDescription) {
			t.Errorf("%s: %v\n%s", c.name, err, got)
		}
	}
	plain, err := p.Inward([]byte(head+"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n"), true)
	if err != nil || !strings.Contains(string(plain), "RTP/AVP \r\n") {
		t.Errorf("only Opus: %v\n%s", err, plain)
	}
	if _, err := p.Outward(p.describe("sendrecv", 101), false); err == nil {
		t.Error("an answer to no offer was made")
	}
}
