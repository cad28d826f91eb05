package webrtc

import (
	"errors"
	"net"
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// maxPacket is more than any packet of ours: 20 ms have 172 octets, and browsers send up to 120 ms.
const maxPacket = 1500

// hear moves what the browser says to the media engine, as it comes, until the connection ends.
func (l *Leg) hear(remote *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
	buf := make([]byte, maxPacket)
	for {
		n, _, err := remote.Read(buf)
		if err != nil {
			return
		}
		_, err = l.hop.Write(buf[:n])
		if errors.Is(err, net.ErrClosed) {
			return
		}
	}
}

// speak moves what the media engine sends to the browser, until the hop is closed.
func (l *Leg) speak() {
	buf := make([]byte, maxPacket)
	var h rtp.Header
	for {
		n, err := l.hop.Read(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // the media engine has closed its port: we are about to be closed, too
		}
		to := l.track.to.Load()
		if to == nil {
			continue // not connected yet
		}
		size, err := h.Unmarshal(buf[:n])
		if err != nil {
			continue
		}
		h.SSRC = to.ssrc
		_, _ = to.stream.WriteRTP(&h, buf[size:n]) //nolint:errcheck // a packet that does not go out is a lost one
	}
}

// track is our side's stream. Packets keep their payload type, so that key presses stay key presses.
type track struct{ to atomic.Pointer[way] }

// way is where a stream's packets go.
type way struct {
	stream webrtc.TrackLocalWriter
	ssrc   uint32
	id     string
}

// Bind is called when the connection is ready for packets.
func (t *track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	all := c.CodecParameters()
	if len(all) == 0 {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	t.to.Store(&way{stream: c.WriteStream(), ssrc: uint32(c.SSRC()), id: c.ID()})
	return all[0], nil
}

// Unbind is called when it is not any more.
func (t *track) Unbind(c webrtc.TrackLocalContext) error {
	if w := t.to.Load(); w != nil && w.id == c.ID() {
		t.to.CompareAndSwap(w, nil)
	}
	return nil
}

// ID names the stream to the browser.
func (*track) ID() string { return "sound" }

// RID is for streams that are sent more than once.
func (*track) RID() string { return "" }

// StreamID names what the stream belongs to.
func (*track) StreamID() string { return "dealerline" }

// Kind is audio.
func (*track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
