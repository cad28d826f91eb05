package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

// withBoxes gives the phones 8005 and 8006 a voicemail box each, and the numbers 705 and 706 outside. Greetings are short.
func withBoxes(change func(boxes []voicemail.Box)) func(b *box, d *document) {
	return func(b *box, d *document) {
		b.putPrompt("short_greeting", toneOf(620, 300*time.Millisecond))
		boxes := []voicemail.Box{
			{Number: "8005", Extension: "8005", Greeting: "short_greeting"},
			{Number: "8006", Extension: "8006", Greeting: "short_greeting", PIN: "4071", Notify: []string{"8001"}},
		}
		if change != nil {
			change(boxes)
		}
		d.Voicemail.Boxes = boxes
		d.Calls.Ring = 5
		d.Inbound = append([]settings.InboundRule{
			{Number: "705", Target: target("extension", "8005")},
			{Number: "706", Target: target("voicemail", "8006")},
		}, d.Inbound...)
	}
}

// afterBeep waits for the end of the greeting and the beep.
func (d *dialog) afterBeep() {
	d.p.t.Helper()
	time.Sleep(1500 * time.Millisecond)
}

// messages is what the last document of a lamp says of voice messages, new and old: "1/0".
func messages(document string) string {
	for line := range strings.Lines(document) {
		if rest, ok := strings.CutPrefix(strings.ToLower(line), "voice-message:"); ok {
			counts, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			return counts
		}
	}
	return ""
}

// A caller whom nobody answers leaves a message; the lamp burns; the phone's user hears it, deletes it, and the lamp goes
// out.
func TestAMessageIsLeftAndHeard(t *testing.T) {
	t.Parallel()
	b := open(t, withBoxes(nil))
	owner := deskPhone(b, "8005")
	lamp := owner.subscribe("8005", "message-summary")
	b.until(3*time.Second, "the lamp is off", func() bool { return messages(lamp()) == "0/0" })

	caller := trunkPeer(b).dialAs("13800138000", "705", tone(customerTone))
	owner.ring() // and nobody comes
	caller.answered()
	caller.afterBeep()
	time.Sleep(4 * time.Second)
	caller.press('#')
	time.Sleep(1500 * time.Millisecond)
	caller.press('1')
	caller.overWithin(20 * time.Second)
	b.until(3*time.Second, "the lamp burns", func() bool { return messages(lamp()) == "1/0" })
	boss := heardOnScreen(t, b)

	reader := owner.dial("*97", silent)
	reader.answered()
	b.until(40*time.Second, "the message is heard", func() bool {
		return powerOf(reader.listen(time.Second), customerTone) > loud
	})
	only(t, "the owner", reader, customerTone, agentTone)
	reader.press('3')
	b.until(5*time.Second, "the lamp is off again", func() bool { return messages(lamp()) == "0/0" })
	reader.press('9')
	b.until(5*time.Second, "the message is back", func() bool { return messages(lamp()) == "0/1" })
	reader.press('3')
	b.until(5*time.Second, "the lamp is off in the end", func() bool { return messages(lamp()) == "0/0" })
	reader.hangup()
	var audit struct{ Items []map[string]any }
	boss.ask("GET", "/audit?subject=voicemail", nil, &audit)
	if !slices.ContainsFunc(audit.Items, func(e map[string]any) bool { return at(e, "detail.phone") == "8005" && at(e, "detail.box") == "8005" }) {
		t.Errorf("the audit does not tell of the listening at the phone: %v", audit.Items)
	}

	r := b.callTo("705")
	if !r.went("voicemail 8005") || r.Disposition != "menu_only" {
		t.Errorf("record: %s, %+v", r.Disposition, r.Path)
	}
}

