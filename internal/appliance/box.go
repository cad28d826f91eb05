package appliance

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/base/event"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/calls/feature"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/calls/station"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/care/attachment"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/link"
	"github.com/dealerline/dealerline/internal/edge/health"
	"github.com/dealerline/dealerline/internal/edge/hook"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// Options are what the command adds to the boot file.
type Options struct {
	Config  config.Config
	Logger  *slog.Logger
	Version string
	// Log keeps the last lines of the log, for the bundle of diagnostics; nil: there are none.
	Log *health.Ring
	// First makes the settings of a box that has none; nil: settings.Default.
	First func() (*settings.Document, error)
}

// Box is the appliance. Make it with [Open], then call [Box.Run] once.
type Box struct {
	opt   Options
	log   *slog.Logger
	start time.Time

	db          *store.DB
	queue       *store.DB // queue.db: jobs
	book        *crm.Book
	tickets     *tickets
	files       *attachment.Shelf
	wrapups     *wrapups
	warnings    *warnings
	outreach    *outreaching
	connections *connections
	links       *link.Book
	hub         *live.Hub
	site        site
	hooks       *hook.Feed
	backup      atomic.Pointer[BackupState] // nil: none since the start
	ledger      *store.Ledger
	settings    *settings.Keeper
	prompts     *prompt.Library
	archive     *recording.Archive
	mail        *voicemail.Shelf
	engine      *media.Engine
	menus       *ivr.Menus
	acd         *acd.ACD
	calls       *call.Manager
	conferences *conference.Conferences
	stations    *station.Book
	meter       *dialplan.Meter
	lamps       *lamps
	softphones  softphones
	callbacks   *callbacks
	watched     chan call.Watched // not in the audit yet
	sip         *sipua.Server
	hardware    *hardware
	analog      *fxo.Lines
	queueLog    *queueLog
	bus         event.Bus
	ready       chan struct{}
}

// Open builds the box: the store is opened and brought up to date, settings are read (or made), and every part is
// made. Nothing listens before Run.
func Open(ctx context.Context, opt Options) (*Box, error) {
	if opt.First == nil {
		opt.First = settings.Default
	}
	b := &Box{opt: opt, log: opt.Logger, start: time.Now(), ready: make(chan struct{}), watched: make(chan call.Watched, told)}
	path := filepath.Join(opt.Config.DataDir, "dealerline.db")
	if saved, err := store.Compact(path, false); err != nil {
		b.log.Warn("compact store", "error", err) // it is as good as before, only larger
	} else if saved > 0 {
		b.log.Info("store compacted", "saved_mib", saved>>20)
	}
	db, err := store.Open(path, b.log)
	if err != nil {
		return nil, err
	}
	b.db = db
	if b.queue, err = store.Open(filepath.Join(opt.Config.DataDir, "queue.db"), b.log); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := b.build(ctx); err != nil {
		return nil, errors.Join(err, db.Close(), b.queue.Close())
	}
	return b, nil
}

// spare is the disk space kept for calls: business data is refused while less is free.
const spare = 64 << 20

// buildBooks makes what works on the dealership's own data.
func (b *Box) buildBooks() {
	b.tickets = newTickets(b)
	b.files = attachment.New(attachment.Config{
		Dir: filepath.Join(b.opt.Config.DataDir, attachmentsDir), Tickets: b.tickets.book, Room: b.db.Room, Named: store.Named, Logger: b.log,
	})
	b.wrapups, b.warnings = newWrapUps(b), newWarnings()
	b.outreach = newOutreach(b)
	b.links = link.NewBook(store.LinkBooks{DB: b.db}, time.Now)
	b.ledger.Also = func(tx *store.Tx, r call.CDR) error {
		r = b.tickets.proven(r)
		return errors.Join(b.tickets.prove(tx, r), b.outreach.prove(tx, r), b.wrapups.owe(tx, r))
	}
	b.book = crm.New(store.Books{DB: b.db}, callEntries{b.ledger}, ticketEntries{b.tickets.book})
	b.hub = live.NewHub()
	b.hooks = hook.NewFeed(b.db, b.queue, b.log)
	b.db.Reserve = spare
	b.db.Publish = func(c store.Changed) {
		b.hooks.Wake()
		b.hub.Publish(live.Event{Topic: live.Records, Data: live.RecordChanged(c)})
	}
}

