package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// list is one list of the settings. One declaration makes its five operations.
type list[T any] struct {
	path string // in the document, "analog.lines"
	url  string // below /settings, "analog-lines"
	one  string // in operations' ids, "analog-line"
	of   func(d *settings.Document) []T
	// id is what names an item, for as long as it keeps it. nil: items have no name and are read from the top, so that
	// they are named by their place, and the whole list can be put in another order.
	id func(v T) string
	// secret finds a member that is shown only to who may see secrets; sent empty, it stays as it is. fresh makes one
	// for a new item that has none.
	secret func(v *T) *string
	fresh  func() string
	member string // the secret's name; "" is "password"
	// shipped lists have items of the program's while the dealership has none of its own: of shows them, and the first change of
	// one writes all of them down.
	shipped bool
}

// lists are the lists of the settings.
func lists(a *API) {
	type doc = settings.Document
	addList(a, list[sipua.Extension]{
		path: "extensions", url: "extensions", one: "extension",
		of:     func(d *doc) []sipua.Extension { return d.Extensions },
		id:     func(v sipua.Extension) string { return v.Number },
		secret: func(v *sipua.Extension) *string { return &v.Password }, fresh: settings.NewPassword,
	})
	addList(a, list[sipua.Trunk]{
		path: "trunks", url: "trunks", one: "trunk",
		of:     func(d *doc) []sipua.Trunk { return d.Trunks },
		id:     func(v sipua.Trunk) string { return v.Name },
		secret: func(v *sipua.Trunk) *string { return &v.Password },
	})
	addList(a, list[fxo.LineSettings]{
		path: "analog.lines", url: "analog-lines", one: "analog-line",
		of: func(d *doc) []fxo.LineSettings { return d.Analog.Lines }, id: func(v fxo.LineSettings) string { return v.Name },
	})
	addList(a, list[fxo.GroupSettings]{
		path: "analog.groups", url: "analog-groups", one: "analog-group",
		of: func(d *doc) []fxo.GroupSettings { return d.Analog.Groups }, id: func(v fxo.GroupSettings) string { return v.Name },
	})
	addList(a, list[acd.Agent]{
		path: "agents", url: "agents", one: "agent",
		of: func(d *doc) []acd.Agent { return d.Agents }, id: func(v acd.Agent) string { return v.ID },
	})
	addList(a, list[acd.Queue]{
		path: "queues", url: "queues", one: "queue",
		of: func(d *doc) []acd.Queue { return d.Queues }, id: func(v acd.Queue) string { return v.ID },
	})
	addList(a, list[acd.PauseReason]{
		path: "pause_reasons", url: "pause-reasons", one: "pause-reason",
		of: func(d *doc) []acd.PauseReason { return d.PauseReasons }, id: func(v acd.PauseReason) string { return v.ID },
	})
	addList(a, list[workday.Calendar]{
		path: "calendars", url: "calendars", one: "calendar",
		of: func(d *doc) []workday.Calendar { return d.Calendars }, id: func(v workday.Calendar) string { return v.ID },
	})
	addList(a, list[settings.InternalNumber]{
		path: "internal", url: "internal-numbers", one: "internal-number",
		of: func(d *doc) []settings.InternalNumber { return d.Internal }, id: func(v settings.InternalNumber) string { return v.Number },
	})
	addList(a, list[settings.InboundRule]{
		path: "inbound", url: "inbound-rules", one: "inbound-rule", of: func(d *doc) []settings.InboundRule { return d.Inbound },
	})
	addList(a, list[settings.OutboundRule]{
		path: "outbound", url: "outbound-rules", one: "outbound-rule", of: func(d *doc) []settings.OutboundRule { return d.Outbound },
	})
	addList(a, list[settings.Listed]{
		path: "blacklist", url: "blacklist", one: "blacklist-entry",
		of: func(d *doc) []settings.Listed { return d.Blacklist }, id: func(v settings.Listed) string { return v.Number },
	})
	addList(a, list[voicemail.Box]{
		path: "voicemail.boxes", url: "voicemail-boxes", one: "voicemail-box",
		of:     func(d *doc) []voicemail.Box { return d.Voicemail.Boxes },
		id:     func(v voicemail.Box) string { return v.Number },
		secret: func(v *voicemail.Box) *string { return &v.PIN }, member: "pin",
	})
	addList(a, list[conference.Room]{
		path: "conferences.rooms", url: "conference-rooms", one: "conference-room",
		of: func(d *doc) []conference.Room { return d.Conferences.Rooms }, id: func(v conference.Room) string { return v.Number },
	})
	addList(a, list[dialplan.Rule]{
		path: "outbound_classes", url: "outbound-classes", one: "outbound-class",
		of: func(d *doc) []dialplan.Rule { return d.OutboundClasses }, id: func(v dialplan.Rule) string { return string(v.Class) },
	})
	addList(a, list[dialplan.Bar]{
		path: "phone_bars", url: "phone-bars", one: "phone-bar", of: func(d *doc) []dialplan.Bar { return d.PhoneBars },
	})
	addList(a, list[settings.VIP]{
		path: "vips", url: "vips", one: "vip",
		of: func(d *doc) []settings.VIP { return d.VIPs }, id: func(v settings.VIP) string { return v.Number },
	})
	careLists(a)
}

