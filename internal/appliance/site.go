package appliance

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/authority"
	"github.com/dealerline/dealerline/internal/edge/intake"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web"
	"github.com/dealerline/dealerline/internal/edge/web/api"
	"github.com/dealerline/dealerline/internal/edge/web/console"
	"github.com/dealerline/dealerline/internal/edge/web/link"
	"github.com/dealerline/dealerline/internal/edge/web/softphone"
	"github.com/dealerline/dealerline/internal/edge/web/text"
	"github.com/dealerline/dealerline/internal/sound/prompt"
	webadmin "github.com/dealerline/dealerline/web-admin"
)

// site is what the box serves to browsers and programs.
type site struct {
	accounts  *account.Accounts
	authority *authority.Authority // nil: the box serves no HTTPS
	api       *api.API
	pages     *link.Pages
	imports   *intake.Manager
	named     naming
}

// importsDir is where files that are imported lie, below the data directory.
const importsDir = "imports"

// buildSite makes the API. It fails when an operation says not who may.
func (b *Box) buildSite() error {
	cfg := b.opt.Config
	b.menus.Know(b.find)
	var err error
	b.site.accounts, err = account.New(account.Config{
		DB: b.db, Dir: cfg.DataDir, Label: cfg.Web.SetupCodeFile, Issuer: func() string { return b.settings.Current().Dealership.Name }, Logger: b.log,
	})
	if err != nil {
		return err
	}
	if d := b.softphones.door; d != nil {
		d.Open(softphone.Config{Accounts: b.site.accounts, Extension: b.ownExtension})
	}
	texts, err := text.Load()
	if err != nil {
		return err
	}
	zone := func() *time.Location { return b.settings.Current().Location() }
	b.site.imports = intake.New(intake.Config{
		DB: b.db, Book: b.book, Dir: filepath.Join(cfg.DataDir, importsDir), Zone: zone, Text: texts.Of, Log: b.log,
		Progress: func(j intake.Job) {
			b.hub.Publish(live.Event{Topic: live.Records, Data: live.RecordChanged{Table: "import", ID: j.ID, What: store.AuditUpdate, By: j.By.Who}})
		},
	})
	if b.site.api, err = api.New(api.Deps{
		Book: b.book, Tickets: b.tickets.book, Files: b.files, WrapUps: b.wrapups.book, Parties: b.wrapups.look, Outreach: b.outreach.book, Proof: b.tickets.proof, Connect: b.tickets, Choose: b.tickets.choose, Imports: b.site.imports, Zone: zone, DB: b.db, Accounts: b.site.accounts, Settings: b.settings, Prompts: shelf{b.prompts}, Ledger: b.ledger, Archive: b.archive, Mail: b.mail,
		Calls: b.calls, Stations: b.stations, Conferences: b.conferences, ACD: b.acd, Hub: b.hub, Queue: b.queue, Pop: b.Pop, Lines: b.LiveLines, Softphone: b.lendSoftphone, Box: b, Rehearse: b.menus.Rehearse, Logger: b.log, Version: b.opt.Version,
	}); err != nil {
		return err
	}
	if b.site.pages, err = b.buildPages(); err != nil {
		return err
	}
	if cfg.Web.Listen == "" {
		return nil
	}
	b.site.authority, err = authority.Open(authority.Config{
		Dir: filepath.Join(cfg.DataDir, tlsDir), CertFile: cfg.Web.TLSCert, KeyFile: cfg.Web.TLSKey, Logger: b.log,
	})
	return err
}

// runSite serves the site, and beside it the port without TLS.
func (b *Box) runSite(ctx context.Context, s *stage) error {
	w := b.opt.Config.Web
	if w.Listen == "" {
		return nil
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", w.Listen)
	if err != nil {
		return fmt.Errorf("listen on web.listen: %w", err)
	}
	s.run("certificate", b.site.authority.Run)
	s.run("web", func(ctx context.Context) error {
		site := web.Site{API: b.site.api, Links: b.site.pages}
		if b.softphones.door != nil {
			site.Phones = b.softphones.door
		}
		if files, ok := webadmin.Files(); ok {
			site.Console = console.Handler(files)
		}
		return web.ServeTLS(ctx, l, b.site.authority.TLS(), site.Handler(), b.log)
	})
	if w.Plain == "" {
		return nil
	}
	port, err := httpsPort(w)
	if err != nil {
		return err
	}
	page, err := web.Plain(b.site.authority, port)
	if err != nil {
		return err
	}
	plain, err := lc.Listen(ctx, "tcp", w.Plain)
	if err != nil {
		return fmt.Errorf("listen on web.plain: %w", err)
	}
	s.run("web without TLS", func(ctx context.Context) error { return web.ServePlain(ctx, plain, page, b.log) })
	return nil
}

func httpsPort(w config.Web) (int, error) {
	a, err := netip.ParseAddrPort(w.Listen)
	if err != nil {
		return 0, fmt.Errorf("web.listen: %w", err)
	}
	return int(a.Port()), nil
}

// Accounts are who may use the box.
func (b *Box) Accounts() *account.Accounts { return b.site.accounts }

// certificate is the certificate in force; nil without HTTPS.
func (b *Box) certificate() *authority.State {
	if b.site.authority == nil {
		return nil
	}
	s := b.site.authority.State()
	return &s
}

// LetIn gives a user a new password, to be changed at the first use, and takes away a lost second factor and lock-outs.
// Who may open the control socket may do it: whoever administers the machine.
func (b *Box) LetIn(ctx context.Context, login, by string) (password string, err error) {
	a := b.site.accounts
	u, err := a.ByLogin(login)
	if err != nil {
		return "", err
	}
	who := store.By{Who: store.TheBox, Via: "cli " + by, Action: "let-in"}
	password = strings.ToLower(rand.Text())[:newPassword]
	if u.TOTP {
		err = a.DisableTOTP(ctx, who, u.ID)
	}
	if err == nil {
		err = a.SetPassword(ctx, who, u.ID, password)
	}
	a.Lockouts().Lift(login, time.Now())
	return password, err
}

// newPassword is how many letters of 5 bits a password has that the box makes.
const newPassword = 16

// Book is the dealership's customers and vehicles.
func (b *Box) Book() *crm.Book { return b.book }

// shelf is the prompt library as the API wants it.
type shelf struct{ *prompt.Library }

// List is all recordings that the box speaks.
func (s shelf) List() []api.Prompt {
	all := s.Library.List()
	out := make([]api.Prompt, len(all))
	for i, e := range all {
		out[i] = api.Prompt{Language: e.Language, ID: e.ID, Own: e.Own, Seconds: e.Length.Seconds()}
	}
	return out
}

// Open reads one as a WAV file.
func (s shelf) Open(language, id string) (io.ReadCloser, error) {
	data, err := s.WAV(language, id)
	return io.NopCloser(bytes.NewReader(data)), err
}

// OpenAPI is the description of the API, as this program serves it. It needs no running box.
func OpenAPI(version string) (text []byte, err error) {
	dir, err := os.MkdirTemp("", "dealerline-openapi-")
	if err != nil {
		return nil, fmt.Errorf("describe API: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(filepath.Join(dir, "empty.db"), log)
	if err != nil {
		return nil, err
	}
	accounts, err := account.New(account.Config{DB: db, Dir: dir, Logger: log})
	if err == nil {
		var a *api.API
		if a, err = api.New(api.Deps{DB: db, Accounts: accounts, Logger: log, Version: version}); err == nil {
			text, err = a.OpenAPI()
		}
	}
	return text, errors.Join(err, db.Close())
}
