package appliance

import (
	"log/slog"
	"net"
	"net/netip"

	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/web/api"
	"github.com/dealerline/dealerline/internal/edge/web/softphone"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/lines/webrtc"
)

// softphones is what makes telephones of browsers.
type softphones struct {
	door    *softphone.Door // nil: the box serves no console
	gateway *webrtc.Gateway
}

// newSoftphones makes the door of browsers and what carries their sound. Nothing is opened before one calls.
func (b *Box) newSoftphones(cfg config.Config) (softphones, error) {
	if cfg.Web.Listen == "" {
		return softphones{}, nil
	}
	at, err := netip.ParseAddrPort(cfg.Web.Listen)
	if err != nil {
		return softphones{}, fault.New(fault.Invalid, "config.invalid", "web.listen: %w", err)
	}
	ip, err := netip.ParseAddr(cfg.Media.Address)
	if err != nil {
		return softphones{}, fault.New(fault.Invalid, "config.invalid", "media.address: %w", err)
	}
	return softphones{
		door:    softphone.New(net.TCPAddrFromAddrPort(at)),
		gateway: webrtc.New(webrtc.Config{Address: ip, PortMin: cfg.Media.PortMin, PortMax: cfg.Media.PortMax, Logger: b.log}),
	}, nil
}

// browsers is the same as the SIP side sees it.
func (s softphones) browsers() sipua.Browsers {
	if s.door == nil {
		return sipua.Browsers{}
	}
	return sipua.Browsers{
		Listener: s.door.Front, Extension: s.door.Front.Phone,
		Open: func(sound uint16, at netip.Addr, lost func()) (sipua.BrowserSound, error) {
			return s.gateway.Open(sound, at, lost)
		},
	}
}

// close frees the port of browsers' sound.
func (s softphones) close(log *slog.Logger) {
	if s.gateway == nil {
		return
	}
	if err := s.gateway.Close(); err != nil {
		log.Warn("stop browsers' sound", "error", err)
	}
}

// ownExtension is the phone of a user: that of the agent who the user is.
func (b *Box) ownExtension(u account.User) string {
	for _, a := range b.settings.Current().Agents {
		if a.ID == u.Agent && u.Agent != "" {
			return a.Extension
		}
	}
	return ""
}

// lendSoftphone makes a user's browser their telephone for a while.
func (b *Box) lendSoftphone(u account.User) (api.SoftphoneLoan, error) {
	number := b.ownExtension(u)
	if b.softphones.door == nil || number == "" {
		return api.SoftphoneLoan{}, fault.New(fault.Conflict, "softphone.no_extension", "lend softphone to %s: the user's agent has no extension", u.ID)
	}
	password, until, ok := b.sip.Lend(number)
	if !ok {
		return api.SoftphoneLoan{}, fault.New(fault.Conflict, "softphone.no_extension", "lend softphone to %s: no such extension", u.ID)
	}
	return api.SoftphoneLoan{
		Extension: number, Name: u.Name, Realm: b.opt.Config.SIP.Realm, Password: password, Until: until, Path: softphone.Path, Echo: "*43",
	}, nil
}
