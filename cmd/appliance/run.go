package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"

	"github.com/dealerline/dealerline/internal/appliance"
	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/demo"
	"github.com/dealerline/dealerline/internal/edge/health"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

const defaultConfig = "/etc/dealerline/appliance.toml"

// flags makes a command's flag set with -config in it.
func flags(name string) (*flag.FlagSet, *string) {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	return f, f.String("config", defaultConfig, "boot file")
}

// parse reads the flags wherever they stand: before or after "FILE" in "settings import FILE -config X".
func parse(f *flag.FlagSet, args []string) error {
	var words []string
	for {
		if err := f.Parse(args); err != nil {
			return errUsage
		}
		if f.NArg() == 0 {
			break
		}
		words = append(words, f.Arg(0))
		args = f.Args()[1:]
	}
	if err := f.Parse(append([]string{"--"}, words...)); err != nil {
		return errUsage
	}
	return nil
}

func newLogger(level string, also ...io.Writer) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(io.MultiWriter(append(also, os.Stderr)...), &slog.HandlerOptions{Level: l}))
}

// memoryLimit is where the collector begins to work harder instead of letting that much gather: a box has 1 GiB or more.
const memoryLimit = 384 << 20

func run(ctx context.Context, args []string, out io.Writer) error {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	f, file := flags("run")
	demoMode := f.Bool("demo", false, "a demo dealership with simulated callers and agents on loopback")
	if err := parse(f, args); err != nil {
		return err
	}
	cfg, err := config.Load(*file)
	if err != nil {
		return err
	}
	last := &health.Ring{}
	opt := appliance.Options{Config: cfg, Logger: newLogger(cfg.LogLevel, last), Log: last, Version: versionText()}
	if *demoMode {
		return demo.Run(ctx, opt, out)
	}
	box, err := appliance.Open(ctx, opt)
	if err != nil {
		return err
	}
	return box.Run(ctx)
}

// check lists every problem of the boot file and, if it can be read, of the settings.
func check(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("check")
	if err := parse(f, args); err != nil {
		return err
	}
	cfg, err := config.Load(*file)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s: ok\n", *file); err != nil {
		return err
	}
	data, err := readSettings(ctx, cfg)
	switch {
	case err != nil:
		return err
	case data == nil:
		_, err = fmt.Fprintln(out, "settings: none yet; the first start makes them")
		return err
	}
	library, err := prompt.Open(prompt.Shipped(), cfg.DataDir+"/prompts", newLogger("error"))
	if err != nil {
		return err
	}
	if _, err := settings.Parse(data, library.Has); err != nil {
		return fmt.Errorf("settings:\n%s", indent(err.Error()))
	}
	_, err = fmt.Fprintln(out, "settings: ok")
	return err
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// readSettings returns the settings of a box, running or not; nil when there are none.
func readSettings(ctx context.Context, cfg config.Config) ([]byte, error) {
	data, err := newDoor(cfg).do(ctx, "GET", "/settings", nil)
	if err == nil {
		return data, nil
	}
	if !errors.Is(err, errNotRunning) {
		return nil, err
	}
	if _, err := os.Stat(storePath(cfg)); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	db, err := store.Open(storePath(cfg), newLogger("error"))
	if err != nil {
		return nil, err
	}
	doc, _, err := db.Document("settings", 0)
	return doc.Body, errors.Join(err, db.Close())
}

func storePath(cfg config.Config) string { return cfg.DataDir + "/dealerline.db" }