// Item is one item of a list of the settings.
type Item[T any] struct {
	ID    string `json:"id" doc:"What names it in addresses"`
	ETag  string `json:"etag" doc:"To be sent as If-Match when it is changed"`
	Value T      `json:"value"`
}

type itemOutput[T any] struct {
	ETag string `header:"ETag"`
	Body Item[T]
}

// itemsOutput has the tag of the list as a whole.
type itemsOutput[T any] struct {
	ETag string `header:"ETag"`
	Body Page[Item[T]]
}

type createItemInput[T any] struct{ Body edited[T] }

type updateItemInput[T any] struct {
	ItemInput
	IfMatch
	Body edited[T]
}

// ItemInput names an item of a list.
type ItemInput struct {
	ID string `path:"id" maxLength:"100"`
}

type deleteItemInput struct {
	ItemInput
	IfMatch
}

type replaceItemsInput[T any] struct {
	IfMatch
	Body struct {
		Items []edited[T] `json:"items" nullable:"false" maxItems:"2000"`
	}
}

// lister is a list of the settings in an API.
type lister[T any] struct {
	*API
	list[T]
}

func addList[T any](a *API, declared list[T]) {
	l := lister[T]{a, declared}
	op := func(verb, method, path, summary string, perm account.Permission) Op {
		id := verb + "-" + l.one
		return Op{ID: id, Method: method, Path: "/settings/" + l.url + path, Tag: "settings", Summary: summary, Perm: perm, Unchecked: method != http.MethodGet}
	}
	all := op("list", http.MethodGet, "", "All of "+l.path, account.SettingsRead)
	all.ID = "list-" + l.url
	Add(a, all, l.page)
	Add(a, op("get", http.MethodGet, "/{id}", "One of "+l.path, account.SettingsRead), l.get)
	create := op("create", http.MethodPost, "", "Add to "+l.path, account.SettingsWrite)
	create.Status = http.StatusCreated
	Add(a, create, l.create)
	Add(a, op("update", http.MethodPut, "/{id}", "Change one of "+l.path, account.SettingsWrite), l.update)
	Add(a, op("delete", http.MethodDelete, "/{id}", "Remove one of "+l.path, account.SettingsWrite), l.remove)
	if l.id == nil {
		replace := op("replace", http.MethodPut, "", "Put "+l.path+" in another order, or change them all", account.SettingsWrite)
		replace.ID = "replace-" + l.url
		Add(a, replace, l.replace)
	}
}

// items are the items as they stand in the document, or those of the program as they would.
func (l list[T]) items(d *settings.Document, t *tree) (items []json.RawMessage, err error) {
	if items, err = t.list(l.path); err != nil || len(items) > 0 || !l.shipped {
		return items, err
	}
	for _, v := range l.of(d) {
		raw, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("change settings: %w", err)
		}
		items = append(items, raw)
	}
	return items, nil
}

// name is what names the item at a place.
func (l list[T]) name(i int, v T) string {
	if l.id == nil {
		return strconv.Itoa(i)
	}
	return l.id(v)
}

func (l list[T]) find(d *settings.Document, id string) (int, T, error) {
	for i, v := range l.of(d) {
		if l.name(i, v) == id {
			return i, v, nil
		}
	}
	var none T
	return 0, none, fault.New(fault.NotFound, "settings.not_found", "find in %s: there is no %q", l.path, id)
}

// item shows an item, its secret only to who may see it. The tag is of the whole.
func (l list[T]) item(c Caller, i int, v T) (Item[T], error) {
	tag, err := tagOf(v)
	if l.secret != nil && !c.May(account.SettingsSecrets) {
		*l.secret(&v) = ""
	}
	return Item[T]{l.name(i, v), tag, v}, err
}

