package appliance

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/web"
	"github.com/dealerline/dealerline/internal/lines/dahdi"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// hardware is what analog lines run on: cards in the kernel, a simulated exchange, both, or neither.
type hardware struct {
	cfg      config.DAHDI
	log      *slog.Logger
	cards    atomic.Pointer[dahdi.System] // nil: none
	trouble  atomic.Pointer[string]       // why there are none although there should be
	exchange *exchange.Exchange           // nil: none
}

// openHardware opens what the boot file names. With "auto" a box without cards, or with broken ones, does all the rest,
// and takes cards that come later.
func openHardware(cfg config.Config, log *slog.Logger) (*hardware, error) {
	h := &hardware{cfg: cfg.DAHDI, log: log}
	if cfg.DAHDI.Enabled != "no" {
		cards, err := h.open()
		if err != nil && cfg.DAHDI.Enabled == "yes" {
			return nil, err
		}
		h.cards.Store(cards)
	}
	if !cfg.Exchange.Enabled {
		return h, nil
	}
	var err error
	h.exchange, err = exchange.New(simulation())
	return h, err
}

// errNoPort means that there is telephony in the kernel, and no port towards an exchange.
var errNoPort = fault.New(fault.Unavailable, "dahdi.absent", "open dahdi: no card has a port towards an exchange") //nolint:gochecknoglobals // a sentinel

// open opens the telephony cards.
func (h *hardware) open() (*dahdi.System, error) {
	cfg := dahdi.Config{EchoCanceller: h.cfg.EchoCanceller, Channels: h.cfg.Channels, Logger: h.log}
	if cfg.EchoCanceller == "none" {
		cfg.EchoCanceller = ""
	}
	cards, err := dahdi.Open(cfg)
	if err == nil && len(cards.Ports()) == 0 {
		err = errors.Join(errNoPort, let(cards))
	}
	h.judge(err)
	if err != nil {
		return nil, err
	}
	h.log.Info("telephony cards", "ports", len(cards.Ports()), "spans", len(cards.Spans()))
	return cards, nil
}

// let lets cards go that were opened and are not wanted.
func let(cards *dahdi.System) error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := cards.Run(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// judge notes what is wrong with the cards and says so once. That there are none is nothing wrong.
func (h *hardware) judge(err error) {
	if err == nil || fault.KeyOf(err) == "dahdi.absent" {
		h.trouble.Store(nil)
		return
	}
	text := err.Error()
	if before := h.trouble.Swap(&text); before == nil || *before != text {
		h.log.Error("open telephony cards", "error", err)
	}
}

// fault is what is wrong with the cards, "" if nothing is.
func (h *hardware) fault() string {
	if t := h.trouble.Load(); t != nil {
		return *t
	}
	return ""
}

// devices are all ports.
func (h *hardware) devices() []fxo.Device {
	var out []fxo.Device
	if c := h.cards.Load(); c != nil {
		for _, p := range c.Ports() {
			out = append(out, p)
		}
	}
	if h.exchange != nil {
		out = append(out, simulated(h.exchange)...)
	}
	return out
}

// probe returns when the cards' loop has answered.
func (h *hardware) probe(ctx context.Context) error {
	if c := h.cards.Load(); c != nil {
		return c.Probe(ctx)
	}
	return nil
}

// spans are the cards as they were last seen.
func (h *hardware) spans() []dahdi.Span {
	if c := h.cards.Load(); c != nil {
		return c.Spans()
	}
	return nil
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
	h := b.hardware
	if c := h.cards.Load(); c != nil {
		s.run("telephony cards", c.Run)
	} else if h.cfg.Enabled == "auto" {
		s.run("search for telephony cards", func(ctx context.Context) error { return b.awaitCards(ctx, s) })
	}
	if h.exchange != nil {
		s.run("simulated exchange", h.exchange.Run)
	}
	s.run("analog lines", b.analog.Run)
}

// cardSearch is how often cards are looked for that were not there at the start: drivers may load late.
const cardSearch = 10 * time.Second

// awaitCards takes in cards that appear after the start.
func (b *Box) awaitCards(ctx context.Context, s *stage) error {
	t := time.NewTicker(cardSearch)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		cards, err := b.hardware.open()
		if err != nil {
			continue // judged there
		}
		for _, p := range cards.Ports() {
			if err := b.analog.AddDevice(p); err != nil {
				b.log.Error("take in telephony port", "port", p.Name(), "error", err)
			}
		}
		s.run("telephony cards", cards.Run)
		b.hardware.cards.Store(cards)
		<-ctx.Done()
		return context.Cause(ctx)
	}
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
