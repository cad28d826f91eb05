package appliance

import (
	"context"
	"fmt"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// watchInterval is how often the actors are probed when systemd asks for no particular pace.
const watchInterval = 10 * time.Second

// probeTimeout is how long all actors together may take to answer.
const probeTimeout = 3 * time.Second

// Probe asks every actor for a sign of life and returns when all have answered.
func (b *Box) Probe(ctx context.Context) error {
	for _, p := range []struct {
		name  string
		probe func(context.Context) error
	}{
		{"analog cards", b.hardware.probe},
		{"analog lines", b.analog.Probe},
		{"store", b.db.Probe},
		{"recordings", b.archive.Probe},
		{"voicemail", b.mail.Probe},
		{"media", b.engine.Probe},
		{"queues", b.acd.Probe},
		{"conferences", b.conferences.Probe},
		{"calls", b.calls.Probe},
		{"sip", b.sip.Probe},
	} {
		if err := p.probe(ctx); err != nil {
			return fmt.Errorf("%s does not answer: %w", p.name, err)
		}
	}
	return nil
}

// watch tells systemd that the box lives, but only after every actor has answered. When one does not, nothing is
// said: systemd then restarts the box.
func (b *Box) watch(ctx context.Context) error {
	interval := watchInterval
	if every, err := daemon.SdWatchdogEnabled(false); err == nil && every > 0 {
		interval = every / 3
	}
	t := time.NewTicker(interval)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-t.C:
		}
		probe, cancel := context.WithTimeout(ctx, probeTimeout)
		err := b.Probe(probe)
		cancel()
		if err != nil {
			if ctx.Err() == nil {
				b.log.Error("watchdog", "error", err)
			}
			continue
		}
		b.notify(daemon.SdNotifyWatchdog)
	}
}

func (b *Box) notifyReady()    { b.notify(daemon.SdNotifyReady + "\nSTATUS=taking calls") }
func (b *Box) notifyStopping() { b.notify(daemon.SdNotifyStopping + "\nSTATUS=letting calls end") }

func (b *Box) notify(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		b.log.Warn("notify systemd", "error", err)
	}
}