func (l lister[T]) page(ctx context.Context, in *Paging) (*itemsOutput[T], error) {
	op := "list-" + l.url
	after, err := decodeCursor(op, in.Cursor)
	if err != nil {
		return nil, err
	}
	values := l.of(l.Settings.Current())
	out := &itemsOutput[T]{}
	if out.ETag, err = tagOf(values); err != nil {
		return nil, err
	}
	begin := 0
	if after != "" { // the place, so that an item that was removed meanwhile does not end the list
		if begin, err = strconv.Atoi(after); err != nil || begin < 0 {
			return nil, badCursor(fmt.Errorf("%q is no place", after))
		}
	}
	begin = min(begin, len(values))
	end := min(begin+in.Limit, len(values))
	out.Body.Items = make([]Item[T], 0, end-begin)
	for i, v := range values[begin:end] {
		item, err := l.item(CallerOf(ctx), begin+i, v)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	if end < len(values) {
		out.Body.NextCursor = encodeCursor(op, strconv.Itoa(end))
	}
	return out, nil
}

func (l lister[T]) get(ctx context.Context, in *ItemInput) (*itemOutput[T], error) {
	return l.show(ctx, in.ID)
}

func (l lister[T]) show(ctx context.Context, id string) (*itemOutput[T], error) {
	i, v, err := l.find(l.Settings.Current(), id)
	if err != nil {
		return nil, err
	}
	item, err := l.item(CallerOf(ctx), i, v)
	return &itemOutput[T]{item.ETag, item}, err
}

func (l lister[T]) create(ctx context.Context, in *createItemInput[T]) (*itemOutput[T], error) {
	body := in.Body
	v, err := body.value()
	if err != nil {
		return nil, err
	}
	if l.secret != nil && l.fresh != nil && *l.secret(&v) == "" {
		if body, err = body.with(cmp.Or(l.member, "password"), l.fresh()); err != nil {
			return nil, err
		}
	}
	place := len(l.of(l.Settings.Current()))
	id := l.name(place, v)
	_, err = l.edit(ctx, fmt.Sprintf("%s[%d]", l.path, place), l.path+" "+id, func(d *settings.Document, t *tree) error {
		if _, _, err := l.find(d, id); err == nil {
			return fault.New(fault.Conflict, "settings.taken", "add to %s: %q is there already", l.path, id)
		}
		items, err := l.items(d, t)
		if err != nil {
			return err
		}
		return t.set(l.path, append(items, body.raw))
	})
	if err != nil {
		return nil, err
	}
	return l.show(ctx, id)
}

func (l lister[T]) update(ctx context.Context, in *updateItemInput[T]) (*itemOutput[T], error) {
	v, err := in.Body.value()
	if err != nil {
		return nil, err
	}
	i, _, err := l.find(l.Settings.Current(), in.ID)
	if err != nil {
		return nil, err
	}
	_, err = l.edit(ctx, fmt.Sprintf("%s[%d]", l.path, i), l.path+" "+in.ID, func(d *settings.Document, t *tree) error {
		j, old, err := l.find(d, in.ID)
		if err != nil || j != i {
			return cmpErr(err, stale())
		}
		if err := in.checkTag(old); err != nil {
			return err
		}
		body, err := l.keepSecret(in.Body, v, old)
		if err != nil {
			return err
		}
		items, err := l.items(d, t)
		if err != nil {
			return err
		}
		items[i] = body.raw
		return t.set(l.path, items)
	})
	if err != nil {
		return nil, err
	}
	return l.show(ctx, l.name(i, v))
}

// keepSecret puts the former secret in place of an empty one.
func (l lister[T]) keepSecret(body edited[T], v, old T) (edited[T], error) {
	if l.secret == nil || *l.secret(&v) != "" || *l.secret(&old) == "" {
		return body, nil
	}
	return body.with(cmp.Or(l.member, "password"), *l.secret(&old))
}

func (l lister[T]) remove(ctx context.Context, in *deleteItemInput) (*struct{}, error) {
	_, err := l.edit(ctx, removed, l.path+" "+in.ID, func(d *settings.Document, t *tree) error {
		i, old, err := l.find(d, in.ID)
		if err != nil {
			return err
		}
		if err := in.checkTag(old); err != nil {
			return err
		}
		items, err := l.items(d, t)
		if err != nil {
			return err
		}
		return t.set(l.path, slices.Delete(items, i, i+1))
	})
	return nil, err
}

func (l lister[T]) replace(ctx context.Context, in *replaceItemsInput[T]) (*itemsOutput[T], error) {
	if in.Body.Items == nil {
		return nil, fault.Fields{{Path: "items", Key: keyMissing, Message: "is missing"}}
	}
	raw := make([]json.RawMessage, len(in.Body.Items))
	for i, e := range in.Body.Items {
		if _, err := e.value(); err != nil {
			return nil, err
		}
		raw[i] = e.raw
	}
	_, err := l.edit(ctx, l.path, l.path, func(d *settings.Document, t *tree) error {
		if err := in.checkTag(l.of(d)); err != nil {
			return err
		}
		return t.set(l.path, raw)
	})
	if err != nil {
		return nil, err
	}
	return l.page(ctx, &Paging{Limit: len(raw)})
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