// build makes every part, lowest first.
func (b *Box) build(ctx context.Context) error {
	cfg := b.opt.Config
	var err error
	if b.prompts, err = prompt.Open(prompt.Shipped(), filepath.Join(cfg.DataDir, "prompts"), b.log); err != nil {
		return err
	}
	b.ledger = store.NewLedger(b.db, b.log)
	b.buildBooks()
	b.settings = settings.NewKeeper(b.db, b.prompts.Has)
	if err := b.loadSettings(ctx); err != nil {
		return err
	}
	doc := b.settings.Current()

	dir := cfg.Recording.Dir
	if dir == "" {
		dir = filepath.Join(cfg.DataDir, "recordings")
	}
	if b.archive, err = recording.New(recording.Config{
		Dir: dir, Index: store.NewRecordingIndex(b.db), MinFree: cfg.Recording.MinFreeMB << 20,
		Retention: b.retention, Logger: b.log,
	}); err != nil {
		return err
	}
	if err := b.openMail(); err != nil {
		return err
	}
	if err := b.buildSound(); err != nil {
		return err
	}
	if b.queueLog, err = openQueueLog(cfg.DataDir, func() *time.Location { return b.settings.Current().Location() }, b.log); err != nil {
		return err
	}
	b.menus = ivr.NewMenus(doc.IVR())
	waiting, err := b.openCallbacks()
	if err != nil {
		return err
	}
	if b.acd, err = acd.New(acd.Config{
		Callbacks: waiting, Keep: b.callbacks.keep, Outbound: b.callbacks, Rules: b.callbacks,
		Settings: doc.ACD(), Publish: b.publishQueue, Alive: b.alive, Logger: b.log, Seed: uint64(b.start.UnixNano()), //nolint:gosec // any number will do
	}); err != nil {
		return err
	}
	if err := b.buildConferences(); err != nil {
		return err
	}
	if err := b.buildLines(); err != nil {
		return err
	}
	if err := b.buildSite(); err != nil {
		return err
	}
	return b.follow()
}

// loadSettings runs the store's writer for as long as first settings are being stored.
func (b *Box) loadSettings(ctx context.Context) error {
	writing, stop := context.WithCancel(ctx)
	defer stop()
	loaded := make(chan error, 1)
	go func() {
		defer stop()
		if err := b.settings.Load(writing, b.opt.First); err != nil {
			loaded <- err
			return
		}
		n, err := b.ledger.CloseInterrupted(writing)
		if n > 0 {
			b.log.Warn("calls were interrupted by the last stop", "calls", n)
		}
		loaded <- err
	}()
	b.db.RunUntil(writing)
	return <-loaded
}

func (b *Box) buildSound() error {
	m := b.opt.Config.Media
	ip, err := netip.ParseAddr(m.Address)
	if err != nil {
		return fmt.Errorf("media.address: %w", err)
	}
	b.engine, err = media.NewEngine(media.Config{IP: ip, PortMin: m.PortMin, PortMax: m.PortMax, Workers: m.Loops, Logger: b.log})
	return err
}

