package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/calls/station"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/care/attachment"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/care/wrapup"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/intake"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/text"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// Deps is what the resources work on.
type Deps struct {
	DB          *store.DB
	Accounts    *account.Accounts
	Settings    *settings.Keeper
	Prompts     Prompts
	Ledger      *store.Ledger
	Archive     *recording.Archive
	Mail        *voicemail.Shelf
	Calls       *call.Manager
	ACD         *acd.ACD
	Hub         *live.Hub
	Queue       *store.DB // queue.db
	Book        *crm.Book
	Tickets     *ticket.Book
	Files       *attachment.Shelf
	WrapUps     *wrapup.Book
	Outreach    *outreach.Book
	Imports     *intake.Manager
	Stations    *station.Book
	Conferences Meetings
	// Zone is the dealership's, whose days count; nil: the machine's.
	Zone func() *time.Location
	// Pop is the screen of a call that is up, for the phone at an extension.
	Pop func(ctx context.Context, id call.ID, extension string) (live.Pop, error)
	// Proof is what the box knows of a call with somebody outside; ok is false when there is no such call.
	Proof func(ctx context.Context, id call.ID) (p CallProof, ok bool, err error)
	// Parties are those who had part in a call.
	Parties func(ctx context.Context, id string) (Parties, error)
	// Choose are the technicians who may be sent to a place for a ticket, the best first.
	Choose func(t ticket.Ticket, place ticket.Place) ([]ticket.Choice, error)
	// Connect connects technicians with customers by the house's number.
	Connect Connector
	// Softphone lends who is signed in the means to be their own telephone in the browser; nil: there are none.
	Softphone func(account.User) (SoftphoneLoan, error)
	// Rehearse plays a caller through the menus.
	Rehearse func(ivr.Rehearsal) ivr.Course
	// Box is what the box knows of itself.
	Box Wellbeing
	// Lines are the trunks and analog lines as they are now.
	Lines   func() []live.Line
	Logger  *slog.Logger
	Version string
}

// API is the box's HTTP API: everything below /api. Make it with [New].
type API struct {
	Deps
	huma      huma.API
	log       *slog.Logger
	texts     *text.Texts
	perSource *limiter
	perUser   *limiter
	signIns   *limiter
	replays   *replays
	streams   streams
	heard     listenings
	reckoning sync.Mutex // one reckoning of customers' values at a time
	editing   editing

	problemSchema *huma.Schema
	ids           map[string]bool
	wrong         []error
	openAPI       []byte // compressed: it is half a megabyte that hardly anybody asks for
	handler       http.Handler
}

// resources are the API's own; each lies in a file of its name.
func resources() []Resource {
	return []Resource{setup, session, users, tokens, audit, documents, lists, flows, singles, prompts, calls, around, board, moves, wall, recordings, softphones, voicemails, events, hooks, customers, ties, vehicles, visits, imports, tickets, attachments, notices, wrapUps, connecting, callbacks, surveys, reports, wellbeing}
}

// New makes the API. It fails when an operation says not who may, so that none is ever open by mistake.
func New(d Deps, more ...Resource) (a *API, err error) {
	defer func() {
		if p := recover(); p != nil { // huma panics about declarations that it cannot read
			a, err = nil, fmt.Errorf("make API: %v", p)
		}
	}()
	texts, err := text.Load()
	if err != nil {
		return nil, err
	}
	a = &API{
		Deps: d, log: d.Logger, texts: texts, ids: map[string]bool{},
		perSource: newLimiter(perSourceRate, perSourceBurst), perUser: newLimiter(perUserRate, perUserBurst),
		signIns: newLimiter(signInRate, signInBurst),
	}
	if a.replays, err = newReplays(d.DB, d.Logger); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	a.huma = humago.New(mux, a.config())
	a.problemSchema = a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	a.huma.UseMiddleware(a.identify, a.replay)
	for _, add := range append(resources(), more...) {
		add(a)
	}
	if err := errors.Join(append(a.wrong, a.checkPaths()...)...); err != nil {
		return nil, err
	}
	if a.openAPI, err = a.describe(); err != nil {
		return nil, err
	}
	mux.HandleFunc("GET /api/openapi.json", a.serveOpenAPI)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		a.refuse(w, r, fault.New(fault.NotFound, keyNotFound, "there is nothing at %s", r.URL.Path))
	})
	a.handler = a.wrap(mux)
	return a, nil
}

