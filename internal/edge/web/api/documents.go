package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// documentName is the settings' name among the store's documents.
const documentName = "settings"

// maxDocument bounds a whole settings document, in octets.
const maxDocument = 16 << 20

type documentOutput struct {
	ETag string `header:"ETag" doc:"The version"`
	Body *settings.Document
}

type importInput struct {
	IfMatch
	Body edited[settings.Document]
}

// SettingsVersion is one version of the settings.
type SettingsVersion struct {
	Version uint64    `json:"version"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Current bool      `json:"current" doc:"It is in force"`
}

type versionOutput struct{ Body SettingsVersion }

type versionsOutput struct{ Body Page[SettingsVersion] }

type versionInput struct {
	Version uint64 `path:"version" minimum:"1"`
}

// documents is the settings as a whole and their history.
func documents(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "settings", Summary: summary, Perm: perm}
	}
	Add(a, op("export-settings", http.MethodGet, "/settings", "The settings as one document; passwords only for who may see secrets", account.SettingsRead), a.exportSettings)
	in := op("import-settings", http.MethodPut, "/settings", "Put a whole document in force; empty passwords stay as they are", account.SettingsWrite)
	in.MaxBody, in.Unchecked, in.BodyTime = maxDocument, true, time.Minute
	Add(a, in, a.importSettings)
	Add(a, op("list-settings-versions", http.MethodGet, "/settings/versions", "The settings' history, newest first", account.SettingsRead), a.listVersions)
	Add(a, op("get-settings-version", http.MethodGet, "/settings/versions/{version}", "An earlier document", account.SettingsRead), a.getVersion)
	Add(a, op("undo-settings", http.MethodPost, "/settings/undo", "Put the version before this one in force again", account.SettingsWrite), a.undoSettings)
}

func (a *API) exportSettings(ctx context.Context, _ *struct{}) (*documentOutput, error) {
	d, err := shown(CallerOf(ctx), a.Settings.Current())
	return &documentOutput{ETag(a.Settings.Version()), d}, err
}

// shown is a document as somebody may see it.
func shown(c Caller, d *settings.Document) (*settings.Document, error) {
	if c.May(account.SettingsSecrets) {
		return d, nil
	}
	return d.WithoutSecrets(), nil
}

func (a *API) importSettings(ctx context.Context, in *importInput) (*versionOutput, error) {
	next, err := in.Body.value()
	if err != nil {
		return nil, err
	}
	a.editing.mu.Lock()
	defer a.editing.mu.Unlock()
	if err := in.Check(a.Settings.Version()); err != nil {
		return nil, err
	}
	root := map[string]json.RawMessage{}
	if err := json.Unmarshal(in.Body.raw, &root); err != nil {
		return nil, fault.New(fault.Invalid, keyUnreadable, "read settings: %w", err)
	}
	if err := keepPasswords(root, &next, a.Settings.Current()); err != nil {
		return nil, err
	}
	version, err := a.putInForce(ctx, root, whole, "import")
	if err != nil {
		return nil, err
	}
	return a.version(version)
}

// keepPasswords fills in the passwords that an export for somebody who may not see them left out.
func keepPasswords(root map[string]json.RawMessage, next, now *settings.Document) error {
	t := &tree{root}
	items, err := t.list("extensions")
	if err != nil {
		return err
	}
	for i, e := range next.Extensions {
		j := slices.IndexFunc(now.Extensions, func(x sipua.Extension) bool { return x.Number == e.Number })
		if e.Password == "" && j >= 0 {
			if items[i], err = withPassword(items[i], now.Extensions[j].Password); err != nil {
				return err
			}
		}
	}
	if err := t.set("extensions", items); err != nil {
		return err
	}
	if items, err = t.list("trunks"); err != nil {
		return err
	}
	for i, e := range next.Trunks {
		j := slices.IndexFunc(now.Trunks, func(x sipua.Trunk) bool { return x.Name == e.Name })
		if e.Password == "" && j >= 0 && now.Trunks[j].Password != "" {
			if items[i], err = withPassword(items[i], now.Trunks[j].Password); err != nil {
				return err
			}
		}
	}
	if err := t.set("trunks", items); err != nil {
		return err
	}
	return keepPINs(t, next, now)
}

// keepPINs does the same for voicemail boxes.
func keepPINs(t *tree, next, now *settings.Document) error {
	if len(next.Voicemail.Boxes) == 0 {
		return nil
	}
	items, err := t.list("voicemail.boxes")
	if err != nil {
		return err
	}
	for i, b := range next.Voicemail.Boxes {
		j := slices.IndexFunc(now.Voicemail.Boxes, func(x voicemail.Box) bool { return x.Number == b.Number })
		if b.PIN != "" || j < 0 || now.Voicemail.Boxes[j].PIN == "" {
			continue
		}
		e, err := edited[any]{items[i]}.with("pin", now.Voicemail.Boxes[j].PIN)
		if err != nil {
			return err
		}
		items[i] = e.raw
	}
	return t.set("voicemail.boxes", items)
}

func withPassword(item json.RawMessage, password string) (json.RawMessage, error) {
	e, err := edited[any]{item}.with("password", password)
	return e.raw, err
}

func (a *API) version(n uint64) (*versionOutput, error) {
	doc, ok, err := a.DB.Document(documentName, n)
	if err != nil || !ok {
		return nil, cmpErr(err, fault.New(fault.NotFound, "settings.no_version", "find settings: there is no version %d", n))
	}
	return &versionOutput{SettingsVersion{doc.Version, doc.At, doc.By, doc.Version == a.Settings.Version()}}, nil
}

func (a *API) listVersions(_ context.Context, in *Paging) (*versionsOutput, error) {
	const op = "list-settings-versions"
	after, err := decodeCursor(op, in.Cursor)
	if err != nil {
		return nil, err
	}
	n := a.Settings.Version()
	if after != "" {
		if n, err = strconv.ParseUint(after, 10, 64); err != nil || n == 0 {
			return nil, badCursor(errors.New("no version"))
		}
		n--
	}
	list := []SettingsVersion{}
	for ; n > 0 && len(list) <= in.Limit; n-- {
		v, err := a.version(n)
		if fault.CodeOf(err) == fault.NotFound {
			break // older ones are forgotten
		}
		if err != nil {
			return nil, err
		}
		list = append(list, v.Body)
	}
	return &versionsOutput{paged(op, list, in.Limit, func(v SettingsVersion) string { return strconv.FormatUint(v.Version, 10) })}, nil
}

func (a *API) getVersion(ctx context.Context, in *versionInput) (*documentOutput, error) {
	doc, ok, err := a.DB.Document(documentName, in.Version)
	if err != nil || !ok {
		return nil, cmpErr(err, fault.New(fault.NotFound, "settings.no_version", "find settings: there is no version %d", in.Version))
	}
	var d settings.Document
	if err := json.Unmarshal(doc.Body, &d); err != nil {
		return nil, fmt.Errorf("read settings version %d: %w", in.Version, err)
	}
	bare, err := shown(CallerOf(ctx), &d)
	return &documentOutput{ETag(doc.Version), bare}, err
}

func (a *API) undoSettings(ctx context.Context, _ *struct{}) (*versionOutput, error) {
	a.editing.mu.Lock()
	defer a.editing.mu.Unlock()
	n, err := a.editor(ctx, "undo").Undo(ctx)
	if err != nil {
		return nil, err
	}
	return a.version(n)
}
