package appliance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/hook"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web"
)

// closeTimeout bounds each stage of stopping after the calls have ended. The ledger and the recordings allow themselves
// 4 s for their last rows.
const closeTimeout = 5 * time.Second

// stage is a group of long-lived parts that stop together.
type stage struct {
	name   string
	log    *slog.Logger
	ctx    context.Context //nolint:containedctx // the life of the stage
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup
	fatal  func(error)
	up     sync.Map // part → nothing: what has not ended
}

// errStop is the cause of an orderly end.
var errStop = errors.New("stopping")

func newStage(name string, log *slog.Logger, fatal func(error)) *stage {
	ctx, cancel := context.WithCancelCause(context.Background())
	return &stage{name: name, log: log, ctx: ctx, cancel: cancel, fatal: fatal}
}

// run starts a part. A part that ends by itself ends the whole box: half a box must not pretend to be one.
func (s *stage) run(part string, run func(ctx context.Context) error) {
	s.up.Store(part, nil)
	s.wg.Go(func() {
		err := run(s.ctx)
		s.up.Delete(part)
		if s.ctx.Err() == nil {
			s.fatal(fmt.Errorf("%s ended: %w", part, err))
		}
	})
}

// stop ends the stage's parts and waits for them, but not for ever.
func (s *stage) stop() {
	s.cancel(errStop)
	done := make(chan struct{})
	go func() {
		s.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(closeTimeout):
		s.up.Range(func(part, _ any) bool {
			s.log.Error("a part does not stop", "stage", s.name, "part", part)
			return true
		})
	}
}

// Run takes calls until ctx ends, then lets them end (bounded by the boot file's shutdown.grace_seconds), writes
// what is to be written, and closes the store. The error is nil after an orderly end.
func (b *Box) Run(ctx context.Context) error {
	ctx, fatal := context.WithCancelCause(ctx)
	defer fatal(nil)
	disk := newStage("disk", b.log, fatal)
	sound := newStage("sound", b.log, fatal)
	lines := newStage("lines", b.log, fatal)

	b.runDisk(disk)
	sound.run("media", b.engine.Run)
	sound.run("queues", b.acd.Run)
	sound.run("callbacks", b.callbacks.run)
	sound.run("conferences", b.conferences.Run)
	b.restorePresence(ctx)
	if err := b.runLines(ctx, lines); err != nil {
		fatal(err)
	} else {
		close(b.ready)
		b.log.Info("ready", "version", b.opt.Version, "after", time.Since(b.start))
		b.notifyReady()
		go func() {
			if err := giveBack(); err != nil {
				b.log.Warn("give back what the start took", "error", err)
			}
		}()
	}
	<-ctx.Done()
	cause := context.Cause(ctx)
	b.log.Info("stopping", "cause", cause.Error(), "calls", b.calls.Len())
	b.notifyStopping()
	b.endCalls()
	lines.stop()
	b.softphones.close(b.log)
	sound.stop()
	disk.stop()
	b.queueLog.close()
	err := errors.Join(b.db.Close(), b.queue.Close())
	b.log.Info("stopped", "after", time.Since(b.start))
	if errors.Is(cause, context.Canceled) || errors.Is(cause, errStop) {
		return err
	}
	return errors.Join(cause, err)
}

