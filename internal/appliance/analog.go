package appliance

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/web"
	"github.com/dealerline/dealerline/internal/lines/dahdi"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// hardware is what analog lines run on: cards in the kernel, a simulated exchange, both, or neither.
type hardware struct {
	cards    *dahdi.System      // nil: none
	trouble  string             // why there are none although there should be
	exchange *exchange.Exchange // nil: none
}

// openHardware opens what the boot file names.
func openHardware(cfg config.Config, log *slog.Logger) (*hardware, error) {
	h := &hardware{}
	if err := h.openCards(cfg.DAHDI, log); err != nil {
		return nil, err
	}
	if !cfg.Exchange.Enabled {
		return h, nil
	}
	var err error
	h.exchange, err = exchange.New(simulation())
	return h, err
}

// openCards opens the telephony cards. With "auto" a box without them, or with broken ones, still does all the rest.
func (h *hardware) openCards(cfg config.DAHDI, log *slog.Logger) error {
	if cfg.Enabled == "no" {
		return nil
	}
	canceller := cfg.EchoCanceller
	if canceller == "none" {
		canceller = ""
	}
	var err error
	h.cards, err = dahdi.Open(dahdi.Config{EchoCanceller: canceller, Channels: cfg.Channels, Logger: log})
	switch {
	case err == nil:
		log.Info("telephony cards", "ports", len(h.cards.Ports()), "spans", len(h.cards.Spans()))
		return nil
	case cfg.Enabled == "yes":
		return err
	case fault.KeyOf(err) != "dahdi.absent":
		h.trouble = err.Error()
		log.Error("open telephony cards", "error", err)
	default:
		log.Debug("no telephony cards", "error", err)
	}
	h.cards = nil
	return nil
}

// devices are all ports.
func (h *hardware) devices() []fxo.Device {
	var out []fxo.Device
	if h.cards != nil {
		for _, p := range h.cards.Ports() {
			out = append(out, p)
		}
	}
	if h.exchange != nil {
		for _, p := range h.exchange.Ports() {
			out = append(out, p)
		}
	}
	return out
}

// probe returns when the cards' loop has answered.
func (h *hardware) probe(ctx context.Context) error {
	if h.cards == nil {
		return nil
	}
	return h.cards.Probe(ctx)
}

// spans are the cards as they were last seen.
func (h *hardware) spans() []dahdi.Span {
	if h.cards == nil {
		return nil
	}
	return h.cards.Spans()
}

// buildAnalog makes the analog lines and shows them to the dialer.
func (b *Box) buildAnalog(d *dialer) error {
	var err error
	if b.hardware, err = openHardware(b.opt.Config, b.log); err != nil {
		return err
	}
	b.analog, err = fxo.Open(fxo.Config{Devices: b.hardware.devices(), Calls: analogFront{b.calls}, Logger: b.log})
	d.analog = b.analog
	return err
}

// runAnalog starts the ports, then the lines on them.
func (b *Box) runAnalog(s *stage) {
	if c := b.hardware.cards; c != nil {
		s.run("telephony cards", c.Run)
	}
	if e := b.hardware.exchange; e != nil {
		s.run("simulated exchange", e.Run)
	}
	s.run("analog lines", b.analog.Run)
}

// Exchange is the simulated exchange. The error is [fault.NotFound] when the boot file does not ask for one.
func (b *Box) Exchange() (*exchange.Exchange, error) {
	if b.hardware.exchange == nil {
		return nil, fault.New(fault.NotFound, "exchange.absent", "reach the simulated exchange: the boot file does not enable it")
	}
	return b.hardware.exchange, nil
}

// town is the handler by which people at the simulated exchange are played; nil without one.
func (b *Box) town() http.Handler {
	if b.hardware.exchange == nil {
		return nil
	}
	return web.Exchange(b.hardware.exchange)
}
