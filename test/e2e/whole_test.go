package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/test/peer"
)

// The whole way, with telephones made by others: a caller hears the menu, presses 1, waits with music, is answered by
// an agent, both hear each other and nothing else, the recording holds both sides, and the books agree. Once over the
// trunk, once from an extension that dials 6000.
func TestWholeWayWithBaresip(t *testing.T) {
	t.Parallel()
	port := peer.FreePort(t)
	b := open(t, func(_ *box, d *document) {
		d.Trunks[0].Host, d.Trunks[0].Port, d.Trunks[0].Sources = "127.0.0.1", uint16(port), nil
	})
	agent := extension(t, b, "8001", "answermode=auto", 1000)
	agent.Tell("dial", "sip:*45@"+agent.server)
	agent.Wait(1, "CALL_ESTABLISHED", "")
	agent.Wait(1, "CALL_CLOSED", "")
	if a := b.agent("1001"); a.Status != "available" {
		t.Fatalf("after *45 the agent is %s", a.Status)
	}

	caller := newBaresip(t, b.ip, port, fmt.Sprintf("<sip:13800138000@%s;transport=udp>;regint=0;audio_codecs=PCMA/8000/1", b.ip), 440)
	wholeWay(t, b, caller, agent, "sip:4006001234@"+b.ip, "13800138000", 2)

	inside := extension(t, b, "8005", "answermode=manual", 440)
	wholeWay(t, b, inside, agent, "sip:6000@"+inside.server, "8005", 4)
}

// extension is a baresip that has registered as an extension.
func extension(t *testing.T, b *box, number, mode string, hz float64) *baresip {
	t.Helper()
	server := b.ip + ":5060"
	p := newBaresip(t, server, peer.FreePort(t), fmt.Sprintf("<sip:%s@%s;transport=udp>;auth_pass=%s;regint=300;%s;audio_codecs=PCMA/8000/1",
		number, server, secret(number), mode), hz)
	b.registered(number)
	return p
}

// wholeWay is one call of a caller to an agent who answers by himself; nth is the agent's how many-eth call it is.
func wholeWay(t *testing.T, b *box, caller, agent *baresip, to, from string, nth int) {
	t.Helper()
	time.Sleep(100 * time.Millisecond)
	began := time.Now()
	caller.Tell("dial", to)
	caller.Wait(1, "CALL_ESTABLISHED", "")
	time.Sleep(2 * time.Second)
	hearsSound(t, "the caller in the menu", caller.heard())
	// Nobody is free for a moment, so that the caller waits.
	pauseAgent(t, agent, b, "*461")
	caller.Tell("sndcode", "1")
	b.until(10*time.Second, "the caller waits", func() bool { return len(b.waiting("q_appointment")) == 1 })
	before := len(caller.heard())
	time.Sleep(1500 * time.Millisecond)
	if heard := caller.heard(); len(heard) > before {
		hearsSound(t, "the waiting caller", heard[before:])
	}
	nth += 1
	pauseAgent(t, agent, b, "*47")
	agent.Wait(nth, "CALL_ESTABLISHED", "")
	time.Sleep(4 * time.Second)
	said, answered := caller.heard(), agent.heard()
	hears(t, "the caller", last(said, 2*time.Second), 1000, 440)
	hears(t, "the agent", last(answered, 2*time.Second), 440, 1000)
	agent.Tell("hangup", "")
	caller.Wait(1, "CALL_CLOSED", "")

	r := b.callFrom(from)
	checkRecord(t, r, began)
	e := b.kept(r.Recording)
	left, right := stereo(t, e.File)
	hears(t, "the recording, left", middle(left, time.Second), 440, 1000)
	hears(t, "the recording, right", middle(right, time.Second), 1000, 440)
	if off := e.Length - r.EndedAt.Sub(r.ConnectedAt); off.Abs() > 500*time.Millisecond {
		t.Errorf("the recording is %s long, the conversation was %s", e.Length, r.EndedAt.Sub(r.ConnectedAt))
	}
	if words := b.logged(r.ID); !slices.Equal(words, []string{"ENTERQUEUE", "CONNECT", "COMPLETEAGENT"}) {
		t.Errorf("queue log: %v", words)
	}
}

// pauseAgent has the agent dial a code and waits until the call is over.
func pauseAgent(t *testing.T, agent *baresip, b *box, code string) {
	t.Helper()
	n := agent.Count("CALL_CLOSED", "")
	agent.Tell("dial", "sip:"+code+"@"+agent.server)
	agent.Wait(n+1, "CALL_CLOSED", "")
}

func last(samples []int16, length time.Duration) []int16 {
	return samples[max(0, len(samples)-dsp.Samples(length)):]
}

func checkRecord(t *testing.T, r record, began time.Time) {
	t.Helper()
	times := []time.Time{began, r.StartedAt, r.AnsweredAt, r.QueuedAt, r.ConnectedAt, r.EndedAt, time.Now()}
	if !slices.IsSortedFunc(times, time.Time.Compare) {
		t.Errorf("started, answered, queued, connected, ended: %v", times)
	}
	if r.Disposition != "answered" || r.Cause != "normal_clearing" || r.EndedBy != "agent" {
		t.Errorf("record: %s, %s, by %s", r.Disposition, r.Cause, r.EndedBy)
	}
	if r.Queue != "q_appointment" || r.Agent != "1001" || r.Extension != "8001" || r.keys() != "1" || !r.went("menu main") {
		t.Errorf("record: queue %s, agent %s at %s, keys %q, path %v", r.Queue, r.Agent, r.Extension, r.keys(), r.Path)
	}
	if len(r.Legs) != 2 {
		t.Fatalf("%d legs, want 2", len(r.Legs))
	}
	for _, l := range r.Legs {
		q := l.Quality
		if q.Sent < 150 || q.Received < 150 || q.Lost > q.Received/50 || q.MOS < 4 || q.MOS > 4.5 {
			t.Errorf("quality of the %s leg of %s: %+v", l.Direction, l.Line, q)
		}
	}
	if !strings.HasPrefix(r.Recording, "0") || r.Recording != r.ID {
		t.Errorf("recording id %q of call %s", r.Recording, r.ID)
	}
}