func (b *Box) runDisk(s *stage) {
	// The writer outlives those who write: it is stopped by the ledger's and the archives' end.
	writer, stopWriter := context.WithCancel(context.Background())
	var writers sync.WaitGroup
	writers.Add(3)
	after := func(run func(context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error {
			defer writers.Done()
			return run(ctx)
		}
	}
	s.run("ledger", after(b.ledger.Run))
	s.run("recordings", after(b.archive.Run))
	s.run("voicemail", after(b.mail.Run))
	s.run("store", func(context.Context) error {
		go func() {
			writers.Wait()
			stopWriter()
		}()
		return b.db.Run(writer)
	})
	s.run("nightly work", b.nightly)
	s.run("imports", b.site.imports.Run)
	s.run("accounts", b.site.accounts.Run)
	s.run("tickets", b.tickets.run)
	s.run("callbacks", b.outreach.run)
	s.run("webhooks", b.hooks.Run)
	s.run("webhook sender", hook.NewSender(b.db, b.queue, b.opt.Version, b.log).Run)
	s.run("jobs", b.queue.Run)
	s.run("cleaning", func(ctx context.Context) error { return clean(ctx, b.archive, b.log) })
	s.run("cleaning of voicemail", func(ctx context.Context) error { return clean(ctx, b.mail, b.log) })
	s.run("cleaning of attachments", func(ctx context.Context) error { return b.files.Tidy(ctx) })
	s.run("queue log", b.queueLog.run)
}

func (b *Box) runLines(ctx context.Context, s *stage) error {
	s.run("sip", b.sip.Run)
	select {
	case <-b.sip.Ready():
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	b.runAnalog(s)
	var lc net.ListenConfig
	local, err := lc.Listen(ctx, "tcp", b.opt.Config.Local.Listen)
	if err != nil {
		return fmt.Errorf("listen on local.listen: %w", err)
	}
	s.run("local listener", func(ctx context.Context) error {
		return web.Serve(ctx, local, web.Local(b.Probe, b.health, b.metrics()))
	})
	door, err := listenControl(ctx, b.opt.Config.DataDir)
	if err != nil {
		return err
	}
	s.run("control socket", func(ctx context.Context) error {
		return web.Serve(ctx, door, web.Control(b.settings, b.ledger, b.prompts, b, workshop{b}, b, b, b.town()))
	})
	if err := b.runSite(ctx, s); err != nil {
		return err
	}
	s.run("watchdog", b.watch)
	s.run("memory", tuneGarbage)
	s.run("presence", b.keepPresence)
	s.run("customers reached", b.tellReached)
	if err := b.acd.BeginCallbacks(ctx); err != nil {
		return err
	}
	s.run("stations", b.keepStations)
	s.run("minutes called out", b.keepMeter)
	s.run("audit of listening", b.noteWatched)
	s.run("news", b.news)
	s.run("courier", b.deliver)
	s.run("warnings", b.warn)
	s.run("caller of customers", b.callCustomers)
	s.run("midnight", b.resetAtMidnight)
	return nil
}

// endCalls lets the calls that are up end.
func (b *Box) endCalls() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(b.opt.Config.Shutdown.GraceSeconds)*time.Second)
	defer cancel()
	b.calls.Shutdown(ctx)
}

// resetAtMidnight begins the queues' counters of the day anew at the dealership's midnight.
func (b *Box) resetAtMidnight(ctx context.Context) error {
	for {
		now := time.Now().In(b.settings.Current().Location())
		midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
		select {
		case <-time.After(time.Until(midnight)):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := b.acd.ResetCounters(ctx); err != nil && ctx.Err() == nil {
			b.log.Error("reset counters", "error", err)
		}
	}
}

// restorePresence signs in again who was signed in when the box stopped.
func (b *Box) restorePresence(ctx context.Context) {
	list, err := store.Presence(b.db).Load()
	if err == nil {
		err = b.acd.Restore(ctx, list)
	}
	if err != nil {
		b.log.Error("restore presence", "error", err)
	}
}

// presenceDelay gathers changes of presence into one write.
const presenceDelay = 250 * time.Millisecond

// keepPresence writes down who is signed in, whenever that changes.
func (b *Box) keepPresence(ctx context.Context) error {
	events, stop := b.bus.Subscribe(1, func(ev any) bool { _, ok := ev.(acd.AgentChanged); return ok })
	defer stop()
	var last []acd.Presence
	for {
		select {
		case <-events:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		select {
		case <-time.After(presenceDelay):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		now, err := b.presence(ctx)
		if err == nil && !samePresence(last, now) {
			if err = store.Presence(b.db).Save(ctx, now); err == nil {
				last = now
			}
		}
		if err != nil && ctx.Err() == nil {
			b.log.Error("keep presence", "error", err)
		}
	}
}

func (b *Box) presence(ctx context.Context) ([]acd.Presence, error) {
	snap, err := b.acd.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var list []acd.Presence
	for _, a := range snap.Agents {
		if a.Status != acd.SignedOut {
			list = append(list, a.Presence)
		}
	}
	return list, nil
}

func samePresence(a, b []acd.Presence) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Agent != b[i].Agent || a[i].Extension != b[i].Extension || a[i].Status != b[i].Status || a[i].Reason != b[i].Reason {
			return false
		}
	}
	return true
}