func (b *Box) buildLines() error {
	if err := b.openStations(); err != nil {
		return err
	}
	if err := b.openMeter(); err != nil {
		return err
	}
	d := &dialer{settings: b.settings, stations: b.stations, meter: b.meter}
	way := &yielders{analog: func(name string) bool { return b.settings.Current().IsAnalog(name) }, log: b.log}
	b.connections = &connections{tickets: b.tickets}
	lobby := &desk{b.settings, b.ledger, b.book, b.tickets, b.stations, b.mail, b.log}
	b.calls = call.NewManager(call.Config{
		Desk: connectDesk{lobby, b.connections}, Dialer: connectDialer{d, b.connections}, Menus: b.menus,
		Features: connectMenus{codes{feature.Codes{
			Agents: agents{b.acd, b.settings}, Dispositions: b.wrapups, Prompts: numberedPrompts{b.settings}, Phones: phones{b.settings, b.stations}, Mail: b.mailReader(), Orders: orders{b},
		}, b.settings, dialplan.NewTries()}, b.connections, lobby},
		Voicemails: b.mailDesk(), Messages: b.mail,
		Queues: b.acd, Conferences: b.conferences, Rooms: rooms{b.engine}, Voice: speaker{voice{b.prompts}, b.mail},
		Recorders: recorders{b.archive, b.prompts, func() string { return b.settings.Current().Dealership.Language }},
		Ledger:    b.ledger, Policy: b.policy, Slots: func() []string { return b.settings.Current().Calls.Parking.Slots() }, Publish: b.publish, Logger: b.log,
		AgentAt: agents{b.acd, b.settings}.who, Yielders: way,
	})
	way.calls.Store(b.calls)
	cfg := sipua.Config{
		Realm: b.opt.Config.SIP.Realm, Media: b.engine, Store: store.Bindings(b.db),
		Calls: front{b.calls}, Refused: b.calls.Refused, Logger: b.log, UserAgent: "Dealerline/" + b.opt.Version,
	}
	if err := b.buildAnalog(d); err != nil {
		return err
	}
	var err error
	if b.softphones, err = b.newSoftphones(b.opt.Config); err != nil {
		return err
	}
	cfg.Browsers = b.softphones.browsers()
	if cfg.ExternalIP, err = announced(b.opt.Config); err != nil {
		return err
	}
	for _, l := range b.opt.Config.SIPListens() {
		listen := sipua.Listen{Network: l.Network, Addr: l.Addr}
		if l.Network == "tls" {
			cert, err := tls.LoadX509KeyPair(b.opt.Config.SIP.TLSCert, b.opt.Config.SIP.TLSKey)
			if err != nil {
				return fmt.Errorf("sip.tls_cert: %w", err)
			}
			listen.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
		}
		cfg.Listen = append(cfg.Listen, listen)
	}
	b.sip, err = sipua.New(cfg)
	d.sip = b.sip
	if err == nil {
		b.lamps = newLamps(b.sip.ShowDialogs)
	}
	return err
}

// announced is the address that phones and carriers are told: the one of the boot file, or the one address that the
// box is bound to. It is invalid when the box listens on all: then it is that of the interface a packet leaves by.
func announced(cfg config.Config) (netip.Addr, error) {
	if s := cfg.SIP.ExternalIP; s != "" {
		ip, err := netip.ParseAddr(s)
		if err != nil {
			return ip, fmt.Errorf("sip.external_ip: %w", err)
		}
		return ip, nil
	}
	ip, err := netip.ParseAddr(cfg.Media.Address)
	if err != nil || ip.IsUnspecified() {
		return netip.Addr{}, nil //nolint:nilerr // media.address was judged before
	}
	for _, l := range cfg.SIPListens() {
		if l.Addr.Addr() != ip {
			return netip.Addr{}, nil
		}
	}
	return ip, nil
}

// follow has every part told of the settings, now and when they change.
func (b *Box) follow() error {
	return errors.Join(
		b.settings.Follow(func(d *settings.Document) error { return b.acd.Apply(d.ACD()) }),
		b.settings.Follow(func(d *settings.Document) error { return b.sip.Apply(d.SIP()) }),
		b.settings.Follow(func(d *settings.Document) error { return b.analog.Apply(d.FXO()) }),
		b.settings.Follow(b.lamps.follow),
		b.settings.Follow(b.tickets.follow),
		b.settings.Follow(func(*settings.Document) error { b.warnings.wake(); return nil }),
		b.settings.Follow(b.outreach.follow),
		b.settings.Follow(b.followMail),
		b.settings.Follow(func(d *settings.Document) error { return b.conferences.Apply(d.ConferenceRooms()) }),
		b.settings.Follow(func(d *settings.Document) error { b.menus.Apply(d.IVR()); return nil }),
	)
}

// alive reports whether a call exists, for the queues' own check.
func (b *Box) alive(id call.ID) bool { return b.calls.Has(id) }

func (b *Box) publishQueue(ev acd.Event) {
	b.queueLog.add(ev)
	b.bus.Publish(ev)
	b.followUp(ev)
}

// Ready is closed when the box takes calls.
func (b *Box) Ready() <-chan struct{} { return b.ready }

// Events returns everything that happens from now on: call.Notice and acd.Event, in order. stop ends it.
func (b *Box) Events(size int) (events <-chan any, stop func()) {
	return b.bus.Subscribe(size, func(any) bool { return true })
}

// Settings are the settings in force.
func (b *Box) Settings() *settings.Keeper { return b.settings }
