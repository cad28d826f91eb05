// Command figures prints what the receivers of internal/sound/dsp can do, beside spandsp on the same sound: caller
// ID, keys, sound that must not be taken for keys, busy tone, processor time. It judges nothing; docs/dsp.md keeps
// what it printed.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/dealerline/dealerline/test/spandsp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	p, err := spandsp.Build(ctx, dir)
	if err != nil {
		return err
	}
	began := time.Now()
	for _, section := range []func(context.Context, *spandsp.Peer) error{callerID, keys, echo, talkOff, busy, processor} {
		if err := section(ctx, p); err != nil {
			return err
		}
		fmt.Println()
	}
	fmt.Printf("(%v)\n", time.Since(began).Round(time.Second))
	return nil
}
