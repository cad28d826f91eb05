package media

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/pion/rtp"
)

// eventKeys are the keys in the order of their event codes (RFC 4733 table 3).
const eventKeys = "0123456789*#ABCD"

// eventOf is the event code of a key, −1 for what is no key.
func eventOf(key byte) int { return strings.IndexByte(eventKeys, key) }

// How a key was told.
type origin uint8

const (
	byEvent origin = iota + 1 // RFC 4733
	byTone                    // in the sound
	byInfo                    // SIP INFO
)

// samePress is how long after a key that came one way the same key by another way is the same press.
const samePress = 200 * time.Millisecond

// inSound marks a key, which is ASCII, that came as tones.
const inSound = 0x80

type press struct {
	key byte
	by  origin
	at  time.Duration
}

// press reports a key and hands it to the clock, where it may stop a player.
func (r *RTP) press(key byte, by origin, now time.Duration) {
	last := r.in.press
	r.in.press = press{key: key, by: by, at: now}
	if last.key == key && last.by != by && now-last.at < samePress {
		r.in.press.by = last.by
		return
	}
	if rt := r.route.Load(); rt != nil {
		if !rt.quiet.Load() && (by == byInfo || (by == byEvent && !rt.to.out.takesEvents())) {
			rt.to.SendDigits(string(key))
		}
	} else if p := r.buf.ring.next(); p != nil {
		if p.key, p.n = key, 0; by == byTone {
			p.n = inSound
		}
		r.pressed.Add(1)
		r.buf.ring.commit()
	}
	r.report(Digit{Key: key})
}

// eventReceiver finds the presses in telephone-event packets. All packets of one press carry the timestamp of its
// beginning, so any of them, the first to arrive, is the press, and it does not matter which are lost.
type eventReceiver struct {
	have  bool
	ssrc  uint32
	ts    uint32
	event byte
	ended bool
	at    time.Duration
}

// continuation is the longest pause inside a press that is sent as several events (RFC 4733 §2.5.1.3), or by a
// peer that wrongly moves the timestamp on.
const continuation = 40 * time.Millisecond

// packet takes in one event packet and returns the key if it is the first of a press.
func (e *eventReceiver) packet(h *rtp.Header, payload []byte, now time.Duration) byte {
	if len(payload) < 4 || int(payload[0]) >= len(eventKeys) {
		return 0
	}
	event, ended := payload[0], payload[1]&0x80 != 0
	same := e.have && e.ssrc == h.SSRC
	if same {
		switch age := int32(h.Timestamp - e.ts); { //nolint:gosec // the difference modulo 2³²
		case age == 0:
			e.ended, e.at = e.ended || ended, now
			return 0
		case age < 0 && age > -8000*5: // an old packet, overtaken
			return 0
		case event == e.event && !e.ended && !h.Marker && now-e.at < continuation:
			e.ts, e.ended, e.at = h.Timestamp, ended, now
			return 0
		}
	}
	*e = eventReceiver{have: true, ssrc: h.SSRC, ts: h.Timestamp, event: event, ended: ended, at: now}
	return eventKeys[event]
}

// Sending a key: 100 ms, then 60 ms without.
const (
	digitFrames = 5
	pauseFrames = 3
	endPackets  = 3 // the last packet of an event is sent three times (RFC 4733 §2.5.1.4)
	eventVolume = 10
)

// eventPayload writes the payload of an event packet: duration in samples (RFC 4733 §2.3).
func eventPayload(p []byte, event int, end bool, duration uint16) {
	p[0], p[1] = byte(event), eventVolume //nolint:gosec // 0…15
	if end {
		p[1] |= 0x80
	}
	binary.BigEndian.PutUint16(p[2:], duration)
}
