package webrtc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"

	"github.com/dealerline/dealerline/internal/base/fault"
)

const (
	// certificateLife is when a new certificate is made; pion's last a month. It is only told by its fingerprint.
	certificateLife = 14 * 24 * time.Hour
	// disconnectedAfter and failedAfter are how long nothing may be heard of a browser: by then a network that changed
	// has had its ICE restart, or the call is over.
	disconnectedAfter = 5 * time.Second
	failedAfter       = 20 * time.Second
	keepAlive         = 2 * time.Second
	// receiveBuffer takes what all browsers send in a moment in which nobody reads.
	receiveBuffer = 1 << 20
)

// Config is what a [Gateway] is made of.
type Config struct {
	// Address is where the port for browsers is bound, and PortMin and PortMax are the range of the box's sound: the
	// highest port of it that is free is taken, so that a firewall needs no further hole.
	Address          netip.Addr
	PortMin, PortMax uint16
	Logger           *slog.Logger
}

// Gateway makes the legs of browsers. Safe from any goroutine.
type Gateway struct {
	cfg Config
	log *slog.Logger

	mu     sync.Mutex
	closed bool
	api    *webrtc.API // nil before the first leg
	mux    *ice.UDPMuxDefault
	port   uint16
	cert   webrtc.Certificate
	made   time.Time
}

// New makes a gateway. It opens nothing.
func New(c Config) *Gateway {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Gateway{cfg: c, log: c.Logger}
}

// Port is the UDP port of all browsers' sound, 0 before the first leg.
func (g *Gateway) Port() uint16 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.port
}

// Close frees the port. Legs are closed by whoever opened them; those that are left hear nothing more.
func (g *Gateway) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	if g.mux == nil {
		return nil
	}
	if err := g.mux.Close(); err != nil {
		return fmt.Errorf("close port of browsers: %w", err)
	}
	return nil
}

// connection makes a new connection, and at the first call all that connections share.
func (g *Gateway) connection() (*webrtc.PeerConnection, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, fault.New(fault.Unavailable, "webrtc.closed", "open browser's sound: the box is stopping")
	}
	if g.api == nil {
		if err := g.start(); err != nil {
			return nil, err
		}
	}
	if time.Since(g.made) > certificateLife {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("make key for browsers' sound: %w", err)
		}
		cert, err := webrtc.GenerateCertificate(key)
		if err != nil {
			return nil, fmt.Errorf("make certificate for browsers' sound: %w", err)
		}
		g.cert, g.made = *cert, time.Now()
	}
	pc, err := g.api.NewPeerConnection(webrtc.Configuration{
		Certificates: []webrtc.Certificate{g.cert}, BundlePolicy: webrtc.BundlePolicyMaxBundle,
	})
	if err != nil {
		return nil, fmt.Errorf("open browser's sound: %w", err)
	}
	return pc, nil
}

func (g *Gateway) start() error {
	conn, err := g.listen()
	if err != nil {
		return err
	}
	codecs := &webrtc.MediaEngine{}
	for _, c := range spoken() {
		if err := codecs.RegisterCodec(c, webrtc.RTPCodecTypeAudio); err != nil {
			return errors.Join(fmt.Errorf("register codec: %w", err), conn.Close())
		}
	}
	var set webrtc.SettingEngine
	set.LoggerFactory = quiet{g.log}
	mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: conn, Logger: quiet{g.log}.NewLogger("mux")})
	set.SetICEUDPMux(mux)
	set.SetLite(true)
	set.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	set.SetIncludeLoopbackCandidate(true) // a browser on this machine
	set.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	set.SetICETimeouts(disconnectedAfter, failedAfter, keepAlive)
	set.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	if err := set.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return errors.Join(fmt.Errorf("set DTLS role: %w", err), mux.Close())
	}
	g.mux = mux
	g.api = webrtc.NewAPI(webrtc.WithMediaEngine(codecs), webrtc.WithSettingEngine(set),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	g.log.Info("port for browsers' sound", "port", g.port)
	return nil
}

// listen takes the highest free port of the range.
func (g *Gateway) listen() (*net.UDPConn, error) {
	var lc net.ListenConfig
	var last error
	for port := g.cfg.PortMax; port >= g.cfg.PortMin && port > 0; port-- {
		pc, err := lc.ListenPacket(context.Background(), "udp4", netip.AddrPortFrom(g.cfg.Address, port).String())
		if err != nil {
			last = err
			continue
		}
		conn, ok := pc.(*net.UDPConn)
		if !ok {
			return nil, errors.Join(errors.New("listen for browsers: no UDP socket"), pc.Close())
		}
		_ = conn.SetReadBuffer(receiveBuffer) //nolint:errcheck // a smaller buffer works, too
		g.port = port
		return conn, nil
	}
	return nil, fault.New(fault.Busy, "webrtc.no_port", "listen for browsers: no port of %d to %d is free: %w", g.cfg.PortMin, g.cfg.PortMax, last)
}

// rate is that of all that is spoken (RFC 3551 table 4, RFC 4733 §2.1).
const rate = 8000

// spoken are the codecs, the preferred one first.
func spoken() []webrtc.RTPCodecParameters {
	codec := func(mime string, pt webrtc.PayloadType) webrtc.RTPCodecParameters {
		return webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: mime, ClockRate: rate}, PayloadType: pt}
	}
	return []webrtc.RTPCodecParameters{
		codec(webrtc.MimeTypePCMA, pcma), codec(webrtc.MimeTypePCMU, pcmu), codec("audio/telephone-event", eventPT),
	}
}
