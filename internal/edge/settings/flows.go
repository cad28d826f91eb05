package settings

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/ivr"
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
func (k *Keeper) changeFlow(ctx context.Context, id, by string, change func(d *Document, s ivr.Shelf) (ivr.Shelf, error)) (uint64, error) {
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
	return k.replace(ctx, data, by)
}

// PublishFlow makes the draft of a flow the version that new calls get. What is wrong with it is in the error.
func (k *Keeper) PublishFlow(ctx context.Context, id, by, note string) (uint64, error) {
	return k.changeFlow(ctx, id, by, func(d *Document, s ivr.Shelf) (ivr.Shelf, error) {
		known := (&checker{d: d, has: k.has}).Known(id)
		next, problems, err := s.Publish(known, by, note, time.Now())
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
func (k *Keeper) RollBackFlow(ctx context.Context, id, by string, version int) (uint64, error) {
	return k.changeFlow(ctx, id, by, func(_ *Document, s ivr.Shelf) (ivr.Shelf, error) { return s.RollBack(version) })
}
