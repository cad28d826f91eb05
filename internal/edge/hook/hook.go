package hook

import (
	"context"
	"crypto/rand"
	"net/url"
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// Hook is who wants to be told of what. Field numbers are for ever.
type Hook struct {
	Meta    merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID      string     `cbor:"1,keyasint" json:"id"`
	Name    string     `cbor:"2,keyasint" json:"name"`
	URL     string     `cbor:"3,keyasint" json:"url"`
	Secret  string     `cbor:"4,keyasint" json:"-" audit:"secret"`
	Events  []string   `cbor:"5,keyasint" json:"events"` // of [Events]
	Enabled bool       `cbor:"6,keyasint" json:"enabled"`
}

// Hooks is the table of hooks, in dealerline.db.
var Hooks = store.Table[Hook]{ //nolint:gochecknoglobals // a declaration
	Name: "webhook", Key: func(h Hook) []byte { return store.IDKey(h.ID) }, Audited: true,
	Meta: func(h *Hook) *merge.Meta { return &h.Meta },
}

// maxHooks bounds the list: each event makes a job for each hook.
const maxHooks = 20

// Bounds of a hook's fields, in octets.
const (
	maxName = 200
	maxURL  = 2000
)

// check names everything that is wrong with a hook.
func (h Hook) check() error {
	var wrong fault.Fields
	if h.Name == "" || len(h.Name) > maxName {
		wrong = append(wrong, fault.Field{Path: "name", Key: "webhook.name", Message: "a name of 1 to 200 octets is needed"})
	}
	u, err := url.Parse(h.URL)
	if err != nil || len(h.URL) > maxURL || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") {
		wrong = append(wrong, fault.Field{Path: "url", Key: "webhook.url", Message: "an address that begins with https:// or http:// is needed"})
	}
	if len(h.Events) == 0 {
		wrong = append(wrong, fault.Field{Path: "events", Key: "webhook.events_empty", Message: "at least one event is needed"})
	}
	for _, e := range h.Events {
		if !slices.Contains(Events(), e) {
			wrong = append(wrong, fault.Field{Path: "events", Key: "webhook.event_unknown", Message: "there is no event " + e})
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// Save stores a hook: a new one when its ID is empty, which then gets an id and a secret.
func Save(ctx context.Context, db *store.DB, by store.By, h Hook) (Hook, error) {
	if err := h.check(); err != nil {
		return h, err
	}
	fresh := h.ID == ""
	if fresh {
		h.ID, h.Secret = store.NewID(), strings.ToLower(rand.Text())
	}
	err := db.Change(ctx, by, func(tx *store.Tx) error {
		if fresh {
			n := 0
			for _, err := range Hooks.Ascend(tx, nil) {
				if err != nil {
					return err
				}
				n++
			}
			if n >= maxHooks {
				return fault.New(fault.Conflict, "webhook.too_many", "add webhook: there are %d already", n)
			}
		} else {
			old, ok, err := Hooks.Get(tx, store.IDKey(h.ID))
			if err != nil {
				return err
			}
			if !ok {
				return errNone(h.ID)
			}
			h.Secret = old.Secret
		}
		return Hooks.Put(tx, h)
	})
	if err != nil {
		return h, err
	}
	return Get(db, h.ID)
}

func errNone(id string) error {
	return fault.New(fault.NotFound, "webhook.not_found", "find webhook %s: there is none", id)
}

// Get reads a hook.
func Get(db *store.DB, id string) (h Hook, err error) {
	err = db.View(func(tx *store.Tx) error {
		var ok bool
		if h, ok, err = Hooks.Get(tx, store.IDKey(id)); err == nil && !ok {
			err = errNone(id)
		}
		return err
	})
	return h, err
}

// List reads all hooks, the oldest first.
func List(db *store.DB) (all []Hook, err error) {
	err = db.View(func(tx *store.Tx) error {
		for h, err := range Hooks.Ascend(tx, nil) {
			if err != nil {
				return err
			}
			all = append(all, h)
		}
		return nil
	})
	return all, err
}

// Delete removes a hook. Its jobs go with their next attempt.
func Delete(ctx context.Context, db *store.DB, by store.By, id string) error {
	return db.Change(ctx, by, func(tx *store.Tx) error {
		if _, ok, err := Hooks.Get(tx, store.IDKey(id)); err != nil || !ok {
			if err == nil {
				err = errNone(id)
			}
			return err
		}
		return Hooks.Delete(tx, store.IDKey(id))
	})
}