func (a *API) config() huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	for t, doc := range documented() {
		registry.RegisterTypeAlias(t, doc)
	}
	cfg := huma.DefaultConfig("Dealerline", a.Version)
	cfg.Components.Schemas = registry
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: account.Cookie},
		"token":   {Type: "http", Scheme: "bearer"},
	}
	cfg.Info.Description = "The API of a Dealerline box. Lists are paged by cursor; changes name what was read by If-Match; " +
		"problems are RFC 9457 with a stable code, and say what is wrong in zh-CN or en, as Accept-Language asks. " +
		"x-perm is the permission that an operation needs."
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.CreateHooks = nil // no $schema links in answers
	cfg.Formats = map[string]huma.Format{"application/json": format(), "json": format()}
	cfg.Transformers = []huma.Transformer{a.transform}
	return cfg
}

var pathParameter = regexp.MustCompile(`\{([^}]+)\}`) //nolint:gochecknoglobals // immutable

// checkPaths finds parameters of paths that no input reads.
func (a *API) checkPaths() (wrong []error) {
	for path, item := range a.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Patch} {
			if op == nil {
				continue
			}
			for _, name := range pathParameter.FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "path" && p.Name == name[1] }) {
					wrong = append(wrong, fmt.Errorf("operation %q: its input does not read %s of %s", op.OperationID, name[0], path))
				}
			}
		}
	}
	return wrong
}

// wrap is what every request goes through before its operation, outermost first.
func (a *API) wrap(h http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.refuse(w, r, fault.New(fault.Denied, keyCrossSite, "the request comes from another site"))
	}))
	for _, layer := range []func(http.Handler) http.Handler{a.Accounts.Load, a.readable, cross.Handler, a.limit, a.recovered, secured, a.begin} {
		h = layer(h)
	}
	return h
}

// ServeHTTP answers requests below /api.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// OpenAPI is the API's description, as it is served and committed.
func (a *API) OpenAPI() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(a.openAPI))
	if err != nil {
		return nil, fmt.Errorf("read description of API: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("read description of API: %w", err)
	}
	return text, z.Close()
}

// describe makes the description, compressed.
func (a *API) describe() ([]byte, error) {
	d := a.huma.OpenAPI()
	all := d.Components.Schemas.Map()
	delete(all, "ErrorModel") // huma's own problems, which transform replaces
	delete(all, "ErrorDetail")
	for _, s := range all {
		neverNull(s)
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("describe API: %w", err)
	}
	var text, packed bytes.Buffer
	if err := json.Indent(&text, raw, "", " "); err != nil {
		return nil, fmt.Errorf("describe API: %w", err)
	}
	text.WriteByte('\n')
	z := gzip.NewWriter(&packed)
	_, err = z.Write(text.Bytes())
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("describe API: %w", err)
	}
	return bytes.Clone(packed.Bytes()), nil
}

// neverNull says of lists that they are never null, in schemas of types that other packages own too: an empty list is
// an empty list.
func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	neverNull(s.Items)
	for _, p := range s.Properties {
		neverNull(p)
	}
	if more, ok := s.AdditionalProperties.(*huma.Schema); ok {
		neverNull(more)
	}
}

func (a *API) serveOpenAPI(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		_, _ = w.Write(a.openAPI) // a client that went away needs no answer
		return
	}
	text, err := a.OpenAPI()
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	_, _ = w.Write(text) // a client that went away needs no answer
}

// secured sets the headers of every answer. An answer of the API is never a page.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// recovered answers for a handler that panicked, and keeps the server up.
func (a *API) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p) //nolint:forbidigo // net/http's own way to end a connection
			}
			a.refuse(w, r, fmt.Errorf("handler panicked: %v", p))
		}()
		next.ServeHTTP(w, r)
	})
}

// prefixes part the names of types that different packages have in common.
var prefixes = map[string]string{ //nolint:gochecknoglobals // a constant table
	"internal/edge/settings": "Settings", "internal/calls/ivr": "Flow", "internal/lines/fxo": "Line", "internal/calls/acd": "Queue",
	"internal/sound/recording": "Recording", "internal/calls/voicemail": "Voicemail",
	"internal/care/ticket": "Ticket", "internal/care/roster": "Roster", "internal/care/contact": "Contact", "internal/base/workday": "Calendar", "internal/care/outreach": "Outreach", "internal/edge/health": "Health",
}

// plain are types of those packages whose names need no prefix.
var plain = map[string]bool{ //nolint:gochecknoglobals // a constant table
	"acd.Agent": true, "acd.PauseReason": true, "acd.Target": true, "workday.Period": true,
}

// schemaName names a type in the description. Names are for ever: clients are made from them.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	for pkg, prefix := range prefixes {
		if strings.HasSuffix(t.PkgPath(), pkg) && !plain[path.Base(pkg)+"."+name] && !strings.HasPrefix(name, prefix) {
			return prefix + name
		}
	}
	return name
}
