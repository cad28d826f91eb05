package dahdi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Config is what the cards need.
type Config struct {
	Dir string // the devices' folder; "" = /dev/dahdi
	// EchoCanceller is the kernel's canceller for each port, "" = none. The free ones are mg2 and oslec.
	EchoCanceller string
	// Channels are those to use, empty = every port towards an exchange that the cards have.
	Channels []int
	Logger   *slog.Logger
}

const (
	defaultDir  = "/dev/dahdi"
	maxSpans    = 128  // DAHDI_MAX_SPANS
	maxChannels = 1024 // DAHDI_MAX_CHANNELS
)

// System is all telephony cards of the machine. Make it with [Open], then call [System.Run] once.
type System struct {
	cfg   Config
	ctl   int
	loop  *loop
	ports []*Port

	mu    sync.Mutex
	spans []Span
}

// Open finds the cards' ports towards an exchange and sets them up. The error is [fault.Unavailable] when the kernel
// has no telephony or a channel that is asked for is not there.
func Open(cfg Config) (*System, error) {
	if cfg.Dir == "" {
		cfg.Dir = defaultDir
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	s := &System{cfg: cfg, ctl: -1}
	fd, err := unix.Open(filepath.Join(cfg.Dir, "ctl"), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ENXIO) || errors.Is(err, unix.ENODEV) {
		return nil, fault.New(fault.Unavailable, "dahdi.absent", "open dahdi: the kernel has no telephony: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("open dahdi: %w", err)
	}
	s.ctl = fd
	if err := s.setUp(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *System) setUp() error {
	if err := loadZone(s.ctl); err != nil {
		return fmt.Errorf("load tone zone: %w", err)
	}
	s.spans = s.readSpans()
	channels := s.cfg.Channels
	if len(channels) == 0 {
		channels = s.find()
	}
	var err error
	if s.loop, err = newLoop(s.cfg.Logger); err != nil {
		return err
	}
	for _, n := range channels {
		p := newPort(s, n)
		if err := p.open(); err != nil {
			return fault.New(fault.Unavailable, "dahdi.channel", "open dahdi channel %d: %w", n, err)
		}
		s.ports = append(s.ports, p)
	}
	s.loop.look = s.look
	return nil
}

// find lists the channels that can be a port towards an exchange, and nothing else: the channels of a digital span can
// speak every signalling.
func (s *System) find() []int {
	var found []int
	for n := 1; n <= maxChannels; n++ {
		p, err := s.channelParams(n)
		if err == nil && p.SigCap&sigFXSKS == sigFXSKS && p.SigCap&sigFXOKS != sigFXOKS {
			found = append(found, n)
		}
	}
	return found
}

// channelParams asks about any channel, configured or not.
func (s *System) channelParams(n int) (params, error) {
	p := params{Chan: int32(n)} //nolint:gosec // at most maxChannels
	return p, ioctl(s.ctl, ioctlGetParams, unsafe.Pointer(&p))
}

// configure sets a channel's signalling, law and echo canceller, and starts its span.
func (s *System) configure(n int) error {
	c := chanConfig{Chan: int32(n), Sig: sigFXSKS, Law: lawALaw, Master: int32(n)} //nolint:gosec // at most maxChannels
	if err := ioctl(s.ctl, ioctlChanConfig, unsafe.Pointer(&c)); err != nil {
		return fmt.Errorf("set signalling: %w", err)
	}
	if s.cfg.EchoCanceller != "" {
		e := echoCan{Chan: int32(n)} //nolint:gosec // at most maxChannels
		copy(e.Name[:len(e.Name)-1], s.cfg.EchoCanceller)
		if err := ioctl(s.ctl, ioctlAttachEchoCan, unsafe.Pointer(&e)); err != nil {
			s.cfg.Logger.Warn("attach echo canceller", "channel", n, "name", s.cfg.EchoCanceller, "error", err)
		}
	}
	p, err := s.channelParams(n)
	if err != nil {
		return fmt.Errorf("read parameters: %w", err)
	}
	if err := ioctlInt(s.ctl, ioctlStartup, int(p.Span)); err != nil {
		return fmt.Errorf("start span %d: %w", p.Span, err)
	}
	return nil
}

// Ports are the ports, by channel. They live as long as the system, whatever becomes of their cards.
func (s *System) Ports() []*Port { return slices.Clone(s.ports) }

// Run moves sound and signals until ctx ends; then every port goes on hook and the cards are let go.
func (s *System) Run(ctx context.Context) error {
	err := s.loop.run(ctx, s.ports)
	return errors.Join(err, s.close())
}

// Probe returns when the loop has answered, for the watchdog.
func (s *System) Probe(ctx context.Context) error { return s.loop.probe(ctx) }

func (s *System) close() error {
	var err error
	for _, p := range s.ports {
		err = errors.Join(err, p.shut())
	}
	if s.loop != nil {
		s.loop.free()
	}
	return errors.Join(err, unix.Close(s.ctl))
}
