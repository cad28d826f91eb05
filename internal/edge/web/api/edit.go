package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// editing lets one change of the settings through the API happen at a time, from reading them to putting the changed
// ones in force.
type editing struct{ mu sync.Mutex }

// edited is a part of the settings as somebody sent it: kept as it came, so that the check sees fields that it does not
// know, and described like T.
type edited[T any] struct{ raw json.RawMessage }

// UnmarshalJSON keeps the octets.
func (e *edited[T]) UnmarshalJSON(data []byte) error {
	e.raw = bytes.Clone(data)
	return nil
}

// MarshalJSON gives them back.
func (e edited[T]) MarshalJSON() ([]byte, error) { return e.raw, nil }

// Schema describes T.
func (edited[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

// value reads the part. What is of the wrong type is an error of its field.
func (e edited[T]) value() (v T, err error) {
	err = json.Unmarshal(e.raw, &v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return v, fault.Fields{{Path: wrong.Field, Key: keyWrongType, Message: "is a " + wrong.Value + ", not a " + wrong.Type.String()}}
	}
	if err != nil {
		return v, fault.New(fault.Invalid, keyUnreadable, "read settings: %w", err)
	}
	return v, nil
}

// with sets a member of the part, which must be an object.
func (e edited[T]) with(name, value string) (edited[T], error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(e.raw, &m); err != nil || m == nil {
		return e, fault.Fields{{Path: "", Key: keyWrongType, Message: "is no object"}}
	}
	text, err := json.Marshal(value)
	if err != nil {
		return e, err
	}
	m[name] = text
	raw, err := json.Marshal(m)
	return edited[T]{raw}, err
}

// tagOf is the entity tag of a part of the settings: it changes when the part does, and only then.
func tagOf(v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("tag settings: %w", err)
	}
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:8]) + `"`, nil
}

// checkTag compares what was read with what is there now.
func (m IfMatch) checkTag(now any) error {
	given, err := m.tag()
	if err != nil {
		return err
	}
	tag, err := tagOf(now)
	if err == nil && `"`+given+`"` != tag {
		err = stale()
	}
	return err
}

// edit changes the settings: change gets the document in force, to look at, and its tree, to change. part is the path
// of what somebody sent, or whole, or removed: problems below it are told as problems of the body. what goes into the audit.
func (a *API) edit(ctx context.Context, part, what string, change func(d *settings.Document, tree *tree) error) (uint64, error) {
	a.editing.mu.Lock()
	defer a.editing.mu.Unlock()
	d := a.Settings.Current()
	t, err := treeOf(d)
	if err == nil {
		err = change(d, t)
	}
	if err != nil {
		return 0, err
	}
	return a.putInForce(ctx, t.root, part, what)
}

// putInForce reads a changed document strictly, writes it the way documents are written, and puts it in force.
func (a *API) putInForce(ctx context.Context, root any, part, what string) (uint64, error) {
	data, err := json.Marshal(root)
	if err != nil {
		return 0, fmt.Errorf("change settings: %w", err)
	}
	d, err := settings.Parse(data, nil)
	if err == nil {
		if data, err = d.Encode(); err != nil {
			return 0, err
		}
		var version uint64
		if version, err = a.editor(ctx, what).Import(ctx, data); err == nil {
			return version, nil
		}
	}
	if ps, ok := errors.AsType[settings.Problems](err); ok {
		return 0, relative(ps, part)
	}
	return 0, err
}

// editor changes the settings on behalf of who asks; what goes into the audit.
func (a *API) editor(ctx context.Context, what string) settings.Editor {
	return a.Settings.As(store.Author{Name: CallerOf(ctx).User.Login, By: ByOf(ctx), What: what})
}

// What was sent, when it is not one part of the settings.
const (
	whole   = ""  // all of them
	removed = "-" // nothing: something was taken away
)

// relative tells problems of the part that was sent by their place in it, and others by their place in the document.
func relative(ps settings.Problems, part string) error {
	var wrong fault.Fields
	for _, p := range ps {
		path, inside := strings.CutPrefix(p.Path, part)
		switch {
		case part == whole:
			return ps
		case part != removed && inside && (path == "" || path[0] == '.' || path[0] == '[' || path[0] == '('):
			wrong.Add(strings.TrimPrefix(path, "."), "settings.invalid", "%s", p.Text)
		default:
			wrong.Add(elsewhere+p.Path, keyElsewhere, "%s", p.Text)
		}
	}
	return wrong
}

// tree is a settings document as JSON knows it, to be changed without losing what the program does not know.
type tree struct{ root map[string]json.RawMessage }

func treeOf(d *settings.Document) (*tree, error) {
	data, err := d.Encode()
	if err != nil {
		return nil, err
	}
	t := &tree{}
	if err := json.Unmarshal(data, &t.root); err != nil {
		return nil, fmt.Errorf("change settings: %w", err)
	}
	return t, nil
}

// set replaces a member; path has one or two names: "queues", "analog.lines".
func (t *tree) set(path string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("change settings: %w", err)
	}
	outer, inner, nested := strings.Cut(path, ".")
	if !nested {
		t.root[outer] = raw
		return nil
	}
	m := map[string]json.RawMessage{}
	if had := t.root[outer]; had != nil {
		if err := json.Unmarshal(had, &m); err != nil {
			return fmt.Errorf("change settings: %w", err)
		}
	}
	m[inner] = raw
	t.root[outer], err = json.Marshal(m)
	return err
}

// list reads a member that is a list; an absent one is empty.
func (t *tree) list(path string) (items []json.RawMessage, err error) {
	outer, inner, nested := strings.Cut(path, ".")
	raw := t.root[outer]
	if nested && raw != nil {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(raw, &m); err != nil {
			return nil, fmt.Errorf("change settings: %w", err)
		}
		raw = m[inner]
	}
	if raw != nil {
		err = json.Unmarshal(raw, &items)
	}
	return items, err
}
