package media

import (
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// keySender is the progress of the key being sent.
type keySender struct {
	frame int // of digitFrames+pauseFrames
	tone  dsp.Generator
}

// queueDigits takes keys to send and reports whether there are any.
func (s *sender) queueDigits(digits string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	for _, k := range []byte(strings.ToUpper(digits)) {
		if eventOf(k) >= 0 {
			s.keys = append(s.keys, k)
		}
	}
	s.busy.Store(len(s.keys) > 0)
	return len(s.keys) > 0
}

// sendKey sends the next 20 ms of the keys instead of sound. It reports false when sound is to be sent: in the
// pause after an event, and at the end.
func (s *sender) sendKey(now time.Duration) bool {
	if len(s.keys) == 0 {
		s.busy.Store(false)
		return false
	}
	k := &s.key
	frame := k.frame
	if k.frame++; k.frame == digitFrames+pauseFrames {
		defer func() {
			s.keys = s.keys[:copy(s.keys, s.keys[1:])]
			*k = keySender{}
			s.busy.Store(len(s.keys) > 0)
		}()
	}
	if s.event == 0 {
		s.sendTone(frame, now)
		return true
	}
	if frame >= digitFrames {
		return false
	}
	s.sendEvent(frame, now)
	return true
}

func (s *sender) sendEvent(frame int, now time.Duration) {
	start := s.ts - uint32(frame)*FrameSamples //nolint:gosec // 0…4
	buf := s.plain[:headroom+4]
	n := 1
	if frame == digitFrames-1 {
		n = endPackets
	}
	for range n {
		eventPayload(buf[headroom:], eventOf(s.keys[0]), n > 1, uint16((frame+1)*FrameSamples)) //nolint:gosec // at most 800
		s.seq++
		s.marker = frame == 0
		s.write(buf, headroom, s.event, start)
	}
	s.ts += FrameSamples
	s.at, s.begun = now, true
}

func (s *sender) sendTone(frame int, now time.Duration) {
	if frame == 0 {
		t, _ := dsp.DTMFTone(s.keys[0], digitFrames*FrameDuration, pauseFrames*FrameDuration)
		s.key.tone = dsp.NewGenerator(t)
	}
	var samples [FrameSamples]int16
	s.key.tone.Next(samples[:])
	dsp.CompressALaw(s.plain[headroom:], samples[:])
	s.put(s.plain[:], ALaw, now)
}