// Whoever hangs up while speaking has left a message; whoever hangs up at once has not. A box that is full says so.
func TestMessagesBrokenOffAndAFullBox(t *testing.T) {
	t.Parallel()
	b := open(t, withBoxes(func(boxes []voicemail.Box) { boxes[1].MaxMessages = 1 }))
	owner, out := deskPhone(b, "8006"), trunkPeer(b)
	second := deskPhone(b, "8001")
	lamp, other := owner.subscribe("8006", "message-summary"), second.subscribe("8001", "message-summary")
	short := out.dialAs("13900000001", "706", tone(customerTone))
	short.answered()
	short.afterBeep()
	short.hangup() // half a second, at most one and a half
	time.Sleep(time.Second)
	if got := messages(lamp()); got != "0/0" {
		t.Errorf("after a hang-up at once the lamp says %s", got)
	}
	long := out.dialAs("13900000002", "706", tone(customerTone))
	long.answered()
	long.afterBeep()
	time.Sleep(3500 * time.Millisecond)
	long.hangup()
	b.until(3*time.Second, "the lamps burn", func() bool { return messages(lamp()) == "1/0" && messages(other()) == "1/0" })

	late := out.dialAs("13900000003", "706", tone(customerTone))
	late.answered()
	hearsSound(t, "the caller of a full box", late.listen(time.Second))
	late.overWithin(20 * time.Second)
	if r := b.callFrom("13900000003"); !strings.Contains(r.keys()+pathOf(r), "vm_full") {
		t.Errorf("the way of the late caller: %+v", r.Path)
	}

	wrong := owner.dial("*97", silent)
	wrong.answered()
	for range 3 {
		wrong.keys("0000#")
		time.Sleep(300 * time.Millisecond)
	}
	wrong.overWithin(20 * time.Second)
	locked := owner.dial("*97", silent)
	locked.answered()
	locked.overWithin(20 * time.Second)
	if got := messages(lamp()); got != "1/0" {
		t.Errorf("after wrong PINs the lamp says %s", got)
	}
}

// heardOnScreen checks that the one message of 8005 is listed, heard in whole and in part, changed and changed back, and that
// the audit tells of the listening once.
func heardOnScreen(t *testing.T, b *box) (boss *person) {
	t.Helper()
	boss = b.admin()
	var list struct{ Items []map[string]any }
	boss.ask("GET", "/voicemail/messages?box=8005&state=new", nil, &list)
	if len(list.Items) != 1 || at(list.Items[0], "number") != "13800138000" || at(list.Items[0], "state") != "new" {
		t.Fatalf("messages: %v", list.Items)
	}
	one := "/voicemail/messages/" + at(list.Items[0], "id")
	status, whole := boss.try("GET", one+"/audio", nil)
	sum := sha256.Sum256(whole)
	if status != http.StatusOK || len(whole) < 30_000 || hex.EncodeToString(sum[:]) != at(list.Items[0], "sha256") {
		t.Errorf("the message: %d, %d octets", status, len(whole))
	}
	if status, part := boss.try("GET", one+"/audio", nil, "Range", "bytes=1000-1999"); status != http.StatusPartialContent || !bytes.Equal(part, whole[1000:2000]) {
		t.Errorf("a part of it: %d, %d octets", status, len(part))
	}
	var changed map[string]any
	boss.ask("PATCH", one, map[string]string{"state": "old"}, &changed)
	boss.ask("GET", "/voicemail/boxes", nil, &list)
	if len(list.Items) != 2 || at(list.Items[0], "new") != "0" || at(list.Items[0], "old") != "1" {
		t.Errorf("boxes: %v", list.Items)
	}
	boss.ask("PATCH", one, map[string]string{"state": "new"}, &changed)
	boss.ask("GET", "/audit?subject=voicemail", nil, &list)
	if len(list.Items) != 3 {
		t.Errorf("the audit has %d entries of the message: %v", len(list.Items), list.Items)
	}
	return boss
}

// pathOf are the nodes of a call's way.
func pathOf(r record) string {
	var nodes []string
	for _, s := range r.Path {
		nodes = append(nodes, s.Node)
	}
	return strings.Join(nodes, " ")
}

// The power plug is pulled while a message is spoken: what was said is there after the start, but for its last second.
func TestPowerCutDuringAMessage(t *testing.T) {
	t.Parallel()
	b := open(t, withBoxes(nil))
	owner := deskPhone(b, "8006")
	caller := trunkPeer(b).dialAs("13800138000", "706", tone(customerTone))
	caller.answered()
	caller.afterBeep()
	time.Sleep(5 * time.Second)
	lasted := 5 * time.Second
	b.kill()
	caller.finish("power", 0)
	b.start()
	lamp := owner.subscribe("8006", "message-summary")
	b.until(5*time.Second, "the lamp burns", func() bool { return messages(lamp()) == "1/0" })
	files, err := filepath.Glob(filepath.Join(b.dir, "voicemail", "*", "*", "*", "*.wav"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	sound := wav(t, files[0])
	if got := time.Duration(len(sound[0])) * time.Second / 8000; len(sound) != 1 || got < lasted-time.Second {
		t.Errorf("%s are left of %s", got, lasted)
	}
	hears(t, "the message", middle(sound[0], 300*time.Millisecond), customerTone, agentTone)
}
