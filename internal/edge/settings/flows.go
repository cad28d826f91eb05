package settings

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// clone copies a document deeply, by its own encoding.
func (d *Document) clone() (*Document, error) {
	data, err := d.Encode()
	if err != nil {
		return nil, err
	}
	var c Document
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("copy settings: %w", err)
	}
	return &c, nil
}

// changeFlow changes one flow's shelf and puts the result in force.
func (e Editor) changeFlow(ctx context.Context, id string, change func(d *Document, s ivr.Shelf) (ivr.Shelf, error)) (uint64, error) {
	k := e.k
	k.mu.Lock()
	defer k.mu.Unlock()
	d, err := k.Current().clone()
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(d.Flows, func(s ivr.Shelf) bool { return s.ID == id })
	if i < 0 {
		return 0, fault.New(fault.NotFound, "flow.not_found", "change flow: there is no flow %q", id)
	}
	if d.Flows[i], err = change(d, d.Flows[i]); err != nil {
		return 0, err
	}
	data, err := d.Encode()
	if err != nil {
		return 0, err
	}
	return k.replace(ctx, data, e.who)
}

// PublishFlow makes the draft of a flow the version that new calls get. What is wrong with it is in the error.
func (e Editor) PublishFlow(ctx context.Context, id, note string) (uint64, error) {
	return e.changeFlow(ctx, id, func(d *Document, s ivr.Shelf) (ivr.Shelf, error) {
		known := (&checker{d: d, has: e.k.has}).Known(id)
		next, problems, err := s.Publish(known, e.who.Name, note, time.Now())
		if err != nil && len(problems) > 0 {
			ps := make(Problems, len(problems))
			for i, p := range problems {
				ps[i] = Problem{Path: "flow " + id, Text: p.String()}
			}
			return s, ps
		}
		return next, err
	})
}

// RollBackFlow lets new calls have an older version of a flow again.
func (e Editor) RollBackFlow(ctx context.Context, id string, version int) (uint64, error) {
	return e.changeFlow(ctx, id, func(_ *Document, s ivr.Shelf) (ivr.Shelf, error) { return s.RollBack(version) })
}

// PublishFlow is [Editor.PublishFlow] for somebody at the machine itself.
func (k *Keeper) PublishFlow(ctx context.Context, id, by, note string) (uint64, error) {
	return k.As(store.Author{Name: by, What: "publish flow " + id}).PublishFlow(ctx, id, note)
}

// RollBackFlow is [Editor.RollBackFlow] for somebody at the machine itself.
func (k *Keeper) RollBackFlow(ctx context.Context, id, by string, version int) (uint64, error) {
	return k.As(store.Author{Name: by, What: "roll back flow " + id}).RollBackFlow(ctx, id, version)
}
